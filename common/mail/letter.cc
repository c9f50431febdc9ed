#include "common/mail/letter.h"

#include <algorithm>
#include <cstddef>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/string_view.h"
#include "common/status/status.h"

namespace cortado::mail {
namespace {

constexpr size_t kLongestUrl = 2000;

// Mail programs that know no <style> (some do) show the colours of the attributes.
constexpr absl::string_view kStyle =
    "body{margin:0;padding:16px;background:#f5f2ee;color:#2b2320;font:16px/1.5 sans-serif}"
    ".letter{max-width:560px;margin:0 auto;padding:24px;background:#fff;border-radius:8px}"
    "p{margin:0 0 16px;overflow-wrap:anywhere}"
    "blockquote{margin:0 0 16px;padding:0 0 0 12px;border-left:4px solid #c8b8a8;overflow-wrap:anywhere}"
    "th{padding:2px 16px 2px 0;text-align:start;vertical-align:top;font-weight:600}"
    "td{padding:2px 0;overflow-wrap:anywhere}"
    "table{margin:0 0 16px;border-collapse:collapse}"
    "a.action{display:inline-block;padding:10px 18px;border-radius:6px;background:#6b3f22;color:#fff;"
    "text-decoration:none}"
    ".footer{font-size:13px;color:#6a5f58}"
    "@media (prefers-color-scheme:dark){body{background:#1b1816;color:#eee6df}.letter{background:#2a2522}"
    ".footer{color:#b8aca3}a.action{background:#e0b48c;color:#1b1816}}";

int Octet(char c) { return static_cast<unsigned char>(c); }

// Drops ASCII controls but "\n" and "\t", C1 controls, and the characters that embed or override a direction
// (U+202A to U+202E, U+2066 to U+2069), with which one text could rewrite how its neighbours read.
std::string Clean(absl::string_view text) {
  std::string clean;
  for (size_t at = 0; at < text.size(); ++at) {
    const absl::string_view rest = text.substr(at);
    const bool c1 = rest.size() > 1 && rest[0] == '\xC2' && Octet(rest[1]) < 0xA0;
    const bool turns = rest.size() > 2 && rest[0] == '\xE2' &&
                       ((rest[1] == '\x80' && Octet(rest[2]) >= 0xAA && Octet(rest[2]) <= 0xAE) ||
                        (rest[1] == '\x81' && Octet(rest[2]) >= 0xA6 && Octet(rest[2]) <= 0xA9));
    const bool control = absl::ascii_iscntrl(static_cast<unsigned char>(rest[0])) && rest[0] != '\n' && rest[0] != '\t';
    if (c1 || turns) {
      at += turns ? 2 : 1;
    } else if (!control) {
      clean += rest[0];
    }
  }
  return std::string(absl::StripAsciiWhitespace(clean));
}

// For what stands on one line: a line break in it could pass for a line of ours.
std::string CleanLine(absl::string_view text) { return absl::StrReplaceAll(Clean(text), {{"\n", " "}, {"\t", " "}}); }

std::string Escape(absl::string_view text) {
  return absl::StrReplaceAll(text, {{"&", "&amp;"}, {"<", "&lt;"}, {">", "&gt;"}, {"\"", "&quot;"}, {"'", "&#39;"}});
}

std::string EscapeLines(absl::string_view text) { return absl::StrReplaceAll(Escape(text), {{"\n", "<br>\n"}}); }

std::string Language(absl::string_view tag) {
  const bool plain = !tag.empty() && tag.size() <= 35 && std::all_of(tag.begin(), tag.end(), [](char c) {
    return absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '-';
  });
  return plain ? std::string(tag) : "en";
}

// Whether what follows http:// is this machine.
bool IsLocal(absl::string_view url) {
  for (absl::string_view host : {"http://localhost", "http://127.0.0.1", "http://[::1]"}) {
    const absl::string_view rest = url.substr(std::min(host.size(), url.size()));
    if (absl::StartsWith(url, host) && (rest.empty() || rest[0] == ':' || rest[0] == '/')) {
      return !absl::StrContains(url, '@');
    }
  }
  return false;
}

absl::Status CheckUrl(absl::string_view url) {
  const bool plain = std::all_of(url.begin(), url.end(), [](char c) {
    return absl::ascii_isgraph(static_cast<unsigned char>(c)) && !absl::StrContains("\"'<>\\`", c);
  });
  const bool secure = absl::StartsWith(url, "https://") && url.size() > 8;
  if (url.size() > kLongestUrl || !plain || !(secure || IsLocal(url))) {
    return absl::InvalidArgumentError("the link of a mail must be a plain address that begins with https://");
  }
  return absl::OkStatus();
}

// The letter with every text made safe to show, and empty ones gone.
Letter Cleaned(const Letter& letter) {
  Letter clean;
  clean.language = Language(letter.language);
  clean.title = CleanLine(letter.title);
  clean.greeting = CleanLine(letter.greeting);
  clean.footer = Clean(letter.footer);
  for (const Paragraph& paragraph : letter.paragraphs) {
    std::string text = Clean(paragraph.text);
    if (!text.empty()) clean.paragraphs.push_back({std::move(text), paragraph.quoted});
  }
  for (const Fact& fact : letter.facts) {
    std::string value = CleanLine(fact.value);
    if (!value.empty()) clean.facts.push_back({CleanLine(fact.label), std::move(value)});
  }
  for (const Action& action : letter.actions) clean.actions.push_back({CleanLine(action.label), action.url});
  return clean;
}

std::string RenderText(const Letter& letter) {
  std::vector<std::string> blocks;
  if (!letter.greeting.empty()) blocks.push_back(letter.greeting);
  for (const Paragraph& paragraph : letter.paragraphs) {
    blocks.push_back(paragraph.quoted ? absl::StrCat("> ", absl::StrReplaceAll(paragraph.text, {{"\n", "\n> "}}))
                                      : paragraph.text);
  }
  if (!letter.facts.empty()) {
    blocks.push_back(absl::StrJoin(letter.facts, "\n", [](std::string* out, const Fact& fact) {
      absl::StrAppend(out, fact.label, ": ", fact.value);
    }));
  }
  for (const Action& action : letter.actions) blocks.push_back(absl::StrCat(action.label, ":\n", action.url));
  if (!letter.footer.empty()) blocks.push_back(absl::StrCat("-- \n", letter.footer));  // RFC 3676 section 4.3.
  return absl::StrCat(absl::StrJoin(blocks, "\n\n"), "\n");
}

std::string RenderFacts(const std::vector<Fact>& facts) {
  if (facts.empty()) return "";
  std::string rows;
  for (const Fact& fact : facts) {
    absl::StrAppend(&rows, "<tr><th scope=\"row\" dir=\"auto\">", Escape(fact.label), "</th><td dir=\"auto\">",
                    Escape(fact.value), "</td></tr>\n");
  }
  return absl::StrCat("<table>\n", rows, "</table>\n");
}

std::string RenderHtml(const Letter& letter) {
  std::string html =
      absl::StrCat("<!DOCTYPE html>\n<html lang=\"", letter.language, "\">\n<head>\n<meta charset=\"utf-8\">\n",
                   "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n",
                   "<meta name=\"color-scheme\" content=\"light dark\">\n<title>", Escape(letter.title),
                   "</title>\n<style>", kStyle, "</style>\n</head>\n<body>\n<div class=\"letter\">\n");
  if (!letter.greeting.empty()) absl::StrAppend(&html, "<p dir=\"auto\">", Escape(letter.greeting), "</p>\n");
  for (const Paragraph& paragraph : letter.paragraphs) {
    const absl::string_view tag = paragraph.quoted ? "blockquote" : "p";
    absl::StrAppend(&html, "<", tag, " dir=\"auto\">", EscapeLines(paragraph.text), "</", tag, ">\n");
  }
  html += RenderFacts(letter.facts);
  for (const Action& action : letter.actions) {
    absl::StrAppend(&html, "<p><a class=\"action\" href=\"", Escape(action.url), "\">", Escape(action.label),
                    "</a></p>\n");
  }
  if (!letter.footer.empty()) {
    absl::StrAppend(&html, "<p class=\"footer\" dir=\"auto\">", EscapeLines(letter.footer), "</p>\n");
  }
  return absl::StrCat(html, "</div>\n</body>\n</html>\n");
}

}  // namespace

absl::StatusOr<Rendered> Render(const Letter& letter) {
  for (const Action& action : letter.actions) RETURN_IF_ERROR(CheckUrl(action.url));
  const Letter clean = Cleaned(letter);
  return Rendered{RenderText(clean), RenderHtml(clean)};
}

}  // namespace cortado::mail
