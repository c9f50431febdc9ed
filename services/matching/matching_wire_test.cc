// The matching service over gRPC: its rules as a caller meets them.
#include <gmock/gmock.h>
#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/app/server.h"
#include "common/metrics/metrics.h"
#include "common/rpc/client.h"
#include "common/testing/matchers.h"
#include "common/testing/redis_server.h"
#include "common/testing/wire.h"
#include "cortado/matching/v1/matching_service.grpc.pb.h"
#include "services/matching/matching.h"
#include "services/matching/matching_service.h"
#include "services/matching/testing/people_feed_service.h"
#include "services/matching/testing/snapshots.h"

namespace cortado::matching {
namespace {

using ::cortado::testing::FailsWith;
using ::cortado::testing::IsOk;
using ::cortado::testing::RefusesField;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using testing::Somebody;
using ::testing::UnorderedElementsAre;

constexpr absl::StatusCode kWrongState = absl::StatusCode::kFailedPrecondition;
constexpr absl::StatusCode kExists = absl::StatusCode::kAlreadyExists;
constexpr absl::StatusCode kDenied = absl::StatusCode::kPermissionDenied;
constexpr absl::StatusCode kAbsent = absl::StatusCode::kNotFound;

// The details of an error, each as its bytes, whatever their order.
std::string Details(const grpc::Status& status) {
  api::v1::Status parsed;
  EXPECT_TRUE(parsed.ParseFromString(status.error_details()));
  std::vector<std::string> details;
  for (const google::protobuf::Any& detail : parsed.details()) details.push_back(detail.SerializeAsString());
  std::sort(details.begin(), details.end());
  return absl::StrJoin(details, "|");
}

class MatchingWireTest : public ::testing::Test {
 protected:
  using Stub = v1::MatchingService::Stub;

  MatchingWireTest() {
    peer_.Connect(feed_.Channel());
    matching_.Start();
    server_.Add(MakeMatchingService(server_.binder(), matching_));
    const absl::Status started = server_.Start();
    EXPECT_TRUE(started.ok()) << started;
    stub_ = v1::MatchingService::NewStub(server_.InProcessChannel());
  }
  ~MatchingWireTest() override {
    feed_.EndWaits();
    matching_.Stop();
    server_.Stop();
  }

  cortado::testing::Caller As(const std::string& person) { return cortado::testing::TokenOf(key_, "acme", person); }

  // Takes effect before it returns once the organisation is loaded.
  void Put(const profile::v1::PersonSnapshot& person) {
    feed_.Put(person);
    if (loaded_) feed_.WaitUntilTaken();
  }
  void Load() {
    EXPECT_THAT(Suggest("ada"), IsOk());
    loaded_ = true;
    feed_.WaitUntilTaken();
  }

  absl::StatusOr<v1::SuggestRoleModelsResponse> Suggest(const std::string& person) {
    v1::SuggestRoleModelsRequest request;
    request.set_person("people/" + person);
    return cortado::testing::Ask(*stub_, &Stub::SuggestRoleModels, As(person), request);
  }
  std::vector<std::string> Suggested(const std::string& person) {
    std::vector<std::string> names;
    const absl::StatusOr<v1::SuggestRoleModelsResponse> response = Suggest(person);
    EXPECT_THAT(response, IsOk());
    if (!response.ok()) return names;
    for (const v1::Suggestion& one : response->suggestions()) names.push_back(one.person().person());
    return names;
  }
  absl::StatusOr<v1::Suggestion> Explain(const std::string& caller, const std::string& person,
                                         const std::string& mentor) {
    v1::ExplainMatchRequest request;
    request.set_person("people/" + person);
    request.set_mentor("people/" + mentor);
    return cortado::testing::Ask(*stub_, &Stub::ExplainMatch, As(caller), request);
  }
  absl::StatusOr<v1::Request> AskFor(const std::string& person, const std::string& mentor,
                                     const std::string& request_id = "", bool own_line = false) {
    v1::RequestMatchRequest request;
    request.set_mentor("people/" + mentor);
    request.set_message("Your path interests me.");
    request.set_include_own_line(own_line);
    request.set_request_id(request_id.empty() ? NextId() : request_id);
    return cortado::testing::Ask(*stub_, &Stub::RequestMatch, As(person), request);
  }
  absl::StatusOr<v1::Match> Accept(const std::string& caller, const std::string& name,
                                   const std::string& request_id = "") {
    v1::AcceptMatchRequest request;
    request.set_request(name);
    request.set_request_id(request_id.empty() ? NextId() : request_id);
    return cortado::testing::Ask(*stub_, &Stub::AcceptMatch, As(caller), request);
  }
  absl::StatusOr<v1::Request> Decline(const std::string& caller, const std::string& name,
                                      const std::string& etag = "") {
    v1::DeclineMatchRequest request;
    request.set_request(name);
    request.set_etag(etag);
    request.set_request_id(NextId());
    return cortado::testing::Ask(*stub_, &Stub::DeclineMatch, As(caller), request);
  }
  absl::StatusOr<v1::Request> GetRequest(const cortado::testing::Caller& caller, const std::string& name) {
    v1::GetRequestRequest request;
    request.set_name(name);
    return cortado::testing::Ask(*stub_, &Stub::GetRequest, caller, request);
  }
  absl::StatusOr<v1::Match> GetMatch(const cortado::testing::Caller& caller, const std::string& name) {
    v1::GetMatchRequest request;
    request.set_name(name);
    return cortado::testing::Ask(*stub_, &Stub::GetMatch, caller, request);
  }
  absl::StatusOr<v1::ListRequestsResponse> ListRequests(const std::string& person, v1::Side side, int page_size = 0,
                                                        const std::string& page_token = "") {
    v1::ListRequestsRequest request;
    request.set_side(side);
    request.set_page_size(page_size);
    request.set_page_token(page_token);
    return cortado::testing::Ask(*stub_, &Stub::ListRequests, As(person), request);
  }
  std::string NextId() { return absl::StrCat("request-", ++ids_); }

  auth::SigningKey key_ = *auth::SigningKey::Generate();
  cortado::testing::RedisServer redis_;
  EventLoop loop_;
  Executors executors_;
  metrics::Registry registry_;
  testing::PeopleFeed feed_;
  rpc::Peer peer_{std::make_shared<rpc::TokenSource>("matching", key_, RealClock()), loop_};
  Matching matching_{Dependencies{redis_.address(), loop_, executors_, RealClock(), peer_}};
  app::Server server_{{.listen = "127.0.0.1:0", .keys = {key_.PublicKey()}}, RealClock(), registry_};
  std::unique_ptr<Stub> stub_;
  bool loaded_ = false;
  int ids_ = 0;
};

TEST_F(MatchingWireTest, SuggestsRoleModelsWithReasonsWhosePartsSumToTheScore) {
  Put(Somebody("ada").Wants("Go").Wants("Rust").In("Support").At("Europe/Berlin"));
  Put(Somebody("bob").Has("Go").In("Data").At("Europe/Berlin"));
  Put(Somebody("eve").Has("Cobol"));
  const absl::StatusOr<v1::SuggestRoleModelsResponse> response = Suggest("ada");
  ASSERT_THAT(response, IsOk());
  ASSERT_THAT(response->suggestions(), SizeIs(1));
  const v1::Suggestion& bob = response->suggestions(0);
  EXPECT_EQ(bob.person().display_name(), "bob");
  EXPECT_EQ(bob.reason().text(), "Has a skill you are looking for: Go.");
  EXPECT_EQ(bob.strength(), v1::STRENGTH_STRONG);
  EXPECT_THAT(bob.covered_skills(), ElementsAre("skills/go"));
  EXPECT_THAT(bob.uncovered_skills(), ElementsAre("skills/rust"));
  ASSERT_THAT(bob.parts(), SizeIs(8));
  int64_t sum = 0;
  for (const v1::ScorePart& part : bob.parts()) {
    EXPECT_EQ(part.points(), int64_t{part.value()} * part.weight()) << v1::Term_Name(part.term());
    sum += part.points();
  }
  EXPECT_EQ(sum, bob.score());
  EXPECT_EQ(response->basis(), v1::SuggestRoleModelsResponse::BASIS_GAP);
  EXPECT_EQ(response->considered_count(), 3);
}

TEST_F(MatchingWireTest, AJourneyIsToldAsOneSentence) {
  Put(Somebody("ada").As("Support lead").WantsToBe("Data analyst"));
  Put(Somebody("bob").As("Data analyst").Was("Support lead"));
  Load();
  const absl::StatusOr<v1::Suggestion> bob = Explain("ada", "ada", "bob");
  ASSERT_THAT(bob, IsOk());
  EXPECT_EQ(bob->reason().text(), "Was once where you are now (Support lead) and is today Data analyst.");
}

TEST_F(MatchingWireTest, AnUnconfirmedStepIsNeverNamed) {
  Put(Somebody("ada").As("Support lead").WantsToBe("Data analyst"));
  Put(Somebody("bob").As("Data analyst").Was("Support lead", profile::v1::MOVE_KIND_START, /*confirmed=*/false));
  Load();
  EXPECT_THAT(Explain("ada", "ada", "bob")->ShortDebugString(), ::testing::Not(::testing::HasSubstr("Support lead")));
}

TEST_F(MatchingWireTest, ImportedPeopleAreCountedAndNeverNamed) {
  Put(Somebody("ada").Wants("Go"));
  Put(Somebody("bob").Has("Go").NotJoined());
  const absl::StatusOr<v1::SuggestRoleModelsResponse> response = Suggest("ada");
  ASSERT_THAT(response, IsOk());
  EXPECT_THAT(response->suggestions(), IsEmpty());
  EXPECT_EQ(response->not_joined_count(), 1);
  EXPECT_EQ(response->note().code(), "suggest.nobody_matches_well");
}

TEST_F(MatchingWireTest, AnAskerWhoToldNothingHearsWhatToFillIn) {
  Put(Somebody("ada"));
  Put(Somebody("bob").Has("Go"));
  const absl::StatusOr<v1::SuggestRoleModelsResponse> response = Suggest("ada");
  ASSERT_THAT(response, IsOk());
  EXPECT_EQ(response->note().code(), "suggest.nothing_to_go_by");
  EXPECT_EQ(response->basis(), v1::SuggestRoleModelsResponse::BASIS_NOTHING);
}

TEST_F(MatchingWireTest, AChangeOfAProfileIsSeenInTheNextSuggestion) {
  Put(Somebody("ada").Wants("Go"));
  Load();
  EXPECT_THAT(Suggested("ada"), IsEmpty());
  Put(Somebody("bob").Has("Go"));
  EXPECT_THAT(Suggested("ada"), ElementsAre("people/bob"));
  Put(Somebody("bob").Has("Go").Blocks("ada"));
  EXPECT_THAT(Suggested("ada"), IsEmpty());
}

TEST_F(MatchingWireTest, TheRequirementsOfADestinationAreTheGapWhenNothingIsWanted) {
  Somebody ada("ada");
  ada.snapshot().mutable_destination()->set_role("roles/analyst");
  ada.snapshot().mutable_destination()->set_kind(profile::v1::DESTINATION_KIND_NEW_FIELD);
  Put(ada);
  Put(Somebody("bob").Has("SQL"));
  Load();
  EXPECT_THAT(Suggested("ada"), IsEmpty());
  profile::v1::PeopleChange change;
  change.mutable_role()->set_name("roles/analyst");
  change.mutable_role()->set_display_name("Analyst");
  change.mutable_role()->add_requirements()->set_skill("skills/sql");
  feed_.Add(change);
  feed_.WaitUntilTaken();
  EXPECT_THAT(Suggested("ada"), ElementsAre("people/bob"));
}

TEST_F(MatchingWireTest, SuggestionsAreForOneself) {
  Put(Somebody("ada").Wants("Go"));
  v1::SuggestRoleModelsRequest request;
  request.set_person("people/ada");
  EXPECT_THAT(cortado::testing::Ask(*stub_, &Stub::SuggestRoleModels, As("bob"), request),
              FailsWith(kDenied, "ACCESS_DENIED"));
  EXPECT_THAT(
      cortado::testing::Ask(*stub_, &Stub::SuggestRoleModels, cortado::testing::ServiceFor(key_, "acme"), request),
      IsOk());
}

TEST_F(MatchingWireTest, AnAskerWhoIsAbsentIsNotFound) {
  Put(Somebody("ada"));
  EXPECT_THAT(Suggest("zoe"), FailsWith(kAbsent, "RESOURCE_NOT_FOUND"));
}

TEST_F(MatchingWireTest, WhatIsStillLoadingSaysSo) {
  Put(Somebody("ada").Wants("Go"));
  feed_.Hold();
  EXPECT_THAT(Suggest("ada"), FailsWith(absl::StatusCode::kUnavailable, "LOADING"));
  feed_.Release();
  EXPECT_THAT(Suggest("ada"), IsOk());
}

TEST_F(MatchingWireTest, AResyncLeavesNoGapInService) {
  Put(Somebody("ada").Wants("Go"));
  Put(Somebody("bob").Has("Go"));
  Load();
  feed_.Hold();
  feed_.Restart();
  feed_.WaitUntilAsked();
  EXPECT_THAT(Suggested("ada"), ElementsAre("people/bob"));
  feed_.Put(Somebody("eve").Has("Go"));
  feed_.Release();
  feed_.WaitUntilTaken();
  EXPECT_THAT(Suggested("ada"), UnorderedElementsAre("people/bob", "people/eve"));
}

TEST_F(MatchingWireTest, WhatIsLoadedIsServedUntilTheServerStops) {
  Put(Somebody("ada").Wants("Go"));
  Put(Somebody("bob").Has("Go"));
  Load();
  feed_.EndWaits();
  matching_.Stop();
  EXPECT_THAT(Suggested("ada"), ElementsAre("people/bob"));
}

TEST_F(MatchingWireTest, ExplainsToTheRoleModelWithoutTheAskersWishes) {
  Put(Somebody("ada").Wants("Go").Likes("Chess").As("Support lead").WantsToBe("Data analyst"));
  Put(Somebody("bob").Has("Go").Likes("chess").As("Data analyst"));
  Put(Somebody("eve").Likes("Rowing"));
  Put(Somebody("joe").Likes("Rowing"));
  Load();
  const absl::StatusOr<v1::Suggestion> seen = Explain("bob", "ada", "bob");
  ASSERT_THAT(seen, IsOk());
  EXPECT_EQ(seen->reason().text(), "You are both interested in Chess.");
  EXPECT_THAT(seen->covered_skills(), IsEmpty());
  EXPECT_THAT(seen->ShortDebugString(), ::testing::Not(::testing::HasSubstr("looking for: Go")));
  EXPECT_THAT(Explain("eve", "ada", "bob"), FailsWith(kDenied, "ACCESS_DENIED"));
}

TEST_F(MatchingWireTest, AnExplanationDoesNotTellOfABlock) {
  Put(Somebody("ada").Wants("Go"));
  Put(Somebody("bob").Has("Go"));
  Load();
  const std::string before = Explain("ada", "ada", "bob")->DebugString();
  Put(Somebody("bob").Has("Go").Blocks("ada").Paused().Closed());
  EXPECT_EQ(Explain("ada", "ada", "bob")->DebugString(), before);
}

TEST_F(MatchingWireTest, AnInterestThatIsNotShownIsNeitherCountedNorNamed) {
  Put(Somebody("ada").Likes("Chess"));
  Put(Somebody("bob").Likes("Chess", profile::v1::AUDIENCE_ONLY_ME));
  Put(Somebody("eve").Likes("Rowing"));
  Load();
  EXPECT_EQ(Explain("ada", "ada", "bob")->score(), 0);
}

TEST_F(MatchingWireTest, AYesMakesAMatchThatBothSee) {
  Put(Somebody("ada").Wants("Go").At("Europe/Berlin"));
  Put(Somebody("bob").Has("Go"));
  const absl::StatusOr<v1::Request> asked = AskFor("ada", "bob");
  ASSERT_THAT(asked, IsOk());
  EXPECT_EQ(asked->state(), v1::Request::STATE_OPEN);
  EXPECT_EQ(asked->requester().time_zone(), "Europe/Berlin");
  const absl::StatusOr<v1::Match> match = Accept("bob", asked->name());
  ASSERT_THAT(match, IsOk());
  EXPECT_EQ(match->mentor().display_name(), "bob");
  EXPECT_EQ(GetRequest(As("ada"), asked->name())->match(), match->name());
  EXPECT_EQ(GetMatch(As("ada"), match->name())->etag(), match->etag());
  EXPECT_THAT(GetMatch(As("eve"), match->name()), FailsWith(kAbsent, "RESOURCE_NOT_FOUND"));
  EXPECT_THAT(GetMatch(cortado::testing::ServiceFor(key_, "acme"), match->name()), IsOk());
  v1::ListMatchesRequest list;
  list.set_side(v1::SIDE_MENTOR);
  EXPECT_THAT(cortado::testing::Ask(*stub_, &Stub::ListMatches, As("bob"), list)->matches(), SizeIs(1));
  EXPECT_THAT(cortado::testing::Ask(*stub_, &Stub::ListMatches, As("ada"), list)->matches(), IsEmpty());
}

TEST_F(MatchingWireTest, OnlyTheOneAskedAnswers) {
  Put(Somebody("ada"));
  Put(Somebody("bob"));
  Put(Somebody("eve"));
  const std::string name = AskFor("ada", "bob")->name();
  EXPECT_THAT(Accept("eve", name), FailsWith(kAbsent, "RESOURCE_NOT_FOUND"));
  EXPECT_THAT(Accept("ada", name), FailsWith(kDenied, "ACCESS_DENIED"));
  EXPECT_THAT(Decline("eve", name), FailsWith(kAbsent, "RESOURCE_NOT_FOUND"));
  EXPECT_THAT(GetRequest(As("eve"), name), FailsWith(kAbsent, "RESOURCE_NOT_FOUND"));
}

TEST_F(MatchingWireTest, ADeclineNeedsNoReasonAndLooksClosed) {
  Put(Somebody("ada").Wants("Go"));
  Put(Somebody("bob").Has("Go"));
  const v1::Request asked = *AskFor("ada", "bob");
  EXPECT_THAT(Decline("bob", asked.name(), "999"), FailsWith(absl::StatusCode::kAborted, "ETAG_MISMATCH"));
  ASSERT_THAT(Decline("bob", asked.name(), asked.etag()), IsOk());
  EXPECT_EQ(GetRequest(As("ada"), asked.name())->state(), v1::Request::STATE_CLOSED);
  EXPECT_THAT(Accept("bob", asked.name()), FailsWith(kWrongState, "REQUEST_ANSWERED"));
  EXPECT_THAT(AskFor("ada", "bob"), FailsWith(kWrongState, "ASKED_RECENTLY"));
  EXPECT_THAT(Suggested("ada"), IsEmpty()) << "whoever was asked in vain is not suggested again";
}

TEST_F(MatchingWireTest, ARepeatOfARequestIdReturnsTheRequestThoughTheDoorHasClosed) {
  Put(Somebody("ada"));
  Put(Somebody("bob"));
  Load();
  const absl::StatusOr<v1::Request> first = AskFor("ada", "bob", "my-request-1");
  ASSERT_THAT(first, IsOk());
  Put(Somebody("bob").Closed());
  const absl::StatusOr<v1::Request> again = AskFor("ada", "bob", "my-request-1");
  ASSERT_THAT(again, IsOk());
  EXPECT_EQ(again->name(), first->name());
}

TEST_F(MatchingWireTest, EveryPrivateReasonIsTheSameNotAvailable) {
  Put(Somebody("ada").Wants("Go").Blocks("m-blocked"));
  Put(Somebody("m-blocked"));
  Put(Somebody("m-blocks").Blocks("ada").WithPlaces(0));
  Put(Somebody("m-paused").Paused());
  Put(Somebody("m-closed").Closed().WithPlaces(0));
  Put(Somebody("m-gone").Gone());
  Put(Somebody("m-imported").NotJoined());
  Load();
  std::vector<std::string> answers;
  for (const char* mentor : {"m-blocked", "m-blocks", "m-paused", "m-closed", "m-gone", "m-imported"}) {
    grpc::ClientContext context;
    cortado::testing::Prepare(context, As("ada"));
    v1::RequestMatchRequest request;
    request.set_mentor(absl::StrCat("people/", mentor));
    request.set_request_id(NextId());
    v1::Request response;
    const grpc::Status status = stub_->RequestMatch(&context, request, &response);
    EXPECT_EQ(ReasonOf(rpc::FromGrpc(status)), "NOT_AVAILABLE") << mentor;
    answers.push_back(absl::StrCat(status.error_code(), status.error_message(), Details(status)));
  }
  EXPECT_THAT(answers, ::testing::Each(answers[0]));
}

TEST_F(MatchingWireTest, NoPlaceLeftNamesOthersWhoHaveOne) {
  Put(Somebody("ada").Wants("Go"));
  Put(Somebody("bob").Has("Go").WithPlaces(0));
  Put(Somebody("eve").Has("Go"));
  const absl::StatusOr<v1::Request> asked = AskFor("ada", "bob");
  EXPECT_THAT(asked, FailsWith(kWrongState, "NO_PLACE_LEFT"));
  EXPECT_EQ(MetadataOf(asked.status(), "people"), "people/eve");
}

TEST_F(MatchingWireTest, TheOwnReportingLineIsAskedOnlyKnowingly) {
  Put(Somebody("ada").Under("bob"));
  Put(Somebody("bob"));
  EXPECT_THAT(AskFor("ada", "bob"), FailsWith(kWrongState, "OWN_LINE"));
  EXPECT_THAT(AskFor("ada", "bob", "", /*own_line=*/true), IsOk());
}

TEST_F(MatchingWireTest, WhoOffersNothingIsNotAsked) {
  Put(Somebody("ada"));
  Put(Somebody("bob").OffersNothing());
  EXPECT_THAT(AskFor("ada", "bob"), FailsWith(kWrongState, "NOT_OFFERED"));
}

TEST_F(MatchingWireTest, NobodyAsksThemselvesOrForAPastTime) {
  Put(Somebody("ada"));
  Put(Somebody("bob"));
  EXPECT_THAT(AskFor("ada", "ada"), FailsWith(absl::StatusCode::kInvalidArgument, "REQUEST_SELF"));
  EXPECT_THAT(AskFor("ada", "zoe"), FailsWith(kAbsent, "RESOURCE_NOT_FOUND"));
  v1::RequestMatchRequest request;
  request.set_mentor("people/bob");
  request.set_request_id(NextId());
  request.add_proposed_times()->set_seconds(1000);
  EXPECT_THAT(cortado::testing::Ask(*stub_, &Stub::RequestMatch, As("ada"), request),
              RefusesField("proposed_times[0]"));
}

TEST_F(MatchingWireTest, PlacesInUseAreSeenInTheNextSuggestion) {
  Put(Somebody("ada").Wants("Go"));
  Put(Somebody("bob").Has("Go").WithPlaces(1));
  Put(Somebody("eve"));
  EXPECT_THAT(Suggested("ada"), ElementsAre("people/bob"));
  const absl::StatusOr<v1::Request> asked = AskFor("eve", "bob");
  ASSERT_THAT(asked, IsOk());
  EXPECT_THAT(Suggested("ada"), IsEmpty());
  ASSERT_THAT(Decline("bob", asked->name()), IsOk());
  EXPECT_THAT(Suggested("ada"), ElementsAre("people/bob"));
}

TEST_F(MatchingWireTest, WhoeverLeavesHasNoOpenRequestsAndNoMatches) {
  Put(Somebody("ada").Wants("Go"));
  Put(Somebody("bob"));
  Put(Somebody("eve"));
  const std::string to_bob = AskFor("ada", "bob")->name();
  const std::string from_bob = AskFor("bob", "eve")->name();
  const std::string match = Accept("bob", to_bob)->name();
  Load();
  Put(Somebody("bob").Gone());
  EXPECT_EQ(GetMatch(As("ada"), match)->state(), v1::Match::STATE_ENDED);
  EXPECT_EQ(GetRequest(As("eve"), from_bob)->state(), v1::Request::STATE_CLOSED);
}

TEST_F(MatchingWireTest, ABlockEndsWhatIsBetweenTheTwoAndNothingElse) {
  Put(Somebody("ada").Wants("Go"));
  Put(Somebody("bob"));
  Put(Somebody("eve"));
  const std::string to_bob = AskFor("ada", "bob")->name();
  const std::string to_eve = AskFor("ada", "eve")->name();
  Load();
  Put(Somebody("bob").Blocks("ada"));
  EXPECT_EQ(GetRequest(As("ada"), to_bob)->state(), v1::Request::STATE_CLOSED);
  EXPECT_EQ(GetRequest(As("ada"), to_eve)->state(), v1::Request::STATE_OPEN);
}

TEST_F(MatchingWireTest, RequestsAreListedByPagesAndBySide) {
  Put(Somebody("ada"));
  for (const char* mentor : {"m1", "m2", "m3"}) Put(Somebody(mentor));
  for (const char* mentor : {"m1", "m2", "m3"}) ASSERT_THAT(AskFor("ada", mentor), IsOk());
  const absl::StatusOr<v1::ListRequestsResponse> first = ListRequests("ada", v1::SIDE_MENTEE, 2);
  ASSERT_THAT(first, IsOk());
  EXPECT_THAT(first->requests(), SizeIs(2));
  const absl::StatusOr<v1::ListRequestsResponse> rest =
      ListRequests("ada", v1::SIDE_MENTEE, 2, first->next_page_token());
  ASSERT_THAT(rest, IsOk());
  EXPECT_THAT(rest->requests(), SizeIs(1));
  EXPECT_EQ(rest->next_page_token(), "");
  EXPECT_THAT(ListRequests("ada", v1::SIDE_MENTOR)->requests(), IsEmpty());
  EXPECT_THAT(ListRequests("m1", v1::SIDE_MENTOR)->requests(), SizeIs(1));
  EXPECT_THAT(ListRequests("ada", v1::SIDE_MENTOR, 2, first->next_page_token()),
              FailsWith(absl::StatusCode::kInvalidArgument, "PAGE_TOKEN_INVALID"));
}

TEST_F(MatchingWireTest, SentencesComeInTheLanguageOfTheReader) {
  Put(Somebody("ada").Wants("Go"));
  Put(Somebody("bob").Has("Go"));
  grpc::ClientContext context;
  cortado::testing::Prepare(context, As("ada"));
  context.AddMetadata("accept-language", "de");
  v1::SuggestRoleModelsRequest request;
  request.set_person("people/ada");
  v1::SuggestRoleModelsResponse response;
  ASSERT_TRUE(stub_->SuggestRoleModels(&context, request, &response).ok());
  EXPECT_EQ(response.suggestions(0).reason().text(), "Kann etwas, das du suchst: Go.");
}

}  // namespace
}  // namespace cortado::matching
