#include "services/profile/import_ending.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "common/status/error.h"
#include "common/status/status.h"
#include "cortado/profile/v1/reason.pb.h"
#include "services/profile/import_merge.h"

namespace cortado::profile {
namespace {

constexpr int kTries = 5;

template <typename T>
std::vector<T> Portion(const std::vector<T>& all, size_t begin, size_t most) {
  const size_t end = std::min(all.size(), begin + most);
  return {all.begin() + static_cast<std::ptrdiff_t>(begin), all.begin() + static_cast<std::ptrdiff_t>(end)};
}

}  // namespace

Task<absl::Status> ImportEnding::Begin(rpc::Call call, const v1::ImportPeopleRequest& first, Leaving& leaving) {
  if (!first.deactivate_absent()) co_return absl::OkStatus();
  leaving.asked = true;
  if (first.max_leaving_percent() != 0) leaving.percent = first.max_leaving_percent();
  CO_ASSIGN_OR_RETURN(const std::vector<std::string> active, co_await people_.ListActive(call));
  leaving.active = static_cast<int64_t>(active.size());
  co_return absl::OkStatus();
}

Task<absl::StatusOr<v1::ImportPeopleResponse>> ImportEnding::End(rpc::Call call, const Leaving& leaving,
                                                                 ImportSession& session) {
  CO_RETURN_IF_ERROR(co_await SettleManagers(call, session));
  if (leaving.asked) {
    CO_RETURN_IF_ERROR(co_await SettleLeavers(call, leaving, session));
  }
  co_return co_await Answer(call, session);
}

Task<absl::Status> ImportEnding::SettleManagers(rpc::Call call, ImportSession& session) {
  // Managers that are nobody of this import may be people from before.
  CO_ASSIGN_OR_RETURN(const auto found, co_await store_.FindIds(call, session.ManagersElsewhere()));
  CO_ASSIGN_OR_RETURN(const auto stored, co_await store_.Managers(call));
  co_await executors_.OnWorkers();
  const std::vector<std::pair<std::string, std::string>> wrong = session.SettleManagers(found, stored);
  if (session.validate_only()) co_return absl::OkStatus();
  for (size_t begin = 0; begin < wrong.size(); begin += ImportStore::kManagersBatch) {
    std::vector<std::pair<std::string, std::string>> portion = Portion(wrong, begin, ImportStore::kManagersBatch);
    CO_RETURN_IF_ERROR(co_await store_.SetManagers(call, std::move(portion)));
  }
  co_return absl::OkStatus();
}

Task<absl::Status> ImportEnding::SettleLeavers(rpc::Call call, const Leaving& leaving, ImportSession& session) {
  CO_ASSIGN_OR_RETURN(const auto known, co_await store_.KnownToHr(call));
  std::vector<std::string> absent = session.Absent(known);
  CO_ASSIGN_OR_RETURN(const std::vector<bool> active, co_await people_.AreActive(call, absent));
  std::vector<std::string> ids;
  for (size_t i = 0; i < absent.size(); ++i) {
    if (active[i]) ids.push_back(std::move(absent[i]));
  }
  const auto count = static_cast<int64_t>(ids.size());
  if (count * 100 > leaving.active * leaving.percent) {
    const std::string what = absl::StrCat(count, " of ", leaving.active, " active people would leave, more than ",
                                          leaving.percent, " percent; nobody leaves");
    if (!session.validate_only()) {
      co_return Error(absl::StatusCode::kFailedPrecondition, v1::REASON_TOO_MANY_LEAVING, what)
          .Metadata("leaving", absl::StrCat(count))
          .Metadata("active", absl::StrCat(leaving.active));
    }
    session.AddError(0, "max_leaving_percent", what);
  }
  for (size_t begin = 0; begin < ids.size(); begin += ImportStore::kBatch) {
    std::vector<std::string> portion = Portion(ids, begin, ImportStore::kBatch);
    CO_RETURN_IF_ERROR(co_await Leave(call, session, std::move(portion)));
  }
  co_return absl::OkStatus();
}

Task<absl::Status> ImportEnding::Leave(rpc::Call call, ImportSession& session, std::vector<std::string> ids) {
  for (int attempt = 1; attempt <= kTries; ++attempt) {
    CO_ASSIGN_OR_RETURN(const auto files, co_await people_.FindFiles(call, ids));
    std::vector<ImportedPerson> leavers;
    std::vector<v1::Person> people;
    for (size_t i = 0; i < ids.size(); ++i) {
      if (!files[i] || !files[i]->person.active()) continue;
      leavers.push_back(Leaver(ids[i], *files[i], clock_.Now()));
      people.push_back(files[i]->person);
    }
    bool written = session.validate_only() || leavers.empty();
    if (!written) {
      CO_ASSIGN_OR_RETURN(written, co_await store_.Put(call, std::move(leavers)));
    }
    if (!written) continue;
    for (const v1::Person& person : people) session.TakeLeaver(person);
    co_return absl::OkStatus();
  }
  co_return absl::UnavailableError("people of the import change all the time; try again");
}

Task<absl::StatusOr<v1::ImportPeopleResponse>> ImportEnding::Answer(rpc::Call call, ImportSession& session) {
  const std::vector<std::string> ids = session.ManagersToName();
  CO_ASSIGN_OR_RETURN(const auto managers, co_await people_.FindAll(call, ids));
  absl::flat_hash_map<std::string, std::string> names;
  for (size_t i = 0; i < ids.size(); ++i) {
    if (managers[i]) names[ids[i]] = managers[i]->display_name();
  }
  v1::ImportPeopleResponse response = session.Answer(names);
  // What was stored of people is shown to HR, and that is recorded.
  CO_RETURN_IF_ERROR(co_await people_.RecordShown(call, session.shown()));
  co_return response;
}

}  // namespace cortado::profile
