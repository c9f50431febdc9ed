// What a trail shows: entries that fit a filter, and the bytes of its files.
#include <algorithm>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "common/audit/trail.h"
#include "common/status/error.h"
#include "common/status/status.h"
#include "google/protobuf/util/time_util.h"

namespace cortado::audit {
namespace {

using google::protobuf::util::TimeUtil;

constexpr int kUsualPage = 100;
constexpr int kPortion = 500;
// One page looks at no more than this many entries, however few of them fit.
constexpr int kLooks = 20'000;
constexpr int64_t kPieceBytes = 1 << 20;

bool FitsObject(const std::string& wanted, const Entry& entry) {
  if (wanted.empty() || entry.object == wanted) return true;
  if (absl::StartsWith(entry.object, absl::StrCat(wanted, "/"))) return true;
  absl::string_view person = wanted;
  return absl::ConsumePrefix(&person, "people/") &&
         std::find(entry.people.begin(), entry.people.end(), person) != entry.people.end();
}

bool Fits(const api::v1::AuditFilter& filter, const Entry& entry) {
  if (!filter.subject().empty() && entry.subject != filter.subject()) return false;
  if (!filter.method().empty() && entry.method != filter.method() &&
      !absl::EndsWith(entry.method, absl::StrCat("/", filter.method()))) {
    return false;
  }
  if (filter.has_start_time() && entry.time_ms < TimeUtil::TimestampToMilliseconds(filter.start_time())) return false;
  if (filter.has_end_time() && entry.time_ms >= TimeUtil::TimestampToMilliseconds(filter.end_time())) return false;
  return FitsObject(filter.object(), entry);
}

api::v1::AuditEntry ToProto(const std::string& service, const Entry& entry) {
  api::v1::AuditEntry shown;
  shown.set_service(service);
  shown.set_id(entry.id.Format());
  *shown.mutable_time() = TimeUtil::MillisecondsToTimestamp(entry.time_ms);
  shown.set_subject(entry.subject);
  shown.set_actor(entry.actor);
  shown.set_method(entry.method);
  shown.set_object(entry.object);
  shown.set_request_id(entry.request_id);
  for (const std::string& person : entry.people) shown.add_people(person);
  return shown;
}

absl::Status WrongToken() { return InvalidField("page_token", "is not of this request; start without one"); }

absl::StatusOr<Place> PlaceIn(const std::string& token) {
  Place place;
  if (token.empty()) return place;
  const std::vector<std::string> parts = absl::StrSplit(token, ':');
  if (parts.size() != 2 || !absl::SimpleAtoi(parts[0], &place.segment) || !absl::SimpleAtoi(parts[1], &place.offset) ||
      place.segment < 0 || place.offset < 0) {
    return WrongToken();
  }
  return place;
}

}  // namespace

absl::StatusOr<std::vector<Entry>> Trail::ReadSealedBefore(const Scope& scope, EntryId before) const {
  std::vector<Entry> entries;
  for (int64_t number = LastSegment(*parts_.archive, scope); number > 0 && entries.empty(); --number) {
    // A segment may have grown beyond its usual size by the last batch it took.
    ASSIGN_OR_RETURN(const Piece piece, ReadPiece(*parts_.archive, scope, {number, 0}, 64 * kSegmentBytes));
    for (absl::string_view line : absl::StrSplit(piece.bytes, '\n')) {
      const size_t tab = line.find('\t');
      const absl::StatusOr<Entry> entry = ParseCanonical(scope, line.substr(tab == line.npos ? 0 : tab + 1));
      if (entry.ok() && entry->id < before) entries.push_back(*entry);
    }
  }
  std::reverse(entries.begin(), entries.end());
  return entries;
}

Task<absl::StatusOr<api::v1::ListAuditRecordsResponse>> Trail::List(rpc::Call call,
                                                                    const api::v1::ListAuditRecordsRequest& request) {
  std::optional<EntryId> before;
  if (!request.before().empty()) {
    CO_ASSIGN_OR_RETURN(before, ParseEntryId(request.before()));
  }
  const int most = request.page_size() == 0 ? kUsualPage : request.page_size();
  api::v1::ListAuditRecordsResponse response;
  bool in_store = true;
  for (int looks = 0; looks < kLooks && response.entries_size() < most && !call.Cancelled();) {
    std::vector<Entry> entries;
    if (in_store) {
      CO_ASSIGN_OR_RETURN(entries, co_await ReadBefore(call, before, kPortion));
    } else {
      co_await parts_.executors.OnBlocking();
      CO_ASSIGN_OR_RETURN(entries, ReadSealedBefore(ScopeOf(call), before.value_or(EntryId{UINT64_MAX, 0})));
    }
    if (entries.empty() && (!in_store || parts_.archive == nullptr)) co_return response;
    // What the store no longer has is in the files.
    if (entries.empty()) in_store = false;
    for (const Entry& entry : entries) {
      if (response.entries_size() == most) break;
      before = entry.id;
      ++looks;
      if (Fits(request.filter(), entry)) *response.add_entries() = ToProto(service(), entry);
    }
  }
  if (before) response.set_before(before->Format());
  co_return response;
}

Task<absl::StatusOr<api::v1::ListAuditSegmentsResponse>> Trail::ListSegments(
    rpc::Call call, const api::v1::ListAuditSegmentsRequest& request) {
  CO_ASSIGN_OR_RETURN(const Place place, PlaceIn(request.page_token()));
  api::v1::ListAuditSegmentsResponse response;
  api::v1::AuditPart& part = *response.mutable_part();
  part.set_service(service());
  if (parts_.archive == nullptr) co_return response;
  part.set_sealed(true);
  part.set_public_key(parts_.archive->key.PublicKey().Raw());
  // Before the files are read, which only grow: the anchor is never ahead of them.
  CO_ASSIGN_OR_RETURN(const State state, co_await ReadState(call));
  if (state.anchor) {
    part.mutable_anchor()->set_count(state.anchor->count);
    part.mutable_anchor()->set_hash(state.anchor->hash);
  }
  CO_ASSIGN_OR_RETURN(const std::vector<Entry> waiting, co_await ReadNext(call, state.sealed, 1));
  if (!waiting.empty()) *part.mutable_unsealed_since() = TimeUtil::MillisecondsToTimestamp(waiting[0].time_ms);
  co_await parts_.executors.OnBlocking();
  CO_ASSIGN_OR_RETURN(Piece piece, ReadPiece(*parts_.archive, ScopeOf(call), place, kPieceBytes));
  part.set_segment(piece.segment);
  part.set_content(std::move(piece.bytes));
  if (piece.next) response.set_next_page_token(absl::StrCat(piece.next->segment, ":", piece.next->offset));
  co_return response;
}

Trail* Trails::Find(absl::string_view service) const {
  for (Trail* trail : trails_) {
    if (trail->service() == service) return trail;
  }
  return nullptr;
}

Task<absl::StatusOr<api::v1::ListAuditRecordsResponse>> Trails::List(rpc::Call call,
                                                                     const api::v1::ListAuditRecordsRequest& request) {
  Trail* trail = Find(request.service());
  if (trail == nullptr) co_return NotFound();
  co_return co_await trail->List(std::move(call), request);
}

Task<absl::StatusOr<api::v1::ListAuditSegmentsResponse>> Trails::ListSegments(
    rpc::Call call, const api::v1::ListAuditSegmentsRequest& request) {
  Trail* trail = Find(request.service());
  if (trail == nullptr) co_return NotFound();
  co_return co_await trail->ListSegments(std::move(call), request);
}

}  // namespace cortado::audit
