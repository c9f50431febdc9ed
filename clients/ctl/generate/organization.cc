#include "clients/ctl/generate/organization.h"

#include <string>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/time/civil_time.h"
#include "clients/ctl/generate/career.h"
#include "clients/ctl/generate/dice.h"
#include "clients/ctl/generate/reporting_tree.h"
#include "clients/ctl/generate/vocabulary.h"

namespace cortado::ctl {
namespace {

using profile::v1::Person;

// Addresses are plain ASCII: the letters the names of the vocabulary have beside it.
std::string Plain(absl::string_view name) {
  return absl::AsciiStrToLower(absl::StrReplaceAll(name, {{"á", "a"},
                                                          {"ã", "a"},
                                                          {"ä", "ae"},
                                                          {"é", "e"},
                                                          {"è", "e"},
                                                          {"ë", "e"},
                                                          {"í", "i"},
                                                          {"ö", "oe"},
                                                          {"ø", "o"},
                                                          {"ó", "o"},
                                                          {"ć", "c"}}));
}

class Generator {
 public:
  Generator(int people, uint64_t seed) : dice_(seed), tree_(GrowReportingTree(people, dice_)), site_of_(tree_.size()) {
    for (const Site& site : Sites()) site_weights_.push_back(site.weight);
  }

  std::vector<ImportRow> Generate() {
    std::vector<ImportRow> rows(tree_.size());
    for (size_t i = 0; i < rows.size(); ++i) Tell(static_cast<int>(i), rows[i]);
    return rows;
  }

 private:
  static std::string IdOf(int index) { return absl::StrCat("E", 100001 + index); }

  void Tell(int index, ImportRow& row) {
    const Position& position = tree_[index];
    // Each person has dice of their own, so that a change to one part of a person does not change everybody after them.
    Dice dice(dice_.Next());
    const Career career = MakeCareer(position, dice);
    row.set_line(index + 2);
    if (position.manager >= 0) row.set_manager_external_id(IdOf(position.manager));
    TellPerson(index, career, dice, *row.mutable_person());
    TellSkills(career, dice, *row.mutable_person());
    TellJourney(career, dice, *row.mutable_person());
    for (const int interest : dice.Sample(static_cast<int>(Interests().size()), dice.Below(6))) {
      row.mutable_person()->add_interests()->set_topic(std::string(Interests()[interest]));
    }
    TellDestination(career, dice, row);
    TellOffer(career, dice, row);
  }

  void TellPerson(int index, const Career& career, Dice& dice, Person& person) {
    const Position& position = tree_[index];
    person.set_external_id(IdOf(index));
    TellName(dice, person);
    TellSite(index, dice, person);
    const bool top = position.manager < 0;
    const Department& department = Departments()[career.department];
    person.set_department(std::string(top ? "Executive Office" : department.name));
    if (top) {
      person.set_title("Chief executive officer");
    } else if (position.manager == 0 && position.height > 1) {
      person.set_title(absl::StrCat("Head of ", department.name));
    } else {
      person.set_title(TitleOf(career.department, career.craft, career.level, career.height));
    }
    person.set_active(true);
    person.set_years_experience(career.years);
    person.set_people_manager(position.height > 0);
    const absl::CivilDay first = absl::CivilDay(kSampleYear - career.tenure, 1, 1) - 1 - dice.Below(360);
    person.set_start_date(absl::FormatCivilTime(first));
  }

  void TellName(Dice& dice, Person& person) {
    const absl::string_view given = dice.Pick(GivenNames());
    const absl::string_view family = dice.Pick(FamilyNames());
    person.set_display_name(absl::StrCat(given, " ", family));
    const std::string local = absl::StrCat(Plain(given), ".", Plain(family));
    const int same = ++namesakes_[local];
    person.set_email(absl::StrCat(local, same == 1 ? "" : absl::StrCat(same), "@example.org"));
  }

  // Two of three work where their manager does.
  void TellSite(int index, Dice& dice, Person& person) {
    const int manager = tree_[index].manager;
    const bool together = manager > 0 && dice.Chance(66);
    site_of_[index] = together ? site_of_[manager] : dice.Weighted(site_weights_);
    const Site& site = Sites()[site_of_[index]];
    person.set_location(std::string(site.location));
    person.set_time_zone(std::string(site.time_zone));
    const bool local = !site.language.empty() && dice.Chance(70);
    if (local) person.add_languages(std::string(site.language));
    if (!local || dice.Chance(96)) person.add_languages("en");
  }

  Dice dice_;
  const std::vector<Position> tree_;
  std::vector<int> site_of_;
  std::vector<int> site_weights_;
  absl::flat_hash_map<std::string, int> namesakes_;
};

}  // namespace

std::vector<ImportRow> GenerateOrganization(int people, uint64_t seed) { return Generator(people, seed).Generate(); }

}  // namespace cortado::ctl
