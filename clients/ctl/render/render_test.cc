#include <map>
#include <string>

#include "absl/strings/str_split.h"
#include "clients/ctl/render/progress.h"
#include "clients/ctl/render/style.h"
#include "clients/ctl/render/table.h"
#include "clients/ctl/render/width.h"
#include "clients/ctl/render/words.h"
#include "cortado/api/v1/options.pb.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace cortado::ctl {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

const Style kPlain(false);
const Style kColoured(true);

Environment Of(std::map<std::string, std::string> values) {
  return [values = std::move(values)](const char* name) -> const char* {
    const auto found = values.find(name);
    return found == values.end() ? nullptr : found->second.c_str();
  };
}

TEST(WidthTest, CountsColumnsNotBytes) {
  EXPECT_EQ(Width("Ada"), 3u);
  EXPECT_EQ(Width("Zoë"), 3u);
  EXPECT_EQ(Width("e\u0301"), 1u);  // A combining accent.
  EXPECT_EQ(Width("山田"), 4u);
  EXPECT_EQ(Width("☕"), 2u);
  EXPECT_EQ(Width("a\u200Db"), 2u);  // A joiner.
}

TEST(WidthTest, CleanTakesOutWhatATerminalWouldActOn) {
  EXPECT_EQ(Clean("a\x1b[2Jb\r\n"), "a [2Jb  ");
  EXPECT_EQ(Clean("a\u202Eb"), "a b");
  EXPECT_EQ(Clean("a\xFF"), "a\uFFFD");
  EXPECT_EQ(Clean("Zoë 山田"), "Zoë 山田");
}

TEST(WidthTest, ShortenKeepsWholeCharactersWithinTheColumns) {
  EXPECT_EQ(Shorten("Ada Okafor", 10), "Ada Okafor");
  EXPECT_EQ(Shorten("Ada Okafor", 9), "Ada Okaf…");
  EXPECT_EQ(Shorten("Ada Okafor", 5), "Ada…");  // No blank before the ellipsis.
  EXPECT_EQ(Shorten("山田太郎", 6), "山田…");
}

TEST(WidthTest, WrapBreaksBetweenWords) {
  EXPECT_THAT(Wrap("Has two skills you miss", 11), ElementsAre("Has two", "skills you", "miss"));
  EXPECT_THAT(Wrap("antidisestablishment now", 6), ElementsAre("antidisestablishment", "now"));
}

TEST(TableTest, LinesUpWhateverTheScript) {
  Table table({{"NAME"}, {"SCORE", Align::kRight}});
  table.Add({"Zoë", "9"});
  table.Add({"山田太郎", "1,000"});
  EXPECT_EQ(table.Render(kPlain),
            "NAME      SCORE\n"
            "Zoë           9\n"
            "山田太郎  1,000\n");
}

TEST(TableTest, TheWidestColumnThatMayGivesWayFirst) {
  Table table({{"ID"}, {"NAME", Align::kLeft, true}, {"TITLE", Align::kLeft, true}});
  table.Add({"p1", "Ada Okafor", "Senior platform engineer"});
  EXPECT_EQ(table.Render(kPlain, 30),
            "ID  NAME        TITLE\n"
            "p1  Ada Okafor  Senior platfo…\n");
}

TEST(TableTest, ColumnsThatMayNotGiveWayStayWhole) {
  Table table({{"ID"}, {"NAME"}});
  table.Add({"p1", "Ada Okafor"});
  EXPECT_THAT(table.Render(kPlain, 5), HasSubstr("p1  Ada Okafor\n"));
}

TEST(TableTest, ACellCannotBreakItsLine) {
  Table table({{"ID"}, {"NAME"}});
  table.Add({"p1", "Ada\nroot  all"});
  EXPECT_THAT(table.Lines(kPlain), ElementsAre("ID  NAME", "p1  Ada root  all"));
}

TEST(TableTest, MissingCellsAreEmptyAndLeaveNoBlanksBehind) {
  Table table({{"ID"}, {"NAME"}});
  table.Add({"p1"});
  EXPECT_THAT(table.Lines(kPlain, 0, 2), ElementsAre("  ID  NAME", "  p1"));
}

TEST(FactsTest, ValuesLineUpAndEmptyOnesAreLeftOut) {
  EXPECT_EQ(RenderFacts({{"person", "people/p1"}, {"e-mail", ""}, {"zone", "Europe/Berlin"}}, kPlain),
            "person  people/p1\nzone    Europe/Berlin\n");
}

TEST(StyleTest, ColoursOnATerminalAlone) {
  EXPECT_TRUE(WantsColour(true, Of({{"TERM", "xterm"}})));
  EXPECT_FALSE(WantsColour(false, Of({{"TERM", "xterm"}})));
  EXPECT_FALSE(WantsColour(true, Of({{"TERM", "dumb"}})));
}

TEST(StyleTest, NoColorWinsOverEverything) {
  EXPECT_FALSE(WantsColour(true, Of({{"NO_COLOR", "1"}, {"CLICOLOR_FORCE", "1"}})));
  EXPECT_TRUE(WantsColour(true, Of({{"NO_COLOR", ""}})));
  EXPECT_TRUE(WantsColour(false, Of({{"CLICOLOR_FORCE", "1"}})));
}

TEST(StyleTest, PlainTextHasNoEscapes) {
  EXPECT_EQ(kPlain.Red("no"), "no");
  EXPECT_EQ(kColoured.Red("no"), "\x1b[31mno\x1b[0m");
}

TEST(ProgressTest, SaysHowFarAndHowLongStill) {
  const std::string line = ProgressLine("Importing", "people", 500, 1000, absl::Seconds(5), 100, kPlain);
  EXPECT_THAT(line, HasSubstr("Importing ━━━━━━━━━━━━──────────── 500 / 1,000 people  50 %, 5.0 s left"));
}

TEST(ProgressTest, FitsIntoANarrowTerminal) {
  const std::string line = ProgressLine("Importing", "people", 500, 1000, absl::Seconds(1), 24, kPlain);
  EXPECT_LE(Width(line), 24u);
  EXPECT_THAT(line, Not(HasSubstr("━")));
}

TEST(ProgressTest, NeverPassesTheEnd) {
  EXPECT_THAT(ProgressLine("Importing", "rows", 12, 10, absl::Seconds(1), 80, kPlain), HasSubstr("10 / 10 rows 100 %"));
  EXPECT_EQ(ProgressLine("Reading", "rows", 1200, 0, absl::Seconds(1), 80, kPlain), "Reading 1,200 rows");
}

TEST(WordsTest, GroupsDigits) {
  EXPECT_EQ(Grouped(0), "0");
  EXPECT_EQ(Grouped(999), "999");
  EXPECT_EQ(Grouped(14261), "14,261");
  EXPECT_EQ(Grouped(-1000000), "-1,000,000");
}

TEST(WordsTest, SpansAndSizesReadWell) {
  EXPECT_EQ(Span(absl::Milliseconds(840)), "0.8 s");
  EXPECT_EQ(Span(absl::Seconds(12.4)), "12 s");
  EXPECT_EQ(Span(absl::Seconds(200)), "3 min 20 s");
  EXPECT_EQ(Bytes(999), "999 B");
  EXPECT_EQ(Bytes(4'000'000), "4.0 MB");
  EXPECT_EQ(Count(1, "person", "people"), "1 person");
}

TEST(WordsTest, EnumsLoseTheNameOfTheirType) {
  EXPECT_EQ(EnumWords(api::v1::ROLE_PROGRAM_OWNER), "program owner");
  EXPECT_EQ(EnumWords(api::v1::ROLE_UNSPECIFIED), "");
}

TEST(WordsTest, TimestampsSurviveTheWayThereAndBack) {
  const absl::Time time = absl::FromUnixMillis(1792508400123);
  EXPECT_EQ(ToTime(ToTimestamp(time)), time);
}

}  // namespace
}  // namespace cortado::ctl
