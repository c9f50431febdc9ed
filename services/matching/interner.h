// Numbers for texts: 0, 1, 2, ... in the order first seen. Thread-compatible.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"

namespace cortado::matching {

class Interner {
 public:
  // Returns the number of `text` and whether it is new.
  std::pair<int32_t, bool> Intern(absl::string_view text) {
    const auto [found, is_new] = numbers_.try_emplace(text, static_cast<int32_t>(texts_.size()));
    if (is_new) texts_.emplace_back(text);
    return {found->second, is_new};
  }

  // Returns the number of `text`, or -1 when it was never interned.
  int32_t Find(absl::string_view text) const {
    const auto found = numbers_.find(text);
    return found == numbers_.end() ? -1 : found->second;
  }

  const std::string& Text(int32_t number) const { return texts_[number]; }
  int32_t size() const { return static_cast<int32_t>(texts_.size()); }

 private:
  absl::flat_hash_map<std::string, int32_t> numbers_;
  std::vector<std::string> texts_;
};

}  // namespace cortado::matching
