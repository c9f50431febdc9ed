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

bool Agreement::Covers(const std::string& person) const {
  return std::find(with.begin(), with.end(), person) != with.end();
}

bool Agreement::CoversAny(const std::vector<std::string>& people) const {
  return std::any_of(people.begin(), people.end(), [this](const std::string& person) { return Covers(person); });
}

Task<absl::StatusOr<Agreement>> Consents::AgreementOf(rpc::Call call, std::string match) const {
  Agreement agreement;
  if (match.empty()) co_return agreement;
  absl::StatusOr<matching::v1::Match> found = co_await find_match_(call, std::move(match));
  if (absl::IsNotFound(found.status())) co_return agreement;
  CO_RETURN_IF_ERROR(found.status());
  std::vector<std::string> people = {found->mentee().person(), found->mentor().person()};
  for (const type::v1::PersonCard& other : found->others()) people.push_back(other.person());
  const std::string caller = absl::StrCat("people/", call.subject());
  const bool is_theirs = std::find(people.begin(), people.end(), caller) != people.end();
  if (found->state() != matching::v1::Match::STATE_ACTIVE || !is_theirs) co_return agreement;
  agreement.program = found->program();
  for (const std::string& person : people) {
    if (person != caller) agreement.with.emplace_back(absl::StripPrefix(person, "people/"));
  }
  co_return agreement;
}

absl::Status MayMeet(const std::vector<Participant>& people, const Agreement& agreement, absl::Time now) {
  bool is_required = false;
  for (size_t i = 1; i < people.size(); ++i) {
    const Consent consent = ConsentOf(people[0], people[i], agreement.Covers(people[i].id), now);
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
