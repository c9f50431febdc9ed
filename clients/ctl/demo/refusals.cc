#include "clients/ctl/demo/refusals.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/civil_time.h"
#include "clients/ctl/render/width.h"
#include "clients/ctl/render/words.h"
#include "common/status/error.h"
#include "common/status/status.h"

namespace cortado::ctl {
namespace {

using matching::v1::Request;
using matching::v1::RequestMatchRequest;

constexpr size_t kMostOpen = 3;
constexpr size_t kLongestMessage = 2000;
constexpr size_t kIndent = 8;
constexpr size_t kUsualColumns = 100;

// An hour at which nobody works, some days ahead.
absl::Time SundayNight(absl::TimeZone zone) {
  const absl::CivilDay day =
      absl::NextWeekday(absl::ToCivilDay(absl::Now() + absl::Hours(48), zone), absl::Weekday::sunday);
  return absl::FromCivil(absl::CivilHour(day) + 3, zone);
}

}  // namespace

absl::Status Refusals::Tell() {
  stage_.Chapter("When it cannot be: what people read, in English and German");
  RETURN_IF_ERROR(OfAsking());
  RETURN_IF_ERROR(OfChats());
  RETURN_IF_ERROR(OfConsent());
  RETURN_IF_ERROR(OpenThree());
  if (waiting_.size() < kMostOpen) {
    stage_.Line("Too few others of this file may be asked to show the rest.");
    return TakeBack();
  }
  RETURN_IF_ERROR(OfWaiting());
  RETURN_IF_ERROR(OfFullPlaces());
  RETURN_IF_ERROR(OfAnswers());
  RETURN_IF_ERROR(OfAClosedDoor(waiting_.back()));
  return TakeBack();
}

absl::Status Refusals::Show(const std::string& what, const std::string& reason, const Refusal& refusal) {
  if (refusal.status.ok()) return absl::InternalError(absl::StrCat(what, ": this was not refused"));
  if (refusal.reason != reason) return refusal.status;
  if (refusal.english.empty() || refusal.german.empty() || refusal.english == refusal.german) {
    return absl::InternalError(absl::StrCat(what, ": ", reason, " has no sentence in each language"));
  }
  const size_t room = (stage_.columns() > 0 ? static_cast<size_t>(stage_.columns()) : kUsualColumns);
  stage_.Line(absl::StrCat(stage_.style().Bold(what), "  ", stage_.style().Dim(reason)));
  for (const std::string* sentence : {&refusal.english, &refusal.german}) {
    for (const std::string& line : Wrap(*sentence, std::max<size_t>(room, 40) - kIndent)) {
      stage_.Line(absl::StrCat("  ", sentence == &refusal.german ? stage_.style().Cyan(line) : line));
    }
  }
  stage_.facts["refusals"].push_back(
      {{"what", what}, {"reason", reason}, {"en", refusal.english}, {"de", refusal.german}});
  return absl::OkStatus();
}

absl::Status Refusals::ShowAsking(const std::string& what, const std::string& reason,
                                  const RequestMatchRequest& request) {
  return Show(what, reason,
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
  return Show("One's own manager, by mistake", "OWN_LINE", manager);
}

scheduling::v1::BookChatRequest Refusals::Booking(const std::string& other, absl::Time start) {
  scheduling::v1::BookChatRequest request;
  request.add_attendees(other);
  *request.mutable_start_time() = ToTimestamp(start);
  request.mutable_duration()->set_seconds(kChatMinutes * 60);
  if (other == scene_.mentor.name()) request.set_match(meeting_.match());
  request.set_request_id(session_.RequestId());
  return request;
}

absl::Status Refusals::OfChats() {
  const auto book = [&](absl::Time start) {
    return Refused(session_, session_.scheduling(), &Scheduling::BookChat, scene_.asker.caller,
                   Booking(scene_.mentor.name(), start));
  };
  const absl::Time yesterday = absl::FromUnixSeconds(absl::ToUnixSeconds(absl::Now()) / 60 * 60) - absl::Hours(24);
  RETURN_IF_ERROR(Show("A time that has passed", "TIME_PASSED", book(yesterday)));
  RETURN_IF_ERROR(Show("A time at night", "OUTSIDE_HOURS", book(SundayNight(scene_.mentor.zone))));
  scheduling::v1::CancelChatRequest cancel;
  cancel.set_name(meeting_.chat().name());
  cancel.set_etag(meeting_.chat().etag());
  cancel.set_request_id(session_.RequestId());
  return Show("To cancel what is cancelled", "CHAT_CANCELLED",
              Refused(session_, session_.scheduling(), &Scheduling::CancelChat, scene_.asker.caller, cancel));
}

absl::StatusOr<profile::v1::Offer> Refusals::OfferOf(const Caller& reader, const std::string& person) {
  profile::v1::GetOfferRequest get;
  get.set_name(person + "/offer");
  return session_.Call(session_.profile(), &Profile::GetOffer, reader, get);
}

absl::Status Refusals::OfConsent() {
  for (const std::string& other : others_) {
    ASSIGN_OR_RETURN(const profile::v1::Offer offer, OfferOf(scene_.asker.caller, other));
    if (offer.booking() == profile::v1::BOOKING_OPEN_DOOR) continue;
    return Show("To book without a yes", "CONSENT_REQUIRED",
                Refused(session_, session_.scheduling(), &Scheduling::BookChat, scene_.asker.caller,
                        Booking(other, meeting_.start())));
  }
  return absl::OkStatus();
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
    if (refusal.reason == "NO_PLACE_LEFT") return Show("Somebody whose places are taken", "NO_PLACE_LEFT", refusal);
  }
  return absl::OkStatus();
}

absl::Status Refusals::OfAnswers() {
  const Waiting& first = waiting_.front();
  matching::v1::ReplyWithDetailsRequest reply;
  reply.set_request(first.request);
  reply.set_details("To begin with, ...");
  reply.set_request_id(session_.RequestId());
  RETURN_IF_ERROR(
      Show("To reply to no question", "NO_QUESTION",
           Refused(session_, session_.matching(), &Matching::ReplyWithDetails, scene_.asker.caller, reply)));
  matching::v1::AskRequesterRequest question;
  question.set_request(first.request);
  question.set_question("What about?");
  question.set_request_id(session_.RequestId());
  RETURN_IF_ERROR(session_.Call(session_.matching(), &Matching::AskRequester, first.mentor.caller, question).status());
  question.set_request_id(session_.RequestId());
  RETURN_IF_ERROR(Show("A second question before the reply", "QUESTION_PENDING",
                       Refused(session_, session_.matching(), &Matching::AskRequester, first.mentor.caller, question)));
  matching::v1::DeclineMatchRequest decline;
  decline.set_request(first.request);
  decline.set_request_id(session_.RequestId());
  RETURN_IF_ERROR(session_.Call(session_.matching(), &Matching::DeclineMatch, first.mentor.caller, decline).status());
  decline.set_request_id(session_.RequestId());
  RETURN_IF_ERROR(Show("To answer what is answered", "REQUEST_ANSWERED",
                       Refused(session_, session_.matching(), &Matching::DeclineMatch, first.mentor.caller, decline)));
  return ShowAsking("The same person again within 90 days", "ASKED_RECENTLY", Asking(first.mentor.name()));
}

absl::Status Refusals::OfAClosedDoor(const Waiting& waiting) {
  const Caller& mentor = waiting.mentor.caller;
  ASSIGN_OR_RETURN(const profile::v1::Offer before, OfferOf(mentor, waiting.mentor.name()));
  const auto set_door = [&](profile::v1::Booking booking) -> absl::Status {
    ASSIGN_OR_RETURN(const profile::v1::Offer now, OfferOf(mentor, waiting.mentor.name()));
    profile::v1::UpdateOfferRequest update;
    update.mutable_offer()->set_name(now.name());
    update.mutable_offer()->set_etag(now.etag());
    update.mutable_offer()->set_booking(booking);
    update.mutable_update_mask()->add_paths("booking");
    update.set_request_id(session_.RequestId());
    return session_.Call(session_.profile(), &Profile::UpdateOffer, mentor, update).status();
  };
  RETURN_IF_ERROR(set_door(profile::v1::BOOKING_CLOSED));
  const RequestMatchRequest request = Asking(waiting.mentor.name());
  const auto ask = [&] {
    return session_.Call(session_.matching(), &Matching::RequestMatch, scene_.asker.caller, request);
  };
  // The request that waited is answered at once; once matching has read of the door, nobody can ask.
  Eventually<Request>(ask, [](const absl::StatusOr<Request>& answer) {
    return ReasonOf(answer.status()) != "NOT_AVAILABLE";
  }).IgnoreError();
  const absl::Status shown = ShowAsking("A closed door, a break, a block: one sentence", "NOT_AVAILABLE", request);
  RETURN_IF_ERROR(set_door(before.booking()));
  return shown;
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
