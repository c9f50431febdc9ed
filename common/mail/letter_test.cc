#include "common/mail/letter.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/strip.h"

namespace cortado::mail {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

Letter Answer() {
  Letter letter;
  letter.language = "de";
  letter.title = "Ada sagt ja";
  letter.greeting = "Hallo Grace,";
  letter.paragraphs = {{"Ada sagt ja."}, {"Gern!\nBis Dienstag", true}};
  letter.facts = {{"Wann", "Dienstag, 14:00"}, {"Wo", "Küche"}};
  letter.actions = {{"Ansehen", "https://cortado.example/r?id=1&t=2"}};
  letter.footer = "Cortado";
  return letter;
}

TEST(LetterTest, IsPlainTextWithEveryUrlInFull) {
  EXPECT_EQ(Render(Answer())->text,
            "Hallo Grace,\n\nAda sagt ja.\n\n> Gern!\n> Bis Dienstag\n\nWann: Dienstag, 14:00\nWo: Küche\n\n"
            "Ansehen:\nhttps://cortado.example/r?id=1&t=2\n\n-- \nCortado\n");
}

TEST(LetterTest, IsHtmlThatSaysTheSame) {
  const std::string html = Render(Answer())->html;
  for (const char* piece : {"<html lang=\"de\">", "<title>Ada sagt ja</title>", "Hallo Grace,</p>",
                            ">Gern!<br>\nBis Dienstag</blockquote>", ">Wann</th><td dir=\"auto\">Dienstag, 14:00</td>",
                            "href=\"https://cortado.example/r?id=1&amp;t=2\">Ansehen</a>", ">Cortado</p>"}) {
    EXPECT_THAT(html, HasSubstr(piece));
  }
}

TEST(LetterTest, LoadsNothingFromAnywhere) {
  const std::string html = Render(Answer())->html;
  for (const char* piece : {"src=", "<img", "<script", "<link", "@import", "url("})
    EXPECT_THAT(html, Not(HasSubstr(piece)));
}

TEST(LetterTest, KnowsPhonesAndDarkMode) {
  EXPECT_THAT(Render(Answer())->html, HasSubstr("width=device-width"));
  EXPECT_THAT(Render(Answer())->html, HasSubstr("prefers-color-scheme:dark"));
}

TEST(LetterTest, LeavesOutWhatIsEmpty) {
  Letter letter;
  letter.paragraphs = {{" \n"}, {"One"}};
  letter.facts = {{"Where", ""}};
  EXPECT_EQ(Render(letter)->text, "One\n");
  EXPECT_THAT(Render(letter)->html, Not(HasSubstr("<table>")));
}

TEST(LetterTest, LinksLeadToPlainSecureAddressesAlone) {
  for (const char* url :
       {"", "javascript:alert(1)", "http://example.com/", "https://", "https://e.com/\"onclick=x", "https://e.com/a b",
        "https://e.com/<", "data:text/html,x", "http://localhost.example/", "http://127.0.0.1@e.com/", "HTTPS://e.com",
        "https://e.com/\r\nX: y", "https://e.com/ü", "//e.com", "http://localhost:1@e.com/"}) {
    Letter letter = Answer();
    letter.actions = {{"Open", url}};
    EXPECT_EQ(Render(letter).status().code(), absl::StatusCode::kInvalidArgument) << url;
  }
  for (const char* url :
       {"https://e.com/?a=b&c=%20#d", "http://localhost:8080/r", "http://127.0.0.1/", "http://[::1]:1/"}) {
    Letter letter = Answer();
    letter.actions = {{"Open", url}};
    EXPECT_TRUE(Render(letter).ok()) << url;
  }
}

TEST(LetterTest, ALabelCannotLookLikeALineOfItsOwn) {
  Letter letter = Answer();
  letter.facts = {{"When\nhttps://evil.example", "now\r\n-- "}};
  EXPECT_THAT(Render(letter)->text, HasSubstr("When https://evil.example: now --\n"));
}

TEST(LetterTest, CharactersThatTurnTheDirectionAreDropped) {
  Letter letter;
  letter.paragraphs = {
      {"a\u202Eb\u2066c\u0085d\x01"
       "e\u200Ff"}};
  EXPECT_EQ(Render(letter)->text, "abcde\u200Ff\n");
}

TEST(LetterTest, ALanguageIsATagOrEnglish) {
  Letter letter;
  letter.language = "en\"><script>";
  EXPECT_THAT(Render(letter)->html, HasSubstr("<html lang=\"en\">"));
}

// Ours, and the big list of naughty strings where it is at hand.
std::vector<std::string> NaughtyTexts() {
  std::vector<std::string> texts = {"<script>alert(1)</script>",
                                    "</p><img src=x onerror=alert(1)>",
                                    "\" onmouseover=\"x",
                                    "'><b>",
                                    "&lt;b&gt; &amp; &",
                                    "</title><script>",
                                    "]]>",
                                    "{{7*7}}",
                                    "=cmd|' /C'!A0"};
  std::ifstream file("../shared/data/adversarial/blns/blns.txt");
  for (std::string line; std::getline(file, line);) texts.push_back(line);
  return texts;
}

std::string Unescape(absl::string_view html) {
  return absl::StrReplaceAll(
      html, {{"<br>\n", "\n"}, {"&lt;", "<"}, {"&gt;", ">"}, {"&quot;", "\""}, {"&#39;", "'"}, {"&amp;", "&"}});
}

// The one paragraph of a letter's HTML, read back; with how many tags there are around.
std::string OnlyParagraph(const std::string& html) {
  absl::string_view rest = html;
  rest.remove_prefix(rest.find("<p dir=\"auto\">") + 14);
  return Unescape(rest.substr(0, rest.find("</p>\n</div>")));
}

TEST(LetterTest, NaughtyTextsStayText) {
  for (const std::string& naughty : NaughtyTexts()) {
    Letter letter;
    letter.paragraphs = {{naughty}};
    const absl::StatusOr<Rendered> rendered = Render(letter);
    const std::string text(absl::StripSuffix(rendered->text, "\n"));
    if (text.empty()) continue;  // Nothing to show is left of it.
    EXPECT_EQ(OnlyParagraph(rendered->html), text) << naughty;
    letter.paragraphs = {{"plain"}};
    letter.title = letter.greeting = letter.footer = naughty;
    letter.facts = {{naughty, naughty}};
    letter.actions = {{naughty, "https://e.com/"}};
    const std::string html = Render(letter)->html;
    EXPECT_FALSE(absl::StrContains(html, "<script") || absl::StrContains(html, "<img")) << naughty;
  }
}

}  // namespace
}  // namespace cortado::mail
