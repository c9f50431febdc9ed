#include "services/matching/program/program_dossiers.h"

#include <algorithm>
#include <set>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/privacy/person_record.h"
#include "common/status/error.h"
#include "common/status/status.h"

namespace cortado::matching {
namespace {

// K: participants, participant_ids. A: P, person.
const store::WriteScript kForgetParticipant("matching.forget_participant", R"lua(
  redis.call('HDEL', K[1], A[2])
  redis.call('ZREM', K[2], A[2])
  resource = 'programs/' .. A[1]
)lua");

// K: taking_part. A: person. The last step: until then it says where there may be something left.
const store::WriteScript kForgetTakingPart("matching.forget_taking_part", R"lua(
  if redis.call('EXISTS', K[1]) == 0 then return unchanged('people/' .. A[1]) end
  redis.call('DEL', K[1])
  resource = 'people/' .. A[1]
)lua");

// K: round, round_pairs, round_pair_ids, round_places, active, round_unmatched. A: name, revision read, bytes, person,
// whom they leave without a pair (ids, separated by spaces), the number of the reason, then the pairs with them.
const store::WriteScript kForgetInRound("matching.forget_in_round", R"lua(
  local held = redis.call('GET', K[1])
  if not held or revision_of(held) ~= A[2] then return refuse('ETAG') end
  redis.call('SET', K[1], record(A[3]))
  redis.call('HDEL', K[6], A[4])
  for left in string.gmatch(A[5], '%S+') do redis.call('HSETNX', K[6], left, A[6]) end
  for i = 7, #A do
    local mentor = redis.call('HGET', K[4], A[i])
    redis.call('HDEL', K[2], A[i])
    redis.call('ZREM', K[3], A[i])
    redis.call('HDEL', K[4], A[i])
    if mentor then
      if redis.call('HINCRBY', K[5], mentor, -1) <= 0 then redis.call('HDEL', K[5], mentor) end
      changed('load', mentor, 'u')
    end
  end
  resource = A[1]
)lua");

constexpr int kAttempts = 5;
constexpr int kPage = 100;

bool Names(const v1::PinnedPair& pair, const std::string& person) {
  return pair.person() == person || pair.other() == person;
}

void TakeOut(const std::string& person, google::protobuf::RepeatedPtrField<v1::PinnedPair>& pairs) {
  pairs.erase(
      std::remove_if(pairs.begin(), pairs.end(), [&](const v1::PinnedPair& pair) { return Names(pair, person); }),
      pairs.end());
}

}  // namespace

Task<absl::StatusOr<privacy::RecordPage>> ProgramDossiers::Collect(rpc::Call call, std::string person, std::string) {
  CO_ASSIGN_OR_RETURN(const std::vector<std::string> programs, co_await sources_.programs.ListTakingPart(call, person));
  privacy::RecordPage page;
  for (const std::string& program : programs) {
    absl::StatusOr<Enrollment> found = co_await sources_.programs.GetParticipant(call, program, person);
    if (absl::IsNotFound(found.status())) continue;  // Is being erased.
    CO_RETURN_IF_ERROR(found.status());
    Enrollment& one = *found;
    std::vector<std::string> self = {person};
    CO_ASSIGN_OR_RETURN(const std::set<std::string> out,
                        co_await sources_.publications.SittingOut(call, program, std::move(self)));
    one.participant.set_skips_next_round(!out.empty());
    const std::vector<std::string> whose = {person};
    CO_ASSIGN_OR_RETURN(const std::set<std::string> chats,
                        co_await sources_.publications.HaveChats(call, program, whose));
    one.participant.set_chat_booked(!chats.empty());
    CO_ASSIGN_OR_RETURN(api::v1::PersonRecord record,
                        privacy::MakePersonRecord("matching", one.participant.name(), one.participant, person));
    page.records.push_back(std::move(record));
  }
  const std::vector<std::string> self = {person};
  CO_ASSIGN_OR_RETURN(const std::vector<PersonHistory> histories,
                      co_await sources_.publications.HistoriesOf(call, self));
  if (histories[0].met.empty()) co_return page;
  v1::MeetingHistory meetings;
  meetings.set_name(absl::StrCat("people/", person, "/meetings"));
  for (const auto& [other, when] : histories[0].met) {
    v1::MeetingHistory::Meeting& meeting = *meetings.add_meetings();
    meeting.set_person("people/" + other);
    meeting.mutable_meet_time()->set_seconds(absl::ToUnixSeconds(when));
  }
  CO_ASSIGN_OR_RETURN(api::v1::PersonRecord record,
                      privacy::MakePersonRecord("matching", meetings.name(), meetings, person));
  page.records.push_back(std::move(record));
  co_return page;
}

Task<absl::Status> ProgramDossiers::EraseFromRound(rpc::Call call, v1::Round round, std::string person) {
  const std::string id = RoundId(round);
  const auto key = [&](absl::string_view rest) { return store_.Key(call.organization(), rest); };
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    CO_ASSIGN_OR_RETURN(round, co_await sources_.rounds.Get(call, ParseRoundName(round.name())));
    CO_ASSIGN_OR_RETURN(const std::vector<v1::Pair> pairs, co_await LoadPairs(sources_.rounds, call, round));
    TakeOut("people/" + person, *round.mutable_pinned());
    TakeOut("people/" + person, *round.mutable_forbidden());
    store::Write write;
    write.script = &kForgetInRound;
    write.keys = {
        key("round:" + id), key("round_pairs:" + id),    key("round_pair_ids:" + id), key("round_places:" + id),
        key("active"),      key("round_unmatched:" + id)};
    std::string left;
    std::vector<std::string> theirs;
    for (const v1::Pair& pair : pairs) {
      const bool is_in = std::any_of(pair.people().begin(), pair.people().end(),
                                     [&](const type::v1::PersonCard& card) { return PersonId(card) == person; });
      if (!is_in) continue;
      theirs.push_back(PairId(pair));
      for (const type::v1::PersonCard& card : pair.people()) {
        if (PersonId(card) != person && pair.match().empty()) absl::StrAppend(&left, " ", PersonId(card));
      }
    }
    Append(write.arguments, round.name(), round.etag(), RoundBytes(round), person, left,
           absl::StrCat(v1::Unmatched::REASON_DROPPED));
    write.arguments.insert(write.arguments.end(), theirs.begin(), theirs.end());
    CO_ASSIGN_OR_RETURN(const store::Outcome outcome, co_await store_.Write(call, std::move(write)));
    if (!outcome.refused()) co_return absl::OkStatus();
  }
  co_return Error(absl::StatusCode::kUnavailable, api::v1::REASON_TRY_AGAIN,
                  "the round changes all the time; try again");
}

Task<absl::Status> ProgramDossiers::EraseFromRounds(rpc::Call call, std::string program, std::string person) {
  std::string cursor;
  do {
    CO_ASSIGN_OR_RETURN(Page<v1::Round> page, co_await sources_.rounds.List(call, program, cursor, kPage));
    for (v1::Round& round : page.items) {
      CO_RETURN_IF_ERROR(co_await EraseFromRound(call, std::move(round), person));
    }
    cursor = std::move(page.cursor);
  } while (!cursor.empty());
  co_return absl::OkStatus();
}

// First nobody can be paired with them any more, then what there is goes.
Task<absl::StatusOr<int>> ProgramDossiers::Erase(rpc::Call call, std::string person) {
  CO_ASSIGN_OR_RETURN(const std::vector<std::string> programs, co_await sources_.programs.ListTakingPart(call, person));
  const auto key = [&](absl::string_view rest) { return store_.Key(call.organization(), rest); };
  for (const std::string& program : programs) {
    store::Write write;
    write.script = &kForgetParticipant;
    write.keys = {key("participants:" + program), key("participant_ids:" + program)};
    write.arguments = {program, person};
    CO_RETURN_IF_ERROR((co_await store_.Write(call, std::move(write))).status());
  }
  for (const std::string& program : programs) CO_RETURN_IF_ERROR(co_await EraseFromRounds(call, program, person));
  CO_RETURN_IF_ERROR(co_await sources_.publications.Forget(call, person, programs));
  store::Write last;
  last.script = &kForgetTakingPart;
  last.keys.push_back(key("taking_part:" + person));
  last.arguments.push_back(person);
  CO_RETURN_IF_ERROR((co_await store_.Write(call, std::move(last))).status());
  co_return static_cast<int>(programs.size());
}

}  // namespace cortado::matching
