#include "common/auth/jwks_cache.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <condition_variable>
#include <map>
#include <mutex>
#include <nlohmann/json.hpp>
#include <thread>

#include "absl/strings/str_cat.h"
#include "common/task/sync_wait.h"
#include "common/testing/issuer_key.h"

namespace cortado::auth {
namespace {

using nlohmann::json;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::IssuerKey;
using testing::KeySet;

constexpr char kIssuedBy[] = "https://login.example/tenant";
constexpr char kDiscovery[] = "https://login.example/tenant/.well-known/openid-configuration";
constexpr char kKeys[] = "https://keys.example/jwks";
constexpr absl::StatusCode kUnavailable = absl::StatusCode::kUnavailable;
constexpr absl::StatusCode kMisconfigured = absl::StatusCode::kFailedPrecondition;
constexpr absl::StatusCode kRefused = absl::StatusCode::kUnauthenticated;

// The web as the cache sees it: what stands at each address, how often it was asked, and a gate that holds calls.
class Web {
 public:
  absl::StatusOr<std::string> Get(const std::string& url) {
    std::unique_lock lock(mutex_);
    asked_.push_back(url);
    fetcher_ = std::this_thread::get_id();
    changed_.notify_all();
    changed_.wait(lock, [&] { return open_; });
    if (down_) return absl::UnavailableError("the host cannot be reached");
    const auto found = pages_.find(url);
    if (found == pages_.end()) return absl::UnavailableError("the host answers with an error");
    return found->second;
  }

  void Put(const std::string& url, const std::string& page) {
    Set([&] { pages_[url] = page; });
  }
  void Down(bool down) {
    Set([&] { down_ = down; });
  }
  void Open(bool open) {
    Set([&] { open_ = open; });
  }

  std::vector<std::string> Asked() {
    std::lock_guard lock(mutex_);
    return std::exchange(asked_, {});
  }
  std::thread::id Fetcher() {
    std::lock_guard lock(mutex_);
    return fetcher_;
  }
  // Waits until a call has come.
  void AwaitCall() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return !asked_.empty(); });
  }

 private:
  template <class Change>
  void Set(Change change) {
    std::lock_guard lock(mutex_);
    change();
    changed_.notify_all();
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  std::map<std::string, std::string> pages_;
  std::vector<std::string> asked_;
  std::thread::id fetcher_;
  bool down_ = false;
  bool open_ = true;
};

class JwksCacheTest : public ::testing::Test {
 protected:
  JwksCacheTest() {
    Discovery(kIssuedBy);
    Publish({old_.Jwk()});
  }

  void Discovery(const std::string& issuer) {
    web_.Put(kDiscovery, json({{"issuer", issuer}, {"jwks_uri", kKeys}}).dump());
  }
  void Publish(const std::vector<json>& keys) { web_.Put(kKeys, KeySet(keys)); }

  absl::StatusOr<std::shared_ptr<const JwkSet>> Keys(std::optional<std::string> key_id = std::nullopt) {
    return SyncWait(cache_.Keys(kIssuedBy, std::move(key_id)));
  }
  // How many pages were asked for while `key_id` was looked up; a fetch asks for two.
  size_t PagesFor(const std::string& key_id) {
    web_.Asked();
    (void)Keys(key_id);
    return web_.Asked().size();
  }

  std::string Token(const IssuerKey& key, const std::string& issuer = kIssuedBy) const {
    return key.Token(json{{"iss", issuer}, {"aud", "cortado"}, {"sub", "ada"}, {"iat", 100'000}, {"exp", 900'000}});
  }
  absl::StatusCode Verify(const IssuerKey& key) {
    return SyncWait(cache_.Verify(Token(key), expected_)).status().code();
  }

  const IssuerKey old_{SignatureAlgorithm::kEdDsa, "old"};
  const IssuerKey new_{SignatureAlgorithm::kEdDsa, "new"};
  const IdTokenExpectations expected_{
      .issuer = kIssuedBy, .client_id = "cortado", .algorithms = {SignatureAlgorithm::kEdDsa}};
  FakeClock clock_{absl::FromUnixSeconds(100'000)};
  Web web_;
  std::atomic<int> done_{0};  // Look-ups that have ended; outlives the threads that count.
  Executors executors_;
  JwksCache cache_{[this](const std::string& url) { return web_.Get(url); }, executors_, clock_};
};

TEST_F(JwksCacheTest, FetchesKeysWhereTheIssuerSaysTheyAre) {
  EXPECT_TRUE((*Keys("old"))->Has("old"));
  EXPECT_THAT(web_.Asked(), ElementsAre(kDiscovery, kKeys));
}

TEST_F(JwksCacheTest, FindsTheDiscoveryDocumentOfAnIssuerThatEndsInASlash) {
  web_.Put(kDiscovery, json({{"issuer", absl::StrCat(kIssuedBy, "/")}, {"jwks_uri", kKeys}}).dump());
  EXPECT_TRUE(SyncWait(cache_.Keys(absl::StrCat(kIssuedBy, "/"), std::nullopt)).ok());
}

TEST_F(JwksCacheTest, RemembersThemForAnHour) {
  EXPECT_EQ(PagesFor("old"), 2u);
  clock_.Advance(absl::Hours(1) - absl::Nanoseconds(1));
  EXPECT_EQ(PagesFor("old"), 0u);
  clock_.Advance(absl::Nanoseconds(1));
  EXPECT_EQ(PagesFor("old"), 2u);
}

TEST_F(JwksCacheTest, LooksForANewKeyAtMostOnceAMinute) {
  EXPECT_EQ(PagesFor("old"), 2u);
  EXPECT_EQ(PagesFor("new"), 0u);
  clock_.Advance(absl::Minutes(1) - absl::Nanoseconds(1));
  EXPECT_EQ(PagesFor("new"), 0u);
  clock_.Advance(absl::Nanoseconds(1));
  EXPECT_EQ(PagesFor("new"), 2u);
  EXPECT_EQ(PagesFor("another"), 0u);
  EXPECT_EQ(PagesFor("old"), 0u);
}

TEST_F(JwksCacheTest, FollowsARotation) {
  EXPECT_EQ(Verify(old_), absl::StatusCode::kOk);
  Publish({new_.Jwk(), old_.Jwk()});
  clock_.Advance(absl::Minutes(1));
  EXPECT_EQ(Verify(new_), absl::StatusCode::kOk);
  EXPECT_EQ(Verify(old_), absl::StatusCode::kOk);  // The overlap.
  Publish({new_.Jwk()});
  clock_.Advance(absl::Hours(1));
  EXPECT_EQ(Verify(new_), absl::StatusCode::kOk);
  EXPECT_EQ(Verify(old_), kRefused);
}

TEST_F(JwksCacheTest, OldKeysServeForADayWhileTheIssuerIsDown) {
  EXPECT_EQ(Verify(old_), absl::StatusCode::kOk);
  web_.Down(true);
  clock_.Advance(absl::Hours(24) - absl::Nanoseconds(1));
  EXPECT_EQ(Verify(old_), absl::StatusCode::kOk);
  clock_.Advance(absl::Minutes(1));
  EXPECT_EQ(Verify(old_), kUnavailable);
  web_.Down(false);
  clock_.Advance(absl::Minutes(1));
  EXPECT_EQ(Verify(old_), absl::StatusCode::kOk);
}

TEST_F(JwksCacheTest, AnIssuerThatIsDownIsAskedOnceAMinuteWhileOldKeysServe) {
  EXPECT_EQ(PagesFor("old"), 2u);
  web_.Down(true);
  clock_.Advance(absl::Hours(2));
  EXPECT_EQ(PagesFor("old"), 1u);
  EXPECT_EQ(PagesFor("old"), 0u);
  clock_.Advance(absl::Minutes(1));
  EXPECT_EQ(PagesFor("old"), 1u);
}

TEST_F(JwksCacheTest, AnIssuerThatWasNeverReachedIsAskedAgainAfterFiveSeconds) {
  web_.Down(true);
  EXPECT_EQ(PagesFor("old"), 1u);
  EXPECT_EQ(Keys("old").status().code(), kUnavailable);
  EXPECT_EQ(PagesFor("old"), 0u);
  web_.Down(false);
  clock_.Advance(absl::Seconds(5));
  EXPECT_TRUE(Keys("old").ok());
}

TEST_F(JwksCacheTest, KeysDoNotGrowYoungerWhenTheClockIsSetBack) {
  EXPECT_EQ(PagesFor("old"), 2u);
  clock_.Advance(-absl::Hours(1));
  EXPECT_EQ(PagesFor("old"), 2u);
}

TEST_F(JwksCacheTest, TakesNothingFromADocumentOfAnotherIssuer) {
  for (const char* other :
       {"https://evil.example", "https://login.example/tenant/", "https://login.example/Tenant", ""}) {
    Discovery(other);
    clock_.Advance(absl::Minutes(1));
    EXPECT_EQ(Keys().status().code(), kMisconfigured) << other;
  }
  EXPECT_THAT(web_.Asked(), ::testing::Each(kDiscovery));
}

TEST_F(JwksCacheTest, SaysWhenTheDocumentsAreNotWhatTheyMustBe) {
  const std::string good = json({{"issuer", kIssuedBy}, {"jwks_uri", kKeys}}).dump();
  const std::string twice = absl::StrCat(R"({"jwks_uri":"https://evil.example",)", good.substr(1));
  for (const std::string& document : {std::string(), std::string("<html>"), std::string("[]"), twice, good + "x",
                                      json({{"issuer", kIssuedBy}}).dump(), json({{"jwks_uri", kKeys}}).dump(),
                                      json({{"issuer", kIssuedBy}, {"jwks_uri", 1}}).dump(),
                                      json({{"issuer", {kIssuedBy}}, {"jwks_uri", kKeys}}).dump()}) {
    web_.Put(kDiscovery, document);
    clock_.Advance(absl::Minutes(1));
    EXPECT_EQ(Keys().status().code(), kMisconfigured) << document;
  }
  Discovery(kIssuedBy);
  web_.Put(kKeys, "no keys");
  clock_.Advance(absl::Minutes(1));
  EXPECT_EQ(Keys().status().code(), kMisconfigured);
}

TEST_F(JwksCacheTest, ABrokenKeySetDoesNotReplaceAGoodOne) {
  EXPECT_EQ(Verify(old_), absl::StatusCode::kOk);
  web_.Put(kKeys, "<html>maintenance</html>");
  clock_.Advance(absl::Hours(2));
  EXPECT_EQ(Verify(old_), absl::StatusCode::kOk);
}

TEST_F(JwksCacheTest, AsksNoIssuerThatHasAQueryOrAFragment) {
  for (const char* issuer : {"https://login.example?x=", "https://login.example#", "https://login.example/a?"}) {
    EXPECT_EQ(SyncWait(cache_.Keys(issuer, std::nullopt)).status().code(), kMisconfigured);
  }
  EXPECT_THAT(web_.Asked(), ElementsAre());
}

TEST_F(JwksCacheTest, ATokenOfAnotherIssuerFetchesNothing) {
  const auto verified = SyncWait(cache_.Verify(Token(old_, "https://evil.example"), expected_));
  EXPECT_EQ(verified.status().code(), kRefused);
  EXPECT_EQ(SyncWait(cache_.Verify("no token", expected_)).status().code(), kRefused);
  EXPECT_THAT(web_.Asked(), ElementsAre());
}

// Starts a look-up that nobody awaits, and counts it when it has ended well.
Detached LookUp(JwksCache& cache, std::string issuer, std::atomic<int>& done) {
  const auto keys = co_await cache.Keys(std::move(issuer), "old");
  if (keys.ok()) done.fetch_add(1);
  done.notify_all();
}

void Await(std::atomic<int>& done, int count) {
  for (int now = done; now < count; now = done) done.wait(now);
}

TEST_F(JwksCacheTest, CallersShareOneFetchAndNoneOfThemIsBlocked) {
  web_.Open(false);
  for (int i = 0; i < 100; ++i) LookUp(cache_, kIssuedBy, done_);  // Returns while the web keeps silent.
  web_.AwaitCall();
  EXPECT_EQ(done_, 0);
  EXPECT_NE(web_.Fetcher(), std::this_thread::get_id());
  web_.Open(true);
  Await(done_, 100);
  EXPECT_THAT(web_.Asked(), ElementsAre(kDiscovery, kKeys));
}

TEST_F(JwksCacheTest, AKnownKeyIsServedWhileANewOneIsLookedFor) {
  EXPECT_TRUE(Keys("old").ok());
  clock_.Advance(absl::Minutes(2));
  web_.Asked();
  web_.Open(false);
  Detached looking = [](JwksCache& cache, std::atomic<int>& ended) -> Detached {
    (void)co_await cache.Keys(kIssuedBy, "new");
    ended = 1;
    ended.notify_all();
  }(cache_, done_);
  (void)looking;
  web_.AwaitCall();
  EXPECT_TRUE(Keys("old").ok());
  EXPECT_EQ(done_, 0);
  web_.Open(true);
  Await(done_, 1);
}

}  // namespace
}  // namespace cortado::auth
