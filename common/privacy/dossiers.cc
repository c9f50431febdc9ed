#include "common/privacy/dossiers.h"

#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/time/clock.h"
#include "common/id/id.h"
#include "common/log/log.h"
#include "common/privacy/person_record.h"
#include "common/rpc/page.h"
#include "common/status/error.h"
#include "common/status/status.h"
#include "common/task/sync_wait.h"

namespace cortado::privacy {
namespace {

constexpr size_t kEnough = 200'000;  // Bytes of records after which a page ends.
constexpr int kEntriesAtOnce = 200;
constexpr absl::Duration kPatience = absl::Minutes(1);
constexpr absl::Duration kPause = absl::Milliseconds(20);
constexpr char kRepeat[] = "erasure";

// Entries of the trail as records; what they say of other people is theirs.
Task<absl::StatusOr<RecordPage>> ReadTrail(audit::Trail& trail, rpc::Call call, std::string person,
                                           api::v1::AuditFilter filter, std::string before) {
  api::v1::ListAuditRecordsRequest request;
  request.set_service(trail.service());
  *request.mutable_filter() = filter;
  request.set_page_size(kEntriesAtOnce);
  request.set_before(std::move(before));
  CO_ASSIGN_OR_RETURN(api::v1::ListAuditRecordsResponse found, co_await trail.List(std::move(call), request));
  RecordPage page;
  page.cursor = found.before();
  for (api::v1::AuditEntry& entry : *found.mutable_entries()) {
    if (!filter.object().empty() && entry.subject() == person) continue;  // Among their own acts already.
    const bool was_shown = entry.people_size() > 0 && entry.subject() != person;
    entry.clear_people();
    if (was_shown) entry.add_people(person);
    if (entry.subject() != person) entry.clear_request_id();
    CO_ASSIGN_OR_RETURN(api::v1::PersonRecord record, MakePersonRecord(trail.service(), entry.id(), entry, person));
    page.records.push_back(std::move(record));
  }
  co_return page;
}

}  // namespace

Dossiers::Section OwnActs(audit::Trail& trail) {
  return [&trail](rpc::Call call, std::string person, std::string cursor) {
    api::v1::AuditFilter filter;
    filter.set_subject(person);
    return ReadTrail(trail, std::move(call), std::move(person), std::move(filter), std::move(cursor));
  };
}

Dossiers::Section ActsOnRecord(audit::Trail& trail) {
  return [&trail](rpc::Call call, std::string person, std::string cursor) {
    api::v1::AuditFilter filter;
    filter.set_object(absl::StrCat("people/", person));
    return ReadTrail(trail, std::move(call), std::move(person), std::move(filter), std::move(cursor));
  };
}

Dossiers::Dossiers(store::Store& store, redis::Client& client, const Clock& clock, std::vector<Section> sections,
                   Erase erase)
    : store_(store), client_(client), clock_(clock), sections_(std::move(sections)), erase_(std::move(erase)) {}

// The page token is "SECTION|CURSOR".
Task<absl::StatusOr<api::v1::CollectPersonResponse>> Dossiers::Collect(rpc::Call call,
                                                                       const api::v1::CollectPersonRequest& request) {
  const std::string arguments = absl::StrCat(call.organization(), "\n", request.service(), "\n", request.person());
  CO_ASSIGN_OR_RETURN(const std::string start, rpc::PageStart(request.page_token(), arguments));
  CO_ASSIGN_OR_RETURN(const std::string person, id::ParseName("people", request.person()));
  const std::pair<std::string, std::string> parts = absl::StrSplit(start, absl::MaxSplits('|', 1));
  size_t section = 0;
  if (!parts.first.empty() && !absl::SimpleAtoi(parts.first, &section)) section = sections_.size();
  std::string cursor = parts.second;
  api::v1::CollectPersonResponse response;
  for (size_t bytes = 0; section < sections_.size() && bytes < kEnough;) {
    CO_ASSIGN_OR_RETURN(RecordPage page, co_await sections_[section](call, person, std::move(cursor)));
    for (api::v1::PersonRecord& record : page.records) {
      bytes += record.ByteSizeLong();
      *response.add_records() = std::move(record);
    }
    cursor = std::move(page.cursor);
    if (!cursor.empty()) break;  // A section may look for long and find little: a page is one of its steps.
    ++section;
  }
  if (section < sections_.size()) {
    response.set_next_page_token(id::MakePageToken(absl::StrCat(section, "|", cursor), arguments));
  }
  co_return response;
}

Task<absl::StatusOr<api::v1::ErasePersonDataResponse>> Dossiers::ErasePerson(
    rpc::Call call, const api::v1::ErasePersonDataRequest& request) {
  CO_ASSIGN_OR_RETURN(std::string person, id::ParseName("people", request.person()));
  api::v1::ErasePersonDataResponse response;
  std::vector<std::string> look;
  look.push_back("HEXISTS");
  look.push_back(MarksKey(call));
  look.push_back(request.erasure_id());
  CO_ASSIGN_OR_RETURN(const redis::Reply marked, co_await store_.Read(call, std::move(look)));
  if (marked.integer == 1) {
    response.set_done(true);
    co_return response;
  }
  CO_ASSIGN_OR_RETURN(const Erased erased, co_await erase_(call, std::move(person)));
  response.set_done(erased.done);
  response.mutable_removed()->insert(erased.removed.begin(), erased.removed.end());
  if (!erased.done) co_return response;
  // Not a write of the store's: an organisation that is not there must not come to be by being looked through.
  std::vector<std::string> mark;
  mark.push_back("HSET");
  mark.push_back(MarksKey(call));
  mark.push_back(request.erasure_id());
  mark.push_back(absl::StrCat(absl::ToUnixMillis(clock_.Now())));
  CO_ASSIGN_OR_RETURN(const redis::Reply written,
                      co_await client_.Run(call.organization(), std::move(mark), redis::Use::kWrite, call.deadline()));
  if (written.IsError()) co_return absl::InternalError("the store refused the mark of an erasure");
  co_return response;
}

Task<absl::Status> Dossiers::Repeat(std::vector<Erasure> erasures) {
  for (const Erasure& erasure : erasures) {
    api::v1::ErasePersonDataRequest request;
    request.set_service(service());
    request.set_person(id::MakeName("people", erasure.person));
    request.set_erasure_id(erasure.id);
    for (bool done = false; !done;) {
      const rpc::Call call = rpc::InternalCall(erasure.organization, kRepeat, absl::Now() + kPatience);
      CO_ASSIGN_OR_RETURN(const auto step, co_await ErasePerson(call, request));
      done = step.done();
      if (!step.removed().empty()) log::Warn("erasures.repeated", {{"service", service()}, {"erasure", erasure.id}});
    }
  }
  co_return absl::OkStatus();
}

Dossiers* DossierSet::Find(absl::string_view service) const {
  for (Dossiers* dossiers : dossiers_) {
    if (dossiers->service() == service) return dossiers;
  }
  return nullptr;
}

Task<absl::StatusOr<api::v1::CollectPersonResponse>> DossierSet::Collect(rpc::Call call,
                                                                         const api::v1::CollectPersonRequest& request) {
  Dossiers* dossiers = Find(request.service());
  if (dossiers == nullptr) co_return NotFound();
  co_return co_await dossiers->Collect(std::move(call), request);
}

Task<absl::StatusOr<api::v1::ErasePersonDataResponse>> DossierSet::ErasePerson(
    rpc::Call call, const api::v1::ErasePersonDataRequest& request) {
  Dossiers* dossiers = Find(request.service());
  if (dossiers == nullptr) co_return NotFound();
  co_return co_await dossiers->ErasePerson(std::move(call), request);
}

absl::Status RepeatErasures(const ErasureLedger& ledger, const std::vector<Dossiers*>& dossiers, absl::Duration limit) {
  ASSIGN_OR_RETURN(const std::vector<Erasure> erasures, ledger.Read());
  const absl::Time until = absl::Now() + limit;
  for (Dossiers* one : dossiers) {
    for (;;) {
      const absl::Status repeated = SyncWait(one->Repeat(erasures));
      if (repeated.ok()) break;
      if (!absl::IsUnavailable(repeated) || absl::Now() >= until) return repeated;
      absl::SleepFor(kPause);
    }
  }
  return absl::OkStatus();
}

}  // namespace cortado::privacy
