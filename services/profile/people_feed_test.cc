#include "services/profile/people_feed.h"

#include <map>
#include <random>
#include <set>
#include <thread>

#include "absl/strings/str_cat.h"
#include "common/testing/scale.h"
#include "services/profile/testing/profile_fixture.h"
#include "services/profile/testing/store_copy.h"

namespace cortado::profile {
namespace {

using ::cortado::testing::FailsWith;
using ::cortado::testing::IsOk;
using ::testing::ElementsAre;
using ::testing::UnorderedElementsAre;
using Page = v1::ListPeopleChangesResponse;

// What somebody knows who has applied every page so far.
struct Projection {
  std::map<std::string, v1::PersonSnapshot> people;
  std::set<std::string> skills, roles;
  std::string token;
  bool complete = false;

  void Apply(const Page& page) {
    for (const v1::PeopleChange& change : page.changes()) {
      if (change.has_person()) people[change.person().person().name()] = change.person();
      if (change.has_skill()) skills.insert(change.skill().name());
      if (change.has_role()) roles.insert(change.role().name());
      if (!change.deleted_person().empty()) people.erase(change.deleted_person());
      if (!change.deleted_role().empty()) roles.erase(change.deleted_role());
    }
    token = page.resume_token();
    complete = page.snapshot_complete();
  }
};

class PeopleFeedTest : public ProfileFixture {
 protected:
  // Reads on until nothing is new.
  void Follow(Projection& projection, int page_size = 0) {
    for (int i = 0; i < 1000; ++i) {
      const absl::StatusOr<Page> page = Changes(projection.token, page_size);
      ASSERT_THAT(page, IsOk());
      const bool idle = page->changes_size() == 0 && projection.complete;
      projection.Apply(*page);
      if (idle) return;
    }
    FAIL() << "the feed does not end";
  }
  static std::set<std::string> NamesIn(const Projection& projection) {
    std::set<std::string> names;
    for (const auto& [name, snapshot] : projection.people) names.insert(name);
    return names;
  }
};

TEST_F(PeopleFeedTest, ASnapshotHoldsEverythingOfEverybody) {
  ASSERT_THAT(Create("boss"), IsOk());
  ASSERT_THAT(Create("ada", "boss"), IsOk());
  v1::Offer offer;
  offer.set_mentor(true);
  ASSERT_THAT(Offer("ada", offer), IsOk());
  v1::Destination wish;
  wish.set_kind(v1::DESTINATION_KIND_SIDEWAYS);
  wish.set_audience(v1::AUDIENCE_ONLY_ME);
  ASSERT_THAT(Say("ada", wish), IsOk());
  Projection seen;
  Follow(seen);
  EXPECT_THAT(NamesIn(seen), UnorderedElementsAre("people/ada", "people/boss"));
  const v1::PersonSnapshot& ada = seen.people["people/ada"];
  EXPECT_EQ(ada.person().manager(), "people/boss");
  EXPECT_EQ(ada.person().join_state(), v1::JOIN_STATE_JOINED);
  EXPECT_TRUE(ada.offer().mentor());
  EXPECT_EQ(ada.destination().kind(), v1::DESTINATION_KIND_SIDEWAYS);
  EXPECT_EQ(ada.time().working_hours_size(), 5);
  EXPECT_FALSE(seen.people["people/boss"].has_offer());
}

TEST_F(PeopleFeedTest, AnEmptyOrganizationIsCompleteAtOnce) {
  Projection seen;
  Follow(seen);
  EXPECT_TRUE(seen.complete);
  ASSERT_THAT(Create("ada"), IsOk());
  Follow(seen);
  EXPECT_THAT(NamesIn(seen), ElementsAre("people/ada"));
}

TEST_F(PeopleFeedTest, ChangesComeAfterTheSnapshotEvenThoseMadeMeanwhile) {
  for (int i = 0; i < 10; ++i) ASSERT_THAT(Create(absl::StrCat("p", i)), IsOk());
  Projection seen;
  while (seen.people.size() < 5) seen.Apply(*Changes(seen.token, 3));
  EXPECT_FALSE(seen.complete);
  ASSERT_THAT(Delete("p0"), IsOk());
  ASSERT_THAT(Create("a-late-one"), IsOk());
  Follow(seen, 3);
  EXPECT_EQ(seen.people.count("people/p0"), 0u);
  EXPECT_EQ(seen.people.count("people/a-late-one"), 1u);
  EXPECT_EQ(seen.people.size(), 10u);
}

TEST_F(PeopleFeedTest, SkillsRolesAndBlocksAreChangesToo) {
  ASSERT_THAT(Create("ada"), IsOk());
  ASSERT_THAT(Create("bo"), IsOk());
  Projection seen;
  Follow(seen);
  ASSERT_THAT(CreateRole("Weaver", {"Weaving"}), IsOk());
  v1::BlockPersonRequest block;
  block.set_parent("people/ada");
  block.mutable_block()->set_person("people/bo");
  block.set_request_id(RequestId());
  ASSERT_THAT(SyncWait(profile_.blocks().Block(As("ada"), block)), IsOk());
  Follow(seen);
  EXPECT_THAT(seen.skills, ElementsAre("skills/weaving"));
  EXPECT_THAT(seen.roles, ElementsAre("roles/weaver"));
  EXPECT_THAT(seen.people["people/ada"].blocks(), ElementsAre("people/bo"));
  Projection fresh;
  Follow(fresh);
  EXPECT_EQ(fresh.skills, seen.skills);
  EXPECT_EQ(fresh.roles, seen.roles);
}

TEST_F(PeopleFeedTest, ATokenOfAnotherOrganizationOrOfNobodyMustResync) {
  ASSERT_THAT(Create("ada"), IsOk());
  Projection seen;
  Follow(seen);
  v1::ListPeopleChangesRequest request;
  request.set_resume_token(seen.token);
  EXPECT_THAT(SyncWait(profile_.feed().List(CallOf("m", {api::v1::ROLE_SERVICE}, "globex"), request)),
              FailsWith(absl::StatusCode::kOutOfRange, "RESYNC_REQUIRED"));
  // In the midst of a snapshot nothing but the token itself says whose it is.
  request.set_resume_token(Changes("", 1)->resume_token());
  EXPECT_THAT(SyncWait(profile_.feed().List(CallOf("m", {api::v1::ROLE_SERVICE}, "globex"), request)),
              FailsWith(absl::StatusCode::kOutOfRange, "RESYNC_REQUIRED"));
  EXPECT_THAT(Changes("nonsense"), FailsWith(absl::StatusCode::kOutOfRange, "RESYNC_REQUIRED"));
}

TEST_F(PeopleFeedTest, ATokenThatIsTooOldMustResync) {
  ASSERT_THAT(Create("ada"), IsOk());
  Projection seen;
  Follow(seen);
  ASSERT_THAT(Create("bo"), IsOk());
  Ask({"XTRIM", "cortado:{acme}:profile:feed", "MAXLEN", "1"});
  EXPECT_THAT(Changes(seen.token), FailsWith(absl::StatusCode::kOutOfRange, "RESYNC_REQUIRED"));
}

// The token is ahead of what the store holds: what it stands for has never been.
TEST_F(PeopleFeedTest, AfterAnOlderCopyOfTheStoreATokenOfWhatIsLostMustResync) {
  ASSERT_THAT(Create("ada"), IsOk());
  Projection before;
  Follow(before);
  StoreCopy older(server_);
  AwaitStore("ada");
  ASSERT_THAT(Create("bo"), IsOk());
  Projection ahead = before;
  Follow(ahead);
  older.Restore();
  AwaitStore("ada");
  EXPECT_THAT(Changes(ahead.token), FailsWith(absl::StatusCode::kOutOfRange, "RESYNC_REQUIRED"));
  EXPECT_THAT(Changes(before.token), IsOk());
  // The same revisions again, of another history.
  ASSERT_THAT(Create("cy"), IsOk());
  ASSERT_THAT(Create("di"), IsOk());
  EXPECT_THAT(Changes(ahead.token), FailsWith(absl::StatusCode::kOutOfRange, "RESYNC_REQUIRED"));
  Follow(before);
  EXPECT_THAT(NamesIn(before), UnorderedElementsAre("people/ada", "people/cy", "people/di"));
}

TEST_F(PeopleFeedTest, AWaitEndsWithTheNextChange) {
  Projection seen;
  Follow(seen);
  absl::StatusOr<Page> page;
  std::thread waiter([&] {
    v1::ListPeopleChangesRequest request;
    request.set_resume_token(seen.token);
    request.mutable_wait()->set_seconds(8);
    page = SyncWait(profile_.feed().List(AsService(), request));
  });
  ASSERT_THAT(Create("ada"), IsOk());
  waiter.join();
  ASSERT_THAT(page, IsOk());
  EXPECT_EQ(page->changes_size(), 1);
}

TEST_F(PeopleFeedTest, WhoeverFollowsKnowsWhatTheStoreHolds) {
  const unsigned seed = std::random_device()();
  SCOPED_TRACE(absl::StrCat("seed ", seed));
  std::mt19937 random(seed);
  Projection seen;
  std::set<std::string> there;
  for (int step = 0; step < 150; ++step) {
    const std::string id = absl::StrCat("p", random() % 12);
    if (there.count(id) == 0) {
      ASSERT_THAT(Create(id), IsOk());
      there.insert(id);
    } else if (random() % 3 == 0) {
      ASSERT_THAT(Delete(id), IsOk());
      there.erase(id);
    } else {
      v1::Person person = *Get(Hr(), id);
      person.set_title(absl::StrCat("title ", step));
      ASSERT_THAT(Update(Hr(), person, {"title"}), IsOk());
    }
    if (random() % 4 == 0) seen.Apply(*Changes(seen.token, 1 + static_cast<int>(random() % 4)));
  }
  Follow(seen, 3);
  ASSERT_EQ(seen.people.size(), there.size());
  for (const std::string& id : there) {
    EXPECT_EQ(seen.people["people/" + id].person().title(), Get(Hr(), id)->title());
  }
}

// A consumer that keeps what it applied one change at a time, and its token after each page, and is killed anywhere.
// 1,000 kills over 100,000 changes at full scale (CORTADO_TEST_SCALE=50).
TEST_F(PeopleFeedTest, AConsumerThatIsKilledAgainAndAgainEndsEqualToTheSource) {
  const unsigned seed = std::random_device()();
  SCOPED_TRACE(absl::StrCat("seed ", seed));
  std::mt19937 random(seed);
  Ask({"CONFIG", "SET", "appendfsync", "no"});  // Nobody pulls the plug, and the disk is slow.
  const int64_t changes = cortado::testing::Scaled(2'000);
  const int64_t kills = cortado::testing::Scaled(20);
  std::map<std::string, v1::PersonSnapshot> kept;
  std::string token;
  std::map<std::string, v1::Person> source;
  int64_t killed = 0;
  for (int64_t step = 0; step < changes; ++step) {
    const std::string id = absl::StrCat("p", random() % 200);
    if (source.count(id) == 0) {
      absl::StatusOr<v1::Person> created = Create(id);
      ASSERT_THAT(created, IsOk());
      source[id] = *std::move(created);
    } else if (random() % 20 == 0) {
      ASSERT_THAT(Delete(id), IsOk());
      source.erase(id);
    } else {
      source[id].set_title(absl::StrCat("title ", step));
      absl::StatusOr<v1::Person> updated = Update(Hr(), source[id], {"title"});
      ASSERT_THAT(updated, IsOk());
      source[id] = *std::move(updated);
    }
    if (random() % 10 != 0) continue;
    const absl::StatusOr<Page> page = Changes(token, 1 + static_cast<int>(random() % 50));
    ASSERT_THAT(page, IsOk());
    // As evenly over all as it comes; what is left of the page, and the token, are lost with the process.
    const bool kill = killed < kills && killed * changes <= step * kills;
    const auto applied = kill ? static_cast<int>(random() % (page->changes_size() + 1)) : page->changes_size();
    for (int i = 0; i < applied; ++i) {
      const v1::PeopleChange& change = page->changes(i);
      if (change.has_person()) kept[change.person().person().name()] = change.person();
      if (!change.deleted_person().empty()) kept.erase(change.deleted_person());
    }
    if (!kill) token = page->resume_token();
    killed += kill ? 1 : 0;
  }
  EXPECT_EQ(killed, kills);
  Projection last{std::move(kept), {}, {}, token, true};
  Follow(last);
  ASSERT_EQ(last.people.size(), source.size());
  for (const auto& [id, person] : source) {
    const v1::Person& there = last.people["people/" + id].person();
    EXPECT_EQ(there.title(), person.title());
    EXPECT_EQ(there.etag(), person.etag());
  }
}

}  // namespace
}  // namespace cortado::profile
