#include "services/matching/request_store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_join.h"
#include "common/status/error.h"
#include "common/task/sync_wait.h"
#include "common/testing/matchers.h"
#include "common/testing/redis_server.h"
#include "services/matching/match_store.h"

namespace cortado::matching {
namespace {

using ::cortado::testing::FailsWith;
using ::cortado::testing::IsOk;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;
using ::testing::UnorderedElementsAre;

constexpr absl::StatusCode kExists = absl::StatusCode::kAlreadyExists;
constexpr absl::StatusCode kWrongState = absl::StatusCode::kFailedPrecondition;

class RequestStoreTest : public ::testing::Test {
 protected:
  rpc::Call As(const std::string& person) { return rpc::InternalCall("acme", person, absl::Now() + absl::Seconds(10)); }

  v1::Request RequestOf(const std::string& id, const std::string& asker, const std::string& mentor) {
    v1::Request request;
    request.set_name("requests/" + id);
    request.mutable_requester()->set_person("people/" + asker);
    request.mutable_mentor()->set_person("people/" + mentor);
    request.set_state(v1::Request::STATE_OPEN);
    request.mutable_create_time()->set_seconds(absl::ToUnixSeconds(clock_.Now()));
    request.mutable_expire_time()->set_seconds(absl::ToUnixSeconds(clock_.Now() + absl::Hours(72)));
    return request;
  }

  absl::StatusOr<v1::Request> AskFor(const std::string& id, const std::string& asker, const std::string& mentor,
                                     int32_t places = 2, const std::string& request_id = "") {
    return SyncWait(store_.Insert(As(asker), {RequestOf(id, asker, mentor), absl::OkStatus(), request_id, id}, places));
  }

  absl::StatusOr<v1::Match> Accept(v1::Request request, const std::string& match_id, int32_t places = 2,
                                   const std::string& request_id = "", absl::Status verdict = absl::OkStatus()) {
    v1::Match match;
    match.set_name("matches/" + match_id);
    *match.mutable_mentee() = request.requester();
    *match.mutable_mentor() = request.mentor();
    match.set_state(v1::Match::STATE_ACTIVE);
    request.set_state(v1::Request::STATE_ACCEPTED);
    const std::string fingerprint = request.name();
    return SyncWait(store_.Accept(As("mentor"), {std::move(request), std::move(verdict), request_id, fingerprint},
                                  match, places, clock_.Now()));
  }

  absl::StatusOr<v1::Request> Close(v1::Request request, std::vector<Choice> choices = {}) {
    request.set_state(v1::Request::STATE_CLOSED);
    return SyncWait(store_.Close(As("mentor"), OwnStep(std::move(request)), std::move(choices)));
  }

  absl::StatusOr<v1::Request> Postpone(v1::Request request, absl::Duration by) {
    request.set_state(v1::Request::STATE_POSTPONED);
    request.mutable_postpone_end_time()->set_seconds(absl::ToUnixSeconds(clock_.Now() + by));
    return SyncWait(store_.Postpone(As("mentor"), OwnStep(std::move(request))));
  }

  absl::StatusOr<v1::Request> Reopen(v1::Request request, int32_t places = 2) {
    request.set_state(v1::Request::STATE_OPEN);
    return SyncWait(store_.Reopen(As("matching"), OwnStep(std::move(request)), places));
  }

  std::vector<std::string> Due() { return *SyncWait(store_.ListDue(As("matching"), clock_.Now(), 100)); }

  // `kind key value ...` of each event, oldest first.
  std::vector<std::string> Events() {
    const redis::Reply reply = *SyncWait(writes_.Read(As("test"), {"XRANGE", writes_.Key("acme", "events"), "-", "+"}));
    std::vector<std::string> events;
    for (const redis::Reply& entry : reply.elements) {
      std::vector<std::string> words;
      for (const redis::Reply& field : entry.elements[1].elements) words.push_back(field.text);
      words.erase(words.begin() + 4, words.begin() + 6);  // The time.
      events.push_back(absl::StrJoin(words, " "));
    }
    return events;
  }

  std::map<std::string, std::pair<int, int>> AllLoads() {
    const absl::StatusOr<Loads> loads = SyncWait(store_.LoadsSince(As("matching"), ""));
    std::map<std::string, std::pair<int, int>> counts;
    for (const auto& [person, load] : loads->people) counts[person] = {load.active_matches, load.open_requests};
    return counts;
  }

  std::set<std::string> NotToAsk(const std::string& person) {
    return *SyncWait(store_.NotToAsk(As(person), person, clock_.Now()));
  }

  testing::RedisServer server_;
  EventLoop loop_;
  redis::Client client_{server_.address(), loop_};
  FakeClock clock_{absl::FromUnixSeconds(1'800'000'000)};
  store::Store writes_{client_, "matching", clock_};
  RequestStore store_{client_, writes_};
  MatchStore matches_{writes_};
};

TEST_F(RequestStoreTest, ARequestIsReadAsWritten) {
  ASSERT_THAT(AskFor("r1", "ada", "bob"), IsOk());
  const absl::StatusOr<v1::Request> read = SyncWait(store_.GetRequest(As("ada"), "r1"));
  ASSERT_THAT(read, IsOk());
  EXPECT_EQ(read->name(), "requests/r1");
  EXPECT_EQ(read->state(), v1::Request::STATE_OPEN);
  EXPECT_EQ(read->etag(), "1");
}

TEST_F(RequestStoreTest, APairHasOneOpenRequest) {
  ASSERT_THAT(AskFor("r1", "ada", "bob"), IsOk());
  const absl::StatusOr<v1::Request> second = AskFor("r2", "ada", "bob");
  EXPECT_THAT(second, FailsWith(kExists, "REQUEST_PENDING"));
  EXPECT_EQ(MetadataOf(second.status(), "request"), "requests/r1");
}

TEST_F(RequestStoreTest, APersonHasAtMostThreeOpenRequests) {
  for (const char* mentor : {"m1", "m2", "m3"}) ASSERT_THAT(AskFor(std::string("r-") + mentor, "ada", mentor), IsOk());
  EXPECT_THAT(AskFor("r4", "ada", "m4"), FailsWith(kWrongState, "TOO_MANY_REQUESTS"));
}

TEST_F(RequestStoreTest, AnAnswerMakesRoomForTheNextRequest) {
  v1::Request first;
  for (const char* mentor : {"m1", "m2", "m3"}) first = *AskFor(std::string("r-") + mentor, "ada", mentor);
  ASSERT_THAT(Close(first), IsOk());
  EXPECT_THAT(AskFor("r4", "ada", "m4"), IsOk());
}

TEST_F(RequestStoreTest, OpenRequestsTakePlaces) {
  ASSERT_THAT(AskFor("r1", "ada", "bob"), IsOk());
  ASSERT_THAT(AskFor("r2", "eve", "bob"), IsOk());
  EXPECT_THAT(AskFor("r3", "joe", "bob"), FailsWith(kWrongState, "NO_PLACE_LEFT"));
  EXPECT_THAT(AllLoads(), ElementsAre(Pair("bob", Pair(0, 2))));
}

TEST_F(RequestStoreTest, ManyWhoAskAtOnceGetNoMorePlacesThanThereAre) {
  constexpr int kAskers = 32;
  constexpr int kPlaces = 5;
  std::atomic<int> granted{0};
  std::vector<std::thread> askers;
  for (int i = 0; i < kAskers; ++i) {
    askers.emplace_back([&, i] {
      const std::string asker = "a" + std::to_string(i);
      if (AskFor("r" + std::to_string(i), asker, "bob", kPlaces).ok()) ++granted;
    });
  }
  for (std::thread& asker : askers) asker.join();
  EXPECT_EQ(granted, kPlaces);
  EXPECT_THAT(AllLoads(), ElementsAre(Pair("bob", Pair(0, kPlaces))));
}

TEST_F(RequestStoreTest, AcceptingTurnsTheRequestIntoAMatch) {
  const v1::Request request = *AskFor("r1", "ada", "bob");
  ASSERT_THAT(Accept(request, "m1"), IsOk());
  EXPECT_EQ(SyncWait(store_.GetRequest(As("ada"), "r1"))->state(), v1::Request::STATE_ACCEPTED);
  EXPECT_EQ(SyncWait(matches_.GetMatch(As("ada"), "m1"))->mentor().person(), "people/bob");
  EXPECT_THAT(AllLoads(), ElementsAre(Pair("bob", Pair(1, 0))));
}

TEST_F(RequestStoreTest, ThoseWhoAreMatchedCannotAskAgain) {
  ASSERT_THAT(Accept(*AskFor("r1", "ada", "bob"), "m1"), IsOk());
  const absl::StatusOr<v1::Request> again = AskFor("r2", "ada", "bob");
  EXPECT_THAT(again, FailsWith(kExists, "ALREADY_MATCHED"));
  EXPECT_EQ(MetadataOf(again.status(), "match"), "matches/m1");
  EXPECT_THAT(AskFor("r3", "bob", "ada"), FailsWith(kExists, "ALREADY_MATCHED"));
}

TEST_F(RequestStoreTest, OfTwoAnswersAtOnceOneWins) {
  const v1::Request request = *AskFor("r1", "ada", "bob");
  ASSERT_THAT(Accept(request, "m1"), IsOk());
  EXPECT_THAT(Close(request), FailsWith(absl::StatusCode::kAborted, "ETAG_MISMATCH"));
  EXPECT_EQ(SyncWait(store_.GetRequest(As("ada"), "r1"))->state(), v1::Request::STATE_ACCEPTED);
}

TEST_F(RequestStoreTest, AcceptingIsRefusedWhenThePlacesWereLowered) {
  ASSERT_THAT(Accept(*AskFor("r1", "ada", "bob"), "m1"), IsOk());
  const v1::Request second = *AskFor("r2", "eve", "bob");
  EXPECT_THAT(Accept(second, "m2", 1), FailsWith(kWrongState, "NO_PLACE_LEFT"));
}

TEST_F(RequestStoreTest, ARepeatOfAnAcceptReturnsTheSameMatch) {
  v1::Request request = *AskFor("r1", "ada", "bob");
  ASSERT_THAT(Accept(request, "m1", 2, "request-1"), IsOk());
  const absl::Status answered = NotAvailable();
  const absl::StatusOr<v1::Match> again = Accept(request, "m2", 2, "request-1", answered);
  ASSERT_THAT(again, IsOk());
  EXPECT_EQ(again->name(), "matches/m1");
  EXPECT_THAT(AllLoads(), ElementsAre(Pair("bob", Pair(1, 0))));
  EXPECT_THAT(Accept(request, "m3", 2, "request-2", answered), FailsWith(kWrongState, "NOT_AVAILABLE"));
}

TEST_F(RequestStoreTest, WhoeverWasTurnedDownMayAskAgainAfterNinetyDays) {
  ASSERT_THAT(Close(*AskFor("r1", "ada", "bob")), IsOk());
  clock_.Advance(absl::Hours(24 * 90) - absl::Milliseconds(1));
  EXPECT_THAT(AskFor("r2", "ada", "bob"), FailsWith(kWrongState, "ASKED_RECENTLY"));
  EXPECT_THAT(NotToAsk("ada"), ElementsAre("bob"));
  clock_.Advance(absl::Milliseconds(1));
  EXPECT_THAT(NotToAsk("ada"), IsEmpty());
  EXPECT_THAT(AskFor("r2", "ada", "bob"), IsOk());
}

TEST_F(RequestStoreTest, ThoseAskedAndThoseMatchedAreNotToBeAsked) {
  ASSERT_THAT(AskFor("r1", "ada", "bob"), IsOk());
  ASSERT_THAT(Accept(*AskFor("r2", "ada", "eve"), "m1"), IsOk());
  EXPECT_THAT(NotToAsk("ada"), UnorderedElementsAre("bob", "eve"));
  EXPECT_THAT(NotToAsk("eve"), ElementsAre("ada"));
  EXPECT_THAT(NotToAsk("bob"), IsEmpty());
}

TEST_F(RequestStoreTest, ARepeatOfARequestHasNoSecondEffectThoughItWouldBeRefusedNow) {
  ASSERT_THAT(AskFor("r1", "ada", "bob", 2, "request-1"), IsOk());
  const absl::StatusOr<v1::Request> again =
      SyncWait(store_.Insert(As("ada"), {RequestOf("r9", "ada", "bob"), NotAvailable(), "request-1", "r1"}, 2));
  ASSERT_THAT(again, IsOk());
  EXPECT_EQ(again->name(), "requests/r1");
  EXPECT_THAT(AllLoads(), ElementsAre(Pair("bob", Pair(0, 1))));
}

TEST_F(RequestStoreTest, ListsNewestFirstPageByPage) {
  for (const char* id : {"r1", "r2", "r3"}) {
    ASSERT_THAT(AskFor(id, "ada", std::string("m-") + id), IsOk());
    clock_.Advance(absl::Seconds(1));
  }
  const absl::StatusOr<Page<v1::Request>> first = SyncWait(store_.ListRequests(As("ada"), "ada", "", 2));
  ASSERT_THAT(first, IsOk());
  ASSERT_EQ(first->items.size(), 2u);
  EXPECT_EQ(first->items[0].name(), "requests/r3");
  const absl::StatusOr<Page<v1::Request>> rest = SyncWait(store_.ListRequests(As("ada"), "ada", first->cursor, 2));
  ASSERT_EQ(rest->items.size(), 1u);
  EXPECT_EQ(rest->items[0].name(), "requests/r1");
  EXPECT_TRUE(rest->cursor.empty());
}

TEST_F(RequestStoreTest, LoadsAreToldAsTheyChange) {
  absl::StatusOr<Loads> loads = SyncWait(store_.LoadsSince(As("matching"), ""));
  EXPECT_TRUE(loads->complete);
  const v1::Request request = *AskFor("r1", "ada", "bob");
  loads = SyncWait(store_.LoadsSince(As("matching"), loads->position));
  EXPECT_FALSE(loads->complete);
  ASSERT_THAT(loads->people, ElementsAre(Pair("bob", ::testing::Field(&Load::open_requests, 1))));
  ASSERT_THAT(Close(request), IsOk());
  loads = SyncWait(store_.LoadsSince(As("matching"), loads->position));
  EXPECT_THAT(loads->people, ElementsAre(Pair("bob", ::testing::Field(&Load::open_requests, 0))));
  loads = SyncWait(store_.LoadsSince(As("matching"), loads->position));
  EXPECT_THAT(loads->people, IsEmpty());
}

TEST_F(RequestStoreTest, AnEndedMatchGivesThePlaceBack) {
  ASSERT_THAT(Accept(*AskFor("r1", "ada", "bob"), "m1"), IsOk());
  v1::Match match = *SyncWait(matches_.GetMatch(As("bob"), "m1"));
  match.set_state(v1::Match::STATE_ENDED);
  ASSERT_THAT(SyncWait(matches_.End(As("matching"), OwnStep(match), "system")), IsOk());
  EXPECT_THAT(AllLoads(), IsEmpty());
  EXPECT_THAT(NotToAsk("ada"), IsEmpty());
}

TEST_F(RequestStoreTest, TheFirstChoiceWhoHasRoomIsAskedInTheSameStep) {
  ASSERT_THAT(AskFor("r0", "eve", "full", 1), IsOk());
  const v1::Request first = *AskFor("r1", "ada", "bob");
  v1::Request to_full = RequestOf("r2", "ada", "full");
  v1::Request to_cyd = RequestOf("r2", "ada", "cyd");
  const absl::StatusOr<v1::Request> closed = Close(first, {{to_full, 1}, {to_cyd, 1}});
  ASSERT_THAT(closed, IsOk());
  EXPECT_EQ(closed->next_request(), "requests/r2");
  EXPECT_EQ(SyncWait(store_.GetRequest(As("ada"), "r2"))->mentor().person(), "people/cyd");
  EXPECT_THAT(AllLoads(), UnorderedElementsAre(Pair("cyd", Pair(0, 1)), Pair("full", Pair(0, 1))));
  EXPECT_THAT(Events(), ElementsAre("kind request.created subject requests/r0 requester eve mentor full",
                                    "kind request.created subject requests/r1 requester ada mentor bob",
                                    "kind request.moved_on subject requests/r1 requester ada mentor bob next "
                                    "requests/r2 next_mentor cyd",
                                    "kind request.created subject requests/r2 requester ada mentor cyd"));
}

TEST_F(RequestStoreTest, WhenNoChoiceHasRoomTheRequestCloses) {
  ASSERT_THAT(AskFor("r0", "eve", "full", 1), IsOk());
  const v1::Request first = *AskFor("r1", "ada", "bob");
  const absl::StatusOr<v1::Request> closed = Close(first, {{RequestOf("r2", "ada", "full"), 1}});
  ASSERT_THAT(closed, IsOk());
  EXPECT_EQ(closed->next_request(), "");
  EXPECT_THAT(SyncWait(store_.GetRequest(As("ada"), "r2")),
              FailsWith(absl::StatusCode::kNotFound, "RESOURCE_NOT_FOUND"));
  EXPECT_EQ(Events().back(), "kind request.closed subject requests/r1 requester ada mentor bob");
}

TEST_F(RequestStoreTest, TheSlotOfTheOneThatClosesServesTheNextChoice) {
  for (const char* mentor : {"m1", "m2"}) ASSERT_THAT(AskFor(std::string("r-") + mentor, "ada", mentor), IsOk());
  const v1::Request third = *AskFor("r3", "ada", "m3");
  EXPECT_EQ(Close(third, {{RequestOf("r4", "ada", "m4"), 1}})->next_request(), "requests/r4");
  EXPECT_THAT(AskFor("r5", "ada", "m5"), FailsWith(kWrongState, "TOO_MANY_REQUESTS"));
}

TEST_F(RequestStoreTest, APostponedRequestFreesThePlaceAndTheSlotAndTakesThemAgain) {
  const v1::Request request = *AskFor("r1", "ada", "bob", 1);
  const absl::StatusOr<v1::Request> postponed = Postpone(request, absl::Hours(24));
  ASSERT_THAT(postponed, IsOk());
  EXPECT_THAT(AllLoads(), IsEmpty());
  EXPECT_THAT(AskFor("r2", "ada", "bob", 1), FailsWith(kExists, "REQUEST_PENDING"));
  EXPECT_THAT(Due(), IsEmpty());
  clock_.Advance(absl::Hours(24));
  EXPECT_THAT(Due(), ElementsAre("r:r1"));
  ASSERT_THAT(Reopen(*postponed, 1), IsOk());
  EXPECT_THAT(AllLoads(), ElementsAre(Pair("bob", Pair(0, 1))));
}

TEST_F(RequestStoreTest, APostponedRequestOpensOnlyWhereThereIsRoom) {
  const v1::Request request = *AskFor("r1", "ada", "bob", 1);
  const v1::Request postponed = *Postpone(request, absl::Hours(24));
  ASSERT_THAT(AskFor("r2", "eve", "bob", 1), IsOk());
  EXPECT_THAT(Reopen(postponed, 1), FailsWith(kWrongState, "NO_PLACE_LEFT"));
  EXPECT_THAT(Accept(postponed, "m1", 1), FailsWith(kWrongState, "NO_PLACE_LEFT"));
  EXPECT_THAT(Accept(postponed, "m1", 2), IsOk());
  EXPECT_THAT(AllLoads(), ElementsAre(Pair("bob", Pair(1, 1))));
}

TEST_F(RequestStoreTest, WhatCameToNothingIsForgottenWithTheMarkItLeft) {
  const v1::Request closed = *Close(*AskFor("r1", "ada", "bob"));
  clock_.Advance(kAskAgainAfter);
  EXPECT_THAT(Due(), ElementsAre("r:r1"));
  ASSERT_THAT(SyncWait(store_.Forget(As("matching"), closed)), IsOk());
  EXPECT_THAT(Due(), IsEmpty());
  EXPECT_THAT(SyncWait(store_.ListRequests(As("ada"), "ada", "", 10))->items, IsEmpty());
  EXPECT_EQ(server_.Ask({"KEYS", "*asked*"}), "");
  EXPECT_EQ(server_.Ask({"KEYS", "*requests:*"}), "");
}

TEST_F(RequestStoreTest, AYoungerRequestToTheSamePersonKeepsItsMark) {
  const v1::Request closed = *Close(*AskFor("r1", "ada", "bob"));
  clock_.Advance(kAskAgainAfter);
  ASSERT_THAT(AskFor("r2", "ada", "bob"), IsOk());
  ASSERT_THAT(SyncWait(store_.Forget(As("matching"), closed)), IsOk());
  EXPECT_THAT(AskFor("r3", "ada", "bob"), FailsWith(kExists, "REQUEST_PENDING"));
}

TEST_F(RequestStoreTest, TwoThatDoNotSuitEachOtherAreKeptApartForNinetyDays) {
  ASSERT_THAT(Accept(*AskFor("r1", "ada", "bob"), "m1"), IsOk());
  v1::Match match = *SyncWait(matches_.GetMatch(As("ada"), "m1"));
  match.set_state(v1::Match::STATE_ENDED);
  const Rating rating{"ada", v1::Match::FIT_NOT, clock_.Now(), /*ends=*/true};
  ASSERT_THAT(SyncWait(matches_.Rate(As("ada"), OwnStep(match), rating)), IsOk());
  EXPECT_EQ(Events().back(), "kind match.ended subject matches/m1 mentee ada mentor bob by mentee");
  EXPECT_THAT(AllLoads(), IsEmpty());
  EXPECT_THAT(NotToAsk("ada"), ElementsAre("bob"));
  EXPECT_THAT(NotToAsk("bob"), ElementsAre("ada"));
  clock_.Advance(kApart);
  EXPECT_THAT(NotToAsk("ada"), IsEmpty());
  ASSERT_THAT(Due(), ElementsAre("a:ada:bob"));
  ASSERT_THAT(SyncWait(matches_.ForgetApart(As("matching"), "ada", "bob")), IsOk());
  EXPECT_EQ(server_.Ask({"KEYS", "*apart*"}), "");
}

TEST_F(RequestStoreTest, AFitIsKnownToItsRaterAlone) {
  ASSERT_THAT(Accept(*AskFor("r1", "ada", "bob"), "m1"), IsOk());
  v1::Match match = *SyncWait(matches_.GetMatch(As("ada"), "m1"));
  ASSERT_THAT(SyncWait(matches_.Rate(As("ada"), OwnStep(match), {"ada", v1::Match::FIT_UNSURE, clock_.Now(), false})),
              IsOk());
  ASSERT_THAT(SyncWait(matches_.FillFits(As("ada"), "ada", {&match})), IsOk());
  EXPECT_EQ(match.fit(), v1::Match::FIT_UNSURE);
  ASSERT_THAT(SyncWait(matches_.FillFits(As("bob"), "bob", {&match})), IsOk());
  EXPECT_EQ(match.fit(), v1::Match::FIT_UNSPECIFIED);
}

TEST_F(RequestStoreTest, AChosenTimeIsDueUntilItIsSettled) {
  v1::Request request = *AskFor("r1", "ada", "bob");
  v1::Match match;
  match.set_name("matches/m1");
  *match.mutable_mentee() = request.requester();
  *match.mutable_mentor() = request.mentor();
  match.mutable_chosen_time()->set_seconds(1'800'100'020);
  absl::StatusOr<v1::Match> made = SyncWait(store_.Accept(As("bob"), OwnStep(request), match, 1, clock_.Now()));
  ASSERT_THAT(made, IsOk());
  EXPECT_THAT(Due(), ElementsAre("m:m1"));
  made->set_chat("chats/c1");
  ASSERT_THAT(SyncWait(matches_.SettleTime(As("bob"), OwnStep(*made))), IsOk());
  EXPECT_THAT(Due(), IsEmpty());
  EXPECT_EQ(SyncWait(matches_.GetMatch(As("bob"), "m1"))->chat(), "chats/c1");
}

TEST_F(RequestStoreTest, WhatIsAbsentIsNotFound) {
  EXPECT_THAT(SyncWait(store_.GetRequest(As("ada"), "r1")),
              FailsWith(absl::StatusCode::kNotFound, "RESOURCE_NOT_FOUND"));
}

TEST_F(RequestStoreTest, AStoreThatIsDownIsUnavailable) {
  ASSERT_THAT(AskFor("r1", "ada", "bob"), IsOk());
  server_.Kill();
  const rpc::Call hurried = rpc::InternalCall("acme", "ada", absl::Now() + absl::Milliseconds(200));
  const absl::StatusOr<v1::Request> answer = SyncWait(store_.GetRequest(hurried, "r1"));
  EXPECT_TRUE(absl::IsUnavailable(answer.status()) || absl::IsDeadlineExceeded(answer.status())) << answer.status();
}

}  // namespace
}  // namespace cortado::matching
