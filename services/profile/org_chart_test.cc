#include "services/profile/org_chart.h"

#include "services/profile/testing/profile_fixture.h"

namespace cortado::profile {
namespace {

using ::cortado::testing::FailsWith;
using ::cortado::testing::IsOk;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

class OrgChartTest : public ProfileFixture {
 protected:
  // top -> {ann -> {bo, cy -> {dee}}, eva}; solo stands alone.
  void SetUp() override {
    for (const auto& [id, manager] : std::vector<std::pair<std::string, std::string>>{
             {"top", ""}, {"ann", "top"}, {"bo", "ann"}, {"cy", "ann"}, {"dee", "cy"}, {"eva", "top"}, {"solo", ""}}) {
      ASSERT_THAT(Create(id, manager), IsOk());
    }
  }
  void Leaves(const std::string& id) {
    v1::Person person = *Get(Hr(), id);
    person.set_active(false);
    ASSERT_THAT(Update(Hr(), person, {"active"}), IsOk());
  }
  absl::StatusOr<v1::ReportingLine> LineOf(const std::string& id, const rpc::Call& caller) {
    v1::GetReportingLineRequest request;
    request.set_person("people/" + id);
    return SyncWait(profile_.org_charts().GetReportingLine(caller, request));
  }
  v1::OrgChart Chart() { return *SyncWait(profile_.org_charts().Get(Hr(), v1::GetOrgChartRequest())); }

  static std::vector<std::string> Names(const google::protobuf::RepeatedPtrField<type::v1::PersonCard>& cards) {
    std::vector<std::string> names;
    for (const auto& card : cards) names.push_back(card.display_name());
    return names;
  }
};

TEST_F(OrgChartTest, AChainGoesUpToTheTop) {
  const auto line = LineOf("dee", As("eva"));
  ASSERT_THAT(line, IsOk());
  EXPECT_THAT(Names(line->chain()), ElementsAre("The cy", "The ann", "The top"));
  EXPECT_EQ(line->report_count(), 0);
  EXPECT_EQ(line->levels_below(), 0);
}

TEST_F(OrgChartTest, WhoStandsBelowIsCountedOverAllLevels) {
  const auto line = LineOf("top", As("eva"));
  ASSERT_THAT(line, IsOk());
  EXPECT_THAT(line->chain(), IsEmpty());
  EXPECT_EQ(line->report_count(), 2);
  EXPECT_EQ(line->below_count(), 5);
  EXPECT_EQ(line->levels_below(), 3);
}

TEST_F(OrgChartTest, WhoeverLeftCountsNoLonger) {
  Leaves("cy");
  const auto line = LineOf("top", As("eva"));
  EXPECT_EQ(line->below_count(), 3);
  EXPECT_THAT(Names(LineOf("dee", As("eva"))->chain()), IsEmpty());
}

TEST_F(OrgChartTest, AStrangerHasNoLine) {
  EXPECT_THAT(LineOf("nobody", As("eva")), FailsWith(absl::StatusCode::kNotFound, "RESOURCE_NOT_FOUND"));
}

TEST_F(OrgChartTest, TheChartTellsTopsDepthAndSpan) {
  const v1::OrgChart chart = Chart();
  EXPECT_EQ(chart.people_count(), 7);
  EXPECT_EQ(chart.depth(), 4);
  EXPECT_EQ(chart.manager_count(), 3);
  EXPECT_EQ(chart.median_span(), 2);
  ASSERT_EQ(chart.tops_size(), 1);
  EXPECT_EQ(chart.tops(0).person().display_name(), "The top");
  EXPECT_EQ(chart.tops(0).below_count(), 5);
  EXPECT_EQ(chart.widest(0).person().display_name(), "The ann");
}

TEST_F(OrgChartTest, OrphansAreNamedWithTheManagerWhoLeft) {
  Leaves("cy");
  const v1::OrgChart chart = Chart();
  ASSERT_EQ(chart.orphans_size(), 2);
  EXPECT_EQ(chart.orphan_count(), 2);
  EXPECT_EQ(chart.orphans(0).person().display_name(), "The dee");
  EXPECT_EQ(chart.orphans(0).manager_who_left(), "people/cy");
  EXPECT_EQ(chart.orphans(1).person().display_name(), "The solo");
  EXPECT_EQ(chart.orphans(1).manager_who_left(), "");
}

TEST_F(OrgChartTest, ARingIsNamedInOrder) {
  // No call makes one; a restore of an old store might.
  Ask({"HSET", "cortado:{acme}:profile:managers", "top", "dee"});
  const v1::OrgChart chart = Chart();
  ASSERT_EQ(chart.cycles_size(), 1);
  EXPECT_THAT(Names(chart.cycles(0).people()), ElementsAre("The ann", "The top", "The dee", "The cy"));
}

}  // namespace
}  // namespace cortado::profile
