#include "common/metrics/metrics.h"

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <thread>

namespace cortado::metrics {
namespace {

using testing::HasSubstr;

// Returns the whole answer of http://127.0.0.1:`port`/metrics.
std::string Fetch(int port) {
  const int fd = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  EXPECT_EQ(connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof(address)), 0);
  const std::string request = "GET /metrics HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
  EXPECT_EQ(write(fd, request.data(), request.size()), static_cast<ssize_t>(request.size()));
  std::string answer;
  char bytes[4096];
  for (ssize_t n; (n = read(fd, bytes, sizeof(bytes))) > 0;) answer.append(bytes, static_cast<size_t>(n));
  close(fd);
  return answer;
}

TEST(FamilyTest, KeepsOneMetricForEachSetOfValues) {
  Registry registry;
  Family<Counter>& calls = registry.Counters("calls_total", "Calls.", {"method", "code"});
  Counter& ok = calls.With({"Get", "OK"});
  ok.Increment();
  calls.With({"Get", "OK"}).Increment(2);
  calls.With({"GetO", "K"}).Increment();
  EXPECT_EQ(&calls.With({"Get", "OK"}), &ok);
  EXPECT_THAT(registry.Text(), HasSubstr("calls_total{code=\"OK\",method=\"Get\"} 3"));
  EXPECT_THAT(registry.Text(), HasSubstr("calls_total{code=\"K\",method=\"GetO\"} 1"));
}

TEST(FamilyTest, IsTheSameWhenAskedForAgain) {
  Registry registry;
  EXPECT_EQ(&registry.Gauges("open", "Open.", {}), &registry.Gauges("open", "Open.", {}));
}

TEST(FamilyTest, WithOtherLabelsUnderOneNameIsABug) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  Registry registry;
  registry.Gauges("open", "Open.", {"room"});
  EXPECT_DEATH(registry.Gauges("open", "Open.", {"door"}), "CORTADO_CHECK failed");
}

TEST(FamilyTest, LosesNothingOnManyThreads) {
  Registry registry;
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      Family<Counter>& calls = registry.Counters("calls_total", "Calls.", {"method"});
      for (int i = 0; i < 1000; ++i) calls.With({i % 2 == 0 ? "Get" : "List"}).Increment();
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(registry.Counters("calls_total", "Calls.", {"method"}).With({"Get"}).Value(), 2000);
}

TEST(HistogramTest, CountsInItsBuckets) {
  Registry registry;
  Family<Histogram>& latency = registry.Histograms("latency_seconds", "Time.", {"method"}, LatencyBounds());
  latency.With({"Get"}).Observe(0.0015);
  EXPECT_THAT(registry.Text(), HasSubstr("latency_seconds_bucket{method=\"Get\",le=\"0.001\"} 0"));
  EXPECT_THAT(registry.Text(), HasSubstr("latency_seconds_bucket{method=\"Get\",le=\"0.002\"} 1"));
  EXPECT_THAT(registry.Text(), HasSubstr("latency_seconds_count{method=\"Get\"} 1"));
}

TEST(ServeTest, ServesTheFiguresOnLoopback) {
  Registry registry;
  registry.Gauges("open", "Open.", {}).With({}).Set(7);
  const int port = *registry.Serve(0);
  EXPECT_GT(port, 0);
  EXPECT_THAT(Fetch(port), testing::AllOf(HasSubstr("200 OK"), HasSubstr("open 7")));
}

TEST(ServeTest, SaysWhenThePortIsTaken) {
  Registry first, second;
  const int port = *first.Serve(0);
  EXPECT_EQ(second.Serve(port).status().code(), absl::StatusCode::kUnavailable);
  EXPECT_TRUE(second.Serve(0).ok());
}

TEST(ServeTest, IsDoneOnce) {
  Registry registry;
  ASSERT_TRUE(registry.Serve(0).ok());
  EXPECT_EQ(registry.Serve(0).status().code(), absl::StatusCode::kFailedPrecondition);
}

}  // namespace
}  // namespace cortado::metrics
