#include "common/log/log.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <limits>
#include <nlohmann/json.hpp>
#include <ostream>
#include <thread>

#include "absl/strings/str_split.h"
#include "common/log/check.h"
#include "common/log/line.h"

namespace cortado::log {
namespace {

using nlohmann::json;
using testing::HasSubstr;

// Catches what is logged, in an unnamed file.
class LogTest : public testing::Test {
 protected:
  LogTest() : file_(std::tmpfile()) { SetSink(fileno(file_)); }
  ~LogTest() override {
    SetSink(STDERR_FILENO);
    SetMinimumSeverity(Severity::kInfo);
    std::fclose(file_);
  }

  std::string Text() {
    Flush();
    std::string text(static_cast<size_t>(lseek(fileno(file_), 0, SEEK_END)), '\0');
    EXPECT_EQ(pread(fileno(file_), text.data(), text.size(), 0), static_cast<ssize_t>(text.size()));
    return text;
  }

  std::vector<json> Lines() {
    std::vector<json> lines;
    const std::string text = Text();
    for (absl::string_view line : absl::StrSplit(text, '\n', absl::SkipEmpty())) {
      lines.push_back(json::parse(line.begin(), line.end(), nullptr, /*allow_exceptions=*/false));
    }
    return lines;
  }

  FILE* file_;
};

TEST_F(LogTest, WritesOneObjectALineWithTheTypeOfEachField) {
  const std::string text = "Ada";
  Info("test.said", {{"text", text}, {"literal", "x"}, {"count", 3}, {"share", 0.5}, {"done", true}});
  ASSERT_EQ(Lines().size(), 1u);
  json line = Lines()[0];
  EXPECT_THAT(line["time"].get<std::string>(), testing::MatchesRegex("....-..-..T..:..:..\\.......Z"));
  line.erase("time");
  EXPECT_EQ(line, json({{"severity", "info"},
                        {"event", "test.said"},
                        {"text", "Ada"},
                        {"literal", "x"},
                        {"count", 3},
                        {"share", 0.5},
                        {"done", true}}));
}

TEST_F(LogTest, EscapesWhatJsonCannotHold) {
  Info("test.bytes", {{"bytes", absl::string_view("\"\\\n\t\0\x1f\x7f\xc3\xa4", 9)}});
  EXPECT_EQ(Lines()[0]["bytes"], std::string("\"\\\n\t\0\x1f\x7f\xc3\xa4", 9));
  EXPECT_THAT(Text(), HasSubstr(R"("\"\\\n\t\u0000\u001f\u007fä")"));
}

TEST_F(LogTest, WritesNullForNumbersJsonLacks) {
  Info("test.number", {{"nan", std::numeric_limits<double>::quiet_NaN()}, {"inf", HUGE_VAL}});
  EXPECT_TRUE(Lines()[0]["nan"].is_null());
  EXPECT_TRUE(Lines()[0]["inf"].is_null());
}

TEST_F(LogTest, LeavesOutWhatIsBelowTheMinimumSeverity) {
  SetMinimumSeverity(Severity::kWarning);
  Info("test.quiet");
  Warn("test.loud");
  Error("test.louder");
  ASSERT_EQ(Lines().size(), 2u);
  EXPECT_EQ(Lines()[0]["severity"], "warning");
  EXPECT_EQ(Lines()[1]["severity"], "error");
}

TEST_F(LogTest, KeepsTheLinesOfManyThreadsWhole) {
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([t] {
      for (int i = 0; i < 1000; ++i) Info("test.line", {{"thread", t}, {"i", i}});
    });
  }
  for (std::thread& thread : threads) thread.join();
  std::vector<int> next(4, 0);
  for (const json& line : Lines()) EXPECT_EQ(line["i"], next[line["thread"].get<size_t>()]++);
  EXPECT_EQ(next, std::vector<int>(4, 1000));
}

TEST_F(LogTest, RequestSaysWhoCalledWhatAndLeavesOutTheEmpty) {
  LogRequest({.method = "S/Get",
              .code = "NOT_FOUND",
              .organization = "acme",
              .duration = absl::Milliseconds(2),
              .request_bytes = 10,
              .response_bytes = 20});
  json line = Lines()[0];
  line.erase("time");
  EXPECT_EQ(line, json({{"severity", "info"},
                        {"event", "rpc"},
                        {"method", "S/Get"},
                        {"code", "NOT_FOUND"},
                        {"organization", "acme"},
                        {"duration_us", 2000},
                        {"request_bytes", 10},
                        {"response_bytes", 20}}));
}

TEST_F(LogTest, RequestThatFailedByOurFaultIsAnError) {
  LogRequest({.method = "S/Get", .code = "INTERNAL"});
  EXPECT_EQ(Lines()[0]["severity"], "error");
}

// The reader of a pipe that stands still must not stop the callers: lines are dropped, counted, and reported
// afterwards.
TEST_F(LogTest, NeverBlocksTheCallerAndReportsWhatWasDropped) {
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  SetSink(ends[1]);
  const int64_t before = DroppedLines();
  const std::string filler(1000, 'x');
  constexpr int kLines = 20000;
  for (int i = 0; i < kLines; ++i) Info("test.flood", {{"filler", filler}});
  const int64_t dropped = DroppedLines() - before;
  EXPECT_GT(dropped, 0);
  std::string got;
  std::thread reader([&] {
    char bytes[65536];
    for (ssize_t n = 0; (n = read(ends[0], bytes, sizeof(bytes))) > 0;) got.append(bytes, static_cast<size_t>(n));
  });
  Flush();
  Info("test.after");
  SetSink(fileno(file_));
  close(ends[1]);
  reader.join();
  close(ends[0]);
  int64_t reported = 0, flood = 0;
  for (absl::string_view line : absl::StrSplit(got, '\n', absl::SkipEmpty())) {
    const json parsed = json::parse(line.begin(), line.end());
    flood += parsed["event"] == "test.flood";
    if (parsed["event"] == "log.dropped") reported += parsed["lines"].get<int64_t>();
  }
  EXPECT_EQ(reported, dropped);
  EXPECT_EQ(flood + dropped, kLines);
}

TEST(LogExitTest, LinesAreWrittenBeforeTheProcessExits) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");  // A fork of this process would lack the writer's thread.
  EXPECT_EXIT(
      {
        Info("test.last");
        std::exit(0);
      },
      testing::ExitedWithCode(0), "test.last");
}

TEST(CheckTest, NamesTheBrokenConditionAndAborts) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_DEATH(CORTADO_CHECK(1 + 1 == 3), "log_test.cc:[0-9]+: CORTADO_CHECK failed: 1 \\+ 1 == 3");
}

struct Utf8Case {
  const char* name;
  const char* bytes;
  const char* written;
};

void PrintTo(const Utf8Case& bytes, std::ostream* out) { *out << bytes.name; }

class JsonStringTest : public testing::TestWithParam<Utf8Case> {};

// Unicode 15, section 3.9, tables 3-8 to 3-11: one U+FFFD for each maximal part.
TEST_P(JsonStringTest, ReplacesWhatIsNotUtf8) {
  std::string out;
  AppendJsonString(GetParam().bytes, out);
  EXPECT_EQ(out, std::string("\"") + GetParam().written + "\"");
}

INSTANTIATE_TEST_SUITE_P(
    Bytes, JsonStringTest,
    testing::Values(Utf8Case{"TwoThreeAndFourBytes", "\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80", "ä€😀"},
                    Utf8Case{"Overlong", "\xc0\xaf\xe0\x80\xbf", "\ufffd\ufffd\ufffd\ufffd\ufffd"},
                    Utf8Case{"Surrogate", "\xed\xa0\x80", "\ufffd\ufffd\ufffd"},
                    Utf8Case{"AboveTheEnd", "\xf4\x91\x92\x93\xff\x41", "\ufffd\ufffd\ufffd\ufffd\ufffdA"},
                    Utf8Case{"FirstByteTooHigh", "\xf5\x80\x80\x80", "\ufffd\ufffd\ufffd\ufffd"},
                    Utf8Case{"Truncated", "\xe1\x80\xe2\xf0\x91\x92\xf1\xbf\x41", "\ufffd\ufffd\ufffd\ufffdA"},
                    Utf8Case{"CutOffAtTheEnd", "a\xe2\x82", "a\ufffd"}),
    [](const auto& test) { return test.param.name; });

}  // namespace
}  // namespace cortado::log
