#include "common/text/catalog.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unicode/messagepattern.h>

#include <algorithm>
#include <ostream>
#include <set>
#include <thread>

#include "absl/strings/ascii.h"
#include "absl/strings/str_split.h"
#include "common/text/catalog_entries.h"
#include "common/text/day.h"
#include "common/text/unicode.h"

namespace cortado::text {

void PrintTo(const CatalogEntry& entry, std::ostream* out) { *out << entry.code; }

namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Not;

// Returns {name or name#plural} of all arguments of a pattern; {"broken"} when ICU cannot read it.
std::set<std::string> Arguments(const char* text) {
  UErrorCode error = U_ZERO_ERROR;
  const icu::MessagePattern pattern(icu::UnicodeString::fromUTF8(text), nullptr, error);
  if (U_FAILURE(error)) return {"broken"};
  std::set<std::string> names;
  for (int32_t i = 0; i < pattern.countParts(); ++i) {
    if (pattern.getPart(i).getType() != UMSGPAT_PART_TYPE_ARG_NAME) continue;
    std::string name;
    pattern.getSubstring(pattern.getPart(i)).toUTF8String(name);
    names.insert(pattern.getPart(i - 1).getArgType() == UMSGPAT_ARG_TYPE_PLURAL ? name + "#plural" : name);
  }
  return names;
}

class CatalogEntryTest : public testing::TestWithParam<CatalogEntry> {};

TEST_P(CatalogEntryTest, HasBothLanguages) {
  EXPECT_STRNE(GetParam().english, "");
  EXPECT_STRNE(GetParam().german, "");
  EXPECT_STRNE(GetParam().english, GetParam().german);
  EXPECT_TRUE(IsValidUtf8(GetParam().german));
}

TEST_P(CatalogEntryTest, TakesTheSameArgumentsInBothLanguages) {
  EXPECT_EQ(Arguments(GetParam().english), Arguments(GetParam().german));
  EXPECT_THAT(Arguments(GetParam().english), Not(Contains("broken")));
}

// Words that assume the gender of a person spoken of, or the male form for everybody.
constexpr absl::string_view kGenderedEnglish[] = {"he",      "she",     "his",      "her", "hers", "him",
                                                  "himself", "herself", "chairman", "guy", "guys"};
constexpr absl::string_view kGenderedGerman[] = {
    "er",          "sein",   "seine",    "seinen",        "seiner", "seinem",   "seines",   "ihm",      "ihn",
    "ihre",        "ihren",  "ihrer",    "ihrem",         "ihres",  "kollege",  "kollegen", "kollegin", "kolleginnen",
    "mitarbeiter", "mentor", "mentorin", "mitarbeiterin", "nutzer", "nutzerin", "jemandem", "keiner",   "jeder"};

// Returns the lower-case words of `text`.
std::vector<std::string> Words(const char* text) {
  return absl::StrSplit(absl::AsciiStrToLower(text), absl::ByAnyChar(" .,:;{}()#"), absl::SkipEmpty());
}

TEST_P(CatalogEntryTest, AssumesNoGender) {
  for (absl::string_view word : kGenderedEnglish) EXPECT_THAT(Words(GetParam().english), Not(Contains(word)));
  for (absl::string_view word : kGenderedGerman) EXPECT_THAT(Words(GetParam().german), Not(Contains(word)));
}

// An apostrophe quotes in MessageFormat: "don't {x}" would swallow the argument.
TEST_P(CatalogEntryTest, HasNoAsciiApostrophe) {
  EXPECT_EQ(std::string(GetParam().english).find('\''), std::string::npos);
  EXPECT_EQ(std::string(GetParam().german).find('\''), std::string::npos);
}

TEST_P(CatalogEntryTest, RendersWithNothingLeftOpen) {
  for (const char* language : {"en", "de"}) {
    const std::string text = Render(GetParam().code, language);
    EXPECT_NE(text, GetParam().code);
    EXPECT_EQ(text.find_first_of("{}#"), std::string::npos) << text;
  }
}

INSTANTIATE_TEST_SUITE_P(Codes, CatalogEntryTest, testing::ValuesIn(kCatalog, kCatalog + kCatalogSize),
                         [](const auto& test) {
                           std::string name = test.param.code;
                           std::replace_if(
                               name.begin(), name.end(), [](char c) { return !std::isalnum(c); }, 'X');
                           return name;
                         });

TEST(CatalogTest, HasEachCodeOnce) {
  std::set<std::string> codes;
  for (size_t i = 0; i < kCatalogSize; ++i) EXPECT_TRUE(codes.insert(kCatalog[i].code).second) << kCatalog[i].code;
}

TEST(RenderTest, CountsInBothLanguages) {
  EXPECT_EQ(Render("suggest.more_would_fit", "en", {{"count", "1"}}),
            "1 more person would fit and has not joined yet.");
  EXPECT_EQ(Render("suggest.more_would_fit", "en", {{"count", "1200"}}),
            "1,200 more people would fit and have not joined yet.");
  EXPECT_EQ(Render("suggest.more_would_fit", "de", {{"count", "0"}}), "Sonst würde niemand passen.");
  EXPECT_EQ(Render("suggest.more_would_fit", "de", {{"count", "1200"}}),
            "1.200 weitere Personen würden passen und sind noch nicht dabei.");
}

TEST(RenderTest, LeavesOutWhatIsNotGiven) {
  EXPECT_EQ(Render("reason.journey", "en", {{"past", "Tester"}}), "Was once where you are now (Tester).");
  EXPECT_EQ(Render("reason.journey", "en", {{"past", "Tester"}, {"present", "Team lead"}}),
            "Was once where you are now (Tester) and is today Team lead.");
  EXPECT_EQ(Render("reason.journey", "de", {{"past", "Test"}, {"present", "Leitung"}}),
            "War einmal da, wo du jetzt bist (Test), und ist heute Leitung.");
}

TEST(RenderTest, WritesParametersAsTheyAreEvenWhenTheyLookLikePatterns) {
  EXPECT_EQ(Render("chat.title", "en", {{"name", "{0} '{x}' # ÄÖ 007"}}), "Coffee chat with {0} '{x}' # ÄÖ 007");
}

TEST(RenderTest, SpeaksEnglishWhereALanguageIsUnknown) {
  EXPECT_EQ(Render("strength.strong", "fr"), "A strong fit");
  EXPECT_EQ(Render("strength.strong", ""), "A strong fit");
}

TEST(RenderTest, GivesAnUnknownCodeBack) { EXPECT_EQ(Render("no.such_code", "de"), "no.such_code"); }

TEST(RenderTest, SurvivesANumberThatIsNone) {
  EXPECT_EQ(Render("suggest.more_would_fit", "en", {{"count", "many"}}), "Nobody else would fit.");
}

TEST(RenderTest, IsTheSameOnManyThreads) {
  std::vector<std::thread> threads;
  std::vector<std::string> texts(4);
  for (std::string& text : texts) {
    threads.emplace_back([&text] {
      for (int i = 0; i < 100; ++i) text = Render("reason.gap_covered", "de", {{"skills", "Go"}, {"count", "2"}});
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(texts, std::vector<std::string>(4, "Kann 2 Dinge, die du suchst: Go."));
}

TEST(MessageTest, CarriesCodeParametersAndText) {
  const Message message = MakeMessage("chat.title", "de", {{"name", "Ada"}});
  EXPECT_EQ(message.code, "chat.title");
  EXPECT_THAT(message.parameters, ElementsAre(testing::Pair("name", "Ada")));
  EXPECT_EQ(message.text, "Kaffee mit Ada");
}

TEST(JoinListTest, JoinsAsTheLanguageDoes) {
  EXPECT_THAT(JoinList({}, "en"), IsEmpty());
  EXPECT_EQ(JoinList({"Go"}, "en"), "Go");
  EXPECT_EQ(JoinList({"Go", "Rust", "SQL"}, "en"), "Go, Rust and SQL");
  EXPECT_EQ(JoinList({"Go", "Rust", "SQL"}, "de"), "Go, Rust und SQL");
}

TEST(TimeSpanTest, IsToldInTheZoneAndTheLanguage) {
  absl::TimeZone berlin;
  ASSERT_TRUE(absl::LoadTimeZone("Europe/Berlin", &berlin));
  const absl::Time start = absl::FromCivil(absl::CivilSecond(2025, 3, 4, 13, 0, 0), absl::UTCTimeZone());
  EXPECT_EQ(FormatTimeSpan(start, start + absl::Minutes(30), berlin, "en"),
            "Tuesday, 4 March 2025, 14:00–14:30 (Europe/Berlin)");
  EXPECT_EQ(FormatDay(start, berlin, "en"), "Tuesday, 4 March");
  EXPECT_EQ(FormatDay(start, berlin, "de"), "Dienstag, 4. März");
  EXPECT_EQ(FormatTimeSpan(start, start + absl::Minutes(30), berlin, "de"),
            "Dienstag, 4. März 2025, 14:00–14:30 Uhr (Europe/Berlin)");
}

struct LanguageCase {
  const char* name;
  const char* header;
  const char* person;
  const char* organization;
  const char* expected;
};

void PrintTo(const LanguageCase& wish, std::ostream* out) { *out << wish.name; }

class ChooseLanguageTest : public testing::TestWithParam<LanguageCase> {};

TEST_P(ChooseLanguageTest, TakesTheFirstWeSpeak) {
  EXPECT_EQ(ChooseLanguage(GetParam().header, GetParam().person, GetParam().organization), GetParam().expected);
}

INSTANTIATE_TEST_SUITE_P(Wishes, ChooseLanguageTest,
                         testing::Values(LanguageCase{"Nothing", "", "", "", "en"},
                                         LanguageCase{"Header", "de-AT", "en", "en", "de"},
                                         LanguageCase{"Person", "", "de", "en", "de"},
                                         LanguageCase{"Organization", "", "", "de-CH", "de"},
                                         LanguageCase{"HeaderBeatsAll", "EN_us", "de", "de", "en"},
                                         LanguageCase{"Quality", "en;q=0.5, de;q=0.9", "", "", "de"},
                                         LanguageCase{"OrderAtEqualQuality", "de, en", "", "", "de"},
                                         LanguageCase{"UnknownFirst", "fr, de;q=0.3", "", "en", "de"},
                                         LanguageCase{"OnlyUnknown", "fr, *", "de", "", "de"},
                                         LanguageCase{"RefusedByZero", "de;q=0", "", "en", "en"},
                                         LanguageCase{"MalformedQuality", "de;q=x, en;q=0.1", "de", "", "en"},
                                         LanguageCase{"QualityAboveOne", "de;q=7, en;q=0.1", "", "", "en"},
                                         LanguageCase{"PrefixIsNoMatch", "deu", "", "", "en"},
                                         LanguageCase{"Garbage", ";;,,=\xff", "de", "", "de"}),
                         [](const auto& test) { return test.param.name; });

}  // namespace
}  // namespace cortado::text
