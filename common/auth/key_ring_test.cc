#include "common/auth/key_ring.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

namespace cortado::auth {
namespace {

using ::testing::Contains;
using ::testing::Not;

class KeyRingTest : public ::testing::Test {
 protected:
  KeyRingTest() {
    std::string pattern = ::testing::TempDir() + "/ringXXXXXX";
    directory_ = mkdtemp(pattern.data());
    path_ = directory_ + "/token.pem";
    ring_ = *KeyRing::Load(path_);
  }
  ~KeyRingTest() override { std::filesystem::remove_all(directory_); }

  std::vector<std::string> Accepted() const {
    std::vector<std::string> ids;
    for (const PublicKey& key : *ring_->accepted()) ids.push_back(key.KeyId());
    return ids;
  }

  std::string directory_;
  std::string path_;
  std::shared_ptr<KeyRing> ring_;
};

TEST_F(KeyRingTest, ChangesItsKeyWithoutAGap) {
  const std::string first = ring_->signing().KeyId();
  ASSERT_TRUE(KeyRing::Prepare(path_).ok());
  ASSERT_TRUE(ring_->Reload().ok());
  EXPECT_EQ(ring_->signing().KeyId(), first);
  EXPECT_EQ(Accepted().size(), 2u);

  ASSERT_TRUE(KeyRing::Activate(path_).ok());
  ASSERT_TRUE(ring_->Reload().ok());
  const std::string second = ring_->signing().KeyId();
  EXPECT_NE(second, first);
  EXPECT_THAT(Accepted(), Contains(first));
  EXPECT_THAT(Accepted(), Contains(second));

  ASSERT_TRUE(KeyRing::Retire(path_).ok());
  ASSERT_TRUE(ring_->Reload().ok());
  EXPECT_THAT(Accepted(), Not(Contains(first)));
  EXPECT_EQ(ring_->signing().KeyId(), second);
}

TEST_F(KeyRingTest, EveryStepWaitsForTheOneBefore) {
  EXPECT_EQ(KeyRing::Activate(path_).code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(KeyRing::Retire(path_).code(), absl::StatusCode::kNotFound);
  ASSERT_TRUE(KeyRing::Prepare(path_).ok());
  EXPECT_EQ(KeyRing::Prepare(path_).code(), absl::StatusCode::kFailedPrecondition);
  ASSERT_TRUE(KeyRing::Activate(path_).ok());
  ASSERT_TRUE(KeyRing::Prepare(path_).ok());
  EXPECT_EQ(KeyRing::Activate(path_).code(), absl::StatusCode::kFailedPrecondition) << "two previous keys";
}

TEST_F(KeyRingTest, KeepsItsKeysWhileTheFilesCannotBeRead) {
  const std::string first = ring_->signing().KeyId();
  chmod(path_.c_str(), 0644);
  EXPECT_EQ(ring_->Reload().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(ring_->signing().KeyId(), first);
  std::filesystem::remove(path_);
  EXPECT_EQ(ring_->Reload().code(), absl::StatusCode::kUnavailable);
  EXPECT_THAT(Accepted(), Contains(first));
}

}  // namespace
}  // namespace cortado::auth
