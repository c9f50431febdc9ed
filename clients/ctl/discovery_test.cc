#include "clients/ctl/discovery.h"

#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>
#include <map>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "clients/ctl/data_facts.h"
#include "clients/ctl/tokens.h"
#include "common/testing/matchers.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace cortado::ctl {
namespace {

using cortado::testing::IsOk;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class DiscoveryTest : public ::testing::Test {
 protected:
  DiscoveryTest() {
    std::string pattern = ::testing::TempDir() + "/ctl-XXXXXX";
    root_ = mkdtemp(pattern.data());
    environment_["HOME"] = root_;
  }
  ~DiscoveryTest() override { std::filesystem::remove_all(root_); }

  std::string Data() const { return root_ + "/.local/share/cortado"; }

  // A data directory as a running `cortado` leaves it, for organisation `acme`.
  void StartServer(const std::string& address) {
    const auto key = auth::SigningKey::Generate();
    const auto token =
        MintToken(*key, {.organization = "acme", .subject = "operator", .roles = {"HR_ADMIN"}}, absl::Now());
    ASSERT_THAT(WriteFile(Data() + "/run/address", address + "\n"), IsOk());
    ASSERT_THAT(WriteFile(Data() + "/run/operator.token", *token + "\n", 0600), IsOk());
  }

  absl::StatusOr<Target> Find(const Given& given = {}) const {
    return Discover(given, [this](const char* name) -> const char* {
      const auto found = environment_.find(name);
      return found == environment_.end() ? nullptr : found->second.c_str();
    });
  }

  std::string root_;
  std::map<std::string, std::string> environment_;
};

TEST_F(DiscoveryTest, ReadsTheClockOfTheServerWhoseKeySigns) {
  StartServer("unix:/run/c.sock");
  EXPECT_EQ(Find()->clock_offset, absl::ZeroDuration());
  ASSERT_THAT(WriteFile(Data() + "/clock", "72h0m0.5s\n"), IsOk());
  EXPECT_EQ(Find()->clock_offset, absl::Hours(72) + absl::Milliseconds(500));
  EXPECT_EQ(Find({.key_file = "/elsewhere/token.pem"})->clock_offset, absl::ZeroDuration());
  ASSERT_THAT(WriteFile(Data() + "/clock", "later\n"), IsOk());
  EXPECT_THAT(Find().status().message(), HasSubstr("says no time"));
}

TEST_F(DiscoveryTest, FindsTheLocalServerItsTokenAndItsOrganisation) {
  StartServer("unix:/run/c.sock");
  const auto target = Find();
  ASSERT_THAT(target, IsOk());
  EXPECT_EQ(target->addresses.profile, "unix:/run/c.sock");
  EXPECT_EQ(target->addresses.scheduling, "unix:/run/c.sock");
  EXPECT_TRUE(target->data_is_used);
  EXPECT_EQ(target->organization, "acme");
  EXPECT_EQ(target->key_file, Data() + "/keys/token.pem");
  EXPECT_THAT(target->missing, IsEmpty());
}

TEST_F(DiscoveryTest, SaysThatNoServerRuns) {
  const auto target = Find();
  ASSERT_THAT(target, IsOk());
  EXPECT_THAT(target->missing, HasSubstr("no Cortado runs on " + Data()));
}

TEST_F(DiscoveryTest, DataDirectoryIsTheNearestOneNamed) {
  EXPECT_EQ(Find()->data, Data());
  environment_["XDG_DATA_HOME"] = "/x";
  EXPECT_EQ(Find()->data, "/x/cortado");
  environment_["CORTADO_DATA"] = "/d";
  EXPECT_EQ(Find()->data, "/d");
  EXPECT_EQ(Find({.data = "/g"})->data, "/g");
}

TEST_F(DiscoveryTest, TheEnvironmentNamesAnotherServer) {
  StartServer("unix:/run/c.sock");
  environment_["CORTADO_ADDRESS"] = "127.0.0.1:7301";
  const auto target = Find();
  ASSERT_THAT(target, IsOk());
  EXPECT_EQ(target->addresses.matching, "127.0.0.1:7301");
  EXPECT_FALSE(target->data_is_used);
  // The local operator's token is not for it.
  EXPECT_THAT(target->token, IsEmpty());
}

TEST_F(DiscoveryTest, GoesBeyondThisMachineOnlyWithAnAuthority) {
  environment_["CORTADO_ADDRESS"] = "cortado.example.com:7301";
  const auto refused = Find();
  EXPECT_EQ(refused.status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(refused.status().message()), HasSubstr("--tls-ca"));
  environment_["CORTADO_TLS_CA"] = Data() + "/none.pem";
  EXPECT_THAT(std::string(Find().status().message()), HasSubstr("/none.pem"));
}

TEST_F(DiscoveryTest, ADataDirectoryOnTheCommandLineIsMeantMoreThanTheEnvironment) {
  StartServer("unix:/run/c.sock");
  environment_["CORTADO_ADDRESS"] = "127.0.0.1:7301";
  environment_["CORTADO_TOKEN"] = "another";
  const auto target = Find({.data = Data()});
  ASSERT_THAT(target, IsOk());
  EXPECT_EQ(target->addresses.profile, "unix:/run/c.sock");
  EXPECT_EQ(target->organization, "acme");
}

TEST_F(DiscoveryTest, AnOrganisationThatIsSaidWinsOverTheTokens) {
  StartServer("unix:/run/c.sock");
  environment_["CORTADO_ORGANIZATION"] = "other";
  EXPECT_EQ(Find()->organization, "other");
  EXPECT_EQ(Find({.organization = "given"})->organization, "given");
}

TEST_F(DiscoveryTest, AnAddressThatCannotBeReadIsSaidToBe) {
  environment_["CORTADO_ADDRESS"] = "nowhere";
  EXPECT_THAT(Find().status().message(), HasSubstr("\"nowhere\" is not an address"));
}

TEST(AddressesTest, OneAddressIsAllThree) {
  EXPECT_EQ(*ParseAddresses("unix:/s"), (Addresses{"unix:/s", "unix:/s", "unix:/s"}));
  EXPECT_EQ(*ParseAddresses(" localhost:1\n"), (Addresses{"localhost:1", "localhost:1", "localhost:1"}));
}

TEST(AddressesTest, ThreeAddressesComeInAnyOrder) {
  EXPECT_EQ(*ParseAddresses("scheduling=h:3, profile=h:1,matching=unix:/m"), (Addresses{"h:1", "unix:/m", "h:3"}));
}

TEST(AddressesTest, RefusesWhatNobodyCouldDial) {
  for (const char* text :
       {"", "host", "host:", ":1", "host:http", "unix:", "profile=h:1",
        "profile=h:1,profile=h:2,matching=h:3,scheduling=h:4", "profile=h:1,matching=h:2,scheduling=h"}) {
    EXPECT_FALSE(ParseAddresses(text).ok()) << text;
  }
}

TEST_F(DiscoveryTest, WhatIsWrittenIsReadBackAndPrivate) {
  const std::string path = root_ + "/a/b/token";
  ASSERT_THAT(WriteFile(path, "secret\n", 0600), IsOk());
  EXPECT_EQ(*ReadSmallFile(path), "secret");
  struct stat file {};
  ASSERT_EQ(stat(path.c_str(), &file), 0);
  EXPECT_EQ(file.st_mode & 0777, 0600u);
  EXPECT_TRUE(absl::IsNotFound(ReadSmallFile(root_ + "/absent").status()));
}

TEST_F(DiscoveryTest, ADataDirectoryOthersMayReadIsAFactThatIsNotGood) {
  StartServer("unix:/run/c.sock");
  chmod(Data().c_str(), 0700);
  const auto bad = [&] {
    int count = 0;
    for (const DataFact& fact : LookAtData(Data())) count += fact.good ? 0 : 1;
    return count;
  };
  EXPECT_EQ(bad(), 0);
  chmod(Data().c_str(), 0750);
  EXPECT_EQ(bad(), 1);
}

}  // namespace
}  // namespace cortado::ctl
