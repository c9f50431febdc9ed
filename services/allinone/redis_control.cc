#include "services/allinone/redis_control.h"

#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstring>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace cortado::allinone {
namespace {

// Returns a connected descriptor that waits for at most a second, or -1.
int Connect(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.empty() || path.size() >= sizeof address.sun_path) return -1;
  std::memcpy(address.sun_path, path.data(), path.size());
  int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return -1;
  timeval limit{1, 0};
  setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
  if (connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0) return fd;
  close(fd);
  return -1;
}

// Reads one line without its end; empty when the other side closed or is silent.
std::string ReadLine(int fd) {
  std::string line;
  char c;
  while (read(fd, &c, 1) == 1 && c != '\n') {
    if (c != '\r') line.push_back(c);
  }
  return line;
}

}  // namespace

bool RedisControl::Answers() const { return Order("PING") == "+PONG"; }

// NOW and FORCE: it neither waits for anybody nor lets an unfinished rewrite of its file keep it.
void RedisControl::ShutDown() const { Order("SHUTDOWN NOW FORCE"); }

pid_t RedisControl::Listener() const {
  int fd = Connect(socket);
  if (fd < 0) return 0;
  ucred peer{};
  socklen_t size = sizeof peer;
  int got = getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size);
  close(fd);
  return got == 0 ? peer.pid : 0;
}

std::string RedisControl::Order(absl::string_view command) const {
  int fd = Connect(socket);
  if (fd < 0) return "-nobody listens";
  std::string text = absl::StrCat("AUTH ", user, " ", password, "\r\n", command, "\r\n");
  std::string answer = "-nobody answers";
  if (send(fd, text.data(), text.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(text.size())) {
    answer = ReadLine(fd);
    if (absl::StartsWith(answer, "+OK")) answer = ReadLine(fd);
  }
  close(fd);
  return answer;
}

}  // namespace cortado::allinone
