#include "common/status/error.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

namespace cortado {
namespace {

TEST(BriefTest, CutsBeforeACharacterAndNeverWithinOne) {
  EXPECT_EQ(Brief("short"), "short");
  EXPECT_EQ(Brief("abcdef", 6), "abcdef");
  EXPECT_EQ(Brief("abcdefg", 6), "abcdef...");
  EXPECT_EQ(Brief("ab\xc3\xa4", 3), "ab...");
  EXPECT_EQ(Brief("\xf0\x9f\x92\xa9\xf0\x9f\x92\xa9", 7), "\xf0\x9f\x92\xa9...");
  EXPECT_EQ(Brief(std::string(5, '\x80'), 3), "...");
}

// gRPC drops the details of an error that does not fit into 8 KB.
TEST(ErrorTest, StaysSmallWhateverItSpeaksOf) {
  const std::string long_text(100'000, 'x');
  Error error(absl::StatusCode::kInvalidArgument, api::v1::REASON_FIELD_INVALID, long_text);
  for (int i = 0; i < 1000; ++i) error.Field(absl::StrCat("field", i, long_text), long_text);
  const absl::Status status = error;
  EXPECT_EQ(ReasonOf(status), "FIELD_INVALID");
  const std::vector<std::string> fields = absl::StrSplit(FieldsOf(status), ',');
  EXPECT_EQ(fields.size(), 10u);
  size_t size = status.message().size();
  status.ForEachPayload([&](absl::string_view, const absl::Cord& payload) { size += payload.size(); });
  EXPECT_LT(size, 6000u);
}

}  // namespace
}  // namespace cortado
