// The words sample organisations are made of: names, sites, departments with their crafts and skills. All made up.
// Thread contract: constant data.
#pragma once

#include <vector>

#include "absl/strings/string_view.h"

namespace cortado::ctl {

struct Site {
  absl::string_view location;
  absl::string_view time_zone;
  absl::string_view language;  // Spoken there besides English; empty where that is all.
  int weight;
};

struct Craft {
  absl::string_view noun;  // "back-end engineer": titles put a level before it.
  std::vector<absl::string_view> skills;
};

struct Department {
  absl::string_view name;
  absl::string_view field;  // "engineering": titles of those who lead are made with it.
  int weight;
  std::vector<Craft> crafts;
  std::vector<absl::string_view> skills;  // Common to its crafts.
};

const std::vector<absl::string_view>& GivenNames();
const std::vector<absl::string_view>& FamilyNames();
const std::vector<absl::string_view>& Interests();
// Skills of every department: speaking, writing, leading.
const std::vector<absl::string_view>& CommonSkills();
const std::vector<absl::string_view>& LeadingSkills();
const std::vector<Site>& Sites();
const std::vector<Department>& Departments();

}  // namespace cortado::ctl
