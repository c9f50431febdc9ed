// Why this person, what they can teach, what to ask: the sentences people see first, for ten generated people who want
// to go in every direction there is, in both languages. They are compared with approved/LANGUAGE.txt, which somebody
// has read. After a change on purpose: CORTADO_APPROVE=1 writes them anew; read them, and commit what reads well.
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "clients/ctl/generate/organization.h"
#include "services/matching/affinity/related.h"
#include "services/matching/guide/composing.h"
#include "services/matching/index/ranking.h"
#include "services/matching/organization_view.h"
#include "services/matching/reasons.h"

namespace cortado::matching {
namespace {

constexpr char kFolder[] = "tests/sentences/approved/";
constexpr int kPeople = 400;
constexpr int kNamed = 2;

// Where each of the ten wants to go.
struct Wish {
  profile::v1::DestinationKind kind;
  const char* role;
};
constexpr Wish kWishes[] = {
    {profile::v1::DESTINATION_KIND_NEXT_LEVEL, "Engineering manager"},
    {profile::v1::DESTINATION_KIND_SIDEWAYS, "Data analyst"},
    {profile::v1::DESTINATION_KIND_BACK_TO_CRAFT, "Senior software engineer"},
    {profile::v1::DESTINATION_KIND_FEWER_HOURS, ""},
    {profile::v1::DESTINATION_KIND_PORTFOLIO, ""},
    {profile::v1::DESTINATION_KIND_NEW_FIELD, "Product manager"},
    {profile::v1::DESTINATION_KIND_DEEPEN_HERE, ""},
    {profile::v1::DESTINATION_KIND_NOT_SURE_YET, ""},
    {profile::v1::DESTINATION_KIND_UNSPECIFIED, ""},
    {profile::v1::DESTINATION_KIND_NEW_FIELD, ""},
};

std::string NameOf(const std::string& skill) {
  return absl::StrCat("skills/", absl::StrReplaceAll(absl::AsciiStrToLower(skill), {{" ", "-"}}));
}

// As the profile service tells an imported row.
profile::v1::PeopleChange ChangeOf(const profile::v1::ImportRow& row) {
  profile::v1::PeopleChange change;
  profile::v1::PersonSnapshot& snapshot = *change.mutable_person();
  *snapshot.mutable_person() = row.person();
  profile::v1::Person& person = *snapshot.mutable_person();
  person.set_name("people/" + row.person().external_id());
  person.set_active(true);
  if (!row.manager_external_id().empty()) person.set_manager("people/" + row.manager_external_id());
  // A row names skills as people write them.
  for (auto& held : *person.mutable_skills_held()) {
    held.set_display_name(held.skill());
    held.set_skill(NameOf(held.display_name()));
  }
  for (auto& wanted : *person.mutable_skills_wanted()) {
    wanted.set_display_name(wanted.skill());
    wanted.set_skill(NameOf(wanted.display_name()));
  }
  for (auto& step : *person.mutable_journey()) step.set_confirmed(true);
  if (row.has_offer()) {
    person.set_join_state(profile::v1::JOIN_STATE_JOINED);
    *snapshot.mutable_offer() = row.offer();
  }
  if (row.has_destination()) *snapshot.mutable_destination() = row.destination();
  for (int day = 1; day <= 5; ++day) {
    profile::v1::DayHours& hours = *snapshot.mutable_time()->add_working_hours();
    hours.set_weekday(day);
    hours.set_start_minute(9 * 60);
    hours.set_end_minute(17 * 60);
  }
  return change;
}

class SentencesTest : public ::testing::TestWithParam<const char*> {
 protected:
  SentencesTest() : view_(absl::CivilDay(2026, 11, 23)) {
    for (const auto& row : ctl::GenerateOrganization(kPeople, 7)) changes_.push_back(ChangeOf(row));
    for (const auto& change : changes_) view_.Apply(change);
    view_.TakeRelated(LearnRelated(view_.organization()));
  }

  // Has one person want to go there.
  void Send(int index, const Wish& wish) {
    profile::v1::Destination& destination = *changes_[index].mutable_person()->mutable_destination();
    destination.set_kind(wish.kind);
    destination.set_text(wish.role);
    destination.set_audience(profile::v1::AUDIENCE_PEOPLE_I_ASK);
    view_.Apply(changes_[index]);
  }

  std::string Describe(int32_t asker, const Wish& wish) const;

  std::vector<profile::v1::PeopleChange> changes_;
  OrganizationView view_;
  const absl::Time now_ = absl::FromCivil(absl::CivilHour(2026, 11, 23, 9), absl::UTCTimeZone());
};

std::string SentencesTest::Describe(int32_t asker, const Wish& wish) const {
  const std::string language = GetParam();
  const Organization& organization = view_.organization();
  Query query;
  query.asker = asker;
  query.now = absl::ToUnixSeconds(now_);
  query.week = {2026, 48};
  query.limit = kNamed;
  const Reporting reporting(organization, asker);
  const AffinityQuery affinities(organization, query, reporting);
  const Ranking ranking = SuggestExact(organization, query);
  std::string text = absl::StrCat("== ", view_.facts(asker).title, " -> ", profile::v1::DestinationKind_Name(wish.kind),
                                  " ", wish.role, "\n");
  for (const RankedPerson& one : ranking.people) {
    const Explanation explanation = Explain(organization, query, reporting, affinities, one.person);
    const v1::Suggestion suggestion = MakeSuggestion({view_, language, now_}, query, one.person, one.affinity,
                                                     affinities.PossibleEvidence(), explanation);
    absl::StrAppend(&text, suggestion.person().display_name(), ", ", suggestion.person().title(), ": ",
                    suggestion.reason().text(), "\n");
    for (const v1::ScorePart& part : suggestion.parts()) {
      if (part.points() == 0 || !part.has_reason() || part.reason().text() == suggestion.reason().text()) continue;
      absl::StrAppend(&text, "  ", part.reason().text(), "\n");
    }
  }
  if (ranking.people.empty()) return absl::StrCat(text, "nobody\n\n");
  const v1::ConversationGuide guide =
      ComposeGuide(view_, now_, asker, ranking.people[0].person, v1::ConversationGuide(), {});
  for (const v1::GuideQuestion& question : guide.questions()) {
    absl::StrAppend(&text, "  ? ", QuestionWords(question, {}, language), "\n");
  }
  return text + "\n";
}

TEST_P(SentencesTest, ReadAsApproved) {
  std::string text;
  int index = 5;
  for (const Wish& wish : kWishes) {
    index += 37;
    Send(index, wish);
    text += Describe(*view_.Find(changes_[index].person().person().name().substr(7)), wish);
  }
  const std::string path = absl::StrCat(kFolder, GetParam(), ".txt");
  if (std::getenv("CORTADO_APPROVE") != nullptr) std::ofstream(path) << text;
  std::ifstream file(path);
  const std::string approved{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  EXPECT_EQ(text, approved) << "see the head of this file";
}

INSTANTIATE_TEST_SUITE_P(Languages, SentencesTest, ::testing::Values("en", "de"),
                         [](const auto& language) { return std::string(language.param); });

}  // namespace
}  // namespace cortado::matching
