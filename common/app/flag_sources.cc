#include "common/app/flag_sources.h"

#include <unistd.h>

#include <algorithm>

#include "absl/flags/commandlineflag.h"
#include "absl/flags/parse.h"
#include "absl/flags/reflection.h"
#include "absl/flags/usage.h"
#include "absl/flags/usage_config.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "common/status/status.h"

namespace cortado::app {
namespace {

constexpr absl::string_view kPrefix = "CORTADO_SERVER_";
constexpr absl::string_view kFiles = "flagfile";

// Those of our own, and not of the libraries below.
bool IsOurs(const absl::CommandLineFlag& flag) {
  const std::string file = flag.Filename();
  return absl::StrContains(file, "common/app/") || absl::StrContains(file, "services/");
}

std::vector<std::string> Environment() {
  std::vector<std::string> variables;
  for (char** variable = environ; *variable != nullptr; ++variable) variables.emplace_back(*variable);
  return variables;
}

std::vector<std::string> OwnFlags() {
  std::vector<std::string> names = {std::string(kFiles)};
  for (const auto& [name, flag] : absl::GetAllFlags()) {
    if (IsOurs(*flag)) names.emplace_back(name);
  }
  return names;
}

bool IsFiles(absl::string_view argument) {
  if (!absl::ConsumePrefix(&argument, "--") && !absl::ConsumePrefix(&argument, "-")) return false;
  return argument == kFiles || absl::StartsWith(argument, absl::StrCat(kFiles, "="));
}

}  // namespace

absl::StatusOr<std::vector<std::string>> MergeFlags(const std::vector<std::string>& arguments,
                                                    const std::vector<std::string>& environment,
                                                    const std::vector<std::string>& flags) {
  std::vector<std::string> files, given, rest;
  for (absl::string_view variable : environment) {
    if (!absl::ConsumePrefix(&variable, kPrefix)) continue;
    const size_t equals = variable.find('=');
    const std::string name = absl::AsciiStrToLower(variable.substr(0, equals));
    if (std::find(flags.begin(), flags.end(), name) == flags.end()) {
      return absl::InvalidArgumentError(
          absl::StrCat(kPrefix, variable.substr(0, equals), " in the environment is no setting; see --help"));
    }
    (name == kFiles ? files : given).push_back(absl::StrCat("--", name, "=", variable.substr(equals + 1)));
  }
  std::sort(given.begin(), given.end());
  for (size_t i = 0; i < arguments.size(); ++i) {
    const bool is_files = IsFiles(arguments[i]);
    const bool two_words = is_files && !absl::StrContains(arguments[i], "=") && i + 1 < arguments.size();
    (is_files ? files : rest).push_back(two_words ? absl::StrCat(arguments[i], "=", arguments[i + 1]) : arguments[i]);
    if (two_words) ++i;
  }
  std::vector<std::string> all = std::move(files);
  all.insert(all.end(), given.begin(), given.end());
  all.insert(all.end(), rest.begin(), rest.end());
  return all;
}

absl::Status ParseFlags(int argc, char** argv, const std::string& name) {
  // Absl's own flags take a function without state.
  static const auto* const version = new std::string(absl::StrCat(name, " ", CORTADO_VERSION, "\n"));
  absl::FlagsUsageConfig usage;
  usage.version_string = [] { return *version; };
  absl::SetFlagsUsageConfig(usage);
  ASSIGN_OR_RETURN(std::vector<std::string> all,
                   MergeFlags(std::vector<std::string>(argv + 1, argv + argc), Environment(), OwnFlags()));
  std::vector<char*> pointers = {argv[0]};
  for (std::string& argument : all) pointers.push_back(argument.data());
  if (absl::ParseCommandLine(static_cast<int>(pointers.size()), pointers.data()).size() > 1) {
    return absl::InvalidArgumentError("there are flags only; see --help");
  }
  return absl::OkStatus();
}

}  // namespace cortado::app
