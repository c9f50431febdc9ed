// How far what was typed is from the beginning of a word: the fewest letters to insert, leave out, replace, or swap
// with the next one. This is the optimal string alignment distance (Damerau 1964, restricted: no letter is touched
// twice) between what was typed and that beginning of the word which is nearest.
//
// The table of the distance is filled row by row, one row a letter of the word, so that words which begin alike share
// their rows (Ukkonen 1985: only a band around the diagonal can hold a distance that still counts; Ji, Li, Li and Feng
// 2009: the same for what is typed as a prefix).
// Thread contract: values.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>

#include "services/profile/search/folding.h"

namespace cortado::profile {

// How many typing errors are forgiven in a word of so many letters: none up to 3, 1 up to 7, 2 from 8 on.
constexpr int ForgivenErrors(size_t letters) { return letters < 4 ? 0 : letters < 8 ? 1 : 2; }

inline constexpr int kMostErrors = 2;

// One row: element j is the distance between the letters of the word so far and the first j letters typed, where it is
// at most kMostErrors; anything above means "too far".
struct ErrorRow {
  std::array<uint8_t, kLongestWord + 1> distance;
  uint8_t least;  // Of the row.
};

// The row of no letters.
inline ErrorRow FirstErrorRow(size_t typed_letters) {
  ErrorRow row;
  for (size_t j = 0; j <= typed_letters; ++j) row.distance[j] = static_cast<uint8_t>(j);
  row.least = 0;
  return row;
}

// The row after one more letter, the `depth`-th of the word (from 1). `before` is the row of depth - 1, `two_before`
// that of depth - 2 and `letter_before` the letter of depth - 1; both are looked at only from depth 2 on.
template <class Typed>
ErrorRow NextErrorRow(const Typed& typed, size_t depth, char32_t letter, char32_t letter_before, const ErrorRow& before,
                      const ErrorRow& two_before) {
  constexpr uint8_t kTooFar = kMostErrors + 1;
  ErrorRow row;
  row.distance.fill(kTooFar);
  row.least = kTooFar;
  const size_t first = depth > kMostErrors ? depth - kMostErrors : 0;
  const size_t last = std::min(typed.size(), depth + kMostErrors);
  for (size_t j = first; j <= last; ++j) {
    int least = before.distance[j] + 1;  // The word has a letter that was not typed.
    if (j > 0) {
      least = std::min(least, row.distance[j - 1] + 1);  // One was typed that the word has not.
      least = std::min(least, before.distance[j - 1] + (typed[j - 1] == letter ? 0 : 1));
    }
    if (j > 1 && depth > 1 && typed[j - 1] == letter_before && typed[j - 2] == letter) {
      least = std::min(least, two_before.distance[j - 2] + 1);
    }
    row.distance[j] = static_cast<uint8_t>(std::min<int>(least, kTooFar));
    row.least = std::min(row.least, row.distance[j]);
  }
  return row;
}

}  // namespace cortado::profile
