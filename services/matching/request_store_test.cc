#include "services/matching/request_store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include "common/status/error.h"
#include "common/task/sync_wait.h"
#include "common/testing/matchers.h"
#include "common/testing/redis_server.h"

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

  absl::StatusOr<v1::Request> AskFor(const std::string& id, const std::string& asker, const std::string& mentor,
                                     int32_t places = 2, const std::string& request_id = "") {
    v1::Request request;
    request.set_name("requests/" + id);
    request.mutable_requester()->set_person("people/" + asker);
    request.mutable_mentor()->set_person("people/" + mentor);
    request.set_state(v1::Request::STATE_OPEN);
    return SyncWait(store_.Insert(As(asker), request, absl::OkStatus(), places, request_id, id));
  }

  absl::StatusOr<v1::Match> Accept(v1::Request request, const std::string& match_id, int32_t places = 2,
                                   const std::string& request_id = "", bool answered = false) {
    v1::Match match;
    match.set_name("matches/" + match_id);
    *match.mutable_mentee() = request.requester();
    *match.mutable_mentor() = request.mentor();
    request.set_state(v1::Request::STATE_ACCEPTED);
    return SyncWait(
        store_.Accept(As("mentor"), request, answered, match, absl::OkStatus(), places, request_id, request.name()));
  }

  absl::StatusOr<v1::Request> Close(v1::Request request) {
    request.set_state(v1::Request::STATE_CLOSED);
    return SyncWait(store_.Close(As("mentor"), request, false, "", ""));
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
  EXPECT_EQ(SyncWait(store_.GetMatch(As("ada"), "m1"))->mentor().person(), "people/bob");
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
  const absl::StatusOr<v1::Match> again = Accept(request, "m2", 2, "request-1", true);
  ASSERT_THAT(again, IsOk());
  EXPECT_EQ(again->name(), "matches/m1");
  EXPECT_THAT(AllLoads(), ElementsAre(Pair("bob", Pair(1, 0))));
  EXPECT_THAT(Accept(request, "m3", 2, "request-2", true), FailsWith(kWrongState, "REQUEST_ANSWERED"));
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
  v1::Request request;
  request.set_name("requests/r9");
  request.mutable_requester()->set_person("people/ada");
  request.mutable_mentor()->set_person("people/bob");
  const absl::StatusOr<v1::Request> again =
      SyncWait(store_.Insert(As("ada"), request, NotAvailable(), 2, "request-1", "r1"));
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
  v1::Match match = *SyncWait(store_.GetMatch(As("bob"), "m1"));
  match.set_state(v1::Match::STATE_ENDED);
  ASSERT_THAT(SyncWait(store_.End(As("matching"), match)), IsOk());
  EXPECT_THAT(AllLoads(), IsEmpty());
  EXPECT_THAT(NotToAsk("ada"), IsEmpty());
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
