#include "common/mail/address.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <regex>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"

namespace cortado::mail {
namespace {

using ::testing::HasSubstr;

constexpr auto kInvalid = absl::StatusCode::kInvalidArgument;

std::string Letters(size_t count) { return std::string(count, 'a'); }

TEST(AddressTest, OrdinaryAddressesAreTaken) {
  for (const char* address : {"ada@example.com", "ada.lovelace+chats@mail.example.co.uk", "o'neil@example.com", "a@b",
                              "1@2.example", "x_y=z@xn--mller-kva.example", "ADA@EXAMPLE.COM"}) {
    EXPECT_TRUE(CheckAddress(address).ok()) << address;
  }
}

TEST(AddressTest, WhatMailCannotBeSentToIsRefused) {
  for (const char* address : {"",
                              "ada",
                              "@example.com",
                              "ada@",
                              "a@b@c",
                              ".ada@example.com",
                              "ada.@example.com",
                              "a..b@example.com",
                              "a b@example.com",
                              "<ada@example.com>",
                              "ada@example.com>",
                              "\"ada\"@example.com",
                              "ada@[127.0.0.1]",
                              "ada@-example.com",
                              "ada@example-.com",
                              "ada@example..com",
                              "ada@example.com.",
                              "ada@exa_mple.com",
                              "ada(comment)@example.com",
                              "ada,bob@example.com",
                              "ada;@example.com",
                              "ada@example.com SIZE=1"}) {
    EXPECT_EQ(CheckAddress(address).code(), kInvalid) << address;
  }
}

TEST(AddressTest, AnAddressCannotEndTheCommandItStandsIn) {
  for (const char* address :
       {"ada@example.com\r\nDATA", "ada\n@example.com", "ada@example.com\r", "\r\nada@example.com"}) {
    EXPECT_EQ(CheckAddress(address).code(), kInvalid) << address;
  }
  EXPECT_EQ(CheckAddress(absl::string_view("ada@example.com\0x", 17)).code(), kInvalid);
}

TEST(AddressTest, LengthsAreThoseOfTheStandard) {
  EXPECT_TRUE(CheckAddress(absl::StrCat(Letters(64), "@example.com")).ok());
  EXPECT_EQ(CheckAddress(absl::StrCat(Letters(65), "@example.com")).code(), kInvalid);
  EXPECT_TRUE(CheckAddress(absl::StrCat("a@", Letters(63), ".example")).ok());
  EXPECT_EQ(CheckAddress(absl::StrCat("a@", Letters(64), ".example")).code(), kInvalid);
  const std::string long_host = absl::StrCat(Letters(63), ".", Letters(63), ".", Letters(60));  // 188
  EXPECT_TRUE(CheckAddress(absl::StrCat(Letters(64), "@", long_host, "a")).ok());               // 254
  EXPECT_EQ(CheckAddress(absl::StrCat(Letters(64), "@", long_host, "aa")).code(), kInvalid);
}

TEST(AddressTest, OtherScriptsAreRefusedWithTheWayOut) {
  EXPECT_THAT(std::string(CheckAddress("jürgen@example.com").message()), HasSubstr("before the @"));
  EXPECT_THAT(std::string(CheckAddress("ada@müller.example").message()), HasSubstr("xn--"));
}

TEST(AddressTest, ARefusalDoesNotRepeatTheAddress) {
  EXPECT_THAT(std::string(CheckAddress("secret name@example.com").message()), Not(HasSubstr("secret")));
}

// The collection of isemail, where it is at hand: nothing it calls an error is taken, and nothing it calls plainly
// valid is refused.
TEST(AddressTest, AgreesWithTheCollectionOfAddresses) {
  std::ifstream file("../shared/data/adversarial/isemail/test/tests.xml");
  if (!file) GTEST_SKIP() << "the collection is not on this machine";
  const std::string text(std::istreambuf_iterator<char>(file), {});
  const std::regex row("<address>([^<]*)</address>[\\s\\S]*?<category>([A-Z0-9_]+)</category>");
  for (auto test = std::sregex_iterator(text.begin(), text.end(), row); test != std::sregex_iterator(); ++test) {
    const std::string address = absl::StrReplaceAll((*test)[1].str(), {{"&amp;", "&"}, {"&quot;", "\""}});
    const std::string category = (*test)[2];
    const bool taken = CheckAddress(address).ok();
    EXPECT_FALSE(taken && category == "ISEMAIL_ERR") << address;
    EXPECT_FALSE(!taken && category == "ISEMAIL_VALID_CATEGORY") << address;
  }
}

TEST(MessageIdTest, IsTwoDotAtoms) {
  EXPECT_TRUE(CheckMessageId("n1.p-2@acme.cortado.invalid").ok());
  for (const char* id : {"", "a", "@b", "a@", "a@b@c", "<a@b>", "a b@c", "a@b\r\nX: y", "a..b@c", "ä@b"}) {
    EXPECT_EQ(CheckMessageId(id).code(), kInvalid) << id;
  }
  EXPECT_EQ(CheckMessageId(absl::StrCat(Letters(249), "@b")).code(), kInvalid);
}

}  // namespace
}  // namespace cortado::mail
