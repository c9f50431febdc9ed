#include "common/text/catalog.h"

#include <unicode/datefmt.h>
#include <unicode/listformatter.h>
#include <unicode/messagepattern.h>
#include <unicode/msgfmt.h>
#include <unicode/timezone.h>

#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "common/text/catalog_entries.h"
#include "common/text/day.h"

namespace cortado::text {
namespace {

icu::UnicodeString Wide(absl::string_view text) {
  return icu::UnicodeString::fromUTF8(icu::StringPiece(text.data(), static_cast<int32_t>(text.size())));
}

std::string Narrow(const icu::UnicodeString& text) {
  std::string narrow;
  return text.toUTF8String(narrow);
}

bool IsGerman(absl::string_view language) { return language == "de"; }

// English is British: the week begins on Monday and the day has 24 hours.
icu::Locale LocaleOf(bool german) { return german ? icu::Locale::getGermany() : icu::Locale::getUK(); }

// One sentence in one language, compiled, and the arguments it takes.
struct Sentence {
  std::unique_ptr<icu::MessageFormat> format;
  std::vector<std::string> names;
  std::set<std::string> numbers;  // Those of `names` that need a number: of plurals and the like.
};

void FindArguments(const icu::MessagePattern& pattern, Sentence& sentence) {
  std::set<std::string> names;
  for (int32_t i = 0; i + 1 < pattern.countParts(); ++i) {
    const icu::MessagePattern::Part& part = pattern.getPart(i);
    if (part.getType() != UMSGPAT_PART_TYPE_ARG_START) continue;
    const std::string name = Narrow(pattern.getSubstring(pattern.getPart(i + 1)));
    names.insert(name);
    const UMessagePatternArgType type = part.getArgType();
    if (type != UMSGPAT_ARG_TYPE_NONE && type != UMSGPAT_ARG_TYPE_SELECT) sentence.numbers.insert(name);
  }
  sentence.names.assign(names.begin(), names.end());
}

// The formats keep caches inside, so each thread compiles its own, once.
const Sentence* FindSentence(absl::string_view code, bool german) {
  thread_local std::map<std::pair<std::string, bool>, Sentence> compiled;
  const auto [at, fresh] = compiled.try_emplace({std::string(code), german});
  Sentence& sentence = at->second;
  if (!fresh) return sentence.format != nullptr ? &sentence : nullptr;
  for (size_t i = 0; i < kCatalogSize; ++i) {
    if (kCatalog[i].code != code) continue;
    const icu::UnicodeString text = Wide(german ? kCatalog[i].german : kCatalog[i].english);
    UErrorCode error = U_ZERO_ERROR;
    const icu::MessagePattern pattern(text, nullptr, error);
    auto format = std::make_unique<icu::MessageFormat>(text, LocaleOf(german), error);
    if (U_FAILURE(error)) return nullptr;
    FindArguments(pattern, sentence);
    sentence.format = std::move(format);
    return &sentence;
  }
  compiled.erase(at);  // Codes that are none must not fill the memory.
  return nullptr;
}

icu::Formattable ArgumentOf(const std::string& name, const Sentence& sentence, const Parameters& parameters) {
  const auto value_of = [&](const std::string& key) {
    const auto found = parameters.find(key);
    return found != parameters.end() ? found->second : std::string();
  };
  if (absl::StartsWith(name, "has_")) return icu::Formattable(value_of(name.substr(4)).empty() ? "no" : "yes");
  const std::string value = value_of(name);
  if (sentence.numbers.count(name) == 0) return icu::Formattable(Wide(value));
  int64_t number = 0;
  if (!absl::SimpleAtoi(value, &number)) number = 0;
  return icu::Formattable(number);
}

// Making a format reads ICU's patterns (20 us), so each thread keeps its own. Null when ICU lacks its data.
const icu::DateFormat* FindDateFormat(const char* skeleton, bool german) {
  thread_local std::map<std::pair<std::string, bool>, std::unique_ptr<icu::DateFormat>> formats;
  const auto [at, fresh] = formats.try_emplace({skeleton, german});
  if (fresh) {
    UErrorCode error = U_ZERO_ERROR;
    at->second.reset(icu::DateFormat::createInstanceForSkeleton(skeleton, LocaleOf(german), error));
    if (U_FAILURE(error)) at->second.reset();
    if (at->second != nullptr) at->second->setTimeZone(*icu::TimeZone::getGMT());
  }
  return at->second.get();
}

// Returns the parts of a civil second that `skeleton` names (UTS 35). ICU is told it as UTC: the rules of zones are
// Abseil's alone.
std::string FormatCivil(absl::CivilSecond civil, const char* skeleton, bool german) {
  const icu::DateFormat* format = FindDateFormat(skeleton, german);
  if (format == nullptr) return absl::FormatCivilTime(civil);
  icu::UnicodeString text;
  format->format(1000.0 * static_cast<double>(absl::ToUnixSeconds(absl::FromCivil(civil, absl::UTCTimeZone()))), text);
  return Narrow(text);
}

}  // namespace

std::string Render(absl::string_view code, absl::string_view language, const Parameters& parameters) {
  const Sentence* sentence = FindSentence(code, IsGerman(language));
  if (sentence == nullptr) return std::string(code);
  std::vector<icu::UnicodeString> names;
  std::vector<icu::Formattable> values;
  for (const std::string& name : sentence->names) {
    names.push_back(Wide(name));
    values.push_back(ArgumentOf(name, *sentence, parameters));
  }
  UErrorCode error = U_ZERO_ERROR;
  icu::UnicodeString text;
  sentence->format->format(names.data(), values.data(), static_cast<int32_t>(names.size()), text, error);
  return U_SUCCESS(error) ? Narrow(text) : std::string(code);
}

std::string Sample(absl::string_view code, absl::string_view language) {
  const Sentence* sentence = FindSentence(code, IsGerman(language));
  if (sentence == nullptr) return "";
  Parameters parameters;
  for (const std::string& name : sentence->names) {
    if (absl::StartsWith(name, "has_")) continue;
    parameters[name] = sentence->numbers.count(name) > 0 ? "3" : absl::StrCat("{", name, "}");
  }
  return Render(code, language, parameters);
}

Message MakeMessage(absl::string_view code, absl::string_view language, Parameters parameters) {
  std::string text = Render(code, language, parameters);
  return Message{std::string(code), std::move(parameters), std::move(text)};
}

std::string JoinList(const std::vector<std::string>& items, absl::string_view language) {
  UErrorCode error = U_ZERO_ERROR;
  const std::unique_ptr<icu::ListFormatter> format(
      icu::ListFormatter::createInstance(LocaleOf(IsGerman(language)), error));
  std::vector<icu::UnicodeString> wide;
  for (const std::string& item : items) wide.push_back(Wide(item));
  icu::UnicodeString text;
  if (U_SUCCESS(error)) format->format(wide.data(), static_cast<int32_t>(wide.size()), text, error);
  return Narrow(text);
}

std::string FormatTimeSpan(absl::Time start, absl::Time end, absl::TimeZone zone, absl::string_view language) {
  const bool german = IsGerman(language);
  const absl::CivilSecond from = absl::ToCivilSecond(start, zone);
  const absl::CivilSecond to = absl::ToCivilSecond(end, zone);
  return Render("chat.time", language,
                {{"day", FormatCivil(from, "yMMMMEEEEd", german)},
                 {"start", FormatCivil(from, "HHmm", german)},
                 {"end", FormatCivil(to, "HHmm", german)},
                 {"zone", zone.name()}});
}

std::string FormatDay(absl::Time time, absl::TimeZone zone, absl::string_view language) {
  return FormatCivil(absl::ToCivilSecond(time, zone), "MMMMEEEEd", IsGerman(language));
}

}  // namespace cortado::text
