#include "clients/ctl/import_people.h"

#include <algorithm>
#include <map>
#include <string>
#include <utility>

#include "absl/time/clock.h"
#include "clients/ctl/import/people_file.h"
#include "clients/ctl/render/progress.h"
#include "common/status/status.h"

namespace cortado::ctl {
namespace {

using profile::v1::ImportPeopleRequest;
using profile::v1::ImportPeopleResponse;

constexpr absl::Duration kLongestImport = absl::Minutes(15);
constexpr size_t kMostLookups = 1000;
constexpr size_t kRowOverhead = 6;  // Tag and length of one row in its message.

absl::StatusOr<ImportPeopleResponse> Stream(Session& session, const Caller& caller,
                                            const std::vector<ImportPeopleRequest>& messages, int64_t rows) {
  grpc::ClientContext context;
  RETURN_IF_ERROR(session.Prepare(context, caller, kLongestImport));
  ImportPeopleResponse response;
  auto writer = session.profile().ImportPeople(&context, &response);
  const bool dry = !messages.empty() && messages[0].validate_only();
  Progress progress(dry ? "Comparing" : "Importing", "people", rows);
  for (const ImportPeopleRequest& message : messages) {
    if (!writer->Write(message)) break;  // Finish says why.
    progress.Advance(message.rows_size());
  }
  writer->WritesDone();
  RETURN_IF_ERROR(rpc::FromGrpc(writer->Finish()));
  return response;
}

}  // namespace

absl::Status ForgetKnownManagers(Session& session, const Caller& caller, PeopleFile& file) {
  std::map<std::string, bool> known;
  for (const FileProblem& problem : file.problems) {
    if (problem.stranger.empty() || known.size() >= kMostLookups || known.count(problem.stranger) > 0) continue;
    profile::v1::LookupPersonRequest request;
    request.set_external_id(problem.stranger);
    const absl::Status found = session.Call(session.profile(), &Profile::LookupPerson, caller, request).status();
    if (!found.ok() && !absl::IsNotFound(found)) return found;
    known[problem.stranger] = found.ok();
  }
  const auto is_known = [&known](const FileProblem& problem) {
    const auto manager = known.find(problem.stranger);
    return manager != known.end() && manager->second;
  };
  file.problems.erase(std::remove_if(file.problems.begin(), file.problems.end(), is_known), file.problems.end());
  return absl::OkStatus();
}

absl::StatusOr<PeopleFile> LoadPeople(const std::string& path, const PeopleMapping& mapping) {
  ASSIGN_OR_RETURN(csv::ByteSource source, OpenPeopleFile(path));
  return ReadPeople(std::move(source), mapping);
}

std::vector<ImportPeopleRequest> MakeMessages(std::vector<ImportRow> rows, bool assume_open) {
  ImportPeopleRequest how;
  how.set_assume_open(assume_open);
  return MakeMessages(std::move(rows), how);
}

std::vector<ImportPeopleRequest> MakeMessages(std::vector<ImportRow> rows, const ImportPeopleRequest& how) {
  std::vector<ImportPeopleRequest> messages;
  size_t bytes = 0;
  for (ImportRow& row : rows) {
    const size_t size = row.ByteSizeLong() + kRowOverhead;
    const bool full =
        messages.empty() || messages.back().rows_size() == kRowsPerMessage || bytes + size > kBytesPerMessage;
    if (full) {
      if (messages.empty()) {
        messages.push_back(how);
      } else {
        messages.emplace_back();
      }
      bytes = 0;
    }
    *messages.back().add_rows() = std::move(row);
    bytes += size;
  }
  return messages;
}

absl::StatusOr<ImportOutcome> SendPeople(Session& session, const Caller& caller,
                                         const std::vector<ImportPeopleRequest>& messages) {
  ImportOutcome outcome;
  for (const ImportPeopleRequest& message : messages) outcome.rows += message.rows_size();
  Patience patience;
  for (;;) {
    const absl::Time began = absl::Now();
    absl::StatusOr<ImportPeopleResponse> response = Stream(session, caller, messages, outcome.rows);
    outcome.took = absl::Now() - began;
    if (response.ok()) {
      outcome.response = *std::move(response);
      return outcome;
    }
    if (!patience.TryAgain(response.status())) return response.status();
  }
}

}  // namespace cortado::ctl
