#include "common/audit/verifier.h"

#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace cortado::audit {

std::string NameOf(Fault::Kind kind) {
  switch (kind) {
    case Fault::Kind::kHeads:
      return "HEADS";
    case Fault::Kind::kSignature:
      return "SIGNATURE";
    case Fault::Kind::kSegment:
      return "SEGMENT";
    case Fault::Kind::kRecord:
      return "RECORD";
    case Fault::Kind::kHash:
      return "HASH";
    case Fault::Kind::kGap:
      return "GAP";
    case Fault::Kind::kHead:
      return "HEAD";
    case Fault::Kind::kCut:
      return "CUT";
    case Fault::Kind::kUnsealed:
      return "UNSEALED";
    case Fault::Kind::kAnchor:
      return "ANCHOR";
  }
  return "";
}

Verifier::Verifier(Scope scope, const auth::PublicKey& key, absl::string_view heads, std::optional<Anchor> anchor)
    : scope_(std::move(scope)), anchor_(std::move(anchor)), chain_(Genesis(scope_)) {
  ReadHeads(heads, key);
}

void Verifier::Blame(Fault::Kind kind, int64_t segment, int64_t offset) {
  if (!fault_) fault_ = Fault{kind, segment, offset};
}

// Each head holds the hash of the one before it, so the signature of the last vouches for all.
void Verifier::ReadHeads(absl::string_view heads, const auth::PublicKey& key) {
  std::string before = Genesis(scope_).hash;
  int64_t count = 0;
  size_t at = 0;
  size_t last = 0;
  while (at < heads.size()) {
    const size_t end = heads.find('\n', at);
    const absl::string_view line = heads.substr(at, end == absl::string_view::npos ? end : end - at);
    absl::StatusOr<Head> head = ParseHead(line);
    if (end == absl::string_view::npos || !head.ok() || head->before != before || head->chain.count <= count) {
      return Blame(Fault::Kind::kHeads, 0, static_cast<int64_t>(at));
    }
    before = HashOfHead(line);
    count = head->chain.count;
    heads_.push_back(*std::move(head));
    last = at;
    at = end + 1;
  }
  if (!heads_.empty() && !IsSigned(scope_, heads.substr(last, heads.size() - last - 1), key)) {
    Blame(Fault::Kind::kSignature, 0, static_cast<int64_t>(last));
  }
}

void Verifier::Add(absl::string_view segment) {
  if (fault_) return;
  ++segment_;
  // Only behind the last head may a line be unfinished, and then nothing follows it.
  if (torn_) return Blame(Fault::Kind::kSegment, segment_, 0);
  const std::string header = SegmentHeader(scope_, segment_, chain_);
  if (!absl::StartsWith(segment, header)) {
    torn_ = chain_.count >= sealed_count() && absl::StartsWith(header, segment);
    if (!torn_) Blame(Fault::Kind::kSegment, segment_, 0);
    return;
  }
  for (size_t at = header.size(); at < segment.size() && !fault_;) {
    const size_t end = segment.find('\n', at);
    if (end == absl::string_view::npos) {
      torn_ = chain_.count >= sealed_count();
      if (!torn_) Blame(Fault::Kind::kCut, segment_, static_cast<int64_t>(at));
      return;
    }
    AddLine(segment.substr(at, end - at), static_cast<int64_t>(at));
    if (!fault_) Compare(static_cast<int64_t>(at), static_cast<int64_t>(end) + 1);
    at = end + 1;
  }
}

void Verifier::AddLine(absl::string_view line, int64_t offset) {
  const size_t tab = line.find('\t');
  if (tab == absl::string_view::npos) return Blame(Fault::Kind::kRecord, segment_, offset);
  const absl::string_view canonical = line.substr(tab + 1);
  const absl::StatusOr<Entry> entry = ParseCanonical(scope_, canonical);
  if (!entry.ok()) return Blame(Fault::Kind::kRecord, segment_, offset);
  Chain next = chain_;
  Extend(next, entry->id, canonical);
  if (line.substr(0, tab) != next.hash) return Blame(Fault::Kind::kHash, segment_, offset);
  // Where a backup was brought back, revisions go on behind those of the backup; the entry that says so is sealed.
  const bool brings_back = entry->method == kRestoreMethod && entry->id > chain_.last;
  if (!Follows(chain_.last, entry->id) && !brings_back) return Blame(Fault::Kind::kGap, segment_, offset);
  chain_ = std::move(next);
  if (chain_.count > sealed_count() + kEntriesToAHead) return Blame(Fault::Kind::kUnsealed, segment_, offset);
  if (sink_) sink_(*entry);
}

void Verifier::Compare(int64_t offset, int64_t end) {
  if (anchor_ && anchor_->count == chain_.count && anchor_->hash != chain_.hash) {
    return Blame(Fault::Kind::kAnchor, segment_, offset);
  }
  if (next_head_ == heads_.size() || heads_[next_head_].chain.count != chain_.count) return;
  const Head& head = heads_[next_head_];
  if (head.chain.hash != chain_.hash || head.chain.last != chain_.last || head.segment != segment_ ||
      head.bytes != end) {
    return Blame(Fault::Kind::kHead, segment_, offset);
  }
  ++next_head_;
}

Verdict Verifier::Finish() {
  if (next_head_ < heads_.size()) Blame(Fault::Kind::kCut, segment_, 0);
  // The anchor is written after its head, so it is never ahead of the heads.
  if (anchor_ && anchor_->count > sealed_count()) Blame(Fault::Kind::kAnchor, 0, 0);
  Verdict verdict;
  verdict.entries = chain_.count;
  if (next_head_ > 0) verdict.head = heads_[next_head_ - 1];
  if (verdict.head) verdict.sealed = verdict.head->chain.count;
  verdict.fault = fault_;
  return verdict;
}

}  // namespace cortado::audit
