#include "common/auth/keys.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <thread>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"

namespace cortado::auth {
namespace {

// A private directory for one test.
class KeyFileTest : public testing::Test {
 protected:
  KeyFileTest() {
    std::string pattern = absl::StrCat(testing::TempDir(), "/keysXXXXXX");
    directory_ = mkdtemp(pattern.data());
  }
  ~KeyFileTest() override { std::filesystem::remove_all(directory_); }

  std::string Path() const { return directory_ + "/signing.pem"; }
  absl::StatusCode LoadCode() const { return SigningKey::LoadOrCreate(Path()).status().code(); }
  void Write(absl::string_view text) const {
    std::ofstream(Path()) << text;
    chmod(Path().c_str(), 0600);
  }

  std::string directory_;
};

// RFC 8032 section 7.1, test 2.
TEST(PublicKeyTest, ChecksThePublishedSignature) {
  const PublicKey key =
      *PublicKey::FromRaw(absl::HexStringToBytes("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c"));
  const std::string signature = absl::HexStringToBytes(
      "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aee"
      "b00d"
      "291612bb0c00");
  EXPECT_TRUE(key.Verify("\x72", signature));
  EXPECT_FALSE(key.Verify("\x73", signature));
  EXPECT_FALSE(key.Verify("\x72", signature.substr(1)));
  EXPECT_FALSE(key.Verify("\x72", ""));
}

TEST(PublicKeyTest, IdIsTheBeginningOfTheDigestOfTheKey) {
  const PublicKey key = *PublicKey::FromRaw(std::string(32, '\x01'));
  EXPECT_EQ(key.KeyId(), "72cd6e8422c407fb");
}

TEST(PublicKeyTest, TravelsAsTextAndAsBytes) {
  const SigningKey key = *SigningKey::Generate();
  const std::string signature = key.Sign("message");
  EXPECT_TRUE(PublicKey::FromPem(key.PublicKey().Pem())->Verify("message", signature));
  EXPECT_TRUE(PublicKey::FromRaw(key.PublicKey().Raw())->Verify("message", signature));
  EXPECT_FALSE(SigningKey::Generate()->PublicKey().Verify("message", signature));
}

TEST(PublicKeyTest, RefusesWhatIsNoKey) {
  EXPECT_EQ(PublicKey::FromRaw("short").status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(PublicKey::FromPem("").status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(PublicKey::FromPem("-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n").status().code(),
            absl::StatusCode::kInvalidArgument);
}

TEST_F(KeyFileTest, IsMadeOnceForItsUserAloneAndReadAgain) {
  const SigningKey made = *SigningKey::LoadOrCreate(Path());
  struct stat status;
  ASSERT_EQ(stat(Path().c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600u);
  EXPECT_EQ(SigningKey::LoadOrCreate(Path())->KeyId(), made.KeyId());
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(directory_), {}), 1) << "a draft is left behind";
}

TEST_F(KeyFileTest, IsRefusedWhenGroupOrOthersMayReadIt) {
  ASSERT_TRUE(SigningKey::LoadOrCreate(Path()).ok());
  chmod(Path().c_str(), 0640);
  EXPECT_EQ(LoadCode(), absl::StatusCode::kFailedPrecondition);
  chmod(Path().c_str(), 0604);
  EXPECT_EQ(LoadCode(), absl::StatusCode::kFailedPrecondition);
}

TEST_F(KeyFileTest, IsRefusedWhenItIsALink) {
  ASSERT_TRUE(SigningKey::LoadOrCreate(directory_ + "/real.pem").ok());
  ASSERT_EQ(symlink("real.pem", Path().c_str()), 0);
  EXPECT_EQ(LoadCode(), absl::StatusCode::kFailedPrecondition);
}

TEST_F(KeyFileTest, IsRefusedWhenItHoldsNoKeyAndIsNotOverwritten) {
  Write("not a key");
  EXPECT_EQ(LoadCode(), absl::StatusCode::kInvalidArgument);
  Write(SigningKey::Generate()->PublicKey().Pem());
  EXPECT_EQ(LoadCode(), absl::StatusCode::kInvalidArgument);
}

TEST_F(KeyFileTest, IsUnavailableWithoutItsDirectory) {
  EXPECT_EQ(SigningKey::LoadOrCreate(directory_ + "/absent/key.pem").status().code(), absl::StatusCode::kUnavailable);
}

TEST_F(KeyFileTest, IsTheSameForAllWhoMakeItAtOnce) {
  std::vector<std::string> ids(8);
  std::vector<std::thread> threads;
  for (std::string& id : ids) threads.emplace_back([&] { id = SigningKey::LoadOrCreate(Path())->KeyId(); });
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(ids, std::vector<std::string>(8, ids[0]));
}

}  // namespace
}  // namespace cortado::auth
