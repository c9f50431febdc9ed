// ChooseLanguage of catalog.h.
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_split.h"
#include "common/text/catalog.h"

namespace cortado::text {
namespace {

// Returns which of our languages a language tag (RFC 5646) asks for.
std::optional<std::string> Supported(absl::string_view tag) {
  const std::vector<absl::string_view> parts = absl::StrSplit(tag, absl::ByAnyChar("-_"));
  const std::string primary = absl::AsciiStrToLower(absl::StripAsciiWhitespace(parts[0]));
  if (primary == "en" || primary == "de") return primary;
  return std::nullopt;
}

struct Choice {
  absl::string_view tag;
  double quality = 1;
};

// Reads one "de-AT;q=0.8". A quality that is no number of 0 to 1 makes the choice worthless.
Choice ParseChoice(absl::string_view text) {
  const std::vector<absl::string_view> parts = absl::StrSplit(text, ';');
  Choice choice{absl::StripAsciiWhitespace(parts[0])};
  for (size_t i = 1; i < parts.size(); ++i) {
    const absl::string_view parameter = absl::StripAsciiWhitespace(parts[i]);
    if (!absl::StartsWithIgnoreCase(parameter, "q=")) continue;
    if (!absl::SimpleAtod(parameter.substr(2), &choice.quality)) choice.quality = 0;
    if (!(choice.quality > 0 && choice.quality <= 1)) choice.quality = 0;
  }
  return choice;
}

}  // namespace

std::string ChooseLanguage(absl::string_view accept_language, absl::string_view person_language,
                           absl::string_view organization_language) {
  std::optional<std::string> best;
  double best_quality = 0;
  for (absl::string_view text : absl::StrSplit(accept_language, ',')) {
    const Choice choice = ParseChoice(text);
    const std::optional<std::string> language = Supported(choice.tag);
    if (language && choice.quality > best_quality) {
      best = language;
      best_quality = choice.quality;
    }
  }
  if (best) return *best;
  if (const auto language = Supported(person_language)) return *language;
  return Supported(organization_language).value_or("en");
}

}  // namespace cortado::text
