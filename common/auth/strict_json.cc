#include "common/auth/strict_json.h"

#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"

namespace cortado::auth {

using nlohmann::json;

std::optional<json> ParseStrictObject(absl::string_view text, int max_depth) {
  // The parser takes a NUL for the end of the text and skips a byte order mark.
  if (absl::StrContains(text, '\0') || absl::StartsWith(text, "\xef\xbb\xbf")) return std::nullopt;
  std::vector<std::set<std::string>> names;  // One set for each object or list that is open; a list's stays empty.
  bool strict = true;
  const auto watch = [&](int, json::parse_event_t event, json& parsed) {
    switch (event) {
      case json::parse_event_t::key:
        strict = strict && names.back().insert(parsed.get<std::string>()).second;
        break;
      case json::parse_event_t::object_start:
      case json::parse_event_t::array_start:
        names.emplace_back();
        strict = strict && names.size() <= static_cast<size_t>(max_depth);
        break;
      case json::parse_event_t::object_end:
      case json::parse_event_t::array_end:
        names.pop_back();
        break;
      case json::parse_event_t::value:
        break;
    }
    return true;
  };
  json object = json::parse(text.begin(), text.end(), watch, /*allow_exceptions=*/false);
  if (!strict || !object.is_object()) return std::nullopt;
  return object;
}

}  // namespace cortado::auth
