#include "services/scheduling/consent.h"

#include <algorithm>
#include <cstddef>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "common/status/error.h"
#include "common/status/status.h"
#include "cortado/scheduling/v1/reason.pb.h"

namespace cortado::scheduling {

Task<absl::StatusOr<std::string>> Consents::MatchedWith(rpc::Call call, std::string match) const {
  if (match.empty()) co_return std::string();
  absl::StatusOr<matching::v1::Match> found = co_await find_match_(call, std::move(match));
  if (absl::IsNotFound(found.status())) co_return std::string();
  CO_RETURN_IF_ERROR(found.status());
  const std::string caller = absl::StrCat("people/", call.subject());
  const bool stands = found->state() == matching::v1::Match::STATE_ACTIVE;
  if (stands && found->mentee().person() == caller) {
    co_return std::string(absl::StripPrefix(found->mentor().person(), "people/"));
  }
  if (stands && found->mentor().person() == caller) {
    co_return std::string(absl::StripPrefix(found->mentee().person(), "people/"));
  }
  co_return std::string();
}

absl::Status MayMeet(const std::vector<Participant>& people, const std::string& matched_with, absl::Time now) {
  bool is_required = false;
  for (size_t i = 1; i < people.size(); ++i) {
    const Consent consent = ConsentOf(people[0], people[i], people[i].id == matched_with, now);
    const bool is_apart = std::any_of(people.begin() + 1, people.begin() + static_cast<std::ptrdiff_t>(i),
                                      [&](const Participant& other) { return IsBlocked(people[i], other); });
    if (consent == Consent::kNotAvailable || is_apart) return NotAvailable();
    is_required = is_required || consent == Consent::kRequired;
  }
  if (!is_required) return absl::OkStatus();
  return Error(absl::StatusCode::kFailedPrecondition, v1::REASON_CONSENT_REQUIRED,
               "somebody decides about each chat; ask them first, or name the match");
}

absl::Status MayStillMeet(const std::vector<Participant>& people, absl::Time start) {
  for (size_t i = 0; i < people.size(); ++i) {
    if (IsAway(people[i].snapshot, start)) return NotAvailable();
    for (size_t k = 0; k < i; ++k) {
      if (IsBlocked(people[i], people[k])) return NotAvailable();
    }
  }
  return absl::OkStatus();
}

}  // namespace cortado::scheduling
