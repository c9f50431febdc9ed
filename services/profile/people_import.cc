#include "services/profile/people_import.h"

#include <algorithm>
#include <memory>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "common/rpc/validator.h"
#include "common/status/error.h"
#include "common/status/status.h"
#include "services/profile/import_merge.h"
#include "services/profile/import_plan.h"
#include "services/profile/person_rules.h"

namespace cortado::profile {
namespace {

constexpr int kTries = 5;

absl::Status CheckRow(v1::ImportRow& row, const std::string& path) {
  if (row.person().external_id().empty()) return InvalidField(absl::StrCat(path, "person.external_id"), "is required");
  if (row.has_destination() && row.destination().kind() == v1::DESTINATION_KIND_UNSPECIFIED) {
    return InvalidField(absl::StrCat(path, "destination.kind"), "is required");
  }
  RETURN_IF_ERROR(CheckAudiences(row.person(), absl::StrCat(path, "person.")));
  return NormalisePerson(*row.mutable_person(), absl::StrCat(path, "person."));
}

std::string PathOf(int row) { return absl::StrCat("rows[", row, "]."); }

absl::Status TakenAddress(const v1::ImportRow& row) {
  return Error(absl::StatusCode::kAlreadyExists, api::v1::REASON_ALREADY_TAKEN,
               absl::StrCat("the address in line ", row.line(), " belongs to somebody else"))
      .Field("rows.person.email", "belongs to somebody else")
      .Metadata("line", absl::StrCat(row.line()));
}

}  // namespace

// One import under way.
struct PeopleImport::Work {
  explicit Work(const v1::ImportPeopleRequest& first) : session(first) {}

  // What is wrong with a row: an error of the answer where nothing is written, else of the call.
  absl::Status Refuse(const v1::ImportRow& row, int index, absl::Status wrong) {
    if (!session.validate_only()) return wrong;
    const std::string field = FieldsOf(wrong);
    const std::string path(absl::StripPrefix(absl::StripPrefix(field, PathOf(index)), "rows."));
    const absl::string_view problem = absl::StripPrefix(wrong.message(), absl::StrCat(field, " "));
    session.AddError(row.line(), path, problem);
    return absl::OkStatus();
  }

  ImportSession session;
  Leaving leaving;
  absl::flat_hash_map<std::string, NamedSkill> skills;  // What names have meant so far.
  std::optional<SkillCatalog> would_be;                 // With validate_only: the catalogue as it would become.
  AddressBook addresses;                                // With validate_only.
};

Task<absl::StatusOr<v1::ImportPeopleResponse>> PeopleImport::Run(rpc::Call call,
                                                                 rpc::Reader<v1::ImportPeopleRequest>& reader) {
  std::unique_ptr<Work> work;
  for (;;) {
    absl::Status fault;
    CO_ASSIGN_OR_RETURN(std::optional<v1::ImportPeopleRequest> request, co_await reader.ReadWith(fault));
    if (!request) break;
    if (work == nullptr) {
      work = std::make_unique<Work>(*request);
      CO_RETURN_IF_ERROR(co_await ending_.Begin(call, *request, work->leaving));
    }
    CO_RETURN_IF_ERROR(co_await TakeMessage(call, *work, *request, std::move(fault)));
    if (call.Cancelled()) co_return absl::CancelledError("the caller hung up");
  }
  // An empty stream is no file: nobody leaves by it.
  if (work == nullptr) co_return v1::ImportPeopleResponse();
  co_return co_await ending_.End(call, work->leaving, work->session);
}

Task<absl::Status> PeopleImport::TakeMessage(rpc::Call call, Work& work, v1::ImportPeopleRequest& request,
                                             absl::Status fault) {
  if (!fault.ok()) {
    // Which rows are at fault? None: the message itself.
    if (!work.session.validate_only()) co_return fault;
    const rpc::Validator& rules = rpc::Validator::Of(*v1::ImportRow::descriptor());
    google::protobuf::RepeatedPtrField<v1::ImportRow> good;
    for (v1::ImportRow& row : *request.mutable_rows()) {
      const absl::Status wrong = rules.Check(row);
      if (wrong.ok()) {
        *good.Add() = std::move(row);
        continue;
      }
      (void)work.session.Arrive(row.person().external_id());
      CO_RETURN_IF_ERROR(work.Refuse(row, 0, wrong));
    }
    if (good.size() == request.rows_size()) co_return fault;
    request.mutable_rows()->Swap(&good);
  }
  for (int begin = 0; begin < request.rows_size(); begin += ImportStore::kBatch) {
    const int end = std::min<int>(request.rows_size(), begin + ImportStore::kBatch);
    CO_RETURN_IF_ERROR(co_await TakeRows(call, work, request, begin, end));
  }
  co_return absl::OkStatus();
}

Task<absl::Status> PeopleImport::TakeRows(rpc::Call call, Work& work, v1::ImportPeopleRequest& request, int begin,
                                          int end) {
  co_await executors_.OnWorkers();
  std::vector<int> good;
  std::vector<std::string> digests;
  for (int i = begin; i < end; ++i) {
    v1::ImportRow& row = *request.mutable_rows(i);
    absl::Status wrong = CheckRow(row, PathOf(i));
    if (!row.person().external_id().empty() && !work.session.Arrive(row.person().external_id()) && wrong.ok()) {
      wrong = InvalidField(absl::StrCat(PathOf(i), "person.external_id"), "came in an earlier row of this import");
    }
    if (!wrong.ok()) {
      CO_RETURN_IF_ERROR(work.Refuse(row, i, std::move(wrong)));
      continue;
    }
    good.push_back(i);
    digests.push_back(DigestOf(row, work.session.assume_open()));
    if (work.session.assume_open() && !row.has_offer()) *row.mutable_offer() = OpenOffer();
  }
  const std::vector<int> before = good;
  CO_RETURN_IF_ERROR(co_await SettleSkills(call, work, request, good));
  std::vector<ReadyRow> rows;
  for (size_t i = 0; i < before.size(); ++i) {
    if (!std::binary_search(good.begin(), good.end(), before[i])) continue;
    rows.push_back({&request.rows(before[i]), std::move(digests[i])});
  }
  if (rows.empty()) co_return absl::OkStatus();
  for (int attempt = 1; attempt <= kTries; ++attempt) {
    CO_ASSIGN_OR_RETURN(const bool written, co_await Write(call, work, rows));
    if (written) co_return absl::OkStatus();
  }
  co_return absl::UnavailableError("people of the import change all the time; try again");
}

Task<absl::Status> PeopleImport::SettleSkills(rpc::Call call, Work& work, v1::ImportPeopleRequest& request,
                                              std::vector<int>& rows) {
  std::vector<std::vector<SkillMention>> mentions(rows.size());
  std::vector<std::string> names;
  for (size_t i = 0; i < rows.size(); ++i) {
    CollectSkills(*request.mutable_rows(rows[i])->mutable_person(), absl::StrCat(PathOf(rows[i]), "person."),
                  mentions[i]);
    for (const SkillMention& mention : mentions[i]) {
      // An empty name stays without a skill, and is refused below.
      const bool is_new = work.skills.try_emplace(*mention.skill).second;
      if (is_new && !mention.skill->empty()) names.push_back(*mention.skill);
    }
  }
  if (!names.empty()) CO_RETURN_IF_ERROR(co_await LearnSkills(call, work, std::move(names)));
  std::vector<int> settled;
  for (size_t i = 0; i < rows.size(); ++i) {
    v1::ImportRow& row = *request.mutable_rows(rows[i]);
    absl::Status wrong;
    for (const SkillMention& mention : mentions[i]) {
      const NamedSkill& skill = work.skills[*mention.skill];
      if (skill.name.empty() && wrong.ok()) {
        wrong = InvalidField(mention.path, "must be a name, or a skill of the catalogue");
      }
      *mention.skill = skill.name;
      *mention.display_name = skill.display_name;
    }
    if (!wrong.ok()) {
      CO_RETURN_IF_ERROR(work.Refuse(row, rows[i], std::move(wrong)));
      continue;
    }
    // Two names of one skill are one skill.
    DropRepeatedSkills(*row.mutable_person());
    settled.push_back(rows[i]);
  }
  rows = std::move(settled);
  co_return absl::OkStatus();
}

Task<absl::Status> PeopleImport::LearnSkills(rpc::Call call, Work& work, std::vector<std::string> names) {
  if (!work.session.validate_only()) {
    CO_ASSIGN_OR_RETURN(const auto view, co_await skills_.ViewWith(call, names));
    co_await executors_.OnWorkers();
    work.session.AddSkills(view.second);
    for (const std::string& name : names) {
      if (std::optional<NamedSkill> skill = FindSkill(*view.first, name)) work.skills[name] = *std::move(skill);
    }
    co_return absl::OkStatus();
  }
  CO_ASSIGN_OR_RETURN(const SkillViewPtr view, co_await skills_.View(call));
  co_await executors_.OnWorkers();
  if (!work.would_be) work.would_be = view->catalog;
  for (const std::string& name : names) {
    std::optional<NamedSkill> skill = FindSkill(*view, name);
    if (!skill && !absl::StartsWith(name, "skills/")) {
      const auto [id, is_new] = work.would_be->FindOrAdd(name);
      work.session.AddSkills(is_new ? 1 : 0);
      skill = NamedSkill{absl::StrCat("skills/", id), work.would_be->Get(id)->name};
    }
    if (skill) work.skills[name] = *std::move(skill);
  }
  co_return absl::OkStatus();
}

Task<absl::StatusOr<bool>> PeopleImport::Write(rpc::Call call, Work& work, std::vector<ReadyRow>& rows) {
  std::vector<std::string> external_ids;
  for (const ReadyRow& ready : rows) external_ids.push_back(ready.row->person().external_id());
  for (const ReadyRow& ready : rows) external_ids.push_back(ready.row->manager_external_id());
  CO_ASSIGN_OR_RETURN(auto known, co_await store_.FindIds(call, std::move(external_ids)));
  BatchFacts facts;
  facts.ids.assign(known.begin(), known.begin() + rows.size());
  facts.managers.assign(known.begin() + rows.size(), known.end());
  std::vector<std::string> candidates = CandidateIds(rows, facts.ids);
  CO_ASSIGN_OR_RETURN(facts.files, co_await people_.FindFiles(call, std::move(candidates)));
  co_await executors_.OnWorkers();
  std::vector<RowPlan> plans = PlanBatch(rows, facts, work.session.taken(), clock_.Now());
  if (work.session.validate_only()) {
    CO_RETURN_IF_ERROR(co_await RefuseTaken(call, work, rows, plans));
  } else {
    std::vector<ImportedPerson> people;
    std::vector<size_t> index;
    for (size_t i = 0; i < plans.size(); ++i) {
      if (!plans[i].write) continue;
      people.push_back(*std::move(plans[i].write));
      index.push_back(i);
    }
    if (!people.empty()) {
      const absl::StatusOr<bool> put = co_await store_.Put(call, std::move(people));
      size_t at = 0;
      if (absl::SimpleAtoi(MetadataOf(put.status(), "index"), &at) && at < index.size()) {
        co_return TakenAddress(*rows[index[at]].row);
      }
      if (!put.ok() || !*put) co_return put;
    }
  }
  for (size_t i = 0; i < plans.size(); ++i) work.session.Take(*rows[i].row, std::move(plans[i]));
  co_return true;
}

Task<absl::Status> PeopleImport::RefuseTaken(rpc::Call call, Work& work, std::vector<ReadyRow>& rows,
                                             std::vector<RowPlan>& plans) {
  CO_ASSIGN_OR_RETURN(const auto holders, co_await store_.FindHolders(call, AddressBook::Wanted(plans)));
  const std::vector<size_t> refused = work.addresses.Take(plans, holders);
  for (auto at = refused.rbegin(); at != refused.rend(); ++at) {
    const absl::Status wrong = InvalidField("person.email", "belongs to somebody else");
    CO_RETURN_IF_ERROR(work.Refuse(*rows[*at].row, 0, wrong));
    rows.erase(rows.begin() + static_cast<std::ptrdiff_t>(*at));
    plans.erase(plans.begin() + static_cast<std::ptrdiff_t>(*at));
  }
  co_return absl::OkStatus();
}

}  // namespace cortado::profile
