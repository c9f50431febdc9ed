#include "clients/ctl/import_people.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace cortado::ctl {
namespace {

using ::testing::IsEmpty;
using ::testing::SizeIs;

std::vector<ImportRow> Rows(int count, size_t title_bytes = 10) {
  std::vector<ImportRow> rows(count);
  for (int i = 0; i < count; ++i) {
    rows[i].mutable_person()->set_external_id(absl::StrCat("e", i));
    rows[i].mutable_person()->set_title(std::string(title_bytes, 'x'));
  }
  return rows;
}

TEST(ImportMessagesTest, HoldAtMostFiveHundredRows) {
  const auto messages = MakeMessages(Rows(1001), false);
  ASSERT_THAT(messages, SizeIs(3));
  EXPECT_EQ(messages[0].rows_size(), 500);
  EXPECT_EQ(messages[1].rows_size(), 500);
  EXPECT_EQ(messages[2].rows_size(), 1);
}

TEST(ImportMessagesTest, KeepBelowWhatTheServerTakes) {
  const auto messages = MakeMessages(Rows(300, 5000), false);
  EXPECT_GT(messages.size(), 3u);
  for (const auto& message : messages) EXPECT_LE(message.ByteSizeLong(), kBytesPerMessage + 100);
}

TEST(ImportMessagesTest, ARowLargerThanThatStandsAlone) {
  std::vector<ImportRow> rows = Rows(3);
  rows[1].mutable_person()->set_title(std::string(kBytesPerMessage, 'x'));
  const auto messages = MakeMessages(std::move(rows), false);
  ASSERT_THAT(messages, SizeIs(3));
  EXPECT_EQ(messages[1].rows(0).person().external_id(), "e1");
}

TEST(ImportMessagesTest, KeepTheOrderOfTheFile) {
  int next = 0;
  for (const auto& message : MakeMessages(Rows(1200), false)) {
    for (const auto& row : message.rows()) EXPECT_EQ(row.person().external_id(), absl::StrCat("e", next++));
  }
  EXPECT_EQ(next, 1200);
}

TEST(ImportMessagesTest, AssumeOpenStandsInTheFirstAlone) {
  const auto messages = MakeMessages(Rows(501), true);
  ASSERT_THAT(messages, SizeIs(2));
  EXPECT_TRUE(messages[0].assume_open());
  EXPECT_FALSE(messages[1].assume_open());
}

TEST(ImportMessagesTest, NoRowsAreNoMessage) { EXPECT_THAT(MakeMessages({}, true), IsEmpty()); }

}  // namespace
}  // namespace cortado::ctl
