#include "services/allinone/testing/prompt.h"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstring>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"

namespace cortado::testing {

Prompt::Prompt(const redis::Address& address) : fd_(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_un where{};
  where.sun_family = AF_UNIX;
  std::strncpy(where.sun_path, address.unix_socket.c_str(), sizeof where.sun_path - 1);
  if (connect(fd_, reinterpret_cast<sockaddr*>(&where), sizeof where) != 0) return;
  if (!address.user.empty()) Ask(absl::StrCat("AUTH ", address.user, " ", address.password));
}

Prompt::~Prompt() { close(fd_); }

std::string Prompt::Ask(absl::string_view command) {
  std::string text = absl::StrCat(command, "\r\n");
  if (send(fd_, text.data(), text.size(), MSG_NOSIGNAL) != static_cast<ssize_t>(text.size())) return "";
  std::string line = ReadLine();
  while (absl::StartsWith(line, "*")) line = ReadLine();
  if (!absl::StartsWith(line, "$")) return line;
  return line == "$-1" ? "" : ReadLine();
}

std::string Prompt::Info(absl::string_view name) {
  std::string text = "INFO\r\n";
  int64_t left = 0;
  if (send(fd_, text.data(), text.size(), MSG_NOSIGNAL) != static_cast<ssize_t>(text.size())) return "";
  if (!absl::SimpleAtoi(ReadLine().substr(1), &left)) return "";
  std::string found;
  while (left > 0) {
    std::string line = ReadLine();
    left -= static_cast<int64_t>(line.size()) + 2;
    if (absl::StartsWith(line, absl::StrCat(name, ":"))) found = line.substr(name.size() + 1);
  }
  ReadLine();
  return found;
}

pid_t Prompt::Server() const {
  ucred peer{};
  socklen_t size = sizeof peer;
  return getsockopt(fd_, SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0 ? peer.pid : 0;
}

std::string Prompt::ReadLine() {
  std::string line;
  char c;
  while (recv(fd_, &c, 1, 0) == 1 && c != '\n') {
    if (c != '\r') line.push_back(c);
  }
  return line;
}

bool Eventually(const std::function<bool()>& holds, absl::Duration limit) {
  absl::Time until = absl::Now() + limit;
  while (!holds()) {
    if (absl::Now() > until) return false;
    usleep(2000);
  }
  return true;
}

}  // namespace cortado::testing
