#include "services/profile/exports.h"

#include <algorithm>
#include <optional>
#include <tuple>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/status/error.h"
#include "common/status/status.h"
#include "services/profile/person_keys.h"
#include "services/profile/values.h"

namespace cortado::profile {
namespace {

constexpr absl::Duration kToldAgainAfter = absl::Hours(24);

// K: person. A: id, told again after in ms.
const store::WriteScript kTell("profile.tell_export", R"lua(
  local state = redis.call('HMGET', K[1], 'person', 'inactive', 'export_told')
  if not state[1] or state[2] == '1' then return refuse('ABSENT') end
  if state[3] and tonumber(state[3]) + tonumber(A[2]) > tonumber(now) then return unchanged('people/' .. A[1]) end
  redis.call('HSET', K[1], 'export_told', now)
  event('person.export_ready', 'people/' .. A[1], 'person', A[1], 'by', SUBJECT)
  resource = 'people/' .. A[1]
)lua");

bool IsBefore(const api::v1::PersonRecord& a, const api::v1::PersonRecord& b) {
  return std::tie(a.service(), a.type(), a.name()) < std::tie(b.service(), b.type(), b.name());
}

// Says in the words of the API that a part is missing.
absl::Status Missing(const absl::Status& status) {
  if (!absl::IsUnavailable(status) && !absl::IsDeadlineExceeded(status)) return status;
  return Error(absl::StatusCode::kUnavailable, api::v1::REASON_TRY_AGAIN,
               "a service does not answer, and an export is whole or none; try again")
      .RetryAfter(absl::Seconds(1));
}

}  // namespace

Task<absl::StatusOr<v1::PersonExport>> Exports::Export(rpc::Call call, const v1::ExportPersonRequest& request) {
  std::string person = PersonId(request.person());
  if (call.IsSelf(person)) co_return co_await Collect(std::move(call), std::move(person));
  if (!call.Has(api::v1::ROLE_HR_ADMIN)) co_return AccessDenied();
  co_return co_await Tell(std::move(call), std::move(person));
}

Task<absl::StatusOr<v1::PersonExport>> Exports::Collect(rpc::Call call, std::string person) {
  CO_ASSIGN_OR_RETURN(const std::optional<v1::Person> known, co_await people_.Find(call, person));
  if (!known) co_return NotFound();
  v1::PersonExport whole;
  whole.set_person(absl::StrCat("people/", person));
  *whole.mutable_create_time() = Stamp(clock_.Now());
  for (const DossierSource& source : sources_) {
    api::v1::CollectPersonRequest ask;
    ask.set_service(source.service);
    ask.set_person(whole.person());
    do {
      absl::StatusOr<api::v1::CollectPersonResponse> page = co_await source.collect(call, ask);
      if (!page.ok()) co_return Missing(page.status());
      for (api::v1::PersonRecord& record : *page->mutable_records()) *whole.add_records() = std::move(record);
      ask.set_page_token(page->next_page_token());
    } while (!ask.page_token().empty());
  }
  std::sort(whole.mutable_records()->begin(), whole.mutable_records()->end(), IsBefore);
  co_return whole;
}

Task<absl::StatusOr<v1::PersonExport>> Exports::Tell(rpc::Call call, std::string person) {
  store::Write write;
  write.script = &kTell;
  write.keys = Words(PersonKey(store_, call, person));
  write.arguments = Words(person, absl::StrCat(absl::ToInt64Milliseconds(kToldAgainAfter)));
  CO_ASSIGN_OR_RETURN(const store::Outcome outcome, co_await store_.Write(call, std::move(write)));
  if (outcome.refused()) co_return NotFound();
  v1::PersonExport told;
  told.set_person(absl::StrCat("people/", person));
  told.set_told(true);
  co_return told;
}

}  // namespace cortado::profile
