// A backup brought back into the installation it came from, in the place of what became of it.
#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/status/error.h"
#include "common/testing/matchers.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/backup/drill.h"

namespace cortado::testing {
namespace {

constexpr absl::Duration kWithin = absl::Seconds(30);

absl::Status GetPerson(Drill& drill, const std::string& id) {
  profile::v1::GetPersonRequest request;
  request.set_name(absl::StrCat("people/", id));
  return Ask(drill.site().profile(), &ProfileStub::GetPerson, drill.Hr(), request).status();
}

TEST(BackupReplaceTest, WhatIsThereIsNotReplacedUnlessTold) {
  Drill drill;
  const std::string path = drill.NewPath();
  ASSERT_THAT(drill.Create(path), IsOk());
  EXPECT_EQ(ReasonOf(drill.Restore(path, false).status()), "ORGANIZATION_NOT_EMPTY");
  EXPECT_THAT(drill.Rename(Planting::kMentor, "Baker"), IsOk());
}

TEST(BackupReplaceTest, WhatCameLaterIsGoneAndTheTrailTellsOfIt) {
  Drill drill;
  drill.AwaitRest();
  const std::string before = drill.Everything();
  const std::string path = drill.NewPath();
  ASSERT_THAT(drill.Create(path), IsOk());
  ASSERT_THAT(drill.Rename(Planting::kMentor, "Baker"), IsOk());
  drill.site().CreatePerson(drill.organization(), "later", "Later");
  const int entries = std::stoi(drill.Redis({"XLEN", "cortado:{" + drill.organization() + "}:profile:audit"}));
  ASSERT_THAT(drill.Restore(path, true), IsOk());
  EXPECT_EQ(drill.Everything(), before);
  EXPECT_EQ(GetPerson(drill, "later").code(), absl::StatusCode::kNotFound);
  EXPECT_GT(std::stoi(drill.Redis({"XLEN", "cortado:{" + drill.organization() + "}:profile:audit"})), entries)
      << "no entry is lost";
  EXPECT_TRUE(drill.AuditIsSound());
  EXPECT_THAT(drill.Rename(Planting::kMentor, "Cook"), IsOk());
  EXPECT_TRUE(drill.AuditIsSound());
}

TEST(BackupReplaceTest, WhoeverFollowsTheChangesBeginsAnew) {
  Drill drill;
  profile::v1::ListPeopleChangesRequest request;
  const auto list = [&] {
    return Ask(drill.site().profile(), &ProfileStub::ListPeopleChanges, drill.Service(), request);
  };
  for (bool complete = false; !complete;) {
    const auto page = list();
    ASSERT_THAT(page, IsOk());
    request.set_resume_token(page->resume_token());
    complete = page->snapshot_complete();
  }
  ASSERT_THAT(list(), IsOk());
  const std::string path = drill.NewPath();
  ASSERT_THAT(drill.Create(path), IsOk());
  ASSERT_THAT(drill.Restore(path, true), IsOk());
  EXPECT_EQ(ReasonOf(list().status()), "RESYNC_REQUIRED");
}

TEST(BackupReplaceTest, WhoWasErasedSinceIsNeverReadableAgain) {
  Drill drill;
  drill.AwaitRest();
  const std::string path = drill.NewPath();
  ASSERT_THAT(drill.Create(path), IsOk());
  drill.Erase(Planting::kPerson);
  ASSERT_FALSE(drill.Holds(drill.planting().words()));
  std::atomic<bool> stop{false};
  std::atomic<int> looks{0};
  std::atomic<int> seen{0};
  std::thread reader([&] {
    while (!stop.load()) {
      if (GetPerson(drill, Planting::kPerson).ok()) ++seen;
      ++looks;
    }
  });
  const absl::StatusOr<ctl::Backup> restored = drill.Restore(path, true);
  const int then = looks.load();
  while (looks.load() < then + 20) std::this_thread::yield();
  stop.store(true);
  reader.join();
  ASSERT_THAT(restored, IsOk());
  EXPECT_EQ(seen.load(), 0) << "of " << looks.load() << " looks";
  EXPECT_FALSE(drill.Holds(drill.planting().words()));
  EXPECT_FALSE(absl::StrContains(drill.Everything(), absl::StrCat("profile ", Planting::kPerson)));
  EXPECT_THAT(GetPerson(drill, Planting::kStudent), IsOk());
}

TEST(BackupReplaceTest, ANewInstallationWithTheLedgerErasesToo) {
  Drill source;
  source.AwaitRest();
  const std::string path = source.NewPath();
  ASSERT_THAT(source.Create(path), IsOk());
  Drill target(source.organization());
  const auto ledger = privacy::ErasureLedger::Open(target.site().ledger_path());
  ASSERT_THAT(ledger, IsOk());
  ASSERT_THAT(ledger->Append({source.organization(), Planting::kPerson, "erasure-of-later", absl::Now()}), IsOk());
  ASSERT_THAT(target.Restore(path, false), IsOk());
  EXPECT_EQ(GetPerson(target, Planting::kPerson).code(), absl::StatusCode::kNotFound);
  EXPECT_FALSE(target.Holds(source.planting().words()));
  EXPECT_THAT(GetPerson(target, Planting::kMentor), IsOk());
  EXPECT_TRUE(target.AuditIsSound());
}

TEST(BackupReplaceTest, ASmallerOrganizationGivesWayAndItsTrailGoesOn) {
  Drill source;
  for (int i = 0; i < 30; ++i) ASSERT_THAT(source.Rename(Planting::kMentor, absl::StrCat("Baker ", i)), IsOk());
  source.AwaitRest();
  const std::string before = source.Everything();
  const std::string path = source.NewPath();
  ASSERT_THAT(source.Create(path), IsOk());
  Drill target(source.organization());
  target.site().CreatePerson(source.organization(), "early", "Early");
  ASSERT_EQ(ReasonOf(target.Restore(path, false).status()), "ORGANIZATION_NOT_EMPTY");
  ASSERT_THAT(target.Restore(path, true), IsOk());
  EXPECT_EQ(target.Everything(), before);
  EXPECT_EQ(GetPerson(target, "early").code(), absl::StatusCode::kNotFound);
  EXPECT_TRUE(target.AuditIsSound());
}

TEST(BackupReplaceTest, WhatIsInMemoryIsOfTheRecordsThatAreThere) {
  Drill drill;
  drill.AwaitRest();
  const std::string path = drill.NewPath();
  ASSERT_THAT(drill.Create(path), IsOk());
  drill.site().CreatePerson(drill.organization(), "latercomer", "Latercomer");
  const auto find = [&] {
    profile::v1::SearchPeopleRequest request;
    request.set_query("latercomer");
    const auto found = Ask(drill.site().profile(), &ProfileStub::SearchPeople, drill.As(Planting::kMentor), request);
    return found.ok() ? found->people_size() : -1;
  };
  const absl::Time until = absl::Now() + kWithin;
  while (find() != 1) ASSERT_LT(absl::Now(), until);
  ASSERT_THAT(drill.Restore(path, true), IsOk());
  EXPECT_EQ(find(), 0);
}

}  // namespace
}  // namespace cortado::testing
