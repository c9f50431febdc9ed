// What is not kept for ever: each kind goes when the organisation says so, and the report tells.
#include "common/privacy/retention.h"

#include <map>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "common/task/sync_wait.h"
#include "common/testing/matchers.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/testing/site.h"

namespace cortado::testing {
namespace {

constexpr int64_t kDay = 24 * 3600;

class RetentionTest : public ::testing::Test {
 protected:
  RetentionTest() : acme_(site_.CreateOrganization("Acme")) {
    for (const char* id : {"ada", "bo"}) site_.CreatePerson(acme_, id, id);
  }

  std::string Key(const std::string& rest) const { return absl::StrCat("cortado:{", acme_, "}:", rest); }
  std::string Redis(const std::vector<std::string>& command) { return site_.redis().Ask(command); }
  template <class Message>
  void Put(const std::string& key, const Message& message) {
    Redis({"SET", Key(key), absl::StrCat("7:", message.SerializeAsString())});
  }
  static int64_t DaysAgo(int days) { return absl::ToUnixSeconds(absl::Now()) - days * kDay; }
  static std::string Milliseconds(int64_t seconds) { return absl::StrCat(seconds * 1000); }

  // Runs what the job of every service runs.
  void Run() {
    const rpc::Call call = rpc::InternalCall(acme_, "job:retention", absl::Now() + absl::Minutes(5));
    EXPECT_THAT(SyncWait(site_.cluster().profile().retention().Run(call)), IsOk());
    EXPECT_THAT(SyncWait(site_.cluster().matching().retention().Run(call)), IsOk());
    EXPECT_THAT(SyncWait(site_.cluster().scheduling().retention().Run(call)), IsOk());
  }
  // Removed by the last run, by kind.
  std::map<std::string, int64_t> Removed() {
    const auto report = Ask(site_.profile(), &ProfileStub::GetRetentionReport, site_.Hr(acme_), {});
    EXPECT_THAT(report, IsOk());
    std::map<std::string, int64_t> removed;
    for (const auto& kind : report->kinds()) {
      EXPECT_TRUE(kind.has_run_time()) << kind.kind();
      removed[kind.kind()] = kind.removed_count();
    }
    return removed;
  }
  absl::StatusOr<profile::v1::Organization> Rule(const std::string& kind, int days) {
    const auto now = Ask(site_.profile(), &ProfileStub::GetOrganization, site_.Hr(acme_), {});
    EXPECT_THAT(now, IsOk());
    profile::v1::UpdateOrganizationRequest request;
    *request.mutable_organization() = *now;
    request.mutable_organization()->clear_retention();
    profile::v1::RetentionRule& rule = *request.mutable_organization()->add_retention();
    rule.set_kind(kind);
    rule.set_days(days);
    request.mutable_update_mask()->add_paths("retention");
    request.set_request_id(site_.NewRequestId());
    return Ask(site_.profile(), &ProfileStub::UpdateOrganization, site_.Hr(acme_), request);
  }

  // A chat of both that ended so many days ago.
  void PastChat(const std::string& id, int days) {
    scheduling::v1::Chat chat;
    chat.set_host("people/ada");
    for (const char* person : {"people/ada", "people/bo"}) chat.add_attendees()->mutable_person()->set_person(person);
    chat.mutable_start_time()->set_seconds(DaysAgo(days) - 1800);
    chat.mutable_end_time()->set_seconds(DaysAgo(days));
    chat.set_state(scheduling::v1::Chat::STATE_BOOKED);
    Put("scheduling:chat:" + id, chat);
    const std::string start = absl::StrCat(chat.start_time().seconds());
    for (const std::string person : {"ada", "bo"}) {
      const std::string till = absl::StrCat(chat.end_time().seconds());
      Redis({"ZADD", Key("scheduling:chats:" + person), start, id});
      Redis({"ZADD", Key("scheduling:busy:" + person), start, absl::StrCat(start, ":", till, ":chat:", id)});
      Redis({"HSET", Key("scheduling:claims:" + id), person, absl::StrCat(till, " 2020-W01 30")});
      Redis({"HSET", Key("scheduling:minutes:" + person), "2020-W01", "30"});
      Redis({"SADD", Key("scheduling:people"), person});
    }
  }
  // A match of both that ended so many days ago.
  void PastMatch(const std::string& id, int days) {
    matching::v1::Match match;
    match.set_name("matches/" + id);
    match.mutable_mentee()->set_person("people/ada");
    match.mutable_mentor()->set_person("people/bo");
    match.set_request("requests/of-" + id);
    match.set_state(matching::v1::Match::STATE_ENDED);
    match.mutable_create_time()->set_seconds(DaysAgo(days + 10));
    matching::v1::Request request;
    request.set_name(match.request());
    *request.mutable_requester() = match.mentee();
    *request.mutable_mentor() = match.mentor();
    request.set_state(matching::v1::Request::STATE_ACCEPTED);
    *request.mutable_create_time() = match.create_time();
    Put("matching:match:" + id, match);
    Put("matching:request:of-" + id, request);
    const std::string made = Milliseconds(match.create_time().seconds());
    for (const std::string person : {"ada", "bo"}) {
      Redis({"ZADD", Key("matching:matches:" + person), "0", absl::StrCat(made, ":", id)});
      Redis({"ZADD", Key("matching:requests:" + person), "0", absl::StrCat(made, ":of-", id)});
      Redis({"HSET", Key("matching:fits:" + person), id, "FIT_GOOD"});
    }
    Put("matching:guide:" + id, matching::v1::ConversationGuide());
    Redis({"ZADD", Key("matching:ended"), Milliseconds(DaysAgo(days)), id});
  }
  // A request of ada to bo that came to nothing so many days ago.
  void ClosedRequest(const std::string& id, int days) {
    matching::v1::Request request;
    request.set_name("requests/" + id);
    request.mutable_requester()->set_person("people/ada");
    request.mutable_mentor()->set_person("people/bo");
    request.set_state(matching::v1::Request::STATE_CLOSED);
    request.mutable_create_time()->set_seconds(DaysAgo(days + 1));
    request.mutable_answer_time()->set_seconds(DaysAgo(days));
    Put("matching:request:" + id, request);
    const std::string made = Milliseconds(request.create_time().seconds());
    for (const std::string person : {"ada", "bo"}) {
      Redis({"ZADD", Key("matching:requests:" + person), "0", absl::StrCat(made, ":", id)});
    }
    Redis({"HSET", Key("matching:asked:ada"), "bo", absl::StrCat("c:", Milliseconds(DaysAgo(days)))});
    Redis({"ZADD", Key("matching:due"), Milliseconds(DaysAgo(days - 90)), "r:" + id});
  }
  bool Exists(const std::string& key) { return Redis({"EXISTS", Key(key)}) == "1"; }

  Site site_;
  const std::string acme_;
};

TEST_F(RetentionTest, ChatsGoAYearAfterTheyWere) {
  PastChat("old", 380);
  PastChat("recent", 300);
  Run();
  EXPECT_EQ(Removed()["chats.past"], 1);
  EXPECT_FALSE(Exists("scheduling:chat:old"));
  EXPECT_FALSE(Exists("scheduling:claims:old"));
  EXPECT_TRUE(Exists("scheduling:chat:recent"));
  EXPECT_EQ(Redis({"ZCARD", Key("scheduling:busy:ada")}), "1");
  EXPECT_EQ(Redis({"ZCARD", Key("scheduling:chats:bo")}), "1");
  EXPECT_FALSE(Exists("scheduling:minutes:ada"));
}

TEST_F(RetentionTest, MatchesGoAYearAfterTheirEndWithTheRequestTheyCameOf) {
  PastMatch("old", 380);
  PastMatch("recent", 300);
  Run();
  EXPECT_EQ(Removed()["matches.ended"], 1);
  EXPECT_FALSE(Exists("matching:match:old"));
  EXPECT_FALSE(Exists("matching:request:of-old"));
  EXPECT_FALSE(Exists("matching:guide:old"));
  EXPECT_TRUE(Exists("matching:match:recent"));
  EXPECT_TRUE(Exists("matching:request:of-recent"));
  EXPECT_EQ(Redis({"ZCARD", Key("matching:matches:ada")}), "1");
  EXPECT_EQ(Redis({"ZCARD", Key("matching:requests:bo")}), "1");
  EXPECT_EQ(Redis({"HLEN", Key("matching:fits:bo")}), "1");
}

TEST_F(RetentionTest, ARequestMayGoEarlierAndStillNobodyIsAskedAgain) {
  ClosedRequest("old", 40);
  Run();
  EXPECT_TRUE(Exists("matching:request:old"));
  ASSERT_THAT(Rule("requests.closed", 30), IsOk());
  Run();
  EXPECT_EQ(Removed()["requests.closed"], 1);
  EXPECT_FALSE(Exists("matching:request:old"));
  EXPECT_TRUE(Exists("matching:asked:ada"));
  // The mark comes due when the 90 days are over, and not the request any more.
  EXPECT_EQ(Redis({"ZRANGE", Key("matching:due"), "0", "-1"}), "c:ada:bo");
}

TEST_F(RetentionTest, OlderDestinationsGoWhenAskedForAndTheNewestStays) {
  for (const int days : {400, 300, 200}) {
    profile::v1::Destination destination;
    destination.set_kind(profile::v1::DESTINATION_KIND_SIDEWAYS);
    destination.mutable_create_time()->set_seconds(DaysAgo(days));
    Redis({"HSET", Key("profile:person:ada"), absl::StrCat("d:d", days),
           absl::StrCat("7:", destination.SerializeAsString())});
  }
  Run();
  EXPECT_EQ(Removed()["destinations"], 0);
  ASSERT_THAT(Rule("destinations", 100), IsOk());
  Run();
  EXPECT_EQ(Removed()["destinations"], 2);
  EXPECT_EQ(Redis({"HEXISTS", Key("profile:person:ada"), "d:d200"}), "1");
}

TEST_F(RetentionTest, SessionsGoAMonthAfterTheirEnd) {
  const std::string old = Milliseconds(DaysAgo(40)), recent = Milliseconds(DaysAgo(10));
  Redis({"HSET", Key("profile:sessions:ada"), "s1", absl::StrCat("1 1 1 ", old, " 1 0"), "s2",
         absl::StrCat("1 1 1 ", recent, " 1 0")});
  Run();
  EXPECT_EQ(Removed()["sessions"], 1);
  EXPECT_EQ(Redis({"HKEYS", Key("profile:sessions:ada")}), "s2");
}

TEST_F(RetentionTest, ARuleOfAnotherKindOrForTooLongIsRefused) {
  EXPECT_THAT(Rule("gossip", 10), RefusesField("organization.retention[0].kind"));
  EXPECT_THAT(Rule("requests.closed", 91), RefusesField("organization.retention[0].days"));
}

}  // namespace
}  // namespace cortado::testing
