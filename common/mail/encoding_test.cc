#include "common/mail/encoding.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"

namespace cortado::mail {
namespace {

using ::testing::Each;
using ::testing::Le;
using ::testing::SizeIs;

std::vector<std::string> Lines(const std::string& text) { return absl::StrSplit(text, "\r\n"); }

// The obvious reader of quoted-printable.
std::string ReadQuoted(const std::string& text) {
  std::string read;
  for (size_t at = 0; at < text.size(); ++at) {
    if (text[at] != '=') {
      read += text[at];
    } else if (text.substr(at, 3) == "=\r\n") {
      at += 2;
    } else {
      read += absl::HexStringToBytes(text.substr(at + 1, 2));
      at += 2;
    }
  }
  return read;
}

TEST(QuotedPrintableTest, LeavesEnglishReadable) {
  EXPECT_EQ(QuotedPrintable("See you at 2.\nAda"), "See you at 2.\r\nAda\r\n");
}

TEST(QuotedPrintableTest, EncodesWhatMailWouldChange) {
  EXPECT_EQ(QuotedPrintable("ä=b"), "=C3=A4=3Db\r\n");
  EXPECT_EQ(QuotedPrintable("end \nend\t"), "end=20\r\nend=09\r\n");
  EXPECT_EQ(QuotedPrintable(".\n..x\nFrom me"), "=2E\r\n=2E.x\r\n=46rom me\r\n");
  EXPECT_EQ(QuotedPrintable("a\rb"), "a=0Db\r\n");
}

TEST(QuotedPrintableTest, LineEndsOfEitherKindStayLineEnds) {
  EXPECT_EQ(QuotedPrintable("a\r\nb\n\nc\n"), "a\r\nb\r\n\r\nc\r\n");
}

TEST(QuotedPrintableTest, RandomTextsComeBackFromShortLines) {
  const unsigned seed = std::random_device()();
  SCOPED_TRACE(absl::StrCat("seed ", seed));
  std::mt19937 random(seed);
  for (int round = 0; round < 500; ++round) {
    std::string text;
    for (int i = static_cast<int>(random() % 300); i >= 0; --i) text += " .F=ab\xC3\n\t\x01"[random() % 10];
    const std::string encoded = QuotedPrintable(text);
    EXPECT_THAT(Lines(encoded), Each(SizeIs(Le(76u))));
    EXPECT_EQ(encoded.find("\n."), std::string::npos);
    std::string expected = absl::StrReplaceAll(absl::StrCat(absl::StripSuffix(text, "\n"), "\n"), {{"\n", "\r\n"}});
    EXPECT_EQ(ReadQuoted(encoded), expected);
  }
}

TEST(EncodedWordsTest, AreCutBetweenCharactersAndFitALine) {
  for (const absl::string_view character : {"a", "ж", "漢", "☕", "🙂"}) {
    std::string text;
    for (int i = 0; i < 150; ++i) absl::StrAppend(&text, character);
    std::string read;
    for (const std::string& line : Lines(EncodeWords(text))) {
      absl::string_view word = absl::StripPrefix(line, " ");
      EXPECT_LE(word.size(), 75u);
      EXPECT_TRUE(absl::ConsumePrefix(&word, "=?UTF-8?B?") && absl::ConsumeSuffix(&word, "?=")) << line;
      std::string octets;
      EXPECT_TRUE(absl::Base64Unescape(word, &octets));
      EXPECT_EQ(octets.size() % character.size(), 0u);  // Whole characters.
      read += octets;
    }
    EXPECT_EQ(read, text);
    EXPECT_LE(Lines(EncodeWords(text)).front().size(), 50u);
  }
}

TEST(PlainHeaderTest, IsWhatNoReaderDecodes) {
  EXPECT_TRUE(IsPlainHeader("Ada says yes"));
  EXPECT_TRUE(IsPlainHeader(""));
  for (const char* text : {"=?UTF-8?B?YQ==?=", "ä", "a\nb", " a", "a "}) EXPECT_FALSE(IsPlainHeader(text)) << text;
  EXPECT_FALSE(IsPlainHeader(std::string(61, 'a')));
}

TEST(Base64LinesTest, AreShortAndComeBack) {
  const std::string bytes(1000, '\xFF');
  std::string encoded = Base64Lines(bytes), read;
  EXPECT_THAT(Lines(encoded), Each(SizeIs(Le(76u))));
  EXPECT_TRUE(absl::Base64Unescape(absl::StrReplaceAll(encoded, {{"\r\n", ""}}), &read));
  EXPECT_EQ(read, bytes);
}

}  // namespace
}  // namespace cortado::mail
