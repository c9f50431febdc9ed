// What an import remembers of the rows it has seen: who they are, what became of them, what was wrong. At the end it
// settles the reporting lines, knows who is missing, and makes the answer.
// Thread contract: one thread at a time.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "cortado/profile/v1/profile_service.pb.h"
#include "services/profile/import_plan.h"

namespace cortado::profile {

class ImportSession {
 public:
  static constexpr int kMostErrors = 1000;
  static constexpr size_t kMostChanges = 20'000;
  static constexpr size_t kMostChangeBytes = 3'000'000;  // gRPC's clients take 4 MB unless told otherwise.

  // `first` is the first message: it says how to import.
  explicit ImportSession(const v1::ImportPeopleRequest& first);

  bool assume_open() const { return assume_open_; }
  bool validate_only() const { return validate_only_; }
  bool deactivate_absent() const { return deactivate_absent_; }
  // Whether the answer lists people.
  bool reports() const { return reports_; }

  // Takes down that a row of this external id came; false when one came before.
  bool Arrive(const std::string& external_id) { return ids_.try_emplace(external_id).second; }
  // Takes down what became of a row, once it is written.
  void Take(const v1::ImportRow& row, RowPlan plan);
  void AddError(int64_t line, absl::string_view field, absl::string_view problem);
  void AddSkills(int count) { response_.set_skill_count(response_.skill_count() + count); }
  // The ids given out to new people who are not written.
  const absl::flat_hash_set<std::string>& taken() const { return taken_; }

  // The external ids of managers that are no row of this import.
  std::vector<std::string> ManagersElsewhere() const;
  // Settles who manages whom: `elsewhere` are the ids of ManagersElsewhere, in order, `stored` everybody's manager now.
  // Returns the managers to write: id of the person, id of the manager or empty. A manager who is nobody is left out
  // and counted; a ring is opened at the first of this import.
  std::vector<std::pair<std::string, std::string>> SettleManagers(
      const std::vector<std::optional<std::string>>& elsewhere,
      const absl::flat_hash_map<std::string, std::string>& stored);
  // The ids, in order, of those whom HR knew (`known`: by external id) and who are no row of this import.
  std::vector<std::string> Absent(const absl::flat_hash_map<std::string, std::string>& known) const;
  // Takes down somebody who leaves.
  void TakeLeaver(const v1::Person& person);

  // The ids of the managers of before and after whom the changes name.
  std::vector<std::string> ManagersToName() const;
  // Makes the answer, once. `names`: the display names of ManagersToName, by id.
  v1::ImportPeopleResponse Answer(const absl::flat_hash_map<std::string, std::string>& names);
  // Ids of the people whom the answer shows as they were stored; after Answer.
  const std::vector<std::string>& shown() const { return shown_; }

 private:
  struct Row {
    std::string id;
    std::string manager_external_id;
    std::string manager_before;
    std::string external_id, display_name;  // Only where the answer lists people.
    int64_t line = 0;
    v1::PersonChange::Kind kind{};
  };
  struct NewManager {
    std::string before, after;
  };

  void AddManagerChanges(const absl::flat_hash_map<std::string, std::string>& names);
  void AddChanges();

  bool assume_open_, validate_only_, deactivate_absent_, reports_;
  std::vector<Row> rows_;
  absl::flat_hash_map<std::string, std::string> ids_;  // External id to id, of all rows; empty for wrong ones.
  absl::flat_hash_set<std::string> taken_;
  std::map<size_t, v1::PersonChange> changes_;  // By row.
  std::map<size_t, NewManager> new_managers_;   // By row.
  std::vector<v1::PersonChange> leaving_;
  std::vector<std::string> leavers_;
  std::vector<std::string> shown_;
  v1::ImportPeopleResponse response_;
};

}  // namespace cortado::profile
