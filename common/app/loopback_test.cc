#include "common/app/loopback.h"

#include "gtest/gtest.h"

namespace cortado::app {
namespace {

TEST(LoopbackTest, KnowsThisMachine) {
  for (const char* host : {"localhost", "127.0.0.1", "127.255.1.2", "::1", "[::1]", "0:0:0:0:0:0:0:1"}) {
    EXPECT_TRUE(IsLoopback(host)) << host;
  }
}

TEST(LoopbackTest, TakesNothingElseForThisMachine) {
  for (const char* host : {"", "0.0.0.0", "::", "[::]", "10.0.0.1", "128.0.0.1", "127.0.0.1.example.com", "localhost.",
                           "127.1", "redis", "localhost.example.com", "[127.0.0.1", "::ffff:10.0.0.1"}) {
    EXPECT_FALSE(IsLoopback(host)) << host;
  }
}

TEST(LoopbackTest, ReadsTheHostOfAnAddress) {
  for (const char* address :
       {"unix:/run/s", "localhost:1", "127.0.0.1:0", "[::1]:7301", "ipv4:127.0.0.1:1,127.0.0.2:2", "ipv6:[::1]:7301"}) {
    EXPECT_TRUE(IsLocal(address)) << address;
  }
  for (const char* address : {"", "127.0.0.1", "0.0.0.0:0", "[::]:7301", "127.0.0.1.example.com:80", "dns:127.0.0.1:1",
                              "ipv4:127.0.0.1:1,10.0.0.1:1", "ipv4:10.0.0.1:1,127.0.0.1:1", "ipv4:"}) {
    EXPECT_FALSE(IsLocal(address)) << address;
  }
}

}  // namespace
}  // namespace cortado::app
