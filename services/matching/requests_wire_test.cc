// Asking, answering and what follows over gRPC: the rules as a caller meets them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "services/matching/testing/matching_wire.h"

namespace cortado::matching {
namespace {

using ::cortado::testing::FailsWith;
using ::cortado::testing::IsOk;
using ::cortado::testing::RefusesField;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using testing::Somebody;

constexpr absl::StatusCode kWrongState = absl::StatusCode::kFailedPrecondition;
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

using RequestsWireTest = testing::MatchingWire;

TEST_F(RequestsWireTest, AYesMakesAMatchThatBothSee) {
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

TEST_F(RequestsWireTest, OnlyTheOneAskedAnswers) {
  Put(Somebody("ada"));
  Put(Somebody("bob"));
  Put(Somebody("eve"));
  const std::string name = AskFor("ada", "bob")->name();
  EXPECT_THAT(Accept("eve", name), FailsWith(kAbsent, "RESOURCE_NOT_FOUND"));
  EXPECT_THAT(Accept("ada", name), FailsWith(kDenied, "ACCESS_DENIED"));
  EXPECT_THAT(Decline("eve", name), FailsWith(kAbsent, "RESOURCE_NOT_FOUND"));
  EXPECT_THAT(GetRequest(As("eve"), name), FailsWith(kAbsent, "RESOURCE_NOT_FOUND"));
}

TEST_F(RequestsWireTest, ADeclineNeedsNoReasonAndLooksClosed) {
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

TEST_F(RequestsWireTest, ARepeatOfARequestIdReturnsTheRequestThoughTheDoorHasClosed) {
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

TEST_F(RequestsWireTest, EveryPrivateReasonIsTheSameNotAvailable) {
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

TEST_F(RequestsWireTest, NoPlaceLeftNamesOthersWhoHaveOne) {
  Put(Somebody("ada").Wants("Go"));
  Put(Somebody("bob").Has("Go").WithPlaces(0));
  Put(Somebody("eve").Has("Go"));
  const absl::StatusOr<v1::Request> asked = AskFor("ada", "bob");
  EXPECT_THAT(asked, FailsWith(kWrongState, "NO_PLACE_LEFT"));
  EXPECT_EQ(MetadataOf(asked.status(), "people"), "people/eve");
}

TEST_F(RequestsWireTest, TheOwnReportingLineIsAskedOnlyKnowingly) {
  Put(Somebody("ada").Under("bob"));
  Put(Somebody("bob"));
  EXPECT_THAT(AskFor("ada", "bob"), FailsWith(kWrongState, "OWN_LINE"));
  EXPECT_THAT(AskFor("ada", "bob", "", /*own_line=*/true), IsOk());
}

TEST_F(RequestsWireTest, WhoOffersNothingIsNotAsked) {
  Put(Somebody("ada"));
  Put(Somebody("bob").OffersNothing());
  EXPECT_THAT(AskFor("ada", "bob"), FailsWith(kWrongState, "NOT_OFFERED"));
}

TEST_F(RequestsWireTest, NobodyAsksThemselvesOrForAPastTime) {
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

TEST_F(RequestsWireTest, PlacesInUseAreSeenInTheNextSuggestion) {
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

TEST_F(RequestsWireTest, WhoeverLeavesHasNoOpenRequestsAndNoMatches) {
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

TEST_F(RequestsWireTest, ABlockEndsWhatIsBetweenTheTwoAndNothingElse) {
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

TEST_F(RequestsWireTest, RequestsAreListedByPagesAndBySide) {
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

}  // namespace
}  // namespace cortado::matching
