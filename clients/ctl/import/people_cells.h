// How single values are written inside the cells of a CSV file of people.
//   skills     Go:4;Kubernetes;SQL:2:5       name[:level 0-5[:importance 0-5]]
//   journey    Tester|Quality|2015|2018|inside|start|confirmed[@audience];...
//   interests  chess;running@only_me       topic[@audience]
//   enums      next_level, back_to_craft, people_i_ask: the names of the API in lower case
// Thread contract: pure functions, but for the cache of time zones, which is guarded.
#pragma once

#include <google/protobuf/descriptor.h>
#include <google/protobuf/generated_enum_reflection.h>

#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "cortado/profile/v1/person.pb.h"

namespace cortado::ctl {

struct SkillCell {
  std::string name;
  int level = 0;       // 0: not said.
  int importance = 0;  // 0: not said.
};

// Splits at semicolons, strips spaces and leaves out empty pieces.
std::vector<std::string> SplitList(absl::string_view cell);

// A number after the last colons is taken off the name only where it is 0 to 5, so "ISO:27001" is a name.
SkillCell ParseSkill(absl::string_view piece);
std::string FormatSkill(absl::string_view name, int level, int importance);

// Takes "@only_me" or another audience off the end of an interest or a step; UNSPECIFIED where there is none: what
// stands behind the last @ and is no audience belongs to the words.
profile::v1::Audience TakeAudience(absl::string_view& piece);
// The words with the audience behind them, so that TakeAudience finds both again.
std::string WithAudience(absl::string_view words, profile::v1::Audience audience);

// Returns the step, or nothing where the piece is not one.
std::optional<profile::v1::JourneyStep> ParseJourneyStep(absl::string_view piece);
std::string FormatJourneyStep(const profile::v1::JourneyStep& step);

// Reads "2007-12-05 Engineering > 2010-05-31 Tool Design": since when somebody was where, the last of which is where
// they are now. Returns the departments left behind as steps, whose roles are unknown and so named like the
// departments, or nothing where the cell is none.
std::optional<std::vector<profile::v1::JourneyStep>> ParseDepartmentHistory(absl::string_view cell);

// A day of the Gregorian calendar as YYYY-MM-DD.
bool IsDate(absl::string_view cell);
// Something before one @ and something behind it, without spaces. The server looks closer.
bool IsEmail(absl::string_view cell);
// The shape of a BCP 47 language tag, as de or pt-BR.
bool IsLanguage(absl::string_view cell);
// A zone of the machine's time zone database.
bool IsTimeZone(absl::string_view cell);

// Returns the number of the enum's value called `text`, without its prefix and in any case, or nothing.
std::optional<int> ParseEnumValue(const google::protobuf::EnumDescriptor* type, absl::string_view text);
// Returns the value's name without its prefix in lower case; empty for 0.
std::string FormatEnumValue(const google::protobuf::EnumDescriptor* type, int value);
// Returns the names to choose from, as "a, b or c".
std::string EnumChoices(const google::protobuf::EnumDescriptor* type);

template <typename E>
std::optional<E> ParseEnum(absl::string_view text) {
  const std::optional<int> value = ParseEnumValue(google::protobuf::GetEnumDescriptor<E>(), text);
  if (!value) return std::nullopt;
  return static_cast<E>(*value);
}

template <typename E>
std::string FormatEnum(E value) {
  return FormatEnumValue(google::protobuf::GetEnumDescriptor<E>(), value);
}

}  // namespace cortado::ctl
