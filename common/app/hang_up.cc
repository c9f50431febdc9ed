#include "common/app/hang_up.h"

#include <dirent.h>
#include <grpc/support/log.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <cstdlib>
#include <memory>
#include <vector>

namespace cortado::app {
namespace {

// The descriptors of this process; none when /proc is not there.
std::vector<int> Descriptors() {
  std::vector<int> all;
  const std::unique_ptr<DIR, int (*)(DIR*)> folder(opendir("/proc/self/fd"), &closedir);
  while (const dirent* entry = folder == nullptr ? nullptr : readdir(folder.get())) {
    if (entry->d_name[0] != '.') all.push_back(std::atoi(entry->d_name));
  }
  return all;
}

// Whether our end of the socket is what the server listens on: that of who connected is another port, or has no name.
bool IsOurs(int descriptor, int port, const std::string& path) {
  sockaddr_storage name{};
  socklen_t size = sizeof name;
  if (getsockname(descriptor, reinterpret_cast<sockaddr*>(&name), &size) != 0) return false;
  switch (name.ss_family) {
    case AF_INET:
      return port != 0 && ntohs(reinterpret_cast<sockaddr_in*>(&name)->sin_port) == port;
    case AF_INET6:
      return port != 0 && ntohs(reinterpret_cast<sockaddr_in6*>(&name)->sin6_port) == port;
    case AF_UNIX:
      return !path.empty() && path == reinterpret_cast<sockaddr_un*>(&name)->sun_path;
    default:
      return false;
  }
}

bool Listens(int descriptor) {
  int listens = 0;
  socklen_t size = sizeof listens;
  return getsockopt(descriptor, SOL_SOCKET, SO_ACCEPTCONN, &listens, &size) == 0 && listens != 0;
}

}  // namespace

void HangUp(int port, const std::string& path) {
  gpr_set_log_verbosity(static_cast<gpr_log_severity>(GPR_LOG_SEVERITY_ERROR + 1));
  // Who listens first: else those who lost their connection come back by the next.
  for (const bool listens : {true, false}) {
    for (const int descriptor : Descriptors()) {
      if (IsOurs(descriptor, port, path) && Listens(descriptor) == listens) shutdown(descriptor, SHUT_RD);
    }
  }
}

}  // namespace cortado::app
