// Who has something, as a skill: people in order, in blocks of kBlockSize by their number, each with what else is known
// of it. An inverted list (Turtle and Flood, "Query evaluation: strategies and optimizations", Information Processing &
// Management 31, 1995), cut into blocks so that a change moves little and a query needs little memory at a time (Ding
// and Suel, "Faster top-k document retrieval using block-max indexes", SIGIR 2011). Thread-compatible.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace cortado::matching {

inline constexpr int32_t kBlockSize = 1 << 16;

// A posting is a struct with `uint16_t person`, the place of somebody in their block.
template <class Posting>
class PostingList {
 public:
  // Adds or replaces what is known of somebody.
  void Put(int32_t person, Posting posting) {
    const size_t block = static_cast<size_t>(person / kBlockSize);
    if (block >= blocks_.size()) blocks_.resize(block + 1);
    posting.person = static_cast<uint16_t>(person % kBlockSize);
    std::vector<Posting>& postings = blocks_[block];
    const auto at = Find(postings, posting.person);
    if (at != postings.end() && at->person == posting.person) {
      *at = posting;
    } else {
      postings.insert(at, posting);
    }
  }
  // Somebody who is not there is not an error.
  void Remove(int32_t person) {
    const size_t block = static_cast<size_t>(person / kBlockSize);
    if (block >= blocks_.size()) return;
    std::vector<Posting>& postings = blocks_[block];
    const auto at = Find(postings, static_cast<uint16_t>(person % kBlockSize));
    if (at != postings.end() && at->person == person % kBlockSize) postings.erase(at);
  }

  // Returns the people of a block in order.
  const std::vector<Posting>& block(size_t block) const {
    static const auto* const kNone = new std::vector<Posting>;
    return block < blocks_.size() ? blocks_[block] : *kNone;
  }
  // Bytes it takes.
  size_t bytes() const {
    size_t bytes = blocks_.capacity() * sizeof(blocks_[0]);
    for (const std::vector<Posting>& postings : blocks_) bytes += postings.capacity() * sizeof(Posting);
    return bytes;
  }

 private:
  static auto Find(std::vector<Posting>& postings, uint16_t person) {
    return std::lower_bound(postings.begin(), postings.end(), person,
                            [](const Posting& one, uint16_t wanted) { return one.person < wanted; });
  }

  std::vector<std::vector<Posting>> blocks_;
};

}  // namespace cortado::matching
