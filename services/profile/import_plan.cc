#include "services/profile/import_plan.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "services/profile/import_merge.h"
#include "services/profile/person_keys.h"
#include "services/profile/person_rules.h"
#include "services/profile/values.h"

namespace cortado::profile {
namespace {

// The address a plan takes; empty where it takes none.
std::string AddressTaken(const RowPlan& plan) {
  if (!plan.write) return "";
  const std::string after = EmailIndex(plan.write->after);
  return after == EmailIndex(plan.write->before) ? "" : after;
}

v1::PersonChange::Kind KindOf(const std::optional<PersonFile>& file, const Merged& merged) {
  if (!file) return v1::PersonChange::KIND_ADDED;
  if (merged.changes) return v1::PersonChange::KIND_CHANGED;
  return merged.fields.empty() ? v1::PersonChange::KIND_UNSPECIFIED : v1::PersonChange::KIND_KEPT;
}

RowPlan PlanRow(const ReadyRow& ready, std::string id, const std::optional<PersonFile>& file, absl::Time now) {
  RowPlan plan;
  plan.id = std::move(id);
  if (file) plan.manager_before = PersonId(file->person.manager());
  const v1::ImportRow& row = *ready.row;
  plan.change.set_line(row.line());
  plan.change.set_external_id(row.person().external_id());
  plan.change.set_display_name(row.person().display_name());
  if (file && file->import_digest == ready.digest) return plan;
  Merged merged = MergeRow(row, plan.id, file, now);
  plan.change.set_kind(KindOf(file, merged));
  for (v1::FieldChange& field : merged.fields) *plan.change.add_fields() = std::move(field);
  if (!merged.changes) return plan;
  plan.write = std::move(merged.person);
  plan.write->digest = ready.digest;
  return plan;
}

}  // namespace

std::vector<std::string> CandidateIds(const std::vector<ReadyRow>& rows,
                                      const std::vector<std::optional<std::string>>& known) {
  std::vector<std::string> ids;
  ids.reserve(rows.size());
  for (size_t i = 0; i < rows.size(); ++i) {
    ids.push_back(known[i].value_or(PersonIdOf(rows[i].row->person().external_id())));
  }
  return ids;
}

std::vector<RowPlan> PlanBatch(const std::vector<ReadyRow>& rows, const BatchFacts& facts,
                               const absl::flat_hash_set<std::string>& taken, absl::Time now) {
  std::vector<RowPlan> plans;
  plans.reserve(rows.size());
  std::vector<std::string> ids = CandidateIds(rows, facts.ids);
  absl::flat_hash_set<std::string> fresh;
  for (size_t i = 0; i < rows.size(); ++i) {
    const v1::ImportRow& row = *rows[i].row;
    // The id is taken by somebody known by another external id, or by none: this one gets a longer id.
    const bool stranger = !facts.ids[i] && (facts.files[i] || taken.contains(ids[i]) || !fresh.insert(ids[i]).second);
    if (stranger) ids[i] = PersonIdOf(absl::StrCat(row.person().external_id(), "\n"));
    plans.push_back(PlanRow(rows[i], std::move(ids[i]), stranger ? std::nullopt : facts.files[i], now));
    // The manager may be a later row. Its id is known all the same, or put right at the end.
    const std::string& manager = row.manager_external_id();
    if (plans[i].write && !manager.empty()) plans[i].write->manager = facts.managers[i].value_or(PersonIdOf(manager));
  }
  return plans;
}

std::vector<std::string> AddressBook::Wanted(const std::vector<RowPlan>& plans) {
  std::vector<std::string> wanted;
  for (const RowPlan& plan : plans) {
    if (std::string address = AddressTaken(plan); !address.empty()) wanted.push_back(std::move(address));
  }
  return wanted;
}

std::vector<size_t> AddressBook::Take(const std::vector<RowPlan>& plans,
                                      const std::vector<std::optional<std::string>>& holders) {
  // The addresses that this batch gives up, and by whom: a batch may swap them.
  absl::flat_hash_map<std::string, absl::string_view> released;
  for (const RowPlan& plan : plans) {
    if (!plan.write) continue;
    const std::string before = EmailIndex(plan.write->before);
    if (!before.empty() && before != EmailIndex(plan.write->after)) released[before] = plan.id;
  }
  std::vector<size_t> refused;
  absl::flat_hash_map<std::string, std::string> claimed;
  size_t next = 0;
  for (size_t i = 0; i < plans.size(); ++i) {
    const std::string address = AddressTaken(plans[i]);
    if (address.empty()) continue;
    const auto known = holders_.find(address);
    const std::string holder = known != holders_.end() ? known->second : holders[next].value_or("");
    ++next;
    const auto freed = released.find(address);
    const bool free = holder.empty() || holder == plans[i].id || (freed != released.end() && freed->second == holder);
    if (free && claimed.try_emplace(address, plans[i].id).second) continue;
    refused.push_back(i);
  }
  for (const auto& [address, id] : released) holders_[address] = "";
  for (auto& [address, id] : claimed) holders_[address] = std::move(id);
  return refused;
}

}  // namespace cortado::profile
