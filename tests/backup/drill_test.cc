// A backup brought back into a new installation, and what writes that come meanwhile become.
#include "tests/backup/drill.h"

#include <atomic>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/status/error.h"
#include "common/testing/matchers.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace cortado::testing {
namespace {

constexpr absl::Duration kWithin = absl::Seconds(30);

void CreateIssuer(Drill& drill, const std::string& organization, const std::string& request_id) {
  profile::v1::CreateIssuerRequest request;
  request.mutable_issuer()->set_issuer("https://login.acme.example");
  request.mutable_issuer()->set_client_id("cortado");
  request.mutable_issuer()->set_link_by(profile::v1::LINK_BY_EXTERNAL_ID);
  request.mutable_issuer()->set_external_id_claim("employee");
  request.set_request_id(request_id);
  const auto auth = profile::v1::AuthService::NewStub(drill.site().channel());
  EXPECT_THAT(Ask(*auth, &profile::v1::AuthService::Stub::CreateIssuer, drill.site().Hr(organization), request),
              IsOk());
}

profile::v1::CreatePersonRequest NewPerson(const std::string& id) {
  profile::v1::CreatePersonRequest request;
  request.set_person_id(id);
  request.mutable_person()->set_external_id(id);
  request.mutable_person()->set_display_name(id);
  request.mutable_person()->set_active(true);
  request.set_request_id(absl::StrCat("request-of-", id));
  return request;
}

TEST(BackupDrillTest, ANewInstallationHoldsWhatTheOldOneDid) {
  Drill source;
  CreateIssuer(source, source.organization(), "request-of-issuer");
  source.AwaitRest();
  const std::string before = source.Everything();
  const std::string path = source.NewPath();
  const absl::StatusOr<ctl::Backup> made = source.Create(path);
  ASSERT_THAT(made, IsOk());
  EXPECT_EQ(made->sections.size(), 3u);
  ASSERT_THAT(source.Rename(Planting::kMentor, "changed behind the backup"), IsOk());

  Drill target(source.organization());
  ASSERT_THAT(target.Restore(path, false), IsOk());
  // Scheduling reads its people anew; who looks meanwhile sees them as they were.
  EXPECT_EQ(target.Everything(), before);
  EXPECT_TRUE(target.AuditIsSound());
  EXPECT_TRUE(source.AuditIsSound());
  EXPECT_FALSE(target.Holds({"cortado:{" + source.organization() + "}}", "~piece"}));
  EXPECT_THAT(target.Redis({"KEYS", "cortado:{" + source.organization() + "}[^:]*"}), ::testing::IsEmpty())
      << "nothing is left aside";
}

TEST(BackupDrillTest, WritesGoOnAfterwardsAndNothingIsDoneTwice) {
  Drill source;
  ASSERT_THAT(Ask(source.site().profile(), &ProfileStub::CreatePerson, source.Hr(), NewPerson("dora")), IsOk());
  source.AwaitRest();
  const std::string path = source.NewPath();
  ASSERT_THAT(source.Create(path), IsOk());
  Drill target(source.organization());
  ASSERT_THAT(target.Restore(path, false), IsOk());
  // The repeat of a request from before is the same request.
  EXPECT_THAT(Ask(target.site().profile(), &ProfileStub::CreatePerson, target.Hr(), NewPerson("dora")), IsOk());
  EXPECT_THAT(Ask(target.site().profile(), &ProfileStub::CreatePerson, target.Hr(), NewPerson("emil")), IsOk());
  EXPECT_THAT(target.Rename(Planting::kMentor, "Baker"), IsOk());
  // The hour of the chat is taken for both.
  scheduling::v1::GetChatRequest get;
  get.set_name(source.planting().chat());
  const auto chat = Ask(target.site().scheduling(), &SchedulingStub::GetChat, target.As(Planting::kPerson), get);
  ASSERT_THAT(chat, IsOk());
  scheduling::v1::BookChatRequest book;
  *book.mutable_start_time() = chat->start_time();
  book.mutable_duration()->set_seconds(chat->end_time().seconds() - chat->start_time().seconds());
  book.add_attendees(absl::StrCat("people/", Planting::kMentor));
  book.set_match(chat->match());
  book.set_request_id("request-again");
  const auto again = Ask(target.site().scheduling(), &SchedulingStub::BookChat, target.As(Planting::kPerson), book);
  EXPECT_EQ(ReasonOf(again.status()), "SLOT_TAKEN") << again.status();
  EXPECT_TRUE(target.AuditIsSound());
}

TEST(BackupDrillTest, WhoRepeatsAWriteThatHadToWaitLosesNothing) {
  Drill source;
  std::atomic<bool> stop{false};
  std::atomic<int> written{0};
  std::thread writer([&] {
    for (int i = 0; !stop.load(); ++i) {
      const auto request = NewPerson(absl::StrCat("w", i));
      const absl::Time until = absl::Now() + kWithin;
      absl::Status status = absl::UnavailableError("");
      while ((absl::IsUnavailable(status) || absl::IsResourceExhausted(status)) && absl::Now() < until) {
        status = Ask(source.site().profile(), &ProfileStub::CreatePerson, source.Hr(), request).status();
      }
      ASSERT_THAT(status, IsOk());
      written.store(i + 1);
    }
  });
  const std::string path = source.NewPath();
  const int at_least = written.load();
  const absl::StatusOr<ctl::Backup> made = source.Create(path);
  const int there = written.load();
  while (written.load() < there + 20) std::this_thread::yield();
  stop.store(true);
  writer.join();
  ASSERT_THAT(made, IsOk());
  Drill target(source.organization());
  ASSERT_THAT(target.Restore(path, false), IsOk());
  // One state: of those made one after the other the first ones, without a gap.
  const auto has = [](Drill& drill, int i) {
    return drill.Redis({"EXISTS", absl::StrCat("cortado:{", drill.organization(), "}:profile:person:w", i)}) == "1";
  };
  int in_backup = 0;
  while (has(target, in_backup)) ++in_backup;
  EXPECT_GE(in_backup, at_least);
  for (int i = in_backup; i < written.load(); ++i) EXPECT_FALSE(has(target, i)) << i << " of " << in_backup;
  for (int i = 0; i < written.load(); ++i) EXPECT_TRUE(has(source, i)) << i;
}

TEST(BackupDrillTest, AFreezeThatIsLostLeavesNoFile) {
  Drill source;
  const std::string path = source.NewPath();
  ctl::BackupHooks hooks;
  hooks.advance = [&](int64_t) {
    // As when it had ended by itself, because this program slept.
    source.Redis({"SET", absl::StrCat("cortado:{", source.organization(), "}:matching:rev"), "1000"});
  };
  const absl::StatusOr<ctl::Backup> made = source.Create(path, hooks);
  EXPECT_EQ(ReasonOf(made.status()), "FREEZE_LOST") << made.status();
  EXPECT_FALSE(std::filesystem::exists(path));
  EXPECT_THAT(source.Rename(Planting::kMentor, "Baker"), IsOk()) << "the others are let go";
}

TEST(BackupDrillTest, AnInterruptionLetsGoAtOnceAndLeavesNoFile) {
  Drill source;
  const std::string path = source.NewPath();
  std::atomic<bool> interrupted{false};
  ctl::BackupHooks hooks;
  hooks.advance = [&](int64_t) { interrupted.store(true); };
  hooks.interrupted = [&] { return interrupted.load(); };
  EXPECT_EQ(source.Create(path, hooks).status().code(), absl::StatusCode::kCancelled);
  EXPECT_FALSE(std::filesystem::exists(path));
  EXPECT_THAT(source.Rename(Planting::kMentor, "Baker"), IsOk());
}

TEST(BackupDrillTest, AClaimThatAnotherOrganizationHasByNowChangesNothing) {
  Drill source;
  CreateIssuer(source, source.organization(), "request-of-issuer");
  const std::string path = source.NewPath();
  ASSERT_THAT(source.Create(path), IsOk());
  Drill target(source.organization());
  target.site().NewRequestId();  // Ids are made of request ids, and the first one is the source's.
  const std::string other = target.site().CreateOrganization("Other");
  ASSERT_NE(other, source.organization());
  CreateIssuer(target, other, "request-of-other");
  const absl::StatusOr<ctl::Backup> restored = target.Restore(path, false);
  EXPECT_EQ(ReasonOf(restored.status()), "ALREADY_TAKEN") << restored.status();
  EXPECT_EQ(MetadataOf(restored.status(), "organization"), other);
  EXPECT_THAT(target.Redis({"KEYS", absl::StrCat("cortado:{", source.organization(), "}*:person:*")}),
              ::testing::IsEmpty());
}

TEST(BackupDrillTest, ADamagedFileChangesNothing) {
  Drill source;
  const std::string path = source.NewPath();
  ASSERT_THAT(source.Create(path), IsOk());
  {
    std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(-100, std::ios::end);
    file.put('!');
  }
  ASSERT_THAT(source.Rename(Planting::kMentor, "Baker"), IsOk());
  EXPECT_EQ(source.Restore(path, true).status().code(), absl::StatusCode::kDataLoss);
  EXPECT_EQ(source.planting().Get(Planting::kMentor).title(), "Baker");
}

}  // namespace
}  // namespace cortado::testing
