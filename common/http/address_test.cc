#include "common/http/address.h"

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netdb.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <cctype>
#include <ostream>

namespace cortado::http {
namespace {

struct Row {
  const char* text;
  Reach reach;
};

void PrintTo(const Row& row, std::ostream* out) { *out << row.text; }

class ReachTest : public ::testing::TestWithParam<Row> {};

TEST_P(ReachTest, IsTheOneOfItsRange) {
  const IpAddress address = *IpAddress::Parse(GetParam().text);
  EXPECT_EQ(address.Leads(), GetParam().reach);
  EXPECT_EQ(CheckAddress(address, {}).ok(), GetParam().reach == Reach::kPublic);
  EXPECT_EQ(CheckAddress(address, {.allow_private = true}).ok(),
            GetParam().reach == Reach::kPublic || GetParam().reach == Reach::kPrivate);
  EXPECT_EQ(CheckAddress(address, {.allow_loopback = true}).ok(),
            GetParam().reach == Reach::kPublic || GetParam().reach == Reach::kLoopback);
}

std::string Name(const ::testing::TestParamInfo<Row>& test) {
  std::string name = "At";
  for (const char* c = test.param.text; *c != '\0'; ++c) name += std::isalnum(*c) != 0 ? *c : 'x';
  return name;
}

constexpr Reach kPublic = Reach::kPublic, kPrivate = Reach::kPrivate, kLoopback = Reach::kLoopback,
                kForbidden = Reach::kForbidden;

// First, last and neighbours of every range.
INSTANTIATE_TEST_SUITE_P(
    V4, ReachTest,
    ::testing::Values(Row{"0.0.0.0", kForbidden}, Row{"0.255.255.255", kForbidden}, Row{"1.0.0.0", kPublic},
                      Row{"9.255.255.255", kPublic}, Row{"10.0.0.0", kPrivate}, Row{"10.255.255.255", kPrivate},
                      Row{"11.0.0.0", kPublic}, Row{"100.63.255.255", kPublic}, Row{"100.64.0.0", kPrivate},
                      Row{"100.127.255.255", kPrivate}, Row{"100.128.0.0", kPublic}, Row{"126.255.255.255", kPublic},
                      Row{"127.0.0.0", kLoopback}, Row{"127.0.0.1", kLoopback}, Row{"127.255.255.255", kLoopback},
                      Row{"128.0.0.0", kPublic}, Row{"169.253.255.255", kPublic}, Row{"169.254.0.0", kForbidden},
                      Row{"169.254.169.254", kForbidden}, Row{"169.255.0.0", kPublic}, Row{"172.15.255.255", kPublic},
                      Row{"172.16.0.0", kPrivate}, Row{"172.31.255.255", kPrivate}, Row{"172.32.0.0", kPublic},
                      Row{"192.0.0.1", kForbidden}, Row{"192.0.1.0", kPublic}, Row{"192.0.2.7", kForbidden},
                      Row{"192.88.99.1", kForbidden}, Row{"192.167.255.255", kPublic}, Row{"192.168.0.0", kPrivate},
                      Row{"192.168.255.255", kPrivate}, Row{"192.169.0.0", kPublic}, Row{"198.17.255.255", kPublic},
                      Row{"198.18.0.0", kForbidden}, Row{"198.19.255.255", kForbidden}, Row{"198.20.0.0", kPublic},
                      Row{"198.51.100.1", kForbidden}, Row{"203.0.113.1", kForbidden}, Row{"223.255.255.255", kPublic},
                      Row{"224.0.0.1", kForbidden}, Row{"239.255.255.255", kForbidden}, Row{"240.0.0.0", kForbidden},
                      Row{"255.255.255.255", kForbidden}, Row{"8.8.8.8", kPublic}),
    Name);

INSTANTIATE_TEST_SUITE_P(
    V6, ReachTest,
    ::testing::Values(Row{"::", kForbidden}, Row{"::1", kLoopback}, Row{"::2", kForbidden},
                      Row{"::127.0.0.1", kForbidden}, Row{"::ffff:127.0.0.1", kLoopback},
                      Row{"::ffff:7f00:1", kLoopback}, Row{"::ffff:10.1.2.3", kPrivate},
                      Row{"::ffff:169.254.169.254", kForbidden}, Row{"::ffff:8.8.8.8", kPublic},
                      Row{"::ffff:0:127.0.0.1", kForbidden}, Row{"64:ff9b::127.0.0.1", kLoopback},
                      Row{"64:ff9b::192.168.0.1", kPrivate}, Row{"64:ff9b::8.8.8.8", kPublic},
                      Row{"64:ff9b:1::8.8.8.8", kForbidden}, Row{"2002:7f00:1::", kLoopback},
                      Row{"2002:a00:1::", kPrivate}, Row{"2002:a9fe:a9fe::1", kForbidden},
                      Row{"2002:808:808::1", kPublic}, Row{"100::1", kForbidden}, Row{"2001::1", kForbidden},
                      Row{"2001:1ff::1", kForbidden}, Row{"2001:200::1", kPublic}, Row{"2001:db8::1", kForbidden},
                      Row{"2001:db9::1", kPublic}, Row{"2606:4700::1111", kPublic}, Row{"2a00:1450::1", kPublic},
                      Row{"3fff::1", kForbidden}, Row{"3fff:1000::1", kPublic}, Row{"4000::1", kForbidden},
                      Row{"5f00::1", kForbidden}, Row{"fbff::1", kForbidden}, Row{"fc00::1", kPrivate},
                      Row{"fdff::1", kPrivate}, Row{"fe00::1", kForbidden}, Row{"fe80::1", kForbidden},
                      Row{"febf::1", kForbidden}, Row{"fec0::1", kForbidden}, Row{"ff02::1", kForbidden}),
    Name);

TEST(IpAddressTest, HasOneSpellingOnly) {
  for (const std::string& text :
       {std::string(), std::string("127.1"), std::string("2130706433"), std::string("0x7f000001"),
        std::string("0177.0.0.1"), std::string("127.0.0.01"), std::string("127.0.0.1 "), std::string(" 127.0.0.1"),
        std::string("127.0.0.1."), std::string("127.0.0.1\0.evil", 15), std::string("[::1]"), std::string("::1%lo"),
        std::string("fe80::1%eth0"), std::string("localhost"), std::string("256.0.0.1"), std::string("1.2.3.4.5"),
        std::string("::ffff:127.1")}) {
    EXPECT_FALSE(IpAddress::Parse(text).ok()) << text;
  }
  EXPECT_EQ(IpAddress::Parse("2001:DB8:0:0::1")->ToString(), "2001:db8::1");
  EXPECT_EQ(IpAddress::Parse("10.1.2.3")->ToString(), "10.1.2.3");
}

// Decimal, hexadecimal, octal and short spellings are names to us: what the resolver makes of them is judged.
TEST(IpAddressTest, OddSpellingsAreJudgedByWhatTheResolverMakesOfThem) {
  for (const char* spelling :
       {"127.1", "2130706433", "0x7f000001", "0x7f.1", "017700000001", "0177.0.0.1", "::ffff:127.0.0.1"}) {
    addrinfo hints{};
    hints.ai_flags = AI_NUMERICHOST;
    addrinfo* found = nullptr;
    ASSERT_EQ(getaddrinfo(spelling, nullptr, &hints, &found), 0) << spelling;
    EXPECT_EQ(IpAddress::FromSocket(found->ai_addr)->Leads(), Reach::kLoopback) << spelling;
    freeaddrinfo(found);
  }
}

TEST(IpAddressTest, IsNoneOfAnotherFamily) {
  sockaddr_un local{};
  local.sun_family = AF_UNIX;
  EXPECT_FALSE(IpAddress::FromSocket(reinterpret_cast<const sockaddr*>(&local)).ok());
  EXPECT_FALSE(IpAddress::FromSocket(nullptr).ok());
}

}  // namespace
}  // namespace cortado::http
