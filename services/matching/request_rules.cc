#include "services/matching/request_rules.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "common/status/error.h"
#include "cortado/matching/v1/reason.pb.h"
#include "services/matching/eligibility.h"
#include "services/matching/working_days.h"

namespace cortado::matching {
namespace {

constexpr int32_t kUsualMinutes = 30;

// What keeps `mentor` from `asker`, but for the reporting line; kNotActive when either is not there.
Refusal RefusalOf(const OrganizationView& view, absl::Time now, absl::string_view asker, absl::string_view mentor) {
  const std::optional<int32_t> from = view.Find(asker);
  const std::optional<int32_t> to = view.Find(mentor);
  if (!from || !to || !view.organization().people()[*from].active) return Refusal::kNotActive;
  Query query;
  query.asker = *from;
  query.now = absl::ToUnixSeconds(now);
  return Eligibility(view.organization(), query, nullptr).Check(*to);
}

int32_t MinutesOf(const OrganizationView& view, absl::string_view person) {
  const std::optional<int32_t> index = view.Find(person);
  const int32_t minutes = index ? view.facts(*index).chat_minutes : 0;
  return minutes == 0 ? kUsualMinutes : minutes;
}

}  // namespace

bool IsWaiting(const v1::Request& request) {
  return request.state() == v1::Request::STATE_OPEN || request.state() == v1::Request::STATE_POSTPONED;
}

Verdict JudgeAsking(const OrganizationView& view, absl::Time now, absl::string_view asker, absl::string_view mentor,
                    bool include_own_line) {
  const std::optional<int32_t> from = view.Find(asker);
  const std::optional<int32_t> to = view.Find(mentor);
  if (!from || !to) return {NotFound()};
  const Organization& organization = view.organization();
  if (!organization.people()[*from].active) return {AccessDenied()};
  const Refusal refusal = RefusalOf(view, now, asker, mentor);
  if (IsNotAvailable(refusal)) return {NotAvailable()};
  if (!include_own_line && Reporting(organization, *from).IsInOwnLine(*to)) {
    return {Error(absl::StatusCode::kFailedPrecondition, v1::REASON_OWN_LINE,
                  "they are in the caller's reporting line; set include_own_line to ask all the same")};
  }
  if (refusal == Refusal::kNotOffered) {
    return {Error(absl::StatusCode::kFailedPrecondition, v1::REASON_NOT_OFFERED, "they do not offer to mentor")};
  }
  return {absl::OkStatus(), organization.people()[*to].places};
}

Verdict JudgeYes(const OrganizationView& view, const v1::Request& request) {
  const std::string mentor = PersonId(request.mentor());
  // A break or a closed door of one's own is no obstacle to one's own yes.
  const Refusal refusal = RefusalOf(view, absl::InfiniteFuture(), PersonId(request.requester()), mentor);
  if (refusal == Refusal::kNotActive || refusal == Refusal::kBlocked) return {NotAvailable()};
  return {absl::OkStatus(), view.organization().people()[*view.Find(mentor)].places};
}

bool CanWait(const OrganizationView& view, absl::Time now, const v1::Request& request) {
  switch (RefusalOf(view, now, PersonId(request.requester()), PersonId(request.mentor()))) {
    case Refusal::kNotActive:
    case Refusal::kBlocked:
      return false;
    case Refusal::kPaused:
    case Refusal::kClosed:
    case Refusal::kNotJoined:
    case Refusal::kNotOffered:
      return request.state() == v1::Request::STATE_POSTPONED;
    default:
      return true;
  }
}

bool MayStayMatched(const OrganizationView& view, const v1::Match& match) {
  std::vector<std::string> people = {PersonId(match.mentee()), PersonId(match.mentor())};
  for (const type::v1::PersonCard& other : match.others()) people.push_back(PersonId(other));
  int pairs = 0;
  for (size_t a = 0; a < people.size(); ++a) {
    for (size_t b = a + 1; b < people.size(); ++b) {
      const Refusal refusal = RefusalOf(view, absl::InfiniteFuture(), people[a], people[b]);
      if (refusal == Refusal::kBlocked) return false;
      pairs += refusal != Refusal::kNotActive;
    }
  }
  return pairs > 0;
}

absl::Time AnswerTime(const OrganizationView& view, absl::Time now, absl::string_view person) {
  WorkingDays calendar{{}, absl::UTCTimeZone()};
  if (const std::optional<int32_t> index = view.Find(person); index) {
    const PersonFacts& facts = view.facts(*index);
    calendar.weekdays = facts.weekdays;
    if (!absl::LoadTimeZone(facts.time_zone, &calendar.zone)) calendar.zone = absl::UTCTimeZone();
  }
  return AfterWorkingDays(now, kDaysToAnswer, calendar);
}

std::vector<Choice> NextChoices(const OrganizationView& view, absl::Time now, const v1::Request& request,
                                const std::string& next) {
  std::vector<Choice> choices;
  const std::string asker = PersonId(request.requester());
  for (int i = 0; i < request.next_choices_size(); ++i) {
    const std::string mentor = IdOf(request.next_choices(i));
    // The reporting line was looked at when the asker named them.
    const Verdict verdict = JudgeAsking(view, now, asker, mentor, /*include_own_line=*/true);
    if (!verdict.status.ok()) continue;
    Choice choice{{}, verdict.places};
    choice.request.set_name(next);
    *choice.request.mutable_requester() = request.requester();
    choice.request.mutable_mentor()->set_person(request.next_choices(i));
    choice.request.set_message(request.message());
    for (const google::protobuf::Timestamp& time : request.proposed_times()) {
      if (absl::FromUnixSeconds(time.seconds()) > now) *choice.request.add_proposed_times() = time;
    }
    for (int j = i + 1; j < request.next_choices_size(); ++j) choice.request.add_next_choices(request.next_choices(j));
    choice.request.set_state(v1::Request::STATE_OPEN);
    choice.request.mutable_create_time()->set_seconds(absl::ToUnixSeconds(now));
    choice.request.mutable_expire_time()->set_seconds(absl::ToUnixSeconds(AnswerTime(view, now, mentor)));
    choices.push_back(std::move(choice));
  }
  return choices;
}

absl::Duration ChatLength(const OrganizationView& view, absl::string_view one, absl::string_view other) {
  return absl::Minutes(std::min(MinutesOf(view, one), MinutesOf(view, other)));
}

}  // namespace cortado::matching
