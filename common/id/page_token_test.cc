#include "common/id/page_token.h"

#include <gtest/gtest.h>

namespace cortado::id {
namespace {

constexpr char kArguments[] = "acme\nfilter=\"department = Sales\"";

TEST(PageTokenTest, GivesBackTheCursor) {
  const std::string cursor("p\0\xff", 3);
  EXPECT_EQ(*ParsePageToken(MakePageToken(cursor, kArguments), kArguments), cursor);
}

TEST(PageTokenTest, IsEmptyForTheFirstPageAndAfterTheLast) {
  EXPECT_EQ(*ParsePageToken("", kArguments), "");
  EXPECT_EQ(MakePageToken("", kArguments), "");
}

TEST(PageTokenTest, IsRefusedForOtherArguments) {
  const std::string token = MakePageToken("p7", kArguments);
  EXPECT_EQ(ParsePageToken(token, "globex").status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(ParsePageToken(token, "").status().code(), absl::StatusCode::kInvalidArgument);
}

TEST(PageTokenTest, IsRefusedWithAnyOneCharacterChanged) {
  const std::string token = MakePageToken("cursor", kArguments);
  for (size_t at = 0; at < token.size(); ++at) {
    std::string changed = token;
    changed[at] = changed[at] == 'A' ? 'B' : 'A';
    EXPECT_EQ(ParsePageToken(changed, kArguments).status().code(), absl::StatusCode::kInvalidArgument) << at;
  }
}

TEST(PageTokenTest, IsRefusedWhenItIsGarbage) {
  EXPECT_EQ(ParsePageToken("next", kArguments).status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(ParsePageToken("!", kArguments).status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(ParsePageToken(std::string(5000, 'A'), kArguments).status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(ParsePageToken(MakePageToken("p", kArguments).substr(0, 12), kArguments).status().code(),
            absl::StatusCode::kInvalidArgument);
}

TEST(PageTokenTest, TellsWhereArgumentsEndAndCursorBegins) {
  EXPECT_NE(MakePageToken("bc", "a").substr(0, 12), MakePageToken("c", "ab").substr(0, 12));
}

}  // namespace
}  // namespace cortado::id
