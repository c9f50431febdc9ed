#include "common/text/unicode.h"

#include <gtest/gtest.h>

#include <fstream>
#include <ostream>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"

namespace cortado::text {
namespace {

struct BytesCase {
  const char* name;
  std::string bytes;
  bool valid;
  size_t code_points;
};

void PrintTo(const BytesCase& bytes, std::ostream* out) { *out << bytes.name; }

class Utf8Test : public testing::TestWithParam<BytesCase> {};

TEST_P(Utf8Test, IsJudgedAndCounted) {
  EXPECT_EQ(IsValidUtf8(GetParam().bytes), GetParam().valid);
  EXPECT_EQ(CountCodePoints(GetParam().bytes), GetParam().code_points);
}

INSTANTIATE_TEST_SUITE_P(
    Bytes, Utf8Test,
    testing::Values(BytesCase{"Empty", "", true, 0}, BytesCase{"Ascii", "abc", true, 3},
                    BytesCase{"Zero", std::string("a\0b", 3), true, 3}, BytesCase{"Umlaut", "ä", true, 1},
                    BytesCase{"Combining", "a\xcc\x88", true, 2}, BytesCase{"Euro", "€", true, 1},
                    BytesCase{"Emoji", "😀", true, 1}, BytesCase{"LastOfAll", "\xf4\x8f\xbf\xbf", true, 1},
                    BytesCase{"Noncharacter", "\xef\xbf\xbf", true, 1},
                    BytesCase{"AboveTheEnd", "\xf4\x90\x80\x80", false, 4},
                    BytesCase{"Surrogate", "\xed\xa0\x80", false, 3}, BytesCase{"OverlongTwo", "\xc0\x80", false, 2},
                    BytesCase{"OverlongThree", "\xe0\x9f\xbf", false, 3},
                    BytesCase{"OverlongFour", "\xf0\x8f\xbf\xbf", false, 4},
                    BytesCase{"LoneContinuation", "a\x80z", false, 3}, BytesCase{"CutOff", "a\xe2\x82", false, 3},
                    BytesCase{"Latin1", "M\xfcller", false, 6}, BytesCase{"Ff", "\xff", false, 1}),
    [](const auto& test) { return test.param.name; });

TEST(FoldTest, MeetsWhatAReaderTakesForTheSame) {
  EXPECT_EQ(Fold("MATLAB"), Fold("Matlab"));
  EXPECT_EQ(Fold("Straße"), Fold("STRASSE"));
  EXPECT_EQ(Fold("Ｃ＋＋"), "c++");
  EXPECT_EQ(Fold("ﬁnance"), "finance");
  EXPECT_EQ(Fold("a\xcc\x88"), Fold("Ä"));
  EXPECT_EQ(Fold("ΣΊΣΥΦΟΣ"), Fold("σίσυφος"));
}

TEST(FoldTest, KeepsApartWhatDiffers) {
  EXPECT_NE(Fold("C"), Fold("C#"));
  EXPECT_NE(Fold("Muller"), Fold("Müller"));
}

TEST(FoldTest, IsTheSameWhenDoneTwice) {
  for (const char* text : {"", "Go", "Straße", "ΐ", "ǅ", "İ", "ﷺ", "👩‍💻"})
    EXPECT_EQ(Fold(Fold(text)), Fold(text)) << text;
}

TEST(FoldTest, AgreesOnAsciiWithAndWithoutCompany) {
  std::string ascii;
  for (char c = 1; c < 127; ++c) ascii += c;
  EXPECT_EQ(Fold(ascii + "ä"), Fold(ascii) + "ä");
}

TEST(FoldTest, ReplacesBytesThatAreNoText) {
  EXPECT_EQ(Fold("A\xff"
                 "B"),
            "a\ufffdb");
}

// The collection of UTF-8 cases, when it is at hand: lines "NUMBER:valid hex:BYTES" and "NUMBER:invalid hex:BYTES:...".
TEST(Utf8CollectionTest, AgreesWithTheOutsideCollection) {
  std::ifstream file("../shared/data/adversarial/utf8tests/utf8tests.txt");
  if (!file) GTEST_SKIP() << "the collection is not on this machine";
  for (std::string line; std::getline(file, line);) {
    const std::vector<std::string> parts = absl::StrSplit(line, ':');
    if (line[0] == '#' || parts.size() < 3 || !absl::EndsWith(parts[1], "valid hex")) continue;
    const std::string bytes = absl::HexStringToBytes(absl::StrReplaceAll(parts[2], {{" ", ""}}));
    EXPECT_EQ(IsValidUtf8(bytes), absl::StripAsciiWhitespace(parts[1]) == "valid hex") << line;
  }
}

}  // namespace
}  // namespace cortado::text
