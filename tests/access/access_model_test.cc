// The running services against the naive model of the access rules: random callers, methods and objects. A million at
// full scale (CORTADO_TEST_SCALE=50).
#include <atomic>
#include <cstdio>
#include <mutex>
#include <random>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/status/error.h"
#include "common/testing/matchers.h"
#include "common/testing/scale.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/access/two_organizations.h"

namespace cortado::testing {
namespace {

constexpr uint64_t kSeed = 20260722;
constexpr int kThreads = 4;

class AccessModelTest : public ::testing::Test {
 protected:
  // In words, what is not as the model says; empty when all is.
  std::string Compare(const Question& question, const Visitor& visitor, const std::string& object) {
    const Fate expected = Expect(world_.facts(), visitor.who, question.name, object);
    const Answer answer = world_.Call(question, visitor, object);
    const Fate found = FateOf(answer.status);
    counts_[static_cast<size_t>(expected)].fetch_add(1);
    // Who looks too often hears that before anything else, whoever is asked about.
    const bool tired = ReasonOf(answer.status) == "TOO_MANY_LOOKS" && expected != Fate::kDenied;
    if (found == expected || tired) return "";
    return absl::StrCat(visitor.words, " asks ", question.name, " about ", object.empty() ? "nothing" : object,
                        ": the model says ", Say(expected), ", the service ", Say(found), " (",
                        answer.status.ToString(), ")");
  }
  static Fate FateOf(const absl::Status& status) {
    switch (status.code()) {
      case absl::StatusCode::kUnauthenticated:
      case absl::StatusCode::kPermissionDenied:
        return Fate::kDenied;
      case absl::StatusCode::kNotFound:
        return Fate::kNotFound;
      default:
        return Fate::kLetThrough;
    }
  }
  // Any triple; what costs a walk over the whole trail is seldom asked.
  std::string CompareOne(std::mt19937_64& random) {
    const auto& visitors = world_.visitors();
    const Visitor& visitor = visitors[random() % visitors.size()];
    const Question* question = &AllQuestions()[random() % AllQuestions().size()];
    const std::set<std::string> costly = {"VerifyAudit", "ExportAudit", "ListAuditEntries", "ListAuditRecords"};
    while (costly.count(question->name) > 0 && random() % 50 != 0)
      question = &AllQuestions()[random() % AllQuestions().size()];
    if (question->object == Object::kNone) return Compare(*question, visitor, "");
    const std::vector<std::string> objects = world_.ObjectsFor(visitor, question->object).All();
    return Compare(*question, visitor, objects[random() % objects.size()]);
  }

  TwoOrganizations world_;
  std::atomic<int64_t> counts_[3] = {};
};

TEST_F(AccessModelTest, AgreesWithTheServicesOnRandomCallersMethodsAndObjects) {
  const int64_t triples = Scaled(20'000);
  std::atomic<int64_t> left{triples};
  std::mutex mutex;
  std::vector<std::string> differences;  // Guarded by mutex.
  std::vector<std::thread> threads;
  for (uint64_t i = 0; i < kThreads; ++i) {
    threads.emplace_back([&, i] {
      std::mt19937_64 random(kSeed + i);
      while (left.fetch_sub(1) > 0) {
        const std::string difference = CompareOne(random);
        if (difference.empty()) continue;
        std::lock_guard lock(mutex);
        differences.push_back(difference);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  std::printf("%ld triples, seed %lu: %ld let through, %ld denied, %ld not found\n", static_cast<long>(triples),
              static_cast<unsigned long>(kSeed), static_cast<long>(counts_[0]), static_cast<long>(counts_[1]),
              static_cast<long>(counts_[2]));
  EXPECT_TRUE(differences.empty()) << differences.size() << " differences, the first: " << differences.front();
}

}  // namespace
}  // namespace cortado::testing
