// What the command line says of whom one wants to see. Thread contract: one thread at a time.
#pragma once

#include <CLI/CLI.hpp>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "cortado/matching/v1/discovery.pb.h"

namespace cortado::ctl {

struct FilterArguments {
  std::vector<std::string> departments;
  std::vector<std::string> locations;
  std::vector<std::string> skills;
  std::string language;
  std::string offer;
  std::vector<std::string> except;
  bool crossing = false;
};

// Adds --department, --location, --skill, --language, --offer, --crossing and --except to a verb.
void AddFilterOptions(CLI::App* verb, const std::shared_ptr<FilterArguments>& arguments);

// INVALID_ARGUMENT names what is no offer, or no person.
absl::StatusOr<matching::v1::RoleModelFilter> ReadFilter(const FilterArguments& arguments);

}  // namespace cortado::ctl
