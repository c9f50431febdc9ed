#include "clients/ctl/demo/chat_refusals.h"

#include "absl/time/civil_time.h"
#include "clients/ctl/render/words.h"
#include "common/status/error.h"
#include "common/status/status.h"

namespace cortado::ctl {
namespace {

using scheduling::v1::FindTimesResponse;

// What a chat of kChatMinutes is too long for.
constexpr int kFewMinutes = 10;
// More than anybody may look at another's times at once.
constexpr int kManyLooks = 200;

// An hour at which nobody works, some days ahead.
absl::Time SundayNight(absl::TimeZone zone) {
  const absl::CivilDay day =
      absl::NextWeekday(absl::ToCivilDay(absl::Now() + absl::Hours(48), zone), absl::Weekday::sunday);
  return absl::FromCivil(absl::CivilHour(day) + 3, zone);
}

scheduling::v1::FindTimesRequest Looking(const Scene& scene, const Meeting& meeting) {
  scheduling::v1::FindTimesRequest request;
  request.add_people(scene.asker.name());
  request.add_people(scene.mentor.name());
  request.mutable_duration()->set_seconds(kChatMinutes * 60);
  request.set_match(meeting.match());
  return request;
}

}  // namespace

absl::Status ChatRefusals::Tell() {
  RETURN_IF_ERROR(OfBooking());
  RETURN_IF_ERROR(OfConsent());
  RETURN_IF_ERROR(OfWeeklyMinutes());
  RETURN_IF_ERROR(OfMatches());
  return OfLooking();
}

Refusal ChatRefusals::Book(const std::string& other, absl::Time start) {
  scheduling::v1::BookChatRequest request;
  request.add_attendees(other);
  *request.mutable_start_time() = ToTimestamp(start);
  request.mutable_duration()->set_seconds(kChatMinutes * 60);
  if (other == scene_.mentor.name()) request.set_match(meeting_.match());
  request.set_request_id(session_.RequestId());
  return Refused(session_, session_.scheduling(), &Scheduling::BookChat, scene_.asker.caller, request);
}

absl::Status ChatRefusals::OfBooking() {
  const std::string& mentor = scene_.mentor.name();
  const absl::Time yesterday = absl::FromUnixSeconds(absl::ToUnixSeconds(absl::Now()) / 60 * 60) - absl::Hours(24);
  RETURN_IF_ERROR(ShowRefusal(stage_, "A time that has passed", "TIME_PASSED", Book(mentor, yesterday)));
  RETURN_IF_ERROR(
      ShowRefusal(stage_, "A time at night", "OUTSIDE_HOURS", Book(mentor, SundayNight(scene_.mentor.zone))));
  scheduling::v1::CancelChatRequest cancel;
  cancel.set_name(meeting_.chat().name());
  cancel.set_etag(meeting_.chat().etag());
  cancel.set_request_id(session_.RequestId());
  return ShowRefusal(stage_, "To cancel what is cancelled", "CHAT_CANCELLED",
                     Refused(session_, session_.scheduling(), &Scheduling::CancelChat, scene_.asker.caller, cancel));
}

absl::Status ChatRefusals::OfConsent() {
  for (const std::string& other : others_) {
    profile::v1::GetOfferRequest get;
    get.set_name(other + "/offer");
    ASSIGN_OR_RETURN(const profile::v1::Offer offer,
                     session_.Call(session_.profile(), &Profile::GetOffer, scene_.asker.caller, get));
    if (offer.booking() == profile::v1::BOOKING_OPEN_DOOR) continue;
    return ShowRefusal(stage_, "To book without a yes", "CONSENT_REQUIRED", Book(other, meeting_.start()));
  }
  return absl::OkStatus();
}

absl::StatusOr<FindTimesResponse> ChatRefusals::FindTimes() {
  return session_.Call(session_.scheduling(), &Scheduling::FindTimes, scene_.asker.caller, Looking(scene_, meeting_));
}

absl::Status ChatRefusals::SetWeeklyMinutes(int minutes) {
  profile::v1::GetTimeRequest get;
  get.set_name(scene_.asker.name() + "/time");
  ASSIGN_OR_RETURN(const profile::v1::Time now,
                   session_.Call(session_.profile(), &Profile::GetTime, scene_.asker.caller, get));
  profile::v1::UpdateTimeRequest update;
  update.mutable_time()->set_name(now.name());
  update.mutable_time()->set_etag(now.etag());
  update.mutable_time()->set_weekly_minutes(minutes);
  update.mutable_update_mask()->add_paths("weekly_minutes");
  update.set_request_id(session_.RequestId());
  return session_.Call(session_.profile(), &Profile::UpdateTime, scene_.asker.caller, update).status();
}

absl::Status ChatRefusals::OfWeeklyMinutes() {
  profile::v1::GetTimeRequest get;
  get.set_name(scene_.asker.name() + "/time");
  ASSIGN_OR_RETURN(const profile::v1::Time before,
                   session_.Call(session_.profile(), &Profile::GetTime, scene_.asker.caller, get));
  RETURN_IF_ERROR(SetWeeklyMinutes(kFewMinutes));
  // Once scheduling has read of it, no time is left to show; a booking before that would be made.
  ASSIGN_OR_RETURN(
      const FindTimesResponse times,
      Eventually<FindTimesResponse>([&] { return FindTimes(); },
                                    [](const auto& found) { return found.ok() && !found->times().empty(); }));
  if (!times.times().empty()) return absl::InternalError("there are times although the week has no minutes");
  const absl::Status shown = ShowRefusal(stage_, "More than the minutes one allows a week", "WEEKLY_MINUTES_SPENT",
                                         Book(scene_.mentor.name(), meeting_.start()));
  RETURN_IF_ERROR(SetWeeklyMinutes(before.weekly_minutes()));
  return shown;
}

absl::Status ChatRefusals::OfMatches() {
  matching::v1::EndMatchRequest end;
  end.set_name(meeting_.match());
  end.set_etag("read-long-ago");
  end.set_request_id(session_.RequestId());
  RETURN_IF_ERROR(ShowRefusal(stage_, "To end a match by what one read of it long ago", "ETAG_MISMATCH",
                              Refused(session_, session_.matching(), &Matching::EndMatch, scene_.asker.caller, end)));
  if (!meeting_.rival()) return absl::OkStatus();
  end.set_name(meeting_.rival()->match);
  end.clear_etag();
  end.set_request_id(session_.RequestId());
  const Caller& rival = meeting_.rival()->who.caller;
  RETURN_IF_ERROR(session_.Call(session_.matching(), &Matching::EndMatch, rival, end).status());
  end.set_request_id(session_.RequestId());
  return ShowRefusal(stage_, "To end what has ended", "MATCH_ENDED",
                     Refused(session_, session_.matching(), &Matching::EndMatch, rival, end));
}

absl::Status ChatRefusals::OfLooking() {
  for (int look = 0; look < kManyLooks; ++look) {
    const absl::Status status = FindTimes().status();
    if (ReasonOf(status) == "TOO_MANY_LOOKS") break;
    RETURN_IF_ERROR(status);
  }
  return ShowRefusal(
      stage_, "To look at somebody's times again and again", "TOO_MANY_LOOKS",
      Refused(session_, session_.scheduling(), &Scheduling::FindTimes, scene_.asker.caller, Looking(scene_, meeting_)));
}

}  // namespace cortado::ctl
