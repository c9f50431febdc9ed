#include "services/profile/search/folding.h"

#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>
#include <unicode/uscript.h>
#include <unicode/utf8.h>

#include <algorithm>
#include <cstdint>
#include <utility>

namespace cortado::profile {
namespace {

// Letters that are written in two ways, or that stand for two: `plain` is what stays when the accent is left out,
// `spelled` what people write who have no such key.
struct Letter {
  char32_t letter;
  const char32_t* plain;
  const char32_t* spelled;
};
constexpr Letter kLetters[] = {
    {U'ä', U"a", U"ae"},  {U'ö', U"o", U"oe"},  {U'ü', U"u", U"ue"}, {U'å', U"a", U"aa"}, {U'ø', U"o", U"oe"},
    {U'æ', U"ae", U"ae"}, {U'œ', U"oe", U"oe"}, {U'ł', U"l", U"l"},  {U'đ', U"d", U"d"},  {U'ð', U"d", U"d"},
    {U'þ', U"th", U"th"}, {U'ħ', U"h", U"h"},   {U'ı', U"i", U"i"},  {U'ŧ', U"t", U"t"},
};

bool IsAccent(UChar32 letter) { return letter >= 0x300 && letter <= 0x36F; }

bool IsApostrophe(UChar32 letter) { return letter == '\'' || letter == 0x2019 || letter == 0x2BC || letter == 0x2018; }

bool IsPartOfWord(UChar32 letter) {
  if (letter < 0x80) {
    return (letter >= 'a' && letter <= 'z') || (letter >= '0' && letter <= '9') || letter == '+' || letter == '#';
  }
  return u_isalnum(letter) != 0 || (U_GET_GC_MASK(letter) & U_GC_M_MASK) != 0;
}

// Whether words of the letter's script are written without spaces between them.
bool IsWithoutSpaces(UChar32 letter) {
  if (letter < 0xE00) return false;
  UErrorCode error = U_ZERO_ERROR;
  switch (uscript_getScript(letter, &error)) {
    case USCRIPT_HAN:
    case USCRIPT_HIRAGANA:
    case USCRIPT_KATAKANA:
    case USCRIPT_THAI:
    case USCRIPT_LAO:
    case USCRIPT_KHMER:
    case USCRIPT_MYANMAR:
      return true;
    default:
      return false;
  }
}

// A word on its way, and where in it one may begin to type: positions in `plain` and `spelled`.
struct Building {
  TypedWord word;
  std::vector<std::pair<size_t, size_t>> beginnings;
};

// Adds a letter without its accents.
void Add(UChar32 letter, TypedWord& word) {
  for (const Letter& known : kLetters) {
    if (known.letter != static_cast<char32_t>(letter)) continue;
    word.plain += known.plain;
    word.spelled += known.spelled;
    return;
  }
  icu::UnicodeString parts;
  UErrorCode error = U_ZERO_ERROR;
  const icu::Normalizer2* decompose = letter < 0x80 ? nullptr : icu::Normalizer2::getNFDInstance(error);
  bool accented = false;
  if (decompose != nullptr && U_SUCCESS(error) && decompose->getDecomposition(letter, parts)) {
    for (int32_t at = 0; at < parts.length(); at = parts.moveIndex32(at, 1)) {
      accented = accented || IsAccent(parts.char32At(at));
    }
  }
  if (!accented) {
    word.plain.push_back(static_cast<char32_t>(letter));
    word.spelled.push_back(static_cast<char32_t>(letter));
    return;
  }
  for (int32_t at = 0; at < parts.length(); at = parts.moveIndex32(at, 1)) {
    const UChar32 part = parts.char32At(at);
    if (IsAccent(part)) continue;
    word.plain.push_back(static_cast<char32_t>(part));
    word.spelled.push_back(static_cast<char32_t>(part));
  }
}

// The letters of a text, folded by NFKC_Casefold; a byte that is not UTF-8 is a space.
std::vector<UChar32> Letters(absl::string_view text) {
  std::vector<UChar32> letters;
  if (std::all_of(text.begin(), text.end(), [](char c) { return static_cast<uint8_t>(c) < 0x80; })) {
    letters.reserve(text.size());
    for (const char c : text) letters.push_back(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
    return letters;
  }
  UErrorCode error = U_ZERO_ERROR;
  const icu::Normalizer2* fold = icu::Normalizer2::getNFKCCasefoldInstance(error);
  icu::UnicodeString wide =
      icu::UnicodeString::fromUTF8(icu::StringPiece(text.data(), static_cast<int32_t>(text.size())));
  if (U_SUCCESS(error)) wide = fold->normalize(wide, error);
  for (int32_t at = 0; at < wide.length(); at = wide.moveIndex32(at, 1)) {
    const UChar32 letter = wide.char32At(at);
    letters.push_back(letter == 0xFFFD ? ' ' : letter);
  }
  return letters;
}

std::vector<Building> Build(absl::string_view text) {
  std::vector<Building> words;
  bool within = false;
  for (const UChar32 letter : Letters(text)) {
    if (within && IsApostrophe(letter)) {
      Building& word = words.back();
      word.beginnings.emplace_back(word.word.plain.size(), word.word.spelled.size());
      continue;
    }
    if (IsAccent(letter)) continue;  // One that belongs to no letter in particular.
    if (!IsPartOfWord(letter)) {
      within = false;
      continue;
    }
    if (!within) words.emplace_back();
    Building& word = words.back();
    if (within && IsWithoutSpaces(letter)) {
      word.beginnings.emplace_back(word.word.plain.size(), word.word.spelled.size());
    }
    within = true;
    Add(letter, word.word);
  }
  return words;
}

Word From(const Word& word, size_t begin) { return word.substr(begin, kLongestWord); }

}  // namespace

std::vector<TypedWord> TypedWords(absl::string_view text) {
  std::vector<TypedWord> words;
  for (const Building& built : Build(text)) words.push_back({From(built.word.plain, 0), From(built.word.spelled, 0)});
  return words;
}

std::vector<Word> WordsToFind(absl::string_view text) {
  std::vector<Word> words;
  for (const Building& built : Build(text)) {
    words.push_back(From(built.word.plain, 0));
    words.push_back(From(built.word.spelled, 0));
    for (const auto& [plain, spelled] : built.beginnings) {
      // Nothing follows an apostrophe at the end of a word.
      if (plain < built.word.plain.size()) words.push_back(From(built.word.plain, plain));
      if (spelled < built.word.spelled.size()) words.push_back(From(built.word.spelled, spelled));
    }
  }
  std::sort(words.begin(), words.end());
  words.erase(std::unique(words.begin(), words.end()), words.end());
  return words;
}

size_t LengthOf(absl::string_view text) {
  return static_cast<size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<uint8_t>(c) & 0xC0) != 0x80; }));
}

}  // namespace cortado::profile
