#include "clients/ctl/person_update.h"

#include <algorithm>
#include <iterator>
#include <optional>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "clients/ctl/import/people_columns.h"
#include "clients/ctl/tokens.h"
#include "common/status/status.h"

namespace cortado::ctl {
namespace {

// Named in the mask as they are in a file.
constexpr const char* kColumns[] = {"display_name",   "email",       "title",         "department", "location",
                                    "time_zone",      "languages",   "start_date",    "active",     "years_experience",
                                    "people_manager", "skills_held", "skills_wanted", "interests",  "journey"};
// A person here, not an id of the HR system as in a file.
constexpr char kManager[] = "manager";

bool IsUpdatable(absl::string_view column) {
  return std::find(std::begin(kColumns), std::end(kColumns), column) != std::end(kColumns);
}

absl::Status Refused(absl::string_view column) {
  return absl::InvalidArgumentError(
      absl::StrCat("\"", column, "\" cannot be changed here; what can is ", absl::StrJoin(UpdatableColumns(), ", ")));
}

// Each item of `before` lends its audience once.
template <typename List, typename IsSame>
void Keep(const List& before, List& after, IsSame is_same) {
  std::vector<bool> lent(before.size());
  for (auto& item : after) {
    for (int i = 0; i < before.size(); ++i) {
      if (lent[i] || !is_same(before[i], item)) continue;
      lent[i] = true;
      if (item.audience() == profile::v1::AUDIENCE_UNSPECIFIED) item.set_audience(before[i].audience());
      break;
    }
  }
}

}  // namespace

std::vector<std::string> UpdatableColumns() {
  std::vector<std::string> columns(std::begin(kColumns), std::end(kColumns));
  columns.emplace_back(kManager);
  return columns;
}

absl::StatusOr<profile::v1::UpdatePersonRequest> ParsePersonUpdate(const std::vector<std::string>& assignments) {
  profile::v1::UpdatePersonRequest request;
  ImportRow row;
  std::string manager;
  for (const std::string& assignment : assignments) {
    const size_t equals = assignment.find('=');
    if (equals == std::string::npos || equals == 0) {
      return absl::InvalidArgumentError(
          absl::StrCat("\"", assignment, "\": write COLUMN=VALUE, as title=\"Staff engineer\""));
    }
    const std::string value = assignment.substr(equals + 1);
    const Column* column = FindPeopleColumn(assignment.substr(0, equals));
    const std::string name = column == nullptr ? assignment.substr(0, equals) : std::string(column->name);
    const auto& paths = request.update_mask().paths();
    if (std::find(paths.begin(), paths.end(), name) != paths.end()) {
      return absl::InvalidArgumentError(absl::StrCat("\"", name, "\" is given twice"));
    }
    request.mutable_update_mask()->add_paths(name);
    if (name == kManager) {
      if (value.empty()) continue;
      ASSIGN_OR_RETURN(manager, PersonId(value));
      continue;
    }
    if (column == nullptr || !IsUpdatable(name)) return Refused(name);
    if (value.empty()) continue;
    if (const std::optional<Complaint> complaint = column->read(value, row)) {
      return absl::InvalidArgumentError(absl::StrCat(name, ": ", complaint->what, "; ", complaint->fix));
    }
  }
  *request.mutable_person() = row.person();
  if (!manager.empty()) request.mutable_person()->set_manager("people/" + manager);
  return request;
}

void KeepAudiences(const profile::v1::Person& before, profile::v1::Person& after) {
  const auto is_same_topic = [](const profile::v1::Interest& was, const profile::v1::Interest& is) {
    return was.topic() == is.topic();
  };
  const auto is_same_step = [](const profile::v1::JourneyStep& was, const profile::v1::JourneyStep& is) {
    const bool same_move = is.move() == profile::v1::MOVE_KIND_UNSPECIFIED || is.move() == was.move();
    return was.role() == is.role() && same_move;
  };
  Keep(before.interests(), *after.mutable_interests(), is_same_topic);
  Keep(before.journey(), *after.mutable_journey(), is_same_step);
}

}  // namespace cortado::ctl
