// Finds what was done to a sealed trail. Needs the bytes of its files and the public key, nothing else: no clock, no
// file system, no server.
//
//   Verifier verifier(scope, key, heads, anchor);
//   for (const std::string& segment : segments) verifier.Add(segment);
//   Verdict verdict = verifier.Finish();
//
// Found is every edit, removal, insertion, swap and cut in what the last head covers; an entry missing between two that
// are there; and, with an anchor, that the files were put back to an earlier state of themselves. Not found is what
// happens to entries before they are sealed, which takes up to 10 s, but for a gap they leave; and nothing at all when
// whoever does it holds the private key and no anchor or copy of a head is kept where they cannot write. One thread at
// a time.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "common/audit/chain.h"
#include "common/audit/entry.h"
#include "common/auth/keys.h"

namespace cortado::audit {

struct Fault {
  enum class Kind {
    kHeads,      // A line of the heads is none, or does not follow the one before it.
    kSignature,  // The last head is not signed by the key.
    kSegment,    // A segment does not begin where the one before it ended.
    kRecord,     // A line is no record of this trail.
    kHash,       // An entry or its hash was changed, or does not follow the entry before it.
    kGap,        // An entry is missing in front of this one: it was lost before it was sealed.
    kHead,       // The chain is not the one that a head vouches for.
    kCut,        // The segments end before the last head does.
    kUnsealed,   // More entries follow the last head than ever stand unsealed.
    kAnchor,     // An earlier state of the files than the anchor knows.
  };
  Kind kind = Kind::kHeads;
  int64_t segment = 0;  // Number of the segment; 0: the heads.
  int64_t offset = 0;   // Of the line, in bytes from the start of the file.
};

// The kind in capitals, as "CUT".
std::string NameOf(Fault::Kind kind);

// What is known of a trail from elsewhere: it had come so far.
struct Anchor {
  int64_t count = 0;
  std::string hash;
};

struct Verdict {
  int64_t entries = 0;         // Read, up to the first fault.
  int64_t sealed = 0;          // Those of them that a head covers.
  std::optional<Head> head;    // The last one that is sound.
  std::optional<Fault> fault;  // The first one. None: all is well.
};

class Verifier {
 public:
  // `heads` is the file of heads.
  Verifier(Scope scope, const auth::PublicKey& key, absl::string_view heads, std::optional<Anchor> anchor);

  // Calls `sink` with every entry that is sound.
  void OnEntry(std::function<void(const Entry&)> sink) { sink_ = std::move(sink); }
  // The bytes of the next segment, in the order of their numbers.
  void Add(absl::string_view segment);
  // After the last segment.
  Verdict Finish();

 private:
  void ReadHeads(absl::string_view heads, const auth::PublicKey& key);
  void AddLine(absl::string_view line, int64_t offset);
  // Looks at the heads and the anchor that speak of the chain as it is now.
  void Compare(int64_t offset, int64_t end);
  void Blame(Fault::Kind kind, int64_t segment, int64_t offset);
  int64_t sealed_count() const { return heads_.empty() ? 0 : heads_.back().chain.count; }

  const Scope scope_;
  const std::optional<Anchor> anchor_;
  std::function<void(const Entry&)> sink_;
  std::vector<Head> heads_;
  size_t next_head_ = 0;
  Chain chain_;
  int64_t segment_ = 0;
  bool torn_ = false;  // The segment before ended within a line.
  std::optional<Fault> fault_;
};

}  // namespace cortado::audit
