#include "services/profile/audits.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "common/audit/verifier.h"
#include "common/id/page_token.h"
#include "common/rpc/page.h"
#include "common/status/error.h"
#include "common/status/status.h"
#include "google/protobuf/util/time_util.h"

namespace cortado::profile {
namespace {

using google::protobuf::util::TimeUtil;

constexpr char kOwnService[] = "profile";
// An entry that is older than this should have been sealed.
constexpr absl::Duration kLongestUnsealed = absl::Minutes(1);
// Where reading of a source begins, and that it is over, for good or because nobody answered.
constexpr char kNewest[] = "*";
constexpr char kDone[] = ".";
constexpr char kMissing[] = "!";

enum class View { kAll, kHr, kOwn };

bool IsRecordOf(absl::string_view object, absl::string_view person) {
  const std::string name = absl::StrCat("people/", person);
  return object == name || absl::StartsWith(object, absl::StrCat(name, "/"));
}

// What people do of their own record, matches and chats is not HR's (product rules 2.4), nor is the skill somebody was
// first to name; to its owner a record shows what others did.
bool Shows(View view, const rpc::Call& call, const api::v1::AuditEntry& entry) {
  switch (view) {
    case View::kAll:
      return true;
    case View::kHr:
      return !IsRecordOf(entry.object(), entry.subject()) && !absl::StartsWith(entry.object(), "skills/");
    case View::kOwn:
      return !call.IsSelf(entry.subject());
  }
  return false;
}

// Whoever else was in a list is not told to the one who asks for their own record.
void Narrow(View view, const rpc::Call& call, api::v1::AuditEntry& entry) {
  if (view != View::kOwn) return;
  entry.clear_request_id();
  if (entry.people_size() == 0) return;
  entry.clear_people();
  entry.add_people(call.subject());
}

// One source while its entries are merged with those of others.
struct Reading {
  const AuditSource* source = nullptr;
  std::string at = kNewest;
  std::vector<api::v1::AuditEntry> entries;
  std::string next;  // Where it goes on behind the entries.
  size_t used = 0;

  bool open() const { return at != kDone && at != kMissing; }
  bool empty() const { return used == entries.size(); }
  int64_t time() const { return TimeUtil::TimestampToMilliseconds(entries[used].time()); }
};

// Takes the newest entry of all, or none when it is not known which one that is.
const api::v1::AuditEntry* TakeNewest(std::vector<Reading>& readings) {
  Reading* newest = nullptr;
  for (Reading& reading : readings) {
    if (!reading.open()) continue;
    if (reading.empty() && !reading.next.empty()) return nullptr;
    if (reading.empty()) continue;
    if (newest == nullptr || reading.time() > newest->time()) newest = &reading;
  }
  return newest == nullptr ? nullptr : &newest->entries[newest->used++];
}

// Where the next page goes on.
std::string PositionOf(const Reading& reading) {
  if (!reading.open()) return reading.at;
  if (reading.empty()) return reading.next.empty() ? kDone : reading.next;
  return reading.used == 0 ? reading.at : reading.entries[reading.used - 1].id();
}

// The positions of all of them; empty when all are over.
std::string NextPositions(const std::vector<Reading>& readings) {
  std::vector<std::string> next;
  bool more = false;
  for (const Reading& reading : readings) {
    next.push_back(PositionOf(reading));
    more = more || (next.back() != kDone && next.back() != kMissing);
  }
  return more ? absl::StrJoin(next, " ") : "";
}

// Reads what comes next of one source. That it does not answer is no error.
Task<absl::Status> Fetch(rpc::Call call, api::v1::AuditFilter filter, int most, Reading& reading) {
  if (!reading.open()) co_return absl::OkStatus();
  api::v1::ListAuditRecordsRequest request;
  request.set_service(reading.source->service);
  *request.mutable_filter() = std::move(filter);
  request.set_page_size(most);
  if (reading.at != kNewest) request.set_before(reading.at);
  absl::StatusOr<api::v1::ListAuditRecordsResponse> page = co_await reading.source->records(call, std::move(request));
  if (!page.ok()) {
    if (call.Cancelled()) co_return page.status();
    reading.at = kMissing;
    co_return absl::OkStatus();
  }
  reading.entries.assign(page->entries().begin(), page->entries().end());
  reading.next = page->before();
  co_return absl::OkStatus();
}

audit::Scope ScopeOf(const rpc::Call& call, const AuditSource& source) { return {call.organization(), source.service}; }

void Fill(const audit::Verdict& found, v1::AuditVerdict& verdict) {
  verdict.set_entry_count(found.entries);
  verdict.set_sealed_count(found.sealed);
  if (found.head) *verdict.mutable_head_time() = TimeUtil::MillisecondsToTimestamp(found.head->time_ms);
  if (!found.fault) return;
  verdict.set_state(v1::AuditVerdict::STATE_FAULT);
  verdict.mutable_fault()->set_kind(audit::NameOf(found.fault->kind));
  verdict.mutable_fault()->set_segment(found.fault->segment);
  verdict.mutable_fault()->set_offset(found.fault->offset);
}

// Feeds a verifier with parts as they come: all heads first, then whole segments.
class PartReader {
 public:
  PartReader(audit::Scope scope, const auth::PublicKey& key) : scope_(std::move(scope)), key_(key) {}

  void Add(const api::v1::AuditPart& part) {
    if (part.segment() == 0) {
      heads_ += part.content();
      if (!anchor_ && part.has_anchor()) anchor_ = audit::Anchor{part.anchor().count(), part.anchor().hash()};
      return;
    }
    if (part.segment() != number_) Flush();
    number_ = part.segment();
    segment_ += part.content();
  }
  audit::Verdict Finish() {
    Flush();
    return verifier_->Finish();
  }

 private:
  void Flush() {
    if (verifier_ == nullptr) verifier_ = std::make_unique<audit::Verifier>(scope_, key_, heads_, anchor_);
    if (number_ > 0) verifier_->Add(segment_);
    segment_.clear();
  }

  const audit::Scope scope_;
  const auth::PublicKey key_;
  std::string heads_;
  std::optional<audit::Anchor> anchor_;
  std::unique_ptr<audit::Verifier> verifier_;
  int64_t number_ = 0;
  std::string segment_;
};

}  // namespace

Task<absl::StatusOr<v1::ListAuditEntriesResponse>> Audits::List(rpc::Call call,
                                                                const v1::ListAuditEntriesRequest& request) {
  View view = View::kOwn;
  if (call.Has(api::v1::ROLE_HR_ADMIN)) view = View::kHr;
  if (call.Has(api::v1::ROLE_AUDITOR)) view = View::kAll;
  if (view == View::kOwn && request.filter().object() != absl::StrCat("people/", call.subject())) {
    co_return AccessDenied();
  }
  const std::string arguments = absl::StrCat(call.organization(), "\n", call.subject(), "\n", static_cast<int>(view),
                                             "\n", request.filter().SerializeAsString());
  CO_ASSIGN_OR_RETURN(const std::string cursor, rpc::PageStart(request.page_token(), arguments));
  const std::vector<std::string> positions = absl::StrSplit(cursor, ' ', absl::SkipEmpty());
  const int most = rpc::PageSize(request.page_size());
  v1::ListAuditEntriesResponse response;
  std::vector<Reading> readings;
  for (const AuditSource& source : sources_) {
    // Matches and chats are for auditors alone.
    if (view != View::kAll && source.service != kOwnService) continue;
    Reading reading;
    reading.source = &source;
    if (readings.size() < positions.size()) reading.at = positions[readings.size()];
    CO_RETURN_IF_ERROR(co_await Fetch(call, request.filter(), most, reading));
    readings.push_back(std::move(reading));
  }
  while (response.entries_size() < most) {
    const api::v1::AuditEntry* entry = TakeNewest(readings);
    if (entry == nullptr) break;
    if (!Shows(view, call, *entry)) continue;
    *response.add_entries() = *entry;
    Narrow(view, call, *response.mutable_entries(response.entries_size() - 1));
  }
  const std::string next = NextPositions(readings);
  if (!next.empty()) response.set_next_page_token(id::MakePageToken(next, arguments));
  for (const Reading& reading : readings) {
    if (reading.at == kMissing) response.add_missing_services(reading.source->service);
  }
  co_return response;
}

Task<absl::StatusOr<v1::AuditVerdict>> Audits::VerifyOne(rpc::Call call, const AuditSource& source) {
  v1::AuditVerdict verdict;
  verdict.set_service(source.service);
  verdict.set_state(v1::AuditVerdict::STATE_SOUND);
  api::v1::ListAuditSegmentsRequest request;
  request.set_service(source.service);
  std::unique_ptr<PartReader> reader;
  bool first = true;
  do {
    CO_ASSIGN_OR_RETURN(const auto page, co_await source.segments(call, request));
    if (!page.part().sealed()) {
      verdict.set_state(v1::AuditVerdict::STATE_NOT_SEALED);
      co_return verdict;
    }
    if (first) {
      CO_ASSIGN_OR_RETURN(const auth::PublicKey key, auth::PublicKey::FromRaw(page.part().public_key()));
      verdict.set_key_id(key.KeyId());
      reader = std::make_unique<PartReader>(ScopeOf(call, source), key);
      const absl::Time oldest = clock_.Now() - kLongestUnsealed;
      if (page.part().has_unsealed_since() &&
          TimeUtil::TimestampToMilliseconds(page.part().unsealed_since()) < absl::ToUnixMillis(oldest)) {
        verdict.set_state(v1::AuditVerdict::STATE_BEHIND);
      }
    }
    first = false;
    co_await executors_.OnWorkers();
    reader->Add(page.part());
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty() && !call.Cancelled());
  Fill(reader->Finish(), verdict);
  co_return verdict;
}

Task<absl::StatusOr<v1::VerifyAuditResponse>> Audits::Verify(rpc::Call call, const v1::VerifyAuditRequest&) {
  v1::VerifyAuditResponse response;
  response.set_sound(true);
  for (const AuditSource& source : sources_) {
    absl::StatusOr<v1::AuditVerdict> verdict = co_await VerifyOne(call, source);
    if (!verdict.ok()) {
      verdict = v1::AuditVerdict();
      verdict->set_service(source.service);
      verdict->set_state(v1::AuditVerdict::STATE_UNREACHABLE);
    }
    response.set_sound(response.sound() && verdict->state() == v1::AuditVerdict::STATE_SOUND);
    *response.add_verdicts() = *std::move(verdict);
  }
  co_return response;
}

// The page token is the service and its own token.
Task<absl::StatusOr<v1::ExportAuditResponse>> Audits::Export(rpc::Call call, const v1::ExportAuditRequest& request) {
  CO_ASSIGN_OR_RETURN(const std::string cursor, rpc::PageStart(request.page_token(), call.organization()));
  const std::vector<std::string> parts = absl::StrSplit(cursor, '|');
  auto at = std::find_if(sources_.begin(), sources_.end(),
                         [&](const AuditSource& source) { return cursor.empty() || source.service == parts[0]; });
  if (at == sources_.end()) co_return InvalidField("page_token", "is not of this request; start without one");
  api::v1::ListAuditSegmentsRequest ask;
  ask.set_service(at->service);
  if (parts.size() == 2) ask.set_page_token(parts[1]);
  CO_ASSIGN_OR_RETURN(auto page, co_await at->segments(call, ask));
  v1::ExportAuditResponse response;
  *response.mutable_part() = std::move(*page.mutable_part());
  std::string next;
  if (!page.next_page_token().empty()) {
    next = absl::StrCat(at->service, "|", page.next_page_token());
  } else if (++at != sources_.end()) {
    next = absl::StrCat(at->service, "|");
  }
  response.set_next_page_token(id::MakePageToken(next, call.organization()));
  co_return response;
}

}  // namespace cortado::profile
