#include "clients/ctl/demo/refusals.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "clients/ctl/render/words.h"
#include "common/status/error.h"
#include "common/status/status.h"

namespace cortado::ctl {
namespace {

using matching::v1::Request;
using matching::v1::RequestMatchRequest;

constexpr size_t kMostOpen = 3;
constexpr size_t kLongestMessage = 2000;
constexpr int kMostQuestions = 5;

}  // namespace

absl::Status Refusals::Tell() {
  RETURN_IF_ERROR(OfAsking());
  RETURN_IF_ERROR(OpenThree());
  if (waiting_.size() < kMostOpen) {
    stage_.Line("Too few others of this file may be asked to show the rest.");
    return TakeBack();
  }
  RETURN_IF_ERROR(OfWaiting());
  RETURN_IF_ERROR(OfFullPlaces());
  RETURN_IF_ERROR(OfQuestions(waiting_.front()));
  RETURN_IF_ERROR(OfAnswers(waiting_.front()));
  RETURN_IF_ERROR(OfOffers(waiting_.back()));
  return TakeBack();
}

absl::Status Refusals::ShowAsking(const std::string& what, const std::string& reason,
                                  const RequestMatchRequest& request) {
  return ShowRefusal(stage_, what, reason,
                     Refused(session_, session_.matching(), &Matching::RequestMatch, scene_.asker.caller, request));
}

RequestMatchRequest Refusals::Asking(const std::string& mentor) {
  RequestMatchRequest request;
  request.set_mentor(mentor);
  request.set_message("Coffee?");
  request.set_request_id(session_.RequestId());
  return request;
}

absl::Status Refusals::OfAsking() {
  RETURN_IF_ERROR(ShowAsking("To ask oneself", "REQUEST_SELF", Asking(scene_.asker.name())));
  RETURN_IF_ERROR(ShowAsking("To ask whom one is matched with", "ALREADY_MATCHED", Asking(scene_.mentor.name())));
  if (others_.empty()) return absl::OkStatus();
  RequestMatchRequest times = Asking(others_.front());
  for (int i = 0; i < 4; ++i) *times.add_proposed_times() = ToTimestamp(meeting_.start() + absl::Hours(i));
  RETURN_IF_ERROR(ShowAsking("Four proposed times", "FIELD_INVALID", times));
  RequestMatchRequest longer = Asking(others_.front());
  longer.set_message(std::string(kLongestMessage + 1, 'x'));
  RETURN_IF_ERROR(ShowAsking("A message over its limit", "FIELD_INVALID", longer));
  if (scene_.asker.person.manager().empty()) return absl::OkStatus();
  const Refusal manager = Refused(session_, session_.matching(), &Matching::RequestMatch, scene_.asker.caller,
                                  Asking(scene_.asker.person.manager()));
  // A manager who has not joined cannot be asked at all.
  if (manager.reason != "OWN_LINE") return absl::OkStatus();
  return ShowRefusal(stage_, "One's own manager, by mistake", "OWN_LINE", manager);
}

absl::StatusOr<profile::v1::Offer> Refusals::OfferOf(const Caller& reader, const std::string& person) {
  profile::v1::GetOfferRequest get;
  get.set_name(person + "/offer");
  return session_.Call(session_.profile(), &Profile::GetOffer, reader, get);
}

absl::Status Refusals::OpenThree() {
  std::vector<std::string> one_place, more;
  for (const std::string& other : others_) {
    ASSIGN_OR_RETURN(const profile::v1::Offer offer, OfferOf(scene_.asker.caller, other));
    (offer.places() == 1 ? one_place : more).push_back(other);
  }
  const size_t full = one_place.size();
  others_ = std::move(one_place);
  others_.insert(others_.end(), more.begin(), more.end());
  for (; next_ < others_.size() && waiting_.size() < kMostOpen; ++next_) {
    const absl::StatusOr<Request> request =
        session_.Call(session_.matching(), &Matching::RequestMatch, scene_.asker.caller, Asking(others_[next_]));
    if (!request.ok()) continue;  // Somebody else was faster, or waits already: the next one may be free.
    ASSIGN_OR_RETURN(Actor mentor, GetActor(session_, others_[next_]));
    waiting_.push_back({std::move(mentor), request->name(), next_ < full});
  }
  return absl::OkStatus();
}

absl::Status Refusals::OfWaiting() {
  RETURN_IF_ERROR(
      ShowAsking("A second request to the same person", "REQUEST_PENDING", Asking(waiting_.front().mentor.name())));
  if (next_ >= others_.size()) return absl::OkStatus();
  return ShowAsking("A fourth open request", "TOO_MANY_REQUESTS", Asking(others_[next_]));
}

absl::Status Refusals::OfFullPlaces() {
  const auto full =
      std::find_if(waiting_.begin(), waiting_.end(), [](const Waiting& waiting) { return waiting.is_full; });
  if (full == waiting_.end()) return absl::OkStatus();
  std::vector<const Actor*> askers = {&scene_.mentor};
  for (const Waiting& waiting : waiting_) askers.push_back(&waiting.mentor);
  for (const Actor* asker : askers) {
    RequestMatchRequest request = Asking(full->mentor.name());
    request.set_include_own_line(true);
    const Refusal refusal = Refused(session_, session_.matching(), &Matching::RequestMatch, asker->caller, request);
    // No language in common, or themselves: the next one may ask.
    if (refusal.reason == "NO_PLACE_LEFT")
      return ShowRefusal(stage_, "Somebody whose places are taken", "NO_PLACE_LEFT", refusal);
  }
  return absl::OkStatus();
}

absl::Status Refusals::OfQuestions(const Waiting& waiting) {
  const Caller& asker = scene_.asker.caller;
  matching::v1::ReplyWithDetailsRequest reply;
  reply.set_request(waiting.request);
  reply.set_details("To begin with, ...");
  reply.set_request_id(session_.RequestId());
  RETURN_IF_ERROR(ShowRefusal(stage_, "To reply to no question", "NO_QUESTION",
                              Refused(session_, session_.matching(), &Matching::ReplyWithDetails, asker, reply)));
  matching::v1::AskRequesterRequest question;
  question.set_request(waiting.request);
  question.set_question("What about?");
  const auto refused = [&] {
    question.set_request_id(session_.RequestId());
    return Refused(session_, session_.matching(), &Matching::AskRequester, waiting.mentor.caller, question);
  };
  for (int asked = 1; asked <= kMostQuestions; ++asked) {
    question.set_request_id(session_.RequestId());
    RETURN_IF_ERROR(
        session_.Call(session_.matching(), &Matching::AskRequester, waiting.mentor.caller, question).status());
    if (asked == 1) {
      RETURN_IF_ERROR(ShowRefusal(stage_, "A second question before the reply", "QUESTION_PENDING", refused()));
    }
    reply.set_request_id(session_.RequestId());
    RETURN_IF_ERROR(session_.Call(session_.matching(), &Matching::ReplyWithDetails, asker, reply).status());
  }
  return ShowRefusal(stage_, "A sixth question", "TOO_MANY_QUESTIONS", refused());
}

absl::Status Refusals::OfAnswers(const Waiting& waiting) {
  matching::v1::DeclineMatchRequest decline;
  decline.set_request(waiting.request);
  decline.set_request_id(session_.RequestId());
  RETURN_IF_ERROR(session_.Call(session_.matching(), &Matching::DeclineMatch, waiting.mentor.caller, decline).status());
  decline.set_request_id(session_.RequestId());
  RETURN_IF_ERROR(
      ShowRefusal(stage_, "To answer what is answered", "REQUEST_ANSWERED",
                  Refused(session_, session_.matching(), &Matching::DeclineMatch, waiting.mentor.caller, decline)));
  return ShowAsking("The same person again within 90 days", "ASKED_RECENTLY", Asking(waiting.mentor.name()));
}

absl::Status Refusals::SetOffer(const Actor& mentor, bool mentors, profile::v1::Booking booking) {
  ASSIGN_OR_RETURN(const profile::v1::Offer now, OfferOf(mentor.caller, mentor.name()));
  profile::v1::UpdateOfferRequest update;
  update.mutable_offer()->set_name(now.name());
  update.mutable_offer()->set_etag(now.etag());
  update.mutable_offer()->set_booking(booking);
  update.mutable_offer()->set_mentor(mentors);
  for (const char* path : {"booking", "mentor"}) update.mutable_update_mask()->add_paths(path);
  update.set_request_id(session_.RequestId());
  return session_.Call(session_.profile(), &Profile::UpdateOffer, mentor.caller, update).status();
}

absl::Status Refusals::OfOffers(const Waiting& waiting) {
  ASSIGN_OR_RETURN(const profile::v1::Offer before, OfferOf(waiting.mentor.caller, waiting.mentor.name()));
  const RequestMatchRequest request = Asking(waiting.mentor.name());
  // The request that waited is answered at once; once matching has read of the door, nobody can ask.
  const auto until = [&](bool is_available) {
    const auto ask = [&] {
      return session_.Call(session_.matching(), &Matching::RequestMatch, scene_.asker.caller, request);
    };
    Eventually<Request>(ask, [&](const absl::StatusOr<Request>& answer) {
      return (ReasonOf(answer.status()) != "NOT_AVAILABLE") != is_available;
    }).IgnoreError();
  };
  RETURN_IF_ERROR(SetOffer(waiting.mentor, /*mentors=*/false, profile::v1::BOOKING_CLOSED));
  until(false);
  RETURN_IF_ERROR(ShowAsking("A closed door, a break, a block: one sentence", "NOT_AVAILABLE", request));
  RETURN_IF_ERROR(SetOffer(waiting.mentor, /*mentors=*/false, before.booking()));
  until(true);
  RETURN_IF_ERROR(ShowAsking("Somebody who meets people, but does not mentor", "NOT_OFFERED", request));
  return SetOffer(waiting.mentor, before.mentor(), before.booking());
}

absl::Status Refusals::TakeBack() {
  for (const Waiting& waiting : waiting_) {
    matching::v1::WithdrawMatchRequest withdraw;
    withdraw.set_request(waiting.request);
    withdraw.set_request_id(session_.RequestId());
    const absl::Status status =
        session_.Call(session_.matching(), &Matching::WithdrawMatch, scene_.asker.caller, withdraw).status();
    if (!status.ok() && ReasonOf(status) != "REQUEST_ANSWERED") return status;
  }
  return absl::OkStatus();
}

}  // namespace cortado::ctl
