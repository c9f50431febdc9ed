#include "clients/ctl/import/people_cells.h"

#include <algorithm>
#include <mutex>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"

namespace cortado::ctl {
namespace {

using google::protobuf::EnumDescriptor;
using profile::v1::Audience;
using profile::v1::JourneyStep;
using profile::v1::MoveKind;

constexpr size_t kStepParts = 7;

// Takes ":N", N from 0 to 5, off the end of `text`.
std::optional<int> TakeGrade(absl::string_view& text) {
  if (text.size() < 3 || text[text.size() - 2] != ':') return std::nullopt;
  const int grade = text.back() - '0';
  if (grade < 0 || grade > 5) return std::nullopt;
  text.remove_suffix(2);
  return grade;
}

std::optional<int> ParseYear(absl::string_view text) {
  int year = 0;
  if (text.empty()) return 0;
  if (!absl::SimpleAtoi(text, &year) || year < 1900 || year > 2200) return std::nullopt;
  return year;
}

std::string FormatYear(int year) { return year == 0 ? "" : absl::StrCat(year); }

// "DESTINATION_KIND_" of DestinationKind: the name of every enum's zero is its prefix and UNSPECIFIED.
absl::string_view PrefixOf(const EnumDescriptor* type) {
  return absl::StripSuffix(type->FindValueByNumber(0)->name(), "UNSPECIFIED");
}

}  // namespace

std::vector<std::string> SplitList(absl::string_view cell) {
  std::vector<std::string> pieces;
  for (const absl::string_view piece : absl::StrSplit(cell, ';')) {
    const absl::string_view stripped = absl::StripAsciiWhitespace(piece);
    if (!stripped.empty()) pieces.emplace_back(stripped);
  }
  return pieces;
}

SkillCell ParseSkill(absl::string_view piece) {
  SkillCell skill;
  if (const std::optional<int> last = TakeGrade(piece); last) {
    const std::optional<int> before = TakeGrade(piece);
    skill.level = before.value_or(*last);
    if (before) skill.importance = *last;
  }
  skill.name = std::string(absl::StripAsciiWhitespace(piece));
  return skill;
}

std::string FormatSkill(absl::string_view name, int level, int importance) {
  if (importance != 0) return absl::StrCat(name, ":", level, ":", importance);
  // A name that itself ends like a grade needs one of its own behind it.
  absl::string_view rest = name;
  if (level != 0 || TakeGrade(rest)) return absl::StrCat(name, ":", level, level == 0 ? ":0" : "");
  return std::string(name);
}

Audience TakeAudience(absl::string_view& piece) {
  const size_t at = piece.rfind('@');
  if (at == absl::string_view::npos) return profile::v1::AUDIENCE_UNSPECIFIED;
  const std::optional<Audience> audience = ParseEnum<Audience>(absl::StripAsciiWhitespace(piece.substr(at + 1)));
  if (!audience) return profile::v1::AUDIENCE_UNSPECIFIED;
  piece = absl::StripTrailingAsciiWhitespace(piece.substr(0, at));
  return *audience;
}

std::string WithAudience(absl::string_view words, Audience audience) {
  absl::string_view rest = words;
  // Words that themselves end like an audience need one of their own behind them; unsaid means everyone.
  const bool mistakable = TakeAudience(rest) != profile::v1::AUDIENCE_UNSPECIFIED;
  if (audience == profile::v1::AUDIENCE_UNSPECIFIED && !mistakable) return std::string(words);
  const bool unsaid = audience == profile::v1::AUDIENCE_UNSPECIFIED;
  return absl::StrCat(words, "@", FormatEnum(unsaid ? profile::v1::AUDIENCE_EVERYONE : audience));
}

std::optional<JourneyStep> ParseJourneyStep(absl::string_view piece) {
  const Audience audience = TakeAudience(piece);
  std::vector<absl::string_view> parts = absl::StrSplit(piece, '|');
  for (absl::string_view& part : parts) part = absl::StripAsciiWhitespace(part);
  if (parts.size() > kStepParts || parts[0].empty() || parts[0].size() > 200) return std::nullopt;
  parts.resize(kStepParts);
  if (parts[1].size() > 200) return std::nullopt;
  const std::optional<int> from = ParseYear(parts[2]);
  const std::optional<int> to = ParseYear(parts[3]);
  if (!from || !to || (*to != 0 && *to < *from)) return std::nullopt;
  const bool outside = absl::EqualsIgnoreCase(parts[4], "outside");
  if (!outside && !parts[4].empty() && !absl::EqualsIgnoreCase(parts[4], "inside")) return std::nullopt;
  const std::optional<MoveKind> move =
      parts[5].empty() ? MoveKind::MOVE_KIND_UNSPECIFIED : ParseEnum<MoveKind>(parts[5]);
  const bool confirmed = absl::EqualsIgnoreCase(parts[6], "confirmed");
  if (!move || (!confirmed && !parts[6].empty())) return std::nullopt;
  JourneyStep step;
  step.set_role(std::string(parts[0]));
  step.set_department(std::string(parts[1]));
  step.set_from_year(*from);
  step.set_to_year(*to);
  step.set_outside(outside);
  step.set_move(*move);
  step.set_confirmed(confirmed);
  step.set_audience(audience);
  return step;
}

std::string FormatJourneyStep(const JourneyStep& step) {
  const std::string words = absl::StrCat(step.role(), "|", step.department(), "|", FormatYear(step.from_year()), "|",
                                         FormatYear(step.to_year()), "|", step.outside() ? "outside" : "inside", "|",
                                         FormatEnum(step.move()), step.confirmed() ? "|confirmed" : "");
  return WithAudience(words, step.audience());
}

std::optional<std::vector<JourneyStep>> ParseDepartmentHistory(absl::string_view cell) {
  std::vector<JourneyStep> steps;
  for (const absl::string_view part : absl::StrSplit(cell, '>')) {
    const std::pair<absl::string_view, absl::string_view> split =
        absl::StrSplit(absl::StripAsciiWhitespace(part), absl::MaxSplits(' ', 1));
    const absl::string_view department = absl::StripAsciiWhitespace(split.second);
    if (!IsDate(split.first) || department.empty() || department.size() > 200) return std::nullopt;
    int year = 0;
    (void)absl::SimpleAtoi(split.first.substr(0, 4), &year);
    if (!steps.empty()) {
      if (year < steps.back().from_year()) return std::nullopt;
      steps.back().set_to_year(year);
    }
    JourneyStep& step = steps.emplace_back();
    step.set_role(std::string(department));
    step.set_department(std::string(department));
    step.set_from_year(year);
  }
  steps.pop_back();
  return steps;
}

bool IsDate(absl::string_view cell) {
  absl::CivilDay day;
  // The round trip refuses whatever parsing would put right, as 2024-2-3.
  return absl::ParseCivilTime(cell, &day) && absl::FormatCivilTime(day) == cell;
}

bool IsEmail(absl::string_view cell) {
  const size_t at = cell.find('@');
  if (at == absl::string_view::npos || at == 0 || at + 1 == cell.size()) return false;
  if (cell.find('@', at + 1) != absl::string_view::npos) return false;
  return std::none_of(cell.begin(), cell.end(),
                      [](char c) { return absl::ascii_iscntrl(c) || absl::ascii_isspace(c); });
}

bool IsLanguage(absl::string_view cell) {
  if (cell.size() > 35) return false;
  const std::vector<absl::string_view> tags = absl::StrSplit(cell, '-');
  if (tags[0].size() < 2 || !std::all_of(tags[0].begin(), tags[0].end(), absl::ascii_isalpha)) return false;
  return std::all_of(tags.begin(), tags.end(), [](absl::string_view tag) {
    return !tag.empty() && tag.size() <= 8 && std::all_of(tag.begin(), tag.end(), absl::ascii_isalnum);
  });
}

bool IsTimeZone(absl::string_view cell) {
  static std::mutex mutex;
  static auto& known = *new absl::flat_hash_map<std::string, bool>();
  const std::lock_guard lock(mutex);
  if (const auto found = known.find(cell); found != known.end()) return found->second;
  absl::TimeZone zone;
  const bool good = absl::LoadTimeZone(cell, &zone);
  // A file full of nonsense must not fill the memory.
  if (known.size() < 2000) known.emplace(cell, good);
  return good;
}

std::optional<int> ParseEnumValue(const EnumDescriptor* type, absl::string_view text) {
  const std::string name = absl::AsciiStrToUpper(absl::StrReplaceAll(text, {{" ", "_"}, {"-", "_"}}));
  const auto* value = type->FindValueByName(absl::StrCat(PrefixOf(type), name));
  if (value == nullptr || value->number() == 0) return std::nullopt;
  return value->number();
}

std::string FormatEnumValue(const EnumDescriptor* type, int value) {
  const auto* found = type->FindValueByNumber(value);
  if (value == 0 || found == nullptr) return "";
  return absl::AsciiStrToLower(absl::StripPrefix(found->name(), PrefixOf(type)));
}

std::string EnumChoices(const EnumDescriptor* type) {
  std::vector<std::string> names;
  for (int i = 1; i < type->value_count(); ++i) names.push_back(FormatEnumValue(type, type->value(i)->number()));
  const std::string last = names.back();
  names.pop_back();
  return absl::StrCat(absl::StrJoin(names, ", "), " or ", last);
}

}  // namespace cortado::ctl
