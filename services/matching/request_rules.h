// The rules of asking and answering that need the view of the organisation: whether somebody can be asked, whether a
// request can still be answered, until when, and who is asked next (product rules 1.4, 1.5). They only look and decide.
// Pure but for the protos; safe from any thread while the view does not change.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "cortado/matching/v1/match.pb.h"
#include "services/matching/organization_view.h"
#include "services/matching/request_store.h"

namespace cortado::matching {

// Whether a request waits for an answer, now or later.
bool IsWaiting(const v1::Request& request);

// Whole working days that somebody has for an answer, by their own calendar.
inline constexpr int kDaysToAnswer = 3;

// What the view says about a step.
struct Verdict {
  absl::Status status;  // OK, or what the caller is told.
  int32_t places = 0;   // The role model's.
};

// About one asking the other. NOT_FOUND; PERMISSION_DENIED to an asker who has left; FAILED_PRECONDITION:
// NOT_AVAILABLE, OWN_LINE, NOT_OFFERED.
Verdict JudgeAsking(const OrganizationView& view, absl::Time now, absl::string_view asker, absl::string_view mentor,
                    bool include_own_line);

// About a yes to `request`. FAILED_PRECONDITION: NOT_AVAILABLE.
Verdict JudgeYes(const OrganizationView& view, const v1::Request& request);

// Returns whether an open request can still be answered with a yes: both are there, neither blocks the other, and the
// one asked is neither on a break nor behind a closed door, and mentors still. A postponed one waits for its date
// through a break and a closed door.
bool CanWait(const OrganizationView& view, absl::Time now, const v1::Request& request);

// Returns whether those who are matched may stay so: two of them are there, and nobody blocks another.
bool MayStayMatched(const OrganizationView& view, const v1::Match& match);

// Returns the instant at which the answer of `person` is overdue, asked at `now`.
absl::Time AnswerTime(const OrganizationView& view, absl::Time now, absl::string_view person);

// Returns the requests, all with the name `next`, to those next choices of `request` whom its requester can ask now, in
// their order: the same message, and what is still ahead of the proposed times. None when the requester has left.
std::vector<Choice> NextChoices(const OrganizationView& view, absl::Time now, const v1::Request& request,
                                const std::string& next);

// Returns the length of a chat of two people: the shorter one of what they prefer.
absl::Duration ChatLength(const OrganizationView& view, absl::string_view one, absl::string_view other);

}  // namespace cortado::matching
