#include "services/profile/people_import.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "common/forest/parent_links.h"
#include "common/status/error.h"
#include "common/status/status.h"
#include "services/profile/import_merge.h"
#include "services/profile/person_rules.h"

namespace cortado::profile {
namespace {

constexpr int kTries = 5;

absl::Status CheckRow(v1::ImportRow& row, const std::string& path) {
  if (row.person().external_id().empty()) return InvalidField(absl::StrCat(path, "person.external_id"), "is required");
  if (row.has_destination() && row.destination().kind() == v1::DESTINATION_KIND_UNSPECIFIED) {
    return InvalidField(absl::StrCat(path, "destination.kind"), "is required");
  }
  return NormalisePerson(*row.mutable_person(), absl::StrCat(path, "person."));
}

}  // namespace

// What an import remembers of the rows it has seen.
struct PeopleImport::Session {
  struct Row {
    std::string id;
    std::string manager_external_id;
  };

  bool assume_open = false;
  std::vector<Row> rows;
  absl::flat_hash_map<std::string, std::string> ids;    // External id to id, of all rows.
  absl::flat_hash_map<std::string, NamedSkill> skills;  // What names have meant so far.
  v1::ImportPeopleResponse response;
};

struct PeopleImport::Batch {
  std::vector<v1::ImportRow*> rows;
  std::vector<std::string> digests;
  std::vector<std::string> ids;
};

Task<absl::StatusOr<v1::ImportPeopleResponse>> PeopleImport::Run(rpc::Call call,
                                                                 rpc::Reader<v1::ImportPeopleRequest>& reader) {
  Session session;
  for (bool first = true;; first = false) {
    CO_ASSIGN_OR_RETURN(std::optional<v1::ImportPeopleRequest> request, co_await reader.Read());
    if (!request) break;
    if (first) session.assume_open = request->assume_open();
    for (int begin = 0; begin < request->rows_size(); begin += ImportStore::kBatch) {
      const int end = std::min<int>(request->rows_size(), begin + ImportStore::kBatch);
      CO_RETURN_IF_ERROR(co_await Take(call, session, *request, begin, end));
    }
    if (call.Cancelled()) co_return absl::CancelledError("the caller hung up");
  }
  CO_RETURN_IF_ERROR(co_await SettleManagers(call, session));
  co_return std::move(session.response);
}

Task<absl::Status> PeopleImport::Take(rpc::Call call, Session& session, v1::ImportPeopleRequest& request, int begin,
                                      int end) {
  co_await executors_.OnWorkers();
  Batch batch;
  for (int i = begin; i < end; ++i) {
    v1::ImportRow& row = *request.mutable_rows(i);
    const std::string path = absl::StrCat("rows[", i, "].");
    CO_RETURN_IF_ERROR(CheckRow(row, path));
    if (session.ids.contains(row.person().external_id())) {
      co_return InvalidField(absl::StrCat(path, "person.external_id"), "came in an earlier row of this import");
    }
    session.ids.emplace(row.person().external_id(), "");
    batch.rows.push_back(&row);
    batch.digests.push_back(DigestOf(row, session.assume_open));
    if (session.assume_open && !row.has_offer()) *row.mutable_offer() = OpenOffer();
  }
  CO_RETURN_IF_ERROR(co_await SettleSkills(call, session, request, begin, end));
  for (int attempt = 1;; ++attempt) {
    CO_ASSIGN_OR_RETURN(const bool written, co_await Write(call, session, batch));
    if (written) break;
    if (attempt == kTries) co_return absl::UnavailableError("people of the import change all the time; try again");
  }
  for (size_t i = 0; i < batch.rows.size(); ++i) {
    session.ids[batch.rows[i]->person().external_id()] = batch.ids[i];
    session.rows.push_back({batch.ids[i], batch.rows[i]->manager_external_id()});
  }
  co_return absl::OkStatus();
}

Task<absl::Status> PeopleImport::SettleSkills(rpc::Call call, Session& session, v1::ImportPeopleRequest& request,
                                              int begin, int end) {
  std::vector<SkillMention> mentions;
  for (int i = begin; i < end; ++i) {
    CollectSkills(*request.mutable_rows(i)->mutable_person(), absl::StrCat("rows[", i, "].person."), mentions);
  }
  std::vector<std::string> names;
  for (const SkillMention& mention : mentions) {
    if (session.skills.try_emplace(*mention.skill).second) names.push_back(*mention.skill);
  }
  if (!names.empty()) {
    CO_ASSIGN_OR_RETURN(const auto view, co_await skills_.ViewWith(call, names));
    co_await executors_.OnWorkers();
    session.response.set_skill_count(session.response.skill_count() + view.second);
    for (const std::string& name : names) {
      if (std::optional<NamedSkill> skill = FindSkill(*view.first, name)) session.skills[name] = *std::move(skill);
    }
  }
  for (const SkillMention& mention : mentions) {
    const NamedSkill& skill = session.skills[*mention.skill];
    if (skill.name.empty()) co_return InvalidField(mention.path, "must be a name, or a skill of the catalogue");
    *mention.skill = skill.name;
    *mention.display_name = skill.display_name;
  }
  // Two names of one skill are one skill.
  for (int i = begin; i < end; ++i) DropRepeatedSkills(*request.mutable_rows(i)->mutable_person());
  co_return absl::OkStatus();
}

Task<absl::StatusOr<bool>> PeopleImport::Write(rpc::Call call, Session& session, Batch& batch) {
  std::vector<std::string> external_ids;
  for (const v1::ImportRow* row : batch.rows) external_ids.push_back(row->person().external_id());
  for (const v1::ImportRow* row : batch.rows) external_ids.push_back(row->manager_external_id());
  CO_ASSIGN_OR_RETURN(const auto known, co_await store_.FindIds(call, std::move(external_ids)));
  const size_t count = batch.rows.size();
  batch.ids.clear();
  for (size_t i = 0; i < count; ++i) {
    batch.ids.push_back(known[i].value_or(PersonIdOf(batch.rows[i]->person().external_id())));
  }
  CO_ASSIGN_OR_RETURN(const auto files, co_await people_.FindFiles(call, batch.ids));
  co_await executors_.OnWorkers();
  std::vector<ImportedPerson> changed;
  std::vector<size_t> index;
  int64_t added = 0, unchanged = 0, kept = 0;
  absl::flat_hash_set<std::string> new_ids;
  for (size_t i = 0; i < count; ++i) {
    const v1::ImportRow& row = *batch.rows[i];
    // The id is taken by somebody known by another external id, or by none: this one gets a longer id.
    const bool stranger = !known[i] && (files[i] || !new_ids.insert(batch.ids[i]).second);
    if (stranger) batch.ids[i] = PersonIdOf(absl::StrCat(row.person().external_id(), "\n"));
    const std::optional<PersonFile> file = stranger ? std::nullopt : files[i];
    if (file && file->import_digest == batch.digests[i]) {
      ++unchanged;
      continue;
    }
    Merged merged = MergeRow(row, batch.ids[i], file, clock_.Now());
    merged.person.digest = batch.digests[i];
    // The manager may be a later row. Its id is known all the same, or put right at the end.
    const std::string& manager = row.manager_external_id();
    if (!manager.empty()) merged.person.manager = known[count + i].value_or(PersonIdOf(manager));
    added += file ? 0 : 1;
    kept += merged.kept;
    changed.push_back(std::move(merged.person));
    index.push_back(i);
  }
  const int64_t written = static_cast<int64_t>(changed.size());
  if (!changed.empty()) {
    const absl::StatusOr<bool> put = co_await store_.Put(call, std::move(changed));
    int at = 0;
    if (absl::SimpleAtoi(MetadataOf(put.status(), "index"), &at) && at >= 0 && at < written) {
      const v1::ImportRow& row = *batch.rows[index[at]];
      co_return Error(absl::StatusCode::kAlreadyExists, api::v1::REASON_ALREADY_TAKEN,
                      absl::StrCat("the address in line ", row.line(), " belongs to somebody else"))
          .Field("rows.person.email", "belongs to somebody else")
          .Metadata("line", absl::StrCat(row.line()));
    }
    if (!put.ok() || !*put) co_return put;
  }
  v1::ImportPeopleResponse& response = session.response;
  response.set_added_count(response.added_count() + added);
  response.set_changed_count(response.changed_count() + written - added);
  response.set_unchanged_count(response.unchanged_count() + unchanged);
  response.set_kept_count(response.kept_count() + kept);
  co_return true;
}

Task<absl::Status> PeopleImport::SettleManagers(rpc::Call call, Session& session) {
  // Managers that are nobody of this import may be people from before.
  std::vector<std::string> elsewhere;
  for (const Session::Row& row : session.rows) {
    const std::string& manager = row.manager_external_id;
    if (!manager.empty() && session.ids.try_emplace(manager).second) elsewhere.push_back(manager);
  }
  CO_ASSIGN_OR_RETURN(const auto found, co_await store_.FindIds(call, elsewhere));
  for (size_t i = 0; i < elsewhere.size(); ++i) session.ids[elsewhere[i]] = found[i].value_or("");
  CO_ASSIGN_OR_RETURN(const auto stored, co_await store_.Managers(call));
  co_await executors_.OnWorkers();
  absl::flat_hash_map<std::string, std::string> wanted;
  forest::ParentLinks lines;
  for (const auto& [person, manager] : stored) lines.Set(person, manager);
  for (const Session::Row& row : session.rows) {
    const std::string manager = row.manager_external_id.empty() ? "" : session.ids[row.manager_external_id];
    wanted[row.id] = manager;
    lines.Set(row.id, manager);
  }
  for (const std::vector<std::string>& ring : lines.Cycles()) {
    // Open at the first of this import; lines from before are nobody's to change here.
    const auto first = std::find_if(ring.begin(), ring.end(), [&](const auto& id) { return wanted.contains(id); });
    if (first != ring.end()) wanted[*first].clear();
  }
  int64_t unknown = 0;
  std::vector<std::pair<std::string, std::string>> wrong;
  for (const Session::Row& row : session.rows) {
    const std::string& manager = wanted[row.id];
    if (manager.empty() && !row.manager_external_id.empty()) ++unknown;
    const auto held = stored.find(row.id);
    if ((held == stored.end() ? absl::string_view() : held->second) != manager) wrong.emplace_back(row.id, manager);
  }
  session.response.set_unknown_manager_count(unknown);
  for (size_t begin = 0; begin < wrong.size(); begin += ImportStore::kManagersBatch) {
    const size_t end = std::min(wrong.size(), begin + ImportStore::kManagersBatch);
    std::vector<std::pair<std::string, std::string>> portion(wrong.begin() + begin, wrong.begin() + end);
    CO_RETURN_IF_ERROR(co_await store_.SetManagers(call, std::move(portion)));
  }
  co_return absl::OkStatus();
}

}  // namespace cortado::profile
