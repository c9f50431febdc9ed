// Ten times as many calls as are allowed (reliability note, P13). At full scale (CORTADO_TEST_SCALE=15) a minute long
// and held to the times promised; shorter runs share two cores with the rest of the tests, and only what must be right
// is strict.
#include <algorithm>
#include <cstdio>

#include "common/testing/matchers.h"
#include "common/testing/scale.h"
#include "gmock/gmock.h"
#include "tests/load/flooded_server.h"
#include "tests/load/probe.h"

namespace cortado::testing {
namespace {

constexpr int kAllowed = 1'000;   // Calls a second of one organisation.
constexpr int kOffered = 10'000;  // By h2load.
constexpr int kProbed = 200;      // By each probe, in the flood and beside it.

absl::Duration Length() { return absl::Seconds(std::clamp<int64_t>(Scaled(4), 2, 60)); }
// What a time may be at most; a short run on a busy machine says little about it.
absl::Duration AtMost(absl::Duration promised) {
  return Length() >= absl::Seconds(30) ? promised : std::max(promised * 5, absl::Milliseconds(500));
}

class FloodTest : public ::testing::Test {
 protected:
  FloodedServer server_{{"--limit_organization_per_second=1000", "--limit_caller_per_second=100000"}};
  std::string flooded_ = server_.CreateOrganization("flooded");
  std::string calm_ = server_.CreateOrganization("calm");
};

TEST_F(FloodTest, LetsInWhatIsAllowedRefusesTheRestAtOnceAndSparesTheOthers) {
  // Caches, threads and memory as they are under load, before anything is measured.
  server_.BeginFlood(flooded_, kOffered, absl::Seconds(2));
  ASSERT_FALSE(server_.AwaitFlood().empty());
  ProbeFor(server_.address(), server_.Ada(calm_), kProbed, absl::Seconds(1));

  // Normal: as busy as allowed.
  server_.BeginFlood(flooded_, kAllowed * 7 / 10, Length());
  Probe normal_calm_probe(server_.address(), server_.Ada(calm_), kProbed, 2);
  const ProbeResult normal = ProbeFor(server_.address(), server_.Ada(flooded_), kProbed, Length());
  const ProbeResult normal_calm = normal_calm_probe.Stop();
  ASSERT_FALSE(server_.AwaitFlood().empty());

  const int64_t memory = server_.ResidentKilobytes();
  const int64_t admitted_before = server_.Figure("cortado_rpc_calls_total{code=\"OK\",method=\"GetPerson\"}");
  const int64_t refused_before = server_.Figure("cortado_rpc_refused_total{limit=\"organization\"}");
  const absl::Time began = absl::Now();
  server_.BeginFlood(flooded_, kOffered, Length());
  Probe calm_probe(server_.address(), server_.Ada(calm_), kProbed, 2);
  const ProbeResult flooded = ProbeFor(server_.address(), server_.Ada(flooded_), kProbed, Length());
  const ProbeResult calm = calm_probe.Stop();
  const std::vector<absl::Duration> answers = server_.AwaitFlood();
  ASSERT_GT(answers.size(), static_cast<size_t>(kOffered));
  const absl::Duration took = absl::Now() - began;
  const int64_t admitted = server_.Figure("cortado_rpc_calls_total{code=\"OK\",method=\"GetPerson\"}") -
                           admitted_before - static_cast<int64_t>(calm.admitted.size());
  const int64_t refused = server_.Figure("cortado_rpc_refused_total{limit=\"organization\"}") - refused_before;

  // Back to normal at once.
  absl::SleepFor(absl::Seconds(1));
  const ProbeResult after = ProbeFor(server_.address(), server_.Ada(flooded_), kProbed, absl::Seconds(1));

  std::printf(
      "admitted %ld, refused %ld in %s; p99 normal %s, admitted %s, any answer %s; other: normal %s, beside %s; "
      "memory %ld -> %ld kB\n",
      static_cast<long>(admitted), static_cast<long>(refused), absl::FormatDuration(took).c_str(),
      absl::FormatDuration(P99(normal.admitted)).c_str(), absl::FormatDuration(P99(flooded.admitted)).c_str(),
      absl::FormatDuration(P99(answers)).c_str(), absl::FormatDuration(P99(normal_calm.admitted)).c_str(),
      absl::FormatDuration(P99(calm.admitted)).c_str(), static_cast<long>(memory),
      static_cast<long>(server_.ResidentKilobytes()));

  EXPECT_EQ(normal.wrong + normal_calm.wrong + flooded.wrong + calm.wrong + after.wrong, 0);
  EXPECT_EQ(server_.Figure("cortado_rpc_calls_total{code=\"INTERNAL\""), 0);
  EXPECT_EQ(server_.Figure("cortado_rpc_calls_total{code=\"UNAVAILABLE\""), 0);
  // A bucket is full at first; what it lets in after that is what fills it.
  EXPECT_LE(admitted, kAllowed * (1 + absl::ToDoubleSeconds(took)));
  EXPECT_GE(admitted, kAllowed * absl::ToDoubleSeconds(Length()) / 2);
  EXPECT_GT(refused, admitted);
  EXPECT_FALSE(flooded.refused.empty());
  EXPECT_TRUE(calm.refused.empty());
  EXPECT_TRUE(after.refused.empty());
  EXPECT_LE(P99(flooded.admitted), AtMost(2 * P99(normal.admitted)));
  // Nine in ten of these are refusals.
  EXPECT_LE(P99(answers), AtMost(absl::Milliseconds(50)));
  EXPECT_LE(P99(calm.admitted), AtMost(1.2 * P99(normal_calm.admitted)));
  EXPECT_LE(P99(after.admitted), AtMost(2 * P99(normal.admitted)));
  EXPECT_LE(server_.ResidentKilobytes(), memory * 11 / 10 + 2048);
}

}  // namespace
}  // namespace cortado::testing
