// How what people type and what they are called become words that can be compared: without case, without accents, and
// with the two ways in which some letters are written ("Müller": muller, and mueller).
//
// Folding follows Unicode's NFKC_Casefold and then drops the accents of Latin, Greek and Cyrillic letters (the block
// "Combining Diacritical Marks" after canonical decomposition, Unicode 15, chapter 3.11); marks of other scripts are
// letters of their own and stay. Letters that do not decompose (ø, ł, æ) have a table.
//
// A word is a run of letters, digits, marks, `+` and `#` ("C++"); an apostrophe within one is left out. Of a word the
// first kLongestWord letters count. Thread contract: pure functions.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace cortado::profile {

// A folded word, one element a code point.
using Word = std::u32string;

inline constexpr size_t kLongestWord = 32;

struct TypedWord {
  Word plain;    // "muller"
  Word spelled;  // "mueller"; the same as `plain` for a word with one way to write it.
  bool operator==(const TypedWord&) const = default;
};

// Returns the words of what somebody typed, in order. Text without any letter has none. Bytes that are not UTF-8
// separate words.
std::vector<TypedWord> TypedWords(absl::string_view text);

// Returns the words by whose beginnings a text is found, each once, in no promised order: its words in both ways to
// write them; what follows an apostrophe ("O'Brien": obrien, brien); and, in scripts written without spaces, what
// begins at each letter ("王小明": also 小明 and 明).
std::vector<Word> WordsToFind(absl::string_view text);

// Returns how many code points a text has.
size_t LengthOf(absl::string_view text);

}  // namespace cortado::profile
