#include "services/profile/import_session.h"

#include <algorithm>

#include "common/forest/parent_links.h"
#include "services/profile/import_changes.h"
#include "services/profile/values.h"

namespace cortado::profile {
namespace {

using Kind = v1::PersonChange::Kind;

int ManagerPlace(const v1::PersonChange& change) {
  // The fields stand in the order of the person's; the manager has its place among them.
  const google::protobuf::Descriptor& person = *v1::Person::descriptor();
  const int manager = person.FindFieldByName("manager")->index();
  const auto* begin = change.fields().data();
  const auto* end = begin + change.fields_size();
  const auto* at = std::find_if(begin, end, [&](const v1::FieldChange* field) {
    const auto* found = person.FindFieldByName(field->field());
    return found == nullptr || found->index() > manager;
  });
  return static_cast<int>(at - begin);
}

}  // namespace

ImportSession::ImportSession(const v1::ImportPeopleRequest& first)
    : assume_open_(first.assume_open()),
      validate_only_(first.validate_only()),
      deactivate_absent_(first.deactivate_absent()),
      reports_(first.validate_only() || first.show_changes()) {}

void ImportSession::Take(const v1::ImportRow& row, RowPlan plan) {
  ids_[row.person().external_id()] = plan.id;
  const Kind kind = plan.change.kind();
  // What was written is found in the store.
  if (validate_only_ && kind == v1::PersonChange::KIND_ADDED) taken_.insert(plan.id);
  for (const v1::FieldChange& field : plan.change.fields()) {
    if (field.kept()) response_.set_kept_count(response_.kept_count() + 1);
  }
  if (reports_ && kind != v1::PersonChange::KIND_UNSPECIFIED && changes_.size() < kMostChanges) {
    changes_.emplace(rows_.size(), std::move(plan.change));
  }
  rows_.push_back({std::move(plan.id), row.manager_external_id(), std::move(plan.manager_before),
                   reports_ ? row.person().external_id() : "", reports_ ? row.person().display_name() : "", row.line(),
                   kind});
}

void ImportSession::AddError(int64_t line, absl::string_view field, absl::string_view problem) {
  response_.set_error_count(response_.error_count() + 1);
  if (response_.errors_size() >= kMostErrors) return;
  v1::RowError& error = *response_.add_errors();
  error.set_line(line);
  error.set_field(std::string(field));
  error.set_problem(std::string(problem));
}

std::vector<std::string> ImportSession::ManagersElsewhere() const {
  std::vector<std::string> elsewhere;
  absl::flat_hash_set<absl::string_view> seen;
  for (const Row& row : rows_) {
    const auto known = ids_.find(row.manager_external_id);
    const bool here = known != ids_.end() && !known->second.empty();
    if (row.manager_external_id.empty() || here || !seen.insert(row.manager_external_id).second) continue;
    elsewhere.push_back(row.manager_external_id);
  }
  return elsewhere;
}

std::vector<std::pair<std::string, std::string>> ImportSession::SettleManagers(
    const std::vector<std::optional<std::string>>& elsewhere,
    const absl::flat_hash_map<std::string, std::string>& stored) {
  absl::flat_hash_map<std::string, std::string> others;
  const std::vector<std::string> asked = ManagersElsewhere();
  for (size_t i = 0; i < asked.size(); ++i) others[asked[i]] = elsewhere[i].value_or("");
  absl::flat_hash_map<std::string, std::string> wanted;
  forest::ParentLinks lines;
  for (const auto& [person, manager] : stored) lines.Set(person, manager);
  for (const Row& row : rows_) {
    std::string& manager = wanted[row.id];
    if (const auto here = ids_.find(row.manager_external_id); here != ids_.end()) manager = here->second;
    if (const auto other = others.find(row.manager_external_id); other != others.end()) manager = other->second;
    lines.Set(row.id, manager);
  }
  for (const std::vector<std::string>& ring : lines.Cycles()) {
    // Open at the first of this import; lines from before are nobody's to change here.
    const auto first = std::find_if(ring.begin(), ring.end(), [&](const auto& id) { return wanted.contains(id); });
    if (first != ring.end()) wanted[*first].clear();
  }
  std::vector<std::pair<std::string, std::string>> wrong;
  for (size_t i = 0; i < rows_.size(); ++i) {
    Row& row = rows_[i];
    const std::string& manager = wanted[row.id];
    if (manager.empty() && !row.manager_external_id.empty()) {
      response_.set_unknown_manager_count(response_.unknown_manager_count() + 1);
    }
    const auto held = stored.find(row.id);
    if ((held == stored.end() ? absl::string_view() : held->second) != manager) wrong.emplace_back(row.id, manager);
    if (row.kind == v1::PersonChange::KIND_ADDED || manager == row.manager_before) continue;
    row.kind = v1::PersonChange::KIND_CHANGED;
    if (reports_ && new_managers_.size() < kMostChanges) new_managers_[i] = {row.manager_before, manager};
  }
  return wrong;
}

std::vector<std::string> ImportSession::Absent(const absl::flat_hash_map<std::string, std::string>& known) const {
  std::vector<std::string> absent;
  for (const auto& [external_id, id] : known) {
    if (!ids_.contains(external_id)) absent.push_back(id);
  }
  std::sort(absent.begin(), absent.end());
  return absent;
}

void ImportSession::TakeLeaver(const v1::Person& person) {
  response_.set_leaving_count(response_.leaving_count() + 1);
  if (!reports_ || leaving_.size() >= kMostChanges) return;
  v1::PersonChange& change = leaving_.emplace_back();
  change.set_kind(v1::PersonChange::KIND_LEAVING);
  change.set_external_id(person.external_id());
  change.set_display_name(person.display_name());
  leavers_.push_back(PersonId(person.name()));
}

std::vector<std::string> ImportSession::ManagersToName() const {
  std::set<std::string> ids;
  for (const auto& [row, managers] : new_managers_) {
    for (const std::string& id : {managers.before, managers.after}) {
      if (!id.empty()) ids.insert(id);
    }
  }
  return {ids.begin(), ids.end()};
}

void ImportSession::AddManagerChanges(const absl::flat_hash_map<std::string, std::string>& names) {
  absl::flat_hash_map<absl::string_view, absl::string_view> own;
  if (!new_managers_.empty()) {
    for (const Row& row : rows_) own[row.id] = row.display_name;
  }
  const auto name_of = [&](const std::string& id) {
    if (const auto found = own.find(id); found != own.end()) return std::string(found->second);
    const auto found = names.find(id);
    return found == names.end() ? id : found->second;
  };
  for (const auto& [at, managers] : new_managers_) {
    const Row& row = rows_[at];
    v1::PersonChange& change = changes_[at];
    change.set_kind(row.kind);
    change.set_line(row.line);
    change.set_external_id(row.external_id);
    change.set_display_name(row.display_name);
    const int place = ManagerPlace(change);
    *change.add_fields() = MakeChange("manager", name_of(managers.before), name_of(managers.after));
    for (int i = change.fields_size() - 1; i > place; --i) change.mutable_fields()->SwapElements(i, i - 1);
  }
}

void ImportSession::AddChanges() {
  size_t bytes = 0;
  const auto add = [&](v1::PersonChange& change, const std::string& id) {
    bytes += change.ByteSizeLong() + 4;
    if (static_cast<size_t>(response_.changes_size()) >= kMostChanges || bytes > kMostChangeBytes) return;
    if (change.kind() != v1::PersonChange::KIND_ADDED) shown_.push_back(id);
    *response_.add_changes() = std::move(change);
  };
  for (auto& [at, change] : changes_) add(change, rows_[at].id);
  for (size_t i = 0; i < leaving_.size(); ++i) add(leaving_[i], leavers_[i]);
}

v1::ImportPeopleResponse ImportSession::Answer(const absl::flat_hash_map<std::string, std::string>& names) {
  int64_t added = 0, changed = 0, unchanged = 0;
  for (const Row& row : rows_) {
    added += row.kind == v1::PersonChange::KIND_ADDED;
    changed += row.kind == v1::PersonChange::KIND_CHANGED;
    unchanged += row.kind == v1::PersonChange::KIND_UNSPECIFIED || row.kind == v1::PersonChange::KIND_KEPT;
  }
  response_.set_added_count(added);
  response_.set_changed_count(changed);
  response_.set_unchanged_count(unchanged);
  AddManagerChanges(names);
  AddChanges();
  return std::move(response_);
}

}  // namespace cortado::profile
