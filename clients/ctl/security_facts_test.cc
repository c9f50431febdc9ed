#include "clients/ctl/security_facts.h"

#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "gmock/gmock.h"

namespace cortado::ctl {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr char kConfig[] =
    "port 0\nunixsocketperm 700\nappendonly yes\nappendfsync always\nmaxmemory-policy noeviction\n"
    "user default off ~* &* +@all\n"
    "user profile on #1 resetkeys ~cortado:{*}:profile:* resetchannels +@all -@admin -@dangerous\n"
    "user matching on #2 resetkeys ~cortado:{*}:matching:* resetchannels +@all -@admin -@dangerous\n"
    "user scheduling on #3 resetkeys ~cortado:{*}:scheduling:* resetchannels +@all -@admin -@dangerous\n";

constexpr char kInfo[] =
    "# Server\r\nredis_version:7.0.15\r\ntcp_port:0\r\nserver_time_usec:1790000000500000\r\n# Persistence\r\n"
    "aof_enabled:1\r\naof_last_write_status:ok\r\n# Memory\r\nmaxmemory_policy:noeviction\r\n";
const absl::Time kAsked = absl::FromUnixSeconds(1790000000);

// The names of those that are not good.
std::vector<std::string> Bad(const std::vector<DataFact>& facts) {
  std::vector<std::string> names;
  for (const DataFact& fact : facts) {
    if (fact.good) continue;
    names.push_back(fact.name);
    EXPECT_NE(fact.fix, "") << fact.name;
  }
  return names;
}

std::vector<std::string> BadConfig(const char* old_text, const char* new_text) {
  return Bad(JudgeRedisConfig(absl::StrReplaceAll(kConfig, {{old_text, new_text}})));
}
std::vector<std::string> BadInfo(const char* old_text, const char* new_text) {
  return Bad(JudgeRedisInfo(absl::StrReplaceAll(kInfo, {{old_text, new_text}}), kAsked));
}

TEST(SecurityFactsTest, AClosedRedisIsGood) {
  EXPECT_THAT(Bad(JudgeRedisConfig(kConfig)), IsEmpty());
  EXPECT_THAT(Bad(JudgeRedisInfo(kInfo, kAsked)), IsEmpty());
}

TEST(SecurityFactsTest, EachOpenDoorOfRedisIsFound) {
  EXPECT_THAT(BadConfig("port 0", "port 6379"), ElementsAre("redis network"));
  EXPECT_THAT(BadConfig("unixsocketperm 700", "unixsocketperm 777"), ElementsAre("redis network"));
  EXPECT_THAT(BadConfig("default off", "default on nopass"), ElementsAre("redis users"));
  EXPECT_THAT(BadConfig("user default off ~* &* +@all\n", ""), ElementsAre("redis users"));
  EXPECT_THAT(BadConfig("user matching on", "user matching off"), ElementsAre("redis users"));
  EXPECT_THAT(BadConfig("~cortado:{*}:profile:*", "~*"), ElementsAre("redis users"));
  EXPECT_THAT(BadConfig("~cortado:{*}:profile:*", "~cortado:{*}:matching:*"), ElementsAre("redis users"));
  EXPECT_THAT(BadConfig("#3", "nopass"), ElementsAre("redis users"));
  EXPECT_THAT(BadConfig("-@admin ", ""), ElementsAre("redis users"));
}

TEST(SecurityFactsTest, EachWayToLoseAWriteIsFound) {
  EXPECT_THAT(BadConfig("appendonly yes", "appendonly no"), ElementsAre("redis writes"));
  EXPECT_THAT(BadConfig("fsync always", "fsync everysec"), ElementsAre("redis writes"));
  EXPECT_THAT(BadConfig("noeviction", "allkeys-lru"), ElementsAre("redis writes"));
  EXPECT_THAT(BadConfig("appendfsync always\n", ""), ElementsAre("redis writes"));
  EXPECT_THAT(Bad(JudgeRedisConfig(absl::StrCat(kConfig, "appendfsync no\n"))), ElementsAre("redis writes"));
  EXPECT_THAT(BadInfo("aof_enabled:1", "aof_enabled:0"), ElementsAre("redis runs"));
  EXPECT_THAT(BadInfo("noeviction", "volatile-ttl"), ElementsAre("redis runs"));
}

TEST(SecurityFactsTest, AnOldRedisAndAnotherClockAreFound) {
  EXPECT_THAT(BadInfo("7.0.15", "7.0.9"), ElementsAre("redis version"));
  EXPECT_THAT(BadInfo("7.0.15", "7.2.4"), IsEmpty());
  EXPECT_THAT(BadInfo("server_time_usec:1790000000500000", "server_time_usec:1790000002100000"),
              ElementsAre("redis clock"));
  EXPECT_THAT(BadInfo("server_time_usec", "other"), ElementsAre("redis clock"));
}

TEST(SecurityFactsTest, ListeningBeyondThisMachineTakesTlsAndOldGrpcCertificates) {
  EXPECT_THAT(Bad(JudgeListening("127.0.0.1:7301 plain", "1.51.1")), IsEmpty());
  EXPECT_THAT(Bad(JudgeListening("unix:/run/s plain", "1.51.1")), IsEmpty());
  EXPECT_THAT(Bad(JudgeListening("0.0.0.0:7301 plain", "1.60.0")), ElementsAre("listening"));
  EXPECT_THAT(Bad(JudgeListening("0.0.0.0:7301 tls", "1.60.0")), IsEmpty());
  EXPECT_THAT(Bad(JudgeListening("0.0.0.0:7301 tls", "1.51.1")), ElementsAre("grpc version"));
  EXPECT_THAT(Bad(JudgeListening("0.0.0.0:7301 mtls", "1.51.1")), IsEmpty());
  EXPECT_THAT(Bad(JudgeListening("", "1.60.0")), ElementsAre("listening"));
}

TEST(SecurityFactsTest, ASecretOthersMayReadIsFound) {
  std::string data = (std::filesystem::temp_directory_path() / "cortado-facts-XXXXXX").string();
  ASSERT_NE(mkdtemp(data.data()), nullptr);
  std::filesystem::create_directories(data + "/keys");
  std::filesystem::create_directories(data + "/run");
  for (const char* file : {"/keys/token.pem", "/keys/redis-profile.secret", "/run/operator.token"}) {
    std::ofstream(data + file) << "secret";
    chmod((data + file).c_str(), 0600);
  }
  EXPECT_TRUE(JudgeSecrets(data).good);
  for (const char* file : {"/keys/redis-profile.secret", "/run/operator.token"}) {
    chmod((data + file).c_str(), 0640);
    EXPECT_FALSE(JudgeSecrets(data).good) << file;
    chmod((data + file).c_str(), 0600);
  }
  std::filesystem::remove_all(data);
}

}  // namespace
}  // namespace cortado::ctl
