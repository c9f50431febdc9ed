#include "common/id/id.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <ostream>
#include <random>
#include <set>
#include <thread>

namespace cortado::id {
namespace {

using testing::HasSubstr;
using testing::MatchesRegex;
using testing::Pair;

TEST(NewIdTest, IsTwentyLowerCaseLettersAndDigits) { EXPECT_THAT(New(), MatchesRegex("[a-z0-9]{20}")); }

TEST(NewIdTest, IsNeverGivenTwiceOnAnyThread) {
  constexpr int kIds = 20000;
  std::vector<std::string> here, there;
  std::thread other([&] {
    for (int i = 0; i < kIds; ++i) there.push_back(New());
  });
  for (int i = 0; i < kIds; ++i) here.push_back(New());
  other.join();
  std::set<std::string> all(here.begin(), here.end());
  all.insert(there.begin(), there.end());
  EXPECT_EQ(all.size(), 2u * kIds);
}

TEST(NewIdTest, DiffersOnBothSidesOfAFork) {
  New();  // Fills this thread's bytes, which the child inherits.
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  const pid_t child = fork();
  if (child == 0) {
    const std::string id = New();
    _exit(write(ends[1], id.data(), id.size()) == static_cast<ssize_t>(id.size()) ? 0 : 1);
  }
  std::string theirs(20, '\0');
  ASSERT_EQ(read(ends[0], theirs.data(), theirs.size()), 20);
  waitpid(child, nullptr, 0);
  close(ends[0]);
  close(ends[1]);
  EXPECT_NE(New(), theirs);
}

TEST(IdTest, AcceptsWhatMayStandInAPlaceOfOurs) {
  EXPECT_TRUE(IsId("so24-2"));
  EXPECT_TRUE(IsId("-"));
  EXPECT_TRUE(IsId(std::string(63, 'a')));
  EXPECT_FALSE(IsId(std::string(64, 'a')));
  EXPECT_FALSE(IsId(""));
  EXPECT_FALSE(IsId("SO24"));
  EXPECT_FALSE(IsId("a/b"));
  EXPECT_FALSE(IsId(absl::string_view("a\0b", 3)));
}

TEST(IdTest, ResourceIdBeginsAndEndsWithLetterOrDigit) {
  EXPECT_TRUE(IsResourceId("so24-2"));
  EXPECT_TRUE(IsResourceId("a"));
  EXPECT_FALSE(IsResourceId("-a"));
  EXPECT_FALSE(IsResourceId("a-"));
  EXPECT_FALSE(IsResourceId("-"));
}

TEST(IdTest, OrganizationIdIsSafeBetweenBraces) {
  EXPECT_TRUE(IsOrganizationId("acme24"));
  EXPECT_TRUE(IsOrganizationId(std::string(20, 'z')));
  EXPECT_FALSE(IsOrganizationId(std::string(21, 'z')));
  EXPECT_FALSE(IsOrganizationId("a-b"));
  EXPECT_FALSE(IsOrganizationId("a}"));
  EXPECT_FALSE(IsOrganizationId("*"));
  EXPECT_FALSE(IsOrganizationId(""));
}

TEST(ResourceNameTest, ParsesWhatItMakes) {
  EXPECT_EQ(*ParseName("people", MakeName("people", "so24-2")), "so24-2");
  EXPECT_THAT(*ParseNestedName("people", "destinations", MakeNestedName("people", "p", "destinations", "d")),
              Pair("p", "d"));
}

// A text that is refused, and why.
struct Wrong {
  const char* name;
  const char* text;
};

void PrintTo(const Wrong& wrong, std::ostream* out) { *out << wrong.name; }

class WrongNameTest : public testing::TestWithParam<Wrong> {};

TEST_P(WrongNameTest, IsRefusedWithTheExpectedForm) {
  const absl::Status status = ParseName("people", GetParam().text).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(status.message()), HasSubstr("people/ID"));
  EXPECT_EQ(ParseNestedName("people", "destinations", GetParam().text).status().code(),
            absl::StatusCode::kInvalidArgument);
}

INSTANTIATE_TEST_SUITE_P(
    Names, WrongNameTest,
    testing::Values(Wrong{"Empty", ""}, Wrong{"CollectionAlone", "people"}, Wrong{"NoId", "people/"},
                    Wrong{"TwoSlashes", "people//"}, Wrong{"UpperCase", "people/A"}, Wrong{"LongerWord", "peoples/a"},
                    Wrong{"NoSlash", "people-a"}, Wrong{"AnotherCollection", "roles/a"},
                    Wrong{"SlashBefore", "/people/a"}, Wrong{"SlashAfter", "people/a/"},
                    Wrong{"ThreeSegments", "people/a/b"}, Wrong{"Space", "people/a b"},
                    Wrong{"NestedCollectionAlone", "people/a/destinations"},
                    Wrong{"NestedNoId", "people/a/destinations/"}, Wrong{"NoParent", "people//destinations/d"},
                    Wrong{"AnotherNestedCollection", "people/a/blocks/d"},
                    Wrong{"FiveSegments", "people/a/destinations/d/e"}, Wrong{"Umlaut", "people/ä"}),
    [](const auto& test) { return test.param.name; });

// FIPS 180-4 examples: the empty message and "abc".
TEST(Sha256Test, GivesThePublishedDigests) {
  EXPECT_EQ(Sha256Hex(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(Sha256Hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(Sha256("abc").size(), 32u);
}

// Values written down when the function was made: it must never change, since its values are stored.
TEST(StableHashTest, GivesTheValuesItAlwaysGave) {
  EXPECT_EQ(StableHash(""), 0xefd01f60ba992926u);
  EXPECT_EQ(StableHash("a"), 0x82a2a958a9bece5bu);
  EXPECT_EQ(StableHash("people/so24-2"), 0xbbcf41aba7e3e750u);
}

TEST(StableHashTest, ChangesAboutHalfOfItsBitsWithOneBitOfInput) {
  int changed = 0;
  for (int bit = 0; bit < 8; ++bit) {
    changed += __builtin_popcountll(StableHash("a") ^ StableHash(std::string(1, static_cast<char>('a' ^ (1 << bit)))));
  }
  EXPECT_GT(changed, 8 * 24);
  EXPECT_LT(changed, 8 * 40);
}

// RFC 4648 section 10, without padding.
TEST(Base64UrlTest, EncodesThePublishedExamples) {
  EXPECT_EQ(Base64UrlEncode(""), "");
  EXPECT_EQ(Base64UrlEncode("f"), "Zg");
  EXPECT_EQ(Base64UrlEncode("fo"), "Zm8");
  EXPECT_EQ(Base64UrlEncode("foo"), "Zm9v");
  EXPECT_EQ(Base64UrlEncode("foob"), "Zm9vYg");
  EXPECT_EQ(Base64UrlEncode("\xfb\xff"), "-_8");
}

TEST(Base64UrlTest, GivesBackRandomBytes) {
  const unsigned seed = std::random_device{}();
  SCOPED_TRACE(testing::Message() << "seed " << seed);
  std::mt19937 random(seed);
  for (size_t size = 0; size < 200; ++size) {
    std::string bytes(size, '\0');
    for (char& c : bytes) c = static_cast<char>(random());
    EXPECT_EQ(*Base64UrlDecode(Base64UrlEncode(bytes)), bytes);
  }
}

class WrongBase64UrlTest : public testing::TestWithParam<Wrong> {};

TEST_P(WrongBase64UrlTest, IsRefused) {
  EXPECT_EQ(Base64UrlDecode(GetParam().text).status().code(), absl::StatusCode::kInvalidArgument);
}

INSTANTIATE_TEST_SUITE_P(Texts, WrongBase64UrlTest,
                         testing::Values(Wrong{"OneCharacter", "A"}, Wrong{"FiveCharacters", "AAAAA"},
                                         Wrong{"PaddingOfTwo", "Zg=="}, Wrong{"PaddingOfOne", "Zm8="},
                                         Wrong{"UnusedBitsOfFour", "Zh"}, Wrong{"UnusedBitsOfTwo", "Zm9"},
                                         Wrong{"PlainBase64", "+/8"}, Wrong{"Space", "Zm 8"}, Wrong{"Newline", "Zm8\n"},
                                         Wrong{"Dot", "Zm8."}, Wrong{"Umlaut", "\xc3\xa4"}),
                         [](const auto& test) { return test.param.name; });

}  // namespace
}  // namespace cortado::id
