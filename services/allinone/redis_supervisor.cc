#include "services/allinone/redis_supervisor.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <iterator>
#include <new>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "common/status/status.h"
#include "services/allinone/redis_config.h"
#include "services/allinone/socket_directory.h"

namespace cortado::allinone {
namespace {

constexpr char kConfig[] = "run/redis.conf";
constexpr char kLog[] = "run/redis.log";
constexpr size_t kLongestLog = 1 << 20;
constexpr int kTriesAtStart = 3;
constexpr absl::Duration kLook = absl::Milliseconds(5);
constexpr absl::Duration kPolite = absl::Seconds(5);     // How long a server left behind may take to obey.
constexpr absl::Duration kPatience = absl::Seconds(30);  // How long DATA/lock may be held against us in all.
constexpr absl::Duration kKeeperEnds = absl::Seconds(6);

// Returns the absolute path of redis-server, or an empty text. Looked up before the fork: the keeper must not allocate.
std::string FindProgram() {
  const char* path = getenv("PATH");
  for (absl::string_view folder : absl::StrSplit(path == nullptr ? "/usr/bin:/bin" : path, ':', absl::SkipEmpty())) {
    std::string program = absl::StrCat(folder, "/redis-server");
    if (program[0] == '/' && access(program.c_str(), X_OK) == 0) return program;
  }
  return "";
}

// The last line that redis-server wrote, for whoever has to find out why it does not start.
std::string LastWords(const DataDirectory& data) {
  absl::StatusOr<std::string> log = data.Read(kLog);
  if (!log.ok()) return "";
  std::vector<absl::string_view> lines = absl::StrSplit(*log, '\n', absl::SkipWhitespace());
  return lines.empty() ? "" : std::string(lines.back());
}

bool Is(const std::function<bool()>& interrupted) { return interrupted != nullptr && interrupted(); }

}  // namespace

void RedisSupervisor::Unmap::operator()(KeeperBoard* board) const { munmap(board, sizeof(KeeperBoard)); }

absl::StatusOr<std::unique_ptr<RedisSupervisor>> RedisSupervisor::Start(const DataDirectory& data,
                                                                        std::function<bool()> interrupted) {
  std::string program = FindProgram();
  if (program.empty()) {
    return absl::FailedPreconditionError(
        "redis-server is not installed; install the package redis-server (7 or newer)");
  }
  std::unique_ptr<RedisSupervisor> supervisor(new RedisSupervisor);
  ASSIGN_OR_RETURN(uint64_t free, data.FreeBytes());
  if (free < kLeastFreeBytes) {
    return absl::UnavailableError(
        absl::StrCat("the disk of ", data.path(), " is full (", free >> 10, " KiB left); make room and start again"));
  }
  RETURN_IF_ERROR(supervisor->Prepare(data));
  RETURN_IF_ERROR(supervisor->TakeLock(interrupted));
  RETURN_IF_ERROR(supervisor->Fork(data, program));
  RETURN_IF_ERROR(supervisor->AwaitFirstAnswer(data, interrupted));
  return supervisor;
}

RedisSupervisor::~RedisSupervisor() { Stop(); }

absl::Status RedisSupervisor::Prepare(const DataDirectory& data) {
  ASSIGN_OR_RETURN(socket_directory_, OpenSocketDirectory(data));
  record_ = data.Path(kSocketRecord);
  std::string socket = socket_directory_ + "/redis.sock";
  RedisConfig config;
  config.socket = socket;
  config.directory = data.Path("redis");
  ASSIGN_OR_RETURN(config.keeper_password, data.Secret(absl::StrCat("redis-", kKeeperUser)));
  for (size_t i = 0; i < std::size(kServices); ++i) {
    ASSIGN_OR_RETURN(std::string secret, data.Secret(absl::StrCat("redis-", kServices[i])));
    addresses_[i].unix_socket = socket;
    addresses_[i].user = kServices[i];
    addresses_[i].password = secret;
    config.users.push_back({kServices[i], secret});
  }
  control_ = {socket, kKeeperUser, config.keeper_password};
  RETURN_IF_ERROR(data.Write(kConfig, FormatRedisConfig(config)));
  lock_ = open(data.Path("lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (lock_ < 0)
    return absl::UnavailableError(absl::StrCat("cannot write ", data.Path("lock"), ": ", std::strerror(errno)));
  return absl::OkStatus();
}

// The claim on the data directory is ours already, so whoever holds the lock now is a redis-server (or a child of one)
// whose cortado is dead. Measured: a second server on its directory lost 250 of 550 acknowledged writes.
absl::Status RedisSupervisor::TakeLock(const std::function<bool()>& interrupted) {
  absl::Time began = absl::Now();
  bool killed = false;
  while (flock(lock_, LOCK_EX | LOCK_NB) != 0) {
    absl::Duration waited = absl::Now() - began;
    if (Is(interrupted)) return absl::CancelledError("interrupted");
    if (waited > kPatience) {
      return absl::UnavailableError(
          "another process holds the lock of the data directory and does not let go; end the redis-server that runs on "
          "it");
    }
    if (waited < kPolite) {
      control_.ShutDown();
    } else if (pid_t left_behind = control_.Listener(); left_behind > 0 && !killed) {
      // It listens at a socket only we can make, and does not obey. What it acknowledged is on the disk.
      killed = kill(left_behind, SIGKILL) == 0;
    }
    absl::SleepFor(absl::Milliseconds(20));
  }
  return absl::OkStatus();
}

absl::Status RedisSupervisor::Fork(const DataDirectory& data, const std::string& program) {
  void* shared = mmap(nullptr, sizeof(KeeperBoard), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  int ends[2];
  if (shared == MAP_FAILED || pipe2(ends, O_CLOEXEC) != 0) return absl::UnavailableError(std::strerror(errno));
  board_.reset(new (shared) KeeperBoard);
  stop_ = ends[1];
  absl::StatusOr<std::string> old_log = data.Read(kLog);
  if (old_log.ok() && old_log->size() > kLongestLog) data.Remove(kLog);
  int log = open(data.Path(kLog).c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0600);
  std::string config = data.Path(kConfig);
  std::string directory = data.Path("redis");
  std::string name = "redis-server";
  char* arguments[] = {name.data(), config.data(), nullptr};
  KeeperPlan plan{program.c_str(), arguments, environ, directory.c_str(), kLeastFreeBytes, lock_, log, ends[0]};
  keeper_ = log < 0 ? -1 : ForkKeeper(plan, *board_);
  int error = errno;
  close(ends[0]);
  if (log >= 0) close(log);
  if (keeper_ < 0) return absl::UnavailableError(absl::StrCat("cannot start redis-server: ", std::strerror(error)));
  return absl::OkStatus();
}

absl::Status RedisSupervisor::AwaitFirstAnswer(const DataDirectory& data,
                                               const std::function<bool()>& interrupted) const {
  while (!control_.Answers()) {
    if (Is(interrupted)) return absl::CancelledError("interrupted");
    if (board_->ends.load() >= kTriesAtStart || KeeperLost()) {
      return absl::FailedPreconditionError(
          absl::StrCat("redis-server does not start; its last words in ", data.Path(kLog), ": ", LastWords(data)));
    }
    absl::SleepFor(kLook);
  }
  return absl::OkStatus();
}

redis::Address RedisSupervisor::AddressFor(absl::string_view service) const {
  for (size_t i = 0; i < std::size(kServices); ++i) {
    if (service == kServices[i]) return addresses_[i];
  }
  return {};
}

std::string RedisSupervisor::SocketPath(absl::string_view name) const {
  return absl::StrCat(socket_directory_, "/", name, ".sock");
}

bool RedisSupervisor::KeeperLost() const {
  siginfo_t ended{};
  return keeper_ > 0 && waitid(P_PID, static_cast<id_t>(keeper_), &ended, WEXITED | WNOHANG | WNOWAIT) == 0 &&
         ended.si_pid == keeper_;
}

void RedisSupervisor::Stop() {
  if (stop_ >= 0) close(std::exchange(stop_, -1));  // The end of the pipe is the order.
  if (keeper_ > 0) {
    absl::Time until = absl::Now() + kKeeperEnds;
    while (!KeeperLost() && absl::Now() < until) absl::SleepFor(kLook);
    kill(keeper_, SIGKILL);  // No harm to one that has ended: it is not reaped yet. Its server dies with it.
    waitpid(keeper_, nullptr, 0);
    keeper_ = -1;
    unlink(control_.socket.c_str());
    if (rmdir(socket_directory_.c_str()) == 0) unlink(record_.c_str());
  }
  if (lock_ >= 0) close(std::exchange(lock_, -1));
}

}  // namespace cortado::allinone
