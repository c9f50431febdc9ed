#include "services/profile/manager_note.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "common/text/catalog.h"

namespace cortado::profile {
namespace {

constexpr size_t kMostNamed = 3;

std::string CodeOf(absl::string_view prefix, absl::string_view name, absl::string_view enum_prefix) {
  return absl::StrCat("manager_note.", prefix, ".", absl::AsciiStrToLower(absl::StripPrefix(name, enum_prefix)));
}

std::vector<std::string> Motives(const NoteParts& parts) {
  std::vector<std::string> words;
  for (const int motive : parts.destination.motives()) {
    const std::string name = v1::Motive_Name(static_cast<v1::Motive>(motive));
    words.push_back(text::Render(CodeOf("motive", name, "MOTIVE_"), parts.language));
  }
  return words;
}

}  // namespace

Note MakeManagerNote(const NoteParts& parts) {
  const auto say = [&](absl::string_view code, const text::Parameters& parameters) {
    return text::Render(code, parts.language, parameters);
  };
  const std::string where = parts.role.empty() ? parts.destination.text() : parts.role;
  const std::string kind = v1::DestinationKind_Name(parts.destination.kind());
  std::vector<std::string> paragraphs;
  paragraphs.push_back(say("manager_note.greeting", {{"name", parts.manager}}));
  paragraphs.push_back(say(CodeOf("kind", kind, "DESTINATION_KIND_"), {{"where", where}}));
  const std::vector<std::string> motives = Motives(parts);
  if (!motives.empty()) {
    paragraphs.push_back(say("manager_note.why", {{"motives", text::JoinList(motives, parts.language)}}));
  }
  if (!parts.missing.empty()) {
    std::vector<std::string> named = parts.missing;
    named.resize(std::min(named.size(), kMostNamed));
    paragraphs.push_back(say("manager_note.missing", {{"skills", text::JoinList(named, parts.language)}}));
  }
  paragraphs.push_back(say("manager_note.ask", {}));
  paragraphs.push_back(say("manager_note.closing", {{"name", parts.name}}));
  return {say("manager_note.subject", {{"where", where}}), absl::StrJoin(paragraphs, "\n\n")};
}

}  // namespace cortado::profile
