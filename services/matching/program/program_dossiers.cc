#include "services/matching/program/program_dossiers.h"

#include <utility>
#include <vector>

#include "common/privacy/person_record.h"
#include "common/status/status.h"

namespace cortado::matching {
namespace {

// K: participants, participant_ids, taking_part. A: P, person.
const store::WriteScript kForgetParticipant("matching.forget_participant", R"lua(
  redis.call('HDEL', K[1], A[2])
  redis.call('ZREM', K[2], A[2])
  redis.call('HDEL', K[3], A[1])
  resource = 'programs/' .. A[1]
)lua");

}  // namespace

Task<absl::StatusOr<privacy::RecordPage>> ProgramDossiers::Collect(rpc::Call call, std::string person, std::string) {
  CO_ASSIGN_OR_RETURN(const std::vector<std::string> programs, co_await programs_.ListTakingPart(call, person));
  privacy::RecordPage page;
  for (const std::string& program : programs) {
    CO_ASSIGN_OR_RETURN(const Enrollment one, co_await programs_.GetParticipant(call, program, person));
    CO_ASSIGN_OR_RETURN(api::v1::PersonRecord record,
                        privacy::MakePersonRecord("matching", one.participant.name(), one.participant, person));
    page.records.push_back(std::move(record));
  }
  co_return page;
}

Task<absl::StatusOr<int>> ProgramDossiers::Erase(rpc::Call call, std::string person) {
  CO_ASSIGN_OR_RETURN(const std::vector<std::string> programs, co_await programs_.ListTakingPart(call, person));
  const auto key = [&](absl::string_view rest) { return store_.Key(call.organization(), rest); };
  for (const std::string& program : programs) {
    store::Write write;
    write.script = &kForgetParticipant;
    write.keys = {key("participants:" + program), key("participant_ids:" + program), key("taking_part:" + person)};
    write.arguments = {program, person};
    CO_RETURN_IF_ERROR((co_await store_.Write(call, std::move(write))).status());
  }
  co_return static_cast<int>(programs.size());
}

}  // namespace cortado::matching
