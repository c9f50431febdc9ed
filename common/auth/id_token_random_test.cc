// ID tokens and key sets under random change: whatever is accepted must still say what was expected, also to a reader
// that is less strict than ours.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <random>

#include "absl/strings/str_cat.h"
#include "common/auth/id_token.h"
#include "common/testing/issuer_key.h"
#include "common/testing/scale.h"

namespace cortado::auth {
namespace {

using nlohmann::json;
using testing::IssuerKey;
using testing::KeySet;
using testing::Scaled;

const IssuerKey& Key() {
  static const IssuerKey key(SignatureAlgorithm::kEdDsa, "ed");
  return key;
}

// Changes a text in one to four places: a byte set, put in, taken out, or a piece of it repeated elsewhere.
class Changer {
 public:
  explicit Changer(unsigned seed) : random_(seed) {}

  std::string Change(std::string text) {
    for (size_t times = 1 + Below(4); times > 0; --times) {
      const size_t at = Below(text.size() + 1);
      switch (Below(4)) {
        case 0:
          if (at < text.size()) text[at] = Byte();
          break;
        case 1:
          text.insert(at, 1, Byte());
          break;
        case 2:
          text.erase(at, 1 + Below(8));
          break;
        default: {
          const std::string piece = text.substr(Below(text.size() + 1), Below(40));
          text.insert(at, piece);
        }
      }
    }
    return text;
  }

 private:
  size_t Below(size_t end) { return random_() % end; }
  // Half of them are of those that mean something in JSON.
  char Byte() {
    static constexpr char kTelling[] = "{}[]\",:\\0123456789eE+-.tfnu ";
    return Below(2) == 0 ? kTelling[Below(sizeof kTelling - 1)] : static_cast<char>(Below(256));
  }

  std::mt19937 random_;
};

class IdTokenRandomTest : public ::testing::Test {
 protected:
  absl::StatusOr<IdTokenClaims> Verify(absl::string_view token) const {
    return VerifyIdToken(token, expected_, keys_, absl::FromUnixSeconds(1500));
  }

  const json claims_ = {{"iss", "https://login.example"},
                        {"aud", "cortado"},
                        {"sub", "ada"},
                        {"nonce", "n"},
                        {"exp", 2000},
                        {"iat", 1000},
                        {"nbf", 900},
                        {"azp", "cortado"}};
  const std::string header_ = R"({"alg":"EdDSA","kid":"ed","typ":"JWT"})";
  const IdTokenExpectations expected_{.issuer = "https://login.example",
                                      .client_id = "cortado",
                                      .nonce = "n",
                                      .algorithms = {SignatureAlgorithm::kEdDsa}};
  const JwkSet keys_ = *JwkSet::Parse(KeySet({Key().Jwk()}));
  const unsigned seed_ = std::random_device()();
  Changer changer_{seed_};
};

TEST_F(IdTokenRandomTest, NoSignedTokenIsAcceptedThatDoesNotSayWhatIsExpected) {
  SCOPED_TRACE(absl::StrCat("seed ", seed_));
  int64_t accepted = 0;
  const int64_t trials = Scaled(5000);
  for (int64_t i = 0; i < trials; ++i) {
    const std::string payload = changer_.Change(claims_.dump());
    const absl::StatusOr<IdTokenClaims> verified = Verify(Key().Token(header_, payload));
    if (!verified.ok()) {
      ASSERT_EQ(verified.status().code(), absl::StatusCode::kUnauthenticated);
      continue;
    }
    ++accepted;
    const json said = json::parse(payload, nullptr, /*allow_exceptions=*/false);
    ASSERT_TRUE(said.is_object()) << payload;
    for (const char* name : {"iss", "nonce"}) ASSERT_EQ(said.value(name, ""), claims_[name]) << payload;
    ASSERT_TRUE(said["aud"] == "cortado" || said["aud"] == json({"cortado"})) << payload;
    ASSERT_TRUE(!said.contains("azp") || said["azp"] == "cortado") << payload;
    ASSERT_EQ(said["sub"], verified->subject) << payload;
    ASSERT_GT(said["exp"].get<double>(), 1470) << payload;
    ASSERT_LE(said["iat"].get<double>(), 1530) << payload;
  }
  RecordProperty("accepted", static_cast<int>(accepted));
}

TEST_F(IdTokenRandomTest, NoHeaderIsAcceptedThatNamesAnotherKeyOrAlgorithm) {
  SCOPED_TRACE(absl::StrCat("seed ", seed_));
  const int64_t trials = Scaled(5000);
  for (int64_t i = 0; i < trials; ++i) {
    const std::string header = changer_.Change(header_);
    const absl::StatusOr<IdTokenClaims> verified = Verify(Key().Token(header, claims_.dump()));
    if (!verified.ok()) continue;
    const json said = json::parse(header, nullptr, /*allow_exceptions=*/false);
    ASSERT_TRUE(said.is_object()) << header;
    ASSERT_TRUE(said["alg"] == "EdDSA" || said["alg"] == "Ed25519") << header;
    // The only key of the set may go unnamed.
    ASSERT_TRUE(!said.contains("kid") || said["kid"] == "ed") << header;
  }
}

TEST_F(IdTokenRandomTest, NoTokenIsAcceptedThatWasChangedAfterItWasSigned) {
  SCOPED_TRACE(absl::StrCat("seed ", seed_));
  const std::string token = Key().Token(header_, claims_.dump());
  ASSERT_TRUE(Verify(token).ok());
  const int64_t trials = Scaled(10'000);
  for (int64_t i = 0; i < trials; ++i) {
    const std::string changed = changer_.Change(token);
    if (changed == token) continue;
    ASSERT_FALSE(Verify(changed).ok()) << changed;
  }
}

TEST_F(IdTokenRandomTest, AKeySetThatWasChangedHoldsOnlySoundKeys) {
  SCOPED_TRACE(absl::StrCat("seed ", seed_));
  static const IssuerKey rsa(SignatureAlgorithm::kRs256, "rs");
  static const IssuerKey ec(SignatureAlgorithm::kEs256, "es");
  const std::string good = KeySet({rsa.Jwk(), ec.Jwk(), Key().Jwk()});
  const int64_t trials = Scaled(2000);
  for (int64_t i = 0; i < trials; ++i) {
    const absl::StatusOr<JwkSet> keys = JwkSet::Parse(changer_.Change(good));
    if (!keys.ok()) {
      ASSERT_EQ(keys.status().code(), absl::StatusCode::kInvalidArgument);
      continue;
    }
    ASSERT_LE(keys->Size(), 3u);
    const absl::StatusOr<const Jwk*> key = keys->Find("es", SignatureAlgorithm::kEs256);
    // A changed point is not on the curve, so a key that is there is the one that was published.
    if (key.ok()) {
      ASSERT_TRUE((*key)->Verify(SignatureAlgorithm::kEs256, "message", ec.Sign("message")));
    }
  }
}

}  // namespace
}  // namespace cortado::auth
