// The supervisor with a real redis-server. CORTADO_TEST_SCALE (1 by default) multiplies how often the server is killed.
#include "services/allinone/redis_supervisor.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "absl/time/clock.h"
#include "common/testing/scale.h"
#include "gmock/gmock.h"
#include "services/allinone/testing/installation.h"
#include "services/allinone/testing/prompt.h"

namespace cortado::allinone {
namespace {

using ::testing::AnyOf;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

class RedisSupervisorTest : public ::testing::Test {
 protected:
  RedisSupervisorTest() {
    std::string name = (std::filesystem::temp_directory_path() / "cortado-data-XXXXXX").string();
    root_ = mkdtemp(name.data()) != nullptr ? name : "";
    path_ = root_ + "/data";
    setenv("XDG_RUNTIME_DIR", root_.c_str(), 1);  // The socket goes with the rest, also when its server was killed.
  }
  ~RedisSupervisorTest() override {
    redis_.reset();
    std::error_code ignored;
    std::filesystem::remove_all(root_, ignored);
  }

  // Starts one in this process.
  absl::Status Start() {
    absl::StatusOr<DataDirectory> data = DataDirectory::Open(path_);
    if (!data.ok()) return data.status();
    data_.emplace(*std::move(data));
    auto redis = RedisSupervisor::Start(*data_);
    if (!redis.ok()) return redis.status();
    redis_ = *std::move(redis);
    return absl::OkStatus();
  }
  void Stop() {
    redis_.reset();
    data_.reset();
  }

  std::string root_;
  std::string path_;
  std::optional<DataDirectory> data_;
  std::unique_ptr<RedisSupervisor> redis_;
};

TEST_F(RedisSupervisorTest, GivesEachServiceItsOwnKeysAndChannelAlone) {
  ASSERT_TRUE(Start().ok());
  testing::Prompt profile(redis_->AddressFor("profile"));
  EXPECT_EQ(profile.Ask("SET cortado:{acme}:profile:rev 1"), "+OK");
  EXPECT_EQ(profile.Ask("SET cortado:{directory}:profile:organizations 1"), "+OK");
  EXPECT_EQ(profile.Ask("SUBSCRIBE cortado:wake:profile"), "subscribe");
  for (const char* refused :
       {"GET cortado:{acme}:matching:rev", "SET cortado:{directory}:matching:x 1", "GET other", "KEYS *", "RANDOMKEY",
        "CONFIG GET dir", "FLUSHALL", "SHUTDOWN", "SUBSCRIBE cortado:wake:matching", "PUBLISH cortado:wake:matching x",
        "DUMP cortado:{acme}:matching:rev", "RESTORE cortado:{acme}:matching:x 0 x"}) {
    EXPECT_THAT(testing::Prompt(redis_->AddressFor("profile")).Ask(refused), StartsWith("-NOPERM")) << refused;
  }
  // What a backup needs.
  for (const char* taken : {"SCAN 0 MATCH cortado:{acme}:profile:*", "DUMP cortado:{acme}:profile:rev", "CLIENT INFO",
                            "RESTORE cortado:{acme}ID}:profile:x 0 x", "UNLINK cortado:{acme}ID}:profile:x"}) {
    EXPECT_THAT(testing::Prompt(redis_->AddressFor("profile")).Ask(taken), Not(StartsWith("-NOPERM"))) << taken;
  }
}

TEST_F(RedisSupervisorTest, LetsAServiceRunItsScriptsAndReadItsStreams) {
  ASSERT_TRUE(Start().ok());
  testing::Prompt matching(redis_->AddressFor("matching"));
  std::string loaded = matching.Ask(
      "SCRIPT LOAD \"#!lua\\nredis.call('XADD', KEYS[1], '1-1', 'a', 'b') return "
      "redis.call('PUBLISH', 'cortado:wake:matching', 'acme')\"");
  EXPECT_EQ(matching.Ask(absl::StrCat("EVALSHA ", loaded, " 1 cortado:{acme}:matching:feed")), ":0");
  EXPECT_EQ(matching.Ask("XINFO STREAM cortado:{acme}:matching:feed"), "length");
}

TEST_F(RedisSupervisorTest, LetsNobodyInWithoutAPassword) {
  ASSERT_TRUE(Start().ok());
  redis::Address nobody;
  nobody.unix_socket = redis_->AddressFor("profile").unix_socket;
  EXPECT_THAT(testing::Prompt(nobody).Ask("PING"), StartsWith("-NOAUTH"));
}

TEST_F(RedisSupervisorTest, KeepsAcknowledgedWritesWhenItsServerIsKilled) {
  ASSERT_TRUE(Start().ok());
  int acknowledged = 0;
  for (int kills = 1; kills <= testing::Scaled(3); ++kills) {
    testing::Prompt prompt(redis_->AddressFor("scheduling"));
    ASSERT_EQ(prompt.Ask("GET cortado:{acme}:scheduling:n"), acknowledged == 0 ? "" : absl::StrCat(acknowledged));
    for (int i = 0; i < 50; ++i) {
      ASSERT_EQ(prompt.Ask("INCR cortado:{acme}:scheduling:n"), absl::StrCat(":", ++acknowledged));
    }
    int starts = redis_->starts();
    kill(redis_->server(), SIGKILL);
    ASSERT_TRUE(testing::Eventually([&] { return redis_->starts() > starts; }));
    ASSERT_TRUE(
        testing::Eventually([&] { return testing::Prompt(redis_->AddressFor("scheduling")).Ask("PING") == "+PONG"; }));
  }
}

// What a script writes is stored as one transaction, and read back with the rights of the default user.
TEST_F(RedisSupervisorTest, KeepsWhatAScriptWroteWhenItsServerIsKilled) {
  ASSERT_TRUE(Start().ok());
  testing::Prompt prompt(redis_->AddressFor("profile"));
  ASSERT_EQ(prompt.Ask("EVAL \"redis.call('SET', KEYS[1], 'x') return redis.call('INCR', KEYS[2])\" 2 "
                       "cortado:{acme}:profile:a cortado:{acme}:profile:b"),
            ":1");
  pid_t killed = redis_->server();
  kill(killed, SIGKILL);
  ASSERT_TRUE(testing::Eventually(
      [&] { return testing::Prompt(redis_->AddressFor("profile")).Ask("GET cortado:{acme}:profile:a") == "x"; }));
  EXPECT_EQ(testing::Prompt(redis_->AddressFor("profile")).Ask("GET cortado:{acme}:profile:b"), "1");
}

TEST_F(RedisSupervisorTest, EndsWithItsParent) {
  testing::Installation installation(path_);
  ASSERT_EQ(installation.Outcome(), "ready");
  pid_t server = testing::Prompt(testing::KeeperAddress(path_)).Server();
  ASSERT_GT(server, 0);
  installation.Kill();
  EXPECT_TRUE(testing::Eventually([&] { return kill(server, 0) != 0; }));
}

TEST_F(RedisSupervisorTest, TakesOverWhatAKilledParentLeftWithNothingLost) {
  {
    testing::Installation installation(path_);
    ASSERT_EQ(installation.Outcome(), "ready");
    installation.Kill();
  }
  testing::LeftBehindServer left_behind(path_);
  testing::Prompt client(testing::AddressOf(path_, "scheduling"));
  ASSERT_EQ(client.Ask("INCR cortado:{acme}:scheduling:n"), ":1");

  // The client stays and goes on writing while a new installation starts.
  testing::Installation next(path_);
  int acknowledged = 1;
  while (client.Ask("INCR cortado:{acme}:scheduling:n") == absl::StrCat(":", acknowledged + 1)) ++acknowledged;
  ASSERT_EQ(next.Outcome(), "ready");
  EXPECT_TRUE(left_behind.Ended());
  // The last one may have been written and not answered.
  std::string kept = testing::Prompt(testing::AddressOf(path_, "scheduling")).Ask("GET cortado:{acme}:scheduling:n");
  EXPECT_THAT(kept, AnyOf(absl::StrCat(acknowledged), absl::StrCat(acknowledged + 1)));
  ASSERT_TRUE(absl::SimpleAtoi(kept, &acknowledged));

  // Rewriting the file is where two servers on one directory lost writes.
  testing::Prompt keeper(testing::KeeperAddress(path_));
  EXPECT_THAT(keeper.Ask("BGREWRITEAOF"), HasSubstr("started"));
  ASSERT_TRUE(testing::Eventually([&] {
    testing::Prompt asked(testing::KeeperAddress(path_));
    return asked.Info("aof_rewrite_in_progress") == "0" && asked.Info("aof_last_bgrewrite_status") == "ok";
  }));
  ASSERT_EQ(testing::Prompt(testing::AddressOf(path_, "scheduling")).Ask("INCR cortado:{acme}:scheduling:n"),
            absl::StrCat(":", ++acknowledged));
  next.Kill();
  ASSERT_TRUE(Start().ok());
  EXPECT_EQ(testing::Prompt(redis_->AddressFor("scheduling")).Ask("GET cortado:{acme}:scheduling:n"),
            absl::StrCat(acknowledged));
}

TEST_F(RedisSupervisorTest, EndsAServerLeftBehindThatDoesNotObey) {
  {
    testing::Installation installation(path_);
    ASSERT_EQ(installation.Outcome(), "ready");
    installation.Kill();
  }
  testing::LeftBehindServer left_behind(path_);
  ASSERT_EQ(testing::Prompt(testing::AddressOf(path_, "scheduling")).Ask("INCR cortado:{acme}:scheduling:n"), ":1");
  left_behind.Freeze();
  ASSERT_TRUE(Start().ok());
  EXPECT_TRUE(left_behind.Ended());
  EXPECT_EQ(testing::Prompt(redis_->AddressFor("scheduling")).Ask("GET cortado:{acme}:scheduling:n"), "1");
}

TEST_F(RedisSupervisorTest, RefusesASecondStartWhileTheFirstLives) {
  ASSERT_TRUE(Start().ok());
  testing::Installation second(path_);
  EXPECT_THAT(second.Outcome(), HasSubstr(absl::StrCat("another cortado (process ", getpid(), ") is running")));
  EXPECT_EQ(testing::Prompt(redis_->AddressFor("profile")).Ask("PING"), "+PONG");
  EXPECT_EQ(redis_->starts(), 1);
}

TEST_F(RedisSupervisorTest, GivesEveryFileToItsOwnerAlone) {
  ASSERT_TRUE(Start().ok());
  ASSERT_EQ(testing::Prompt(redis_->AddressFor("profile")).Ask("SET cortado:{acme}:profile:rev 1"), "+OK");
  int files = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(path_)) {
    struct stat found {};
    ASSERT_EQ(stat(entry.path().c_str(), &found), 0);
    EXPECT_EQ(found.st_mode & 0077, 0u) << entry.path();
    ++files;
  }
  EXPECT_GT(files, 10);
  EXPECT_THAT(*data_->Read("run/redis.conf"), ::testing::Not(HasSubstr(redis_->AddressFor("profile").password)));
  EXPECT_EQ(redis_->AddressFor("profile").password.size(), 64u);
}

TEST_F(RedisSupervisorTest, StopsWithNothingLeftRunningAndNoSocket) {
  ASSERT_TRUE(Start().ok());
  pid_t server = redis_->server();
  std::string socket = redis_->AddressFor("profile").unix_socket;
  Stop();
  EXPECT_NE(kill(server, 0), 0);
  EXPECT_FALSE(std::filesystem::exists(std::filesystem::path(socket).parent_path()));
  EXPECT_TRUE(Start().ok());
}

TEST_F(RedisSupervisorTest, WorksInADirectoryWithALongAndOddName) {
  path_ = absl::StrCat(root_, "/", std::string(150, 'd'), "/it's \"new\" #1 \\");
  ASSERT_TRUE(Start().ok());
  EXPECT_EQ(testing::Prompt(redis_->AddressFor("profile")).Ask("SET cortado:{acme}:profile:rev 1"), "+OK");
  EXPECT_TRUE(std::filesystem::exists(path_ + "/redis/appendonlydir"));
}

TEST_F(RedisSupervisorTest, SaysWhyItsServerDoesNotStart) {
  ASSERT_TRUE(Start().ok());
  ASSERT_EQ(testing::Prompt(redis_->AddressFor("profile")).Ask("SET cortado:{acme}:profile:rev 1"), "+OK");
  Stop();
  {
    absl::StatusOr<DataDirectory> data = DataDirectory::Open(path_);
    ASSERT_TRUE(data.ok());
    ASSERT_TRUE(data->Write("redis/appendonlydir/appendonly.aof.manifest", "rotten\n").ok());
  }
  absl::Status status = Start();
  EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(status.message()), HasSubstr("AOF manifest file"));
}

TEST_F(RedisSupervisorTest, SaysThatRedisIsNotInstalled) {
  std::string path = getenv("PATH");
  setenv("PATH", root_.c_str(), 1);
  absl::Status status = Start();
  setenv("PATH", path.c_str(), 1);
  EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(status.message()), HasSubstr("redis-server is not installed"));
}

// Only root can mount a disk that is small enough to fill.
class RedisSupervisorOnASmallDiskTest : public RedisSupervisorTest {
 protected:
  bool Mount() {
    mkdir(path_.c_str(), 0700);
    mounted_ = mount("cortado", path_.c_str(), "tmpfs", 0, "size=8m,mode=0700") == 0;
    return mounted_;
  }
  void Enlarge() { mount("cortado", path_.c_str(), "tmpfs", MS_REMOUNT, "size=32m,mode=0700"); }
  ~RedisSupervisorOnASmallDiskTest() override {
    Stop();
    if (mounted_) umount2(path_.c_str(), MNT_DETACH);
  }

 private:
  bool mounted_ = false;
};

TEST_F(RedisSupervisorOnASmallDiskTest, StaysDownCalmlyWhileTheDiskIsFullAndLosesNothing) {
  if (!Mount()) return;
  ASSERT_TRUE(Start().ok());
  int acknowledged = 0;
  {
    testing::Prompt prompt(redis_->AddressFor("scheduling"));
    std::string filler(10'000, 'x');
    while (prompt.Ask(absl::StrCat("RPUSH cortado:{acme}:scheduling:l ", filler)) ==
           absl::StrCat(":", acknowledged + 1)) {
      ++acknowledged;
    }
  }
  ASSERT_GT(acknowledged, 300);
  ASSERT_TRUE(testing::Eventually([&] { return redis_->disk_full(); }));
  EXPECT_EQ(redis_->server(), 0);
  int starts = redis_->starts();
  EXPECT_LE(starts, 2);
  // It looks at the disk once a second: two looks and no start.
  EXPECT_FALSE(testing::Eventually([&] { return redis_->starts() > starts; }, absl::Milliseconds(2500)));

  Enlarge();
  ASSERT_TRUE(
      testing::Eventually([&] { return testing::Prompt(redis_->AddressFor("scheduling")).Ask("PING") == "+PONG"; }));
  EXPECT_THAT(testing::Prompt(redis_->AddressFor("scheduling")).Ask("LLEN cortado:{acme}:scheduling:l"),
              AnyOf(absl::StrCat(":", acknowledged), absl::StrCat(":", acknowledged + 1)));
}

TEST_F(RedisSupervisorOnASmallDiskTest, RefusesToStartOnAFullDisk) {
  if (!Mount()) return;
  std::ofstream(path_ + "/filler") << std::string(8 << 20, 'x');
  EXPECT_EQ(Start().code(), absl::StatusCode::kUnavailable);
}

}  // namespace
}  // namespace cortado::allinone
