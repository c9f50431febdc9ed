#include "clients/ctl/import/people_mapping.h"

#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "common/status/status.h"

namespace cortado::ctl {
namespace {

using nlohmann::json;

// Files we know. Surveys and the template have our own names of columns.
const std::map<std::string, const char*>& Presets() {
  static const auto& presets = *new std::map<std::string, const char*>{
      {"cortado", "{}"},
      {"org_so", R"({"ignore_others": true})"},
      // Title, department, level, manager and the history of departments, as a company of 290 people keeps them.
      {"hr_adventureworks", R"({"columns": {"hired": "start_date"}, "ignore": ["level"]})"},
      // Titles and departments of a city: nobody is named, so the number of the row stands in.
      {"hr_chicago", R"({"columns": {"row": "id"}, "ignore": ["full_or_part_time", "salary_or_hourly"],
                      "defaults": {"time_zone": "America/Chicago", "languages": "en"}})"},
  };
  return presets;
}

std::string Folded(absl::string_view name) {
  return absl::AsciiStrToLower(absl::StrReplaceAll(absl::StripAsciiWhitespace(name), {{" ", "_"}, {"-", "_"}}));
}

absl::Status Wrong(absl::string_view what) {
  return absl::InvalidArgumentError(absl::StrCat("the mapping is not right: ", what, ". docs/import.md shows one"));
}

absl::StatusOr<const Column*> ColumnOf(const std::string& key, const json& name) {
  if (!name.is_string()) return Wrong(absl::StrCat("\"", key, "\" must be the name of a column, in quotes"));
  const std::string text = name.get<std::string>();
  const Column* column = FindPeopleColumn(text);
  if (column != nullptr) return column;
  const absl::string_view near = NearestPeopleColumn(text);
  return Wrong(absl::StrCat("there is no column \"", text, "\" here",
                            near.empty() ? "" : absl::StrCat("; did you mean ", near, "?")));
}

absl::Status CheckKeys(const json& document) {
  static const auto& keys = *new std::set<std::string>{"columns", "ignore", "ignore_others", "defaults"};
  for (const auto& [key, value] : document.items()) {
    if (keys.count(key) == 0) {
      return Wrong(absl::StrCat("\"", key, "\" is none of ", absl::StrJoin(keys, ", ")));
    }
    const bool good = key == "ignore"          ? value.is_array()
                      : key == "ignore_others" ? value.is_boolean()
                                               : value.is_object();
    const char* shape = key == "ignore" ? "a list" : key == "ignore_others" ? "true or false" : "an object";
    if (!good) return Wrong(absl::StrCat("\"", key, "\" must be ", shape));
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<PeopleMapping> PeopleMapping::Parse(absl::string_view json_text) {
  const json document = json::parse(std::string(json_text), nullptr, /*allow_exceptions=*/false);
  if (!document.is_object()) return Wrong("it must be one JSON object");
  RETURN_IF_ERROR(CheckKeys(document));
  PeopleMapping mapping;
  std::map<const Column*, std::string> theirs;
  const json columns = document.value("columns", json::object());
  for (const auto& [name, ours] : columns.items()) {
    ASSIGN_OR_RETURN(const Column* column, ColumnOf(name, ours));
    if (const auto [first, is_new] = theirs.emplace(column, name); !is_new) {
      return Wrong(absl::StrCat("\"", first->second, "\" and \"", name, "\" both stand for ", column->name));
    }
    mapping.columns_[Folded(name)] = column;
  }
  for (const json& name : document.value("ignore", json::array())) {
    if (!name.is_string()) return Wrong("\"ignore\" must be a list of names");
    mapping.ignored_.insert(Folded(name.get<std::string>()));
  }
  mapping.ignore_others_ = document.value("ignore_others", false);
  const json defaults = document.value("defaults", json::object());
  for (const auto& [name, cell] : defaults.items()) {
    ASSIGN_OR_RETURN(const Column* column, ColumnOf(name, name));
    if (!cell.is_string()) return Wrong(absl::StrCat("the default of ", name, " must be a text, as in a cell"));
    mapping.defaults_.emplace_back(column, cell.get<std::string>());
  }
  return mapping;
}

absl::StatusOr<PeopleMapping> PeopleMapping::Preset(absl::string_view name) {
  const auto found = Presets().find(std::string(name));
  if (found != Presets().end()) return Parse(found->second);
  return absl::NotFoundError(
      absl::StrCat("there is no preset \"", name, "\"; there are ", absl::StrJoin(PresetNames(), ", ")));
}

std::vector<std::string> PeopleMapping::PresetNames() {
  std::vector<std::string> names;
  for (const auto& [name, text] : Presets()) names.push_back(name);
  return names;
}

const Column* PeopleMapping::Find(absl::string_view name) const {
  const std::string folded = Folded(name);
  if (const auto found = columns_.find(folded); found != columns_.end()) return found->second;
  return ignored_.contains(folded) ? nullptr : FindPeopleColumn(name);
}

bool PeopleMapping::Ignores(absl::string_view name) const { return ignore_others_ || ignored_.contains(Folded(name)); }

}  // namespace cortado::ctl
