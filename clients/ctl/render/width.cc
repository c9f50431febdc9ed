#include "clients/ctl/render/width.h"

#include <unicode/uchar.h>
#include <unicode/utf8.h>

#include <cstdint>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

namespace cortado::ctl {
namespace {

constexpr char kReplacement[] = "\xEF\xBF\xBD";
constexpr char kEllipsis[] = "\xE2\x80\xA6";

// Calls visit(code point, bytes) for each character; -1 for a byte that begins none.
template <typename Visit>
void ForEachCharacter(absl::string_view text, Visit visit) {
  const auto* data = reinterpret_cast<const uint8_t*>(text.data());
  const auto size = static_cast<int32_t>(text.size());
  for (int32_t at = 0; at < size;) {
    int32_t next = at;
    UChar32 character;
    U8_NEXT(data, next, size, character);
    if (character < 0) next = at + 1;
    visit(character, text.substr(at, next - at));
    at = next;
  }
}

size_t WidthOf(UChar32 character) {
  if (character < 0) return 1;
  switch (u_charType(character)) {
    case U_NON_SPACING_MARK:
    case U_ENCLOSING_MARK:
    case U_FORMAT_CHAR:
      return 0;
    default:
      break;
  }
  const int width = u_getIntPropertyValue(character, UCHAR_EAST_ASIAN_WIDTH);
  return width == U_EA_WIDE || width == U_EA_FULLWIDTH ? 2 : 1;
}

// Bidirectional overrides would let a name rearrange the rest of its line (as control characters would).
bool IsUnsafe(UChar32 character) {
  const bool reorders = (character >= 0x202A && character <= 0x202E) || (character >= 0x2066 && character <= 0x2069);
  return u_charType(character) == U_CONTROL_CHAR || character == 0x2028 || character == 0x2029 || reorders;
}

}  // namespace

size_t Width(absl::string_view text) {
  size_t width = 0;
  ForEachCharacter(text, [&](UChar32 character, absl::string_view) { width += WidthOf(character); });
  return width;
}

std::string Clean(absl::string_view text) {
  std::string clean;
  ForEachCharacter(text, [&](UChar32 character, absl::string_view bytes) {
    if (character < 0) {
      clean += kReplacement;
    } else if (IsUnsafe(character)) {
      clean += ' ';
    } else {
      clean.append(bytes.data(), bytes.size());
    }
  });
  return clean;
}

std::string Shorten(absl::string_view text, size_t columns) {
  if (Width(text) <= columns) return std::string(text);
  std::string kept;
  size_t used = 1;  // The ellipsis.
  bool full = false;
  ForEachCharacter(text, [&](UChar32 character, absl::string_view bytes) {
    full = full || used + WidthOf(character) > columns;
    if (full) return;
    used += WidthOf(character);
    kept.append(bytes.data(), bytes.size());
  });
  return absl::StrCat(absl::StripTrailingAsciiWhitespace(kept), kEllipsis);
}

std::string PadRight(absl::string_view text, size_t columns) {
  const size_t width = Width(text);
  return absl::StrCat(text, std::string(width < columns ? columns - width : 0, ' '));
}

std::string PadLeft(absl::string_view text, size_t columns) {
  const size_t width = Width(text);
  return absl::StrCat(std::string(width < columns ? columns - width : 0, ' '), text);
}

std::vector<std::string> Wrap(absl::string_view text, size_t columns) {
  std::vector<std::string> lines;
  for (absl::string_view word : absl::StrSplit(text, ' ', absl::SkipEmpty())) {
    if (!lines.empty() && Width(lines.back()) + 1 + Width(word) <= columns) {
      absl::StrAppend(&lines.back(), " ", word);
    } else {
      lines.emplace_back(word);
    }
  }
  return lines;
}

}  // namespace cortado::ctl
