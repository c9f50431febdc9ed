#include "services/matching/program/program_store.h"

#include "absl/strings/numbers.h"
#include "common/status/error.h"
#include "services/matching/program/cadence.h"
#include "services/matching/program/program_rules.h"

namespace cortado::matching {
namespace {

// K: program, programs, cadences. A: P, revision read ('' to create), bytes, `MS:P`, next step of its own calendar in
// ms or ''.
const store::WriteScript kPutProgram("matching.put_program", R"lua(
  local held = redis.call('GET', K[1])
  if A[2] ~= '' and not held then return refuse('ABSENT') end
  if (held and revision_of(held) or '') ~= A[2] then return refuse('ETAG') end
  redis.call('SET', K[1], record(A[3]))
  if not held then redis.call('ZADD', K[2], 0, A[4]) end
  if A[5] == '' then redis.call('ZREM', K[3], A[1]) else redis.call('ZADD', K[3], A[5], A[1]) end
  event(held and 'program.updated' or 'program.created', 'programs/' .. A[1])
  resource = 'programs/' .. A[1]
)lua");

// K: cadences, program. A: P, next step in ms, revision of the programme read. Not when it was changed meanwhile.
const store::WriteScript kSetCadence("matching.set_cadence", R"lua(
  resource = 'programs/' .. A[1]
  local held = redis.call('GET', K[2])
  if not held or revision_of(held) ~= A[3] then return unchanged(resource) end
  redis.call('ZADD', K[1], A[2], A[1])
)lua");

// K: program, participants, participant_ids, then taking_part of each person. A: P, title, then for each person: id,
// bytes, "tell" or "" (whoever has not joined is written to once, and that is not for this), instant in ms from which
// they take part without an answer or "".
const store::WriteScript kInvite("matching.invite", R"lua(
  local P = A[1]
  if redis.call('EXISTS', K[1]) == 0 then return refuse('ABSENT') end
  local invited = {}
  for i = 3, #A, 4 do
    local person, bytes, tell, till = A[i], A[i + 1], A[i + 2], A[i + 3]
    if redis.call('HSETNX', K[2], person, record(bytes)) == 1 then
      redis.call('ZADD', K[3], 0, person)
      redis.call('HSET', K[4 + (i - 3) / 4], P, 1)
      if tell ~= '' and till == '' then
        event('participant.invited', 'programs/' .. P, 'person', person, 'title', A[2])
      elseif tell ~= '' then
        event('participant.enrolling', 'programs/' .. P, 'person', person, 'title', A[2], 'until', till)
      end
      invited[#invited + 1] = person
    end
  end
  resource = 'programs/' .. P
  people = invited
  out = {tostring(#invited)}
)lua");

// K: participants. A: P, person, revision read, bytes. What was answered is nobody's business but theirs.
const store::WriteScript kAnswer("matching.answer_invitation", R"lua(
  local held = redis.call('HGET', K[1], A[2])
  if not held then return refuse('ABSENT') end
  if revision_of(held) ~= A[3] then return refuse('ETAG') end
  redis.call('HSET', K[1], A[2], record(A[4]))
  event('participant.answered', 'programs/' .. A[1], 'person', A[2])
  resource = 'programs/' .. A[1] .. '/participants/' .. A[2]
)lua");

absl::Status Refused(const store::Outcome& outcome) {
  if (outcome.refusal == "ETAG") return EtagMismatch();
  return NotFound();
}

absl::StatusOr<Enrollment> ReadEnrollment(const std::string& program, std::string person, const std::string& stored) {
  ASSIGN_OR_RETURN(const store::Record record, store::ParseRecord(stored));
  Enrollment enrollment;
  RETURN_IF_ERROR(store::ParseMessage(record, enrollment.participant));
  enrollment.participant.set_name(absl::StrCat("programs/", program, "/participants/", person));
  enrollment.participant.mutable_person()->set_person("people/" + person);
  enrollment.etag = record.etag();
  enrollment.person = std::move(person);
  return enrollment;
}

std::string BytesOf(v1::Participant participant) {
  participant.clear_name();
  participant.clear_person();
  participant.clear_skips_next_round();
  participant.clear_chat_booked();
  return participant.SerializeAsString();
}

}  // namespace

Task<absl::StatusOr<v1::Program>> ProgramStore::Put(rpc::Call call, v1::Program program, std::string request_id,
                                                    std::string fingerprint) {
  const std::string id = IdOf(program.name());
  store::Write write;
  write.script = &kPutProgram;
  write.keys = {Key(call, "program:" + id), Key(call, "programs"), Key(call, "cadences")};
  const std::string made = ListTime(absl::FromUnixSeconds(program.create_time().seconds()));
  const absl::Time round = absl::FromUnixSeconds(program.next_round_time().seconds());
  const std::string step = RunsItself(program) ? Millis(NextStep(round, clock_.Now())) : "";
  write.arguments = {id, program.etag(), Bytes(std::move(program)), absl::StrCat(made, ":", id), step};
  write.request_id = std::move(request_id);
  write.fingerprint = std::move(fingerprint);
  CO_ASSIGN_OR_RETURN(const store::Outcome outcome, co_await store_.Write(call, std::move(write)));
  if (outcome.refused()) co_return Refused(outcome);
  co_return co_await Get(call, IdOf(outcome.resource));
}

Task<absl::StatusOr<std::vector<std::string>>> ProgramStore::ListCadences(rpc::Call call, absl::Time now, int limit) {
  std::vector<std::string> command = {"ZRANGEBYSCORE",    Key(call, "cadences"), "-inf", Millis(now), "LIMIT", "0",
                                      absl::StrCat(limit)};
  CO_ASSIGN_OR_RETURN(redis::Reply reply, co_await store_.Read(call, std::move(command)));
  std::vector<std::string> programs;
  for (redis::Reply& one : reply.elements) programs.push_back(std::move(one.text));
  co_return programs;
}

Task<absl::Status> ProgramStore::SetCadence(rpc::Call call, const v1::Program& program, absl::Time step) {
  store::Write write;
  write.script = &kSetCadence;
  Append(write.keys, Key(call, "cadences"), Key(call, "program:" + IdOf(program.name())));
  Append(write.arguments, IdOf(program.name()), Millis(step), program.etag());
  co_return (co_await store_.Write(call, std::move(write))).status();
}

Task<absl::StatusOr<v1::Program>> ProgramStore::Get(rpc::Call call, std::string id) {
  return ReadRecord<v1::Program>(store_, std::move(call), "program", std::move(id));
}

Task<absl::StatusOr<Page<v1::Program>>> ProgramStore::List(rpc::Call call, std::string cursor, int limit) {
  return ReadList<v1::Program>(store_, std::move(call), "program", "programs", std::move(cursor), limit);
}

Task<absl::StatusOr<std::vector<std::string>>> ProgramStore::ListTakingPart(rpc::Call call, std::string person) {
  std::vector<std::string> command = {"HKEYS", Key(call, "taking_part:" + person)};
  CO_ASSIGN_OR_RETURN(redis::Reply reply, co_await store_.Read(call, std::move(command)));
  std::vector<std::string> programs;
  for (redis::Reply& one : reply.elements) programs.push_back(std::move(one.text));
  co_return programs;
}

Task<absl::StatusOr<int>> ProgramStore::Invite(rpc::Call call, const v1::Program& program,
                                               std::map<std::string, Invitee> people,
                                               const v1::Participant& participant, std::string request_id,
                                               std::string fingerprint) {
  const std::string id = IdOf(program.name());
  store::Write write;
  write.script = &kInvite;
  write.keys = {Key(call, "program:" + id), Key(call, "participants:" + id), Key(call, "participant_ids:" + id)};
  write.arguments = {id, program.display_name()};
  for (const auto& [person, invitee] : people) {
    write.keys.push_back(Key(call, "taking_part:" + person));
    v1::Participant own = participant;
    const bool enrolls = invitee.enroll_time.has_value();
    if (enrolls) own.mutable_enroll_time()->set_seconds(absl::ToUnixSeconds(*invitee.enroll_time));
    Append(write.arguments, person, BytesOf(std::move(own)), std::string(invitee.joined ? "tell" : ""),
           enrolls ? Millis(*invitee.enroll_time) : std::string());
  }
  write.request_id = std::move(request_id);
  write.fingerprint = std::move(fingerprint);
  CO_ASSIGN_OR_RETURN(const store::Outcome outcome, co_await store_.Write(call, std::move(write)));
  if (outcome.refused()) co_return Refused(outcome);
  int invited = 0;
  if (!outcome.values.empty() && !absl::SimpleAtoi(outcome.values[0].text, &invited)) invited = 0;
  co_return invited;
}

Task<absl::StatusOr<v1::Participant>> ProgramStore::Answer(rpc::Call call, std::string program, Enrollment enrollment,
                                                           std::string request_id, std::string fingerprint) {
  store::Write write;
  write.script = &kAnswer;
  write.keys = {Key(call, "participants:" + program)};
  write.arguments = {program, enrollment.person, enrollment.etag, BytesOf(enrollment.participant)};
  write.request_id = std::move(request_id);
  write.fingerprint = std::move(fingerprint);
  CO_ASSIGN_OR_RETURN(const store::Outcome outcome, co_await store_.Write(call, std::move(write)));
  if (outcome.refused()) co_return Refused(outcome);
  CO_ASSIGN_OR_RETURN(Enrollment now, co_await GetParticipant(call, std::move(program), enrollment.person));
  co_return std::move(now.participant);
}

Task<absl::StatusOr<Enrollment>> ProgramStore::GetParticipant(rpc::Call call, std::string program, std::string person) {
  std::vector<std::string> command = {"HGET", Key(call, "participants:" + program), person};
  CO_ASSIGN_OR_RETURN(const redis::Reply reply, co_await store_.Read(call, std::move(command)));
  if (reply.IsNil()) co_return NotFound();
  co_return ReadEnrollment(program, std::move(person), reply.text);
}

Task<absl::StatusOr<Page<Enrollment>>> ProgramStore::ListParticipants(rpc::Call call, std::string program,
                                                                      std::string after, int limit) {
  std::vector<std::string> command = {
      "ZRANGEBYLEX",      Key(call, "participant_ids:" + program), after.empty() ? "-" : "(" + after, "+", "LIMIT", "0",
      absl::StrCat(limit)};
  CO_ASSIGN_OR_RETURN(const redis::Reply ids, co_await store_.Read(call, std::move(command)));
  Page<Enrollment> page;
  if (ids.elements.empty()) co_return page;
  std::vector<std::string> values = {"HMGET", Key(call, "participants:" + program)};
  for (const redis::Reply& id : ids.elements) values.push_back(id.text);
  CO_ASSIGN_OR_RETURN(const redis::Reply stored, co_await store_.Read(call, std::move(values)));
  for (size_t i = 0; i < stored.elements.size(); ++i) {
    if (stored.elements[i].IsNil()) continue;
    CO_ASSIGN_OR_RETURN(Enrollment one, ReadEnrollment(program, ids.elements[i].text, stored.elements[i].text));
    page.items.push_back(std::move(one));
  }
  if (static_cast<int>(ids.elements.size()) == limit) page.cursor = ids.elements.back().text;
  co_return page;
}

}  // namespace cortado::matching
