#include "common/privacy/erasure_ledger.h"

#include <sys/stat.h>
#include <unistd.h>

#include <fstream>
#include <sstream>
#include <string>

#include "common/testing/matchers.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace cortado::privacy {
namespace {

using cortado::testing::IsOk;
using ::testing::IsEmpty;

class ErasureLedgerTest : public ::testing::Test {
 protected:
  ErasureLedgerTest() { std::remove(path_.c_str()); }
  ~ErasureLedgerTest() override { std::remove(path_.c_str()); }

  static Erasure Of(const std::string& person) {
    return {"acme", person, "erasure-of-" + person, absl::FromUnixMillis(1'800'000'000'123)};
  }
  std::vector<std::string> People() const {
    std::vector<std::string> people;
    const absl::StatusOr<ErasureLedger> ledger = ErasureLedger::Open(path_);
    EXPECT_THAT(ledger, IsOk());
    if (!ledger.ok()) return people;
    const absl::StatusOr<std::vector<Erasure>> erasures = ledger->Read();
    EXPECT_THAT(erasures, IsOk());
    for (const Erasure& erasure : *erasures) people.push_back(erasure.person);
    return people;
  }
  void Append(const std::string& text) const { std::ofstream(path_, std::ios::app) << text; }

  const std::string path_ = ::testing::TempDir() + "/erasure_ledger_test-" + std::to_string(getpid());
};

TEST_F(ErasureLedgerTest, IsMadeEmptyAndForItsOwnerAlone) {
  EXPECT_THAT(People(), IsEmpty());
  struct stat about {};
  ASSERT_EQ(stat(path_.c_str(), &about), 0);
  EXPECT_EQ(about.st_mode & 0777u, 0600u);
}

TEST_F(ErasureLedgerTest, KeepsWhatWasAppendedInOrder) {
  const ErasureLedger ledger = *ErasureLedger::Open(path_);
  ASSERT_THAT(ledger.Append(Of("ada")), IsOk());
  ASSERT_THAT(ledger.Append(Of("ben")), IsOk());
  EXPECT_THAT(People(), ::testing::ElementsAre("ada", "ben"));
  EXPECT_EQ(ledger.Read()->front().time, Of("ada").time);
}

TEST_F(ErasureLedgerTest, TheSameErasureIsThereOnce) {
  const ErasureLedger ledger = *ErasureLedger::Open(path_);
  ASSERT_THAT(ledger.Append(Of("ada")), IsOk());
  ASSERT_THAT(ledger.Append(Of("ada")), IsOk());
  EXPECT_THAT(People(), ::testing::ElementsAre("ada"));
}

TEST_F(ErasureLedgerTest, ALineCutOffByACrashIsDropped) {
  const ErasureLedger ledger = *ErasureLedger::Open(path_);
  ASSERT_THAT(ledger.Append(Of("ada")), IsOk());
  Append("acme\tbe");
  EXPECT_THAT(People(), ::testing::ElementsAre("ada"));
  ASSERT_THAT(ledger.Append(Of("cy")), IsOk());
  EXPECT_THAT(People(), ::testing::ElementsAre("ada", "cy"));
}

TEST_F(ErasureLedgerTest, ADamagedLineIsToldAndNothingIsAdded) {
  const ErasureLedger ledger = *ErasureLedger::Open(path_);
  Append("acme\tben\n");
  EXPECT_TRUE(absl::IsFailedPrecondition(ledger.Append(Of("ada"))));
  EXPECT_TRUE(absl::IsFailedPrecondition(ErasureLedger::Open(path_).status()));
}

TEST_F(ErasureLedgerTest, AnotherFileIsNoLedgerAndIsLeftAlone) {
  Append("something else");
  EXPECT_TRUE(absl::IsFailedPrecondition(ErasureLedger::Open(path_).status()));
  Append("\n");
  EXPECT_TRUE(absl::IsFailedPrecondition(ErasureLedger::Open(path_).status()));
}

TEST_F(ErasureLedgerTest, AFolderThatIsNotThereIsUnavailable) {
  EXPECT_TRUE(absl::IsUnavailable(ErasureLedger::Open(path_ + ".none/ledger").status()));
}

}  // namespace
}  // namespace cortado::privacy
