// What the command line says of where somebody wants to go. Thread contract: one thread at a time.
#pragma once

#include <CLI/CLI.hpp>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "cortado/profile/v1/person.pb.h"

namespace cortado::ctl {

struct DestinationArguments {
  std::string kind;
  std::string text;
  std::string role;
  std::vector<std::string> motives;
  std::string audience;
};

// Adds --kind, --text, --role, --motive and --audience to a verb; returns the first.
CLI::Option* AddDestinationOptions(CLI::App* verb, const std::shared_ptr<DestinationArguments>& arguments);

// INVALID_ARGUMENT names the word that is no kind, motive or audience, and lists those there are.
absl::StatusOr<profile::v1::Destination> ReadDestination(const DestinationArguments& arguments);

}  // namespace cortado::ctl
