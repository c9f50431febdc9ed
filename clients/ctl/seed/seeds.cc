#include "clients/ctl/seed/seeds.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "absl/strings/str_cat.h"
#include "clients/ctl/import/people_csv.h"
#include "common/status/status.h"

namespace cortado::ctl {
namespace {

constexpr char kDuoPeople[] =
    R"csv(id,display_name,title,department,location,time_zone,languages,years_experience,skills_held,skills_wanted,interests,offer,offer_places,offer_topics,offer_booking
ada,Ada Wendelin,Support engineer,Customer care,Lisbon,Europe/Lisbon,en;pt,4,Troubleshooting:4;SQL:2,Kubernetes:4:5;Go:3:4,sailing;ceramics,mentee,,,ask_first
ben,Ben Hollerath,Platform engineer,Platform,Porto,Europe/Lisbon,en;pt,11,Kubernetes:5;Go:4;Mentoring:3,,ceramics;chess,mentor,2,clusters;changing teams,open_door
)csv";

constexpr Act kDuoActs[] = {
    {Deed::kRole, "platform-engineer", "Kubernetes", "Platform engineer"},
    {Deed::kDestination, "ada", "platform-engineer"},
};

constexpr Act kHouseActs[] = {
    {Deed::kRole, "engineering-manager", "Coaching", "Engineering manager"},
    {Deed::kRole, "data-scientist", "Statistics", "Data scientist"},
    {Deed::kDestination, "lotte", "engineering-manager"},
    {Deed::kPause, "ruben", "", "", 7},
    {Deed::kRequest, "lotte", "joon", "You led a team and came back. May I ask you how?"},
    {Deed::kDecline, "hanne", "oskar", "I would like to see how you plan a quarter."},
    {Deed::kMatch, "farid", "selma", "I want to learn statistics from somebody who uses them."},
    {Deed::kChat, "farid", "selma", "First steps in statistics", 2, 10},
    {Deed::kChat, "farid", "selma", "What I tried since", 9, 10},
    {Deed::kChat, "enno", "marit", "How your door came to be open", 3, 14},
    {Deed::kMatch, "bram", "ines", "How do you prepare a talk?"},
    {Deed::kCancelledChat, "bram", "ines", "My first talk", 2, 11},
    {Deed::kMatch, "juno", "kaya", "You know budgets, and I do not."},
    {Deed::kMatch, "dora", "viggo", "You sold to schools before. How?"},
    {Deed::kChat, "dora", "viggo", "Selling to schools", 4, 11},
    {Deed::kBlock, "piet", "ylva"},
    {Deed::kLeave, "viggo"},
};

constexpr Seed kSeeds[] = {
    {"duo", "Ada wants to learn what Ben knows, and his door is open.", kDuoPeople, kDuoActs},
    {"house", "A small company in which everything that can be has happened to somebody.", kHousePeople, kHouseActs},
};

}  // namespace

const Seed* FindSeed(absl::string_view name) {
  const auto* seed = std::find_if(std::begin(kSeeds), std::end(kSeeds), [&](const Seed& s) { return s.name == name; });
  return seed == std::end(kSeeds) ? nullptr : seed;
}

std::vector<std::string> SeedNames() {
  std::vector<std::string> names;
  for (const Seed& seed : kSeeds) names.emplace_back(seed.name);
  return names;
}

absl::StatusOr<std::vector<ImportRow>> PeopleOf(const Seed& seed) {
  ASSIGN_OR_RETURN(PeopleFile file, ReadPeople(csv::StringSource(seed.people)));
  if (!file.problems.empty()) return absl::InternalError(FormatProblem(seed.name, file.problems.front()));
  for (ImportRow& row : file.rows) {
    row.mutable_person()->set_email(absl::StrCat(row.person().external_id(), "@example.org"));
  }
  return std::move(file.rows);
}

}  // namespace cortado::ctl
