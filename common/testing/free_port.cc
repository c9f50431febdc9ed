#include "common/testing/free_port.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <random>

namespace cortado::testing {
namespace {

constexpr int kLowest = 20000;
constexpr int kHighest = 32000;

bool NobodyListens(int port) {
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const int reuse = 1;
  setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &reuse, sizeof reuse);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const bool free = bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  close(fd);
  return free;
}

}  // namespace

int FreePort() {
  // Test programs that run side by side begin in different places.
  static std::atomic<unsigned> next{std::random_device{}()};
  for (int tries = 0; tries < kHighest - kLowest; ++tries) {
    const int port = kLowest + static_cast<int>(next++ % (kHighest - kLowest));
    if (NobodyListens(port)) return port;
  }
  std::abort();
}

}  // namespace cortado::testing
