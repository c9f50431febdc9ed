#include "services/allinone/testing/installation.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>

#include "services/allinone/redis_supervisor.h"
#include "services/allinone/testing/prompt.h"

namespace cortado::testing {
namespace {

std::string FirstLine(const std::string& path) {
  std::ifstream file(path);
  std::string line;
  std::getline(file, line);
  return line;
}

[[noreturn]] void Live(const std::string& path, int outcome) {
  absl::StatusOr<allinone::DataDirectory> data = allinone::DataDirectory::Open(path);
  absl::Status status = data.status();
  std::unique_ptr<allinone::RedisSupervisor> redis;
  if (status.ok()) {
    auto started = allinone::RedisSupervisor::Start(*data);
    status = started.status();
    if (status.ok()) redis = *std::move(started);
  }
  std::string text = status.ok() ? "ready" : std::string(status.message());
  if (write(outcome, text.data(), text.size()) < 0) _exit(1);
  close(outcome);
  for (;;) pause();
}

}  // namespace

Installation::Installation(const std::string& data) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) std::abort();
  pid_t test = getpid();
  pid_ = fork();
  if (pid_ == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != test) _exit(1);
    close(ends[0]);
    Live(data, ends[1]);
  }
  close(ends[1]);
  outcome_ = ends[0];
}

Installation::~Installation() {
  Kill();
  close(outcome_);
}

std::string Installation::Outcome() {
  std::string text;
  char part[512];
  ssize_t got;
  while ((got = read(outcome_, part, sizeof part)) > 0) text.append(part, static_cast<size_t>(got));
  return text;
}

void Installation::Kill() {
  if (pid_ <= 0) return;
  kill(pid_, SIGKILL);
  waitpid(pid_, nullptr, 0);
  pid_ = -1;
}

LeftBehindServer::LeftBehindServer(const std::string& data) {
  std::string config = data + "/run/redis.conf";
  int lock = open((data + "/lock").c_str(), O_RDWR);
  // The server of the killed installation lets go first.
  if (!Eventually([&] { return flock(lock, LOCK_EX | LOCK_NB) == 0; })) std::abort();
  pid_ = fork();
  if (pid_ == 0) {
    int log = open((data + "/run/redis.log").c_str(), O_WRONLY | O_APPEND);
    dup2(log, STDOUT_FILENO);
    dup2(log, STDERR_FILENO);
    execlp("redis-server", "redis-server", config.c_str(), nullptr);
    _exit(127);
  }
  close(lock);
  if (!Eventually([&] { return Prompt(KeeperAddress(data)).Ask("PING") == "+PONG"; })) std::abort();
}

LeftBehindServer::~LeftBehindServer() {
  if (Ended()) return;
  kill(pid_, SIGKILL);
  waitpid(pid_, nullptr, 0);
}

void LeftBehindServer::Freeze() { kill(pid_, SIGSTOP); }

bool LeftBehindServer::Ended() {
  if (pid_ > 0 && waitpid(pid_, nullptr, WNOHANG) == pid_) pid_ = -1;
  return pid_ < 0;
}

redis::Address AddressOf(const std::string& data, const std::string& service) {
  redis::Address address;
  address.unix_socket = FirstLine(data + "/run/socket-directory") + "/redis.sock";
  address.user = service;
  address.password = FirstLine(data + "/keys/redis-" + service + ".secret");
  return address;
}

redis::Address KeeperAddress(const std::string& data) { return AddressOf(data, "keeper"); }

}  // namespace cortado::testing
