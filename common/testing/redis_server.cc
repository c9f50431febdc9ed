#include "common/testing/redis_server.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "common/testing/redis_group.h"

namespace cortado::testing {
namespace {

int Connect(const std::string& path) {
  int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::strncpy(address.sun_path, path.c_str(), sizeof address.sun_path - 1);
  if (connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0) return fd;
  close(fd);
  return -1;
}

std::string ReadLine(int fd) {
  std::string line;
  char c;
  while (read(fd, &c, 1) == 1) {
    if (c == '\n') break;
    if (c != '\r') line.push_back(c);
  }
  return line;
}

std::string ReadReply(int fd) {
  std::string line = ReadLine(fd);
  if (line.empty()) return "";
  int64_t size = 0;
  if (line[0] == '$') {
    if (!absl::SimpleAtoi(line.substr(1), &size) || size < 0) return "";
    std::string text(static_cast<size_t>(size) + 2, '\0');
    for (size_t have = 0; have < text.size();) {
      ssize_t got = read(fd, text.data() + have, text.size() - have);
      if (got <= 0) return "";
      have += static_cast<size_t>(got);
    }
    text.resize(text.size() - 2);
    return text;
  }
  if (line[0] == '*') {
    std::string lines;
    if (!absl::SimpleAtoi(line.substr(1), &size)) return "";
    for (int64_t i = 0; i < size; ++i) absl::StrAppend(&lines, i == 0 ? "" : "\n", ReadReply(fd));
    return lines;
  }
  return line[0] == '-' ? line : line.substr(1);
}

[[noreturn]] void Give(const char* what) {
  std::perror(what);
  std::abort();
}

}  // namespace

RedisServer::RedisServer(std::vector<std::string> options) {
  MakeDirectory();
  if (options.empty()) group_ = GroupFromEnvironment();
  if (group_ != nullptr) {
    address_ = group_->address();
    return;
  }
  command_ = {"redis-server",
              "--port",
              "0",
              "--unixsocket",
              address_.unix_socket,
              "--dir",
              directory_,
              "--appendonly",
              "yes",
              "--appendfsync",
              "always",
              "--save",
              "",
              "--logfile",
              directory_ + "/log",
              "--daemonize",
              "no"};
  command_.insert(command_.end(), options.begin(), options.end());
  Start();
}

RedisServer::RedisServer(SentinelTag, const std::string& configuration) {
  MakeDirectory();
  std::ofstream(directory_ + "/sentinel.conf")
      << "unixsocket " << address_.unix_socket << "\ndir " << directory_ << "\nlogfile " << directory_ << "/log\n"
      << configuration;
  command_ = {"redis-server", directory_ + "/sentinel.conf", "--sentinel"};
  Start();
}

std::unique_ptr<RedisServer> RedisServer::Sentinel(const std::string& configuration) {
  return std::unique_ptr<RedisServer>(new RedisServer(SentinelTag(), configuration));
}

void RedisServer::MakeDirectory() {
  char name[] = "/tmp/cortado-redis-XXXXXX";  // Short: a socket's path has 107 bytes.
  if (mkdtemp(name) == nullptr) Give("mkdtemp");
  directory_ = name;
  address_.unix_socket = directory_ + "/s";
}

RedisServer::~RedisServer() {
  Kill();
  std::error_code ignored;
  std::filesystem::remove_all(directory_, ignored);
}

void RedisServer::Start() {
  if (group_ == nullptr) return StartProcess();
  for (RedisServer* server : group_->servers()) server->Start();
}

void RedisServer::StartProcess() {
  std::vector<char*> argv;
  for (std::string& argument : command_) argv.push_back(argument.data());
  argv.push_back(nullptr);
  pid_ = fork();
  if (pid_ < 0) Give("fork");
  if (pid_ == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);  // A crashed test leaves nothing running.
    execvp(argv[0], argv.data());
    _exit(127);
  }
  absl::Time limit = absl::Now() + absl::Seconds(20);
  while (Ask({"PING"}) != "PONG") {
    if (absl::Now() > limit) Give("redis-server did not come up");
    usleep(1000);
  }
}

void RedisServer::Kill() {
  if (group_ != nullptr) {
    for (RedisServer* server : group_->servers()) server->Kill();
  }
  if (pid_ <= 0) return;
  kill(pid_, SIGKILL);
  waitpid(pid_, nullptr, 0);
  pid_ = -1;
}

void RedisServer::Freeze() {
  if (group_ == nullptr) {
    kill(pid_, SIGSTOP);
    return;
  }
  for (RedisServer* server : group_->servers()) server->Freeze();
}

void RedisServer::Thaw() {
  if (group_ == nullptr) {
    kill(pid_, SIGCONT);
    return;
  }
  for (RedisServer* server : group_->servers()) server->Thaw();
}

int RedisServer::OpenPort() {
  for (int port = 20000 + static_cast<int>(getpid()) % 10000; port < 32000; ++port) {
    if (Ask({"CONFIG", "SET", "bind", "127.0.0.1", "port", std::to_string(port)}) == "OK") return port;
  }
  std::abort();  // Twelve thousand ports are taken: not a machine to test on.
}

std::string RedisServer::Ask(const std::vector<std::string>& command) const {
  if (group_ != nullptr) return group_->Ask(command);
  int fd = Connect(address_.unix_socket);
  if (fd < 0) return "";
  std::string bytes = absl::StrCat("*", command.size(), "\r\n");
  for (const std::string& part : command) absl::StrAppend(&bytes, "$", part.size(), "\r\n", part, "\r\n");
  std::string answer;
  if (write(fd, bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size())) answer = ReadReply(fd);
  close(fd);
  return answer;
}

}  // namespace cortado::testing
