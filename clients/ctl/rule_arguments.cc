#include "clients/ctl/rule_arguments.h"

#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "clients/ctl/import/people_cells.h"

namespace cortado::ctl {
namespace {

using matching::v1::ProgramRule;

absl::Status Wrong(absl::string_view text, absl::string_view why) {
  return absl::InvalidArgumentError(
      absl::StrCat("\"", text, "\" is no rule: ", why, ". Example: \"must common-hours=120\""));
}

}  // namespace

absl::StatusOr<ProgramRule> ParseRule(absl::string_view text) {
  const std::vector<std::string> words = absl::StrSplit(text, absl::MaxSplits(' ', 1));
  const auto strength = ParseEnum<ProgramRule::Strength>(words[0]);
  if (!strength || words.size() < 2) return Wrong(text, "it begins with must, prefer or forbid");
  ProgramRule rule;
  rule.set_strength(*strength);
  std::pair<std::string, std::string> kind = absl::StrSplit(words[1], absl::MaxSplits('=', 1));
  std::string& last = kind.second.empty() ? kind.first : kind.second;
  if (const size_t at = last.rfind('@'); at != std::string::npos) {
    int32_t weight = 0;
    if (!absl::SimpleAtoi(last.substr(at + 1), &weight)) return Wrong(text, "a weight is a number, as @30");
    rule.set_weight(weight);
    last.resize(at);
  }
  rule.set_id(std::string(absl::StripAsciiWhitespace(kind.first)));
  const auto known = ParseEnum<ProgramRule::Kind>(absl::StrReplaceAll(rule.id(), {{"-", "_"}}));
  if (!known) {
    return Wrong(text, absl::StrCat("what it asks is one of ",
                                    absl::StrReplaceAll(EnumChoices(ProgramRule::Kind_descriptor()), {{"_", "-"}})));
  }
  rule.set_kind(*known);
  int32_t amount = 0;
  if (*known < ProgramRule::KIND_MENTOR_DEPARTMENT) {
    if (!kind.second.empty() && !absl::SimpleAtoi(kind.second, &amount))
      return Wrong(text, "what follows = is a number");
    rule.set_amount(amount);
    return rule;
  }
  for (absl::string_view value : absl::StrSplit(kind.second, ',', absl::SkipWhitespace())) {
    rule.add_values(std::string(absl::StripAsciiWhitespace(value)));
  }
  return rule;
}

absl::StatusOr<std::pair<std::string, std::string>> ParsePair(absl::string_view text) {
  const std::vector<std::string> two = absl::StrSplit(text, ':');
  if (two.size() == 2 && !two[0].empty() && !two[1].empty()) return std::make_pair(two[0], two[1]);
  return absl::InvalidArgumentError(absl::StrCat("\"", text, "\" is no pair: write MENTEE:MENTOR"));
}

absl::StatusOr<std::string> RoundNameOf(absl::string_view text) {
  absl::ConsumePrefix(&text, "programs/");
  const std::string plain = absl::StrReplaceAll(text, {{"/rounds/", "/"}});
  const std::vector<std::string> parts = absl::StrSplit(plain, '/');
  if (parts.size() == 2 && !parts[0].empty() && !parts[1].empty()) {
    return absl::StrCat("programs/", parts[0], "/rounds/", parts[1]);
  }
  return absl::InvalidArgumentError(absl::StrCat("\"", text, "\" is no round: write PROGRAM/ROUND"));
}

}  // namespace cortado::ctl
