#include "common/mail/encoding.h"

#include <algorithm>
#include <cstddef>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_split.h"

namespace cortado::mail {
namespace {

constexpr size_t kLongestLine = 76;
constexpr size_t kLongestPlainHeader = 60;
// Octets whose base64, with "=?UTF-8?B?" and "?=" around it, stays within 75 characters; and within 50.
constexpr size_t kOctetsOfWord = 45;
constexpr size_t kOctetsOfFirstWord = 27;

bool IsContinuation(char octet) { return (static_cast<unsigned char>(octet) & 0xC0) == 0x80; }

std::string Quoted(char c) { return absl::StrFormat("=%02X", static_cast<unsigned char>(c)); }

// Whether the octet at `at` of a line stands for itself.
bool IsLiteral(absl::string_view line, size_t at) {
  const char c = line[at];
  if (at == 0 && (c == '.' || absl::StartsWith(line, "From "))) return false;
  if (c == ' ' || c == '\t') return at + 1 < line.size();  // At the end of a line they would be lost.
  return absl::ascii_isgraph(static_cast<unsigned char>(c)) && c != '=';
}

void AppendQuotedLine(absl::string_view line, std::string& out) {
  size_t used = 0;
  for (size_t at = 0; at < line.size(); ++at) {
    const std::string piece = IsLiteral(line, at) ? std::string(1, line[at]) : Quoted(line[at]);
    if (used + piece.size() > kLongestLine - 1) {  // One is left for the soft line break.
      out += "=\r\n";
      used = 0;
    }
    // After a soft break a dot or a "From " would stand at the start of a line too.
    const bool opens = used == 0 && at > 0 && (piece == "." || piece == "F");
    const std::string safe = opens ? Quoted(line[at]) : piece;
    out += safe;
    used += safe.size();
  }
  out += "\r\n";
}

}  // namespace

std::string EncodeWords(absl::string_view text) {
  std::string words;
  size_t room = kOctetsOfFirstWord;
  while (!text.empty()) {
    size_t cut = std::min(room, text.size());
    while (cut > 1 && cut < text.size() && IsContinuation(text[cut])) --cut;
    absl::StrAppend(&words, words.empty() ? "" : "\r\n ", "=?UTF-8?B?", absl::Base64Escape(text.substr(0, cut)), "?=");
    text.remove_prefix(cut);
    room = kOctetsOfWord;
  }
  return words;
}

bool IsPlainHeader(absl::string_view text) {
  const auto printable = [](char c) { return absl::ascii_isprint(static_cast<unsigned char>(c)); };
  return text.size() <= kLongestPlainHeader && std::all_of(text.begin(), text.end(), printable) &&
         !absl::StrContains(text, "=?") && absl::StripAsciiWhitespace(text) == text;
}

std::string QuotedPrintable(absl::string_view text) {
  std::string out;
  if (absl::EndsWith(text, "\n")) text.remove_suffix(1);
  for (absl::string_view line : absl::StrSplit(text, '\n')) {
    if (absl::EndsWith(line, "\r")) line.remove_suffix(1);
    AppendQuotedLine(line, out);
  }
  return out;
}

std::string Base64Lines(absl::string_view bytes) {
  const std::string all = absl::Base64Escape(bytes);
  std::string lines;
  for (size_t at = 0; at < all.size(); at += kLongestLine) {
    absl::StrAppend(&lines, absl::string_view(all).substr(at, kLongestLine), "\r\n");
  }
  return lines;
}

}  // namespace cortado::mail
