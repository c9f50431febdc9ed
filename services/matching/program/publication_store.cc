#include "services/matching/program/publication_store.h"

#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_split.h"
#include "common/status/error.h"
#include "common/task/gather.h"
#include "services/matching/match_store.h"
#include "services/matching/program/publication_scripts.h"

namespace cortado::matching {
namespace {

constexpr size_t kReadsAtOnce = 64;

absl::Status Refused(const store::Outcome& outcome) {
  if (outcome.refusal == "ETAG") return EtagMismatch();
  return NotFound();
}

int NumberOf(const std::string& text) {
  int number = 0;
  return absl::SimpleAtoi(text, &number) ? number : 0;
}

// Calls take(field, value) for each of a hash.
template <class Take>
void ForEachField(const redis::Reply& hash, Take take) {
  for (size_t i = 0; i + 1 < hash.elements.size(); i += 2) take(hash.elements[i].text, hash.elements[i + 1].text);
}

std::string ProgramId(const v1::Program& program) { return IdOf(program.name()); }

}  // namespace

Task<absl::Status> PublicationStore::WriteOf(rpc::Call call, store::Write write) {
  CO_ASSIGN_OR_RETURN(const store::Outcome outcome, co_await store_.Write(call, std::move(write)));
  co_return outcome.refused() ? Refused(outcome) : absl::OkStatus();
}

Task<absl::Status> PublicationStore::Publish(rpc::Call call, v1::Round round) {
  const RoundName name = ParseRoundName(round.name());
  store::Write write;
  write.script = &kPublishRound;
  Append(write.keys, Key(call, "round:" + name.round), Key(call, "rounds_running"), Key(call, "announcements"),
         Key(call, "program_rounds"));
  Append(write.arguments, round.name(), round.etag(), RoundBytes(round),
         Millis(absl::FromUnixSeconds(round.announce_time().seconds())), name.program);
  return WriteOf(std::move(call), std::move(write));
}

Task<absl::StatusOr<v1::Round>> PublicationStore::Unpublish(rpc::Call call, v1::Round round, std::string request_id,
                                                            std::string fingerprint) {
  const RoundName name = ParseRoundName(round.name());
  store::Write write;
  write.script = &kUnpublishRound;
  Append(write.keys, Key(call, "round:" + name.round), Key(call, "announcements"), Key(call, "program_rounds"));
  Append(write.arguments, round.name(), round.etag(), RoundBytes(round), name.program);
  write.request_id = std::move(request_id);
  write.fingerprint = std::move(fingerprint);
  CO_ASSIGN_OR_RETURN(const store::Outcome outcome, co_await store_.Write(call, std::move(write)));
  if (outcome.refused()) co_return Refused(outcome);
  co_return co_await ReadRecord<v1::Round>(store_, call, "round", name.round);
}

Task<absl::StatusOr<std::vector<std::string>>> PublicationStore::ListDue(rpc::Call call, absl::Time now, int limit) {
  std::vector<std::string> command = {"ZRANGEBYSCORE",    Key(call, "announcements"), "-inf", Millis(now), "LIMIT", "0",
                                      absl::StrCat(limit)};
  CO_ASSIGN_OR_RETURN(redis::Reply reply, co_await store_.Read(call, std::move(command)));
  std::vector<std::string> names;
  for (redis::Reply& one : reply.elements) names.push_back(std::move(one.text));
  co_return names;
}

Task<absl::Status> PublicationStore::AnnouncePair(rpc::Call call, const v1::Round& round, const v1::Program& program,
                                                  v1::Pair pair, v1::Match match) {
  const std::string id = RoundId(round);
  const std::vector<std::string> people = PeopleOf(match);
  store::Write write;
  write.script = &kAnnouncePair;
  Append(write.keys, Key(call, "round:" + id), Key(call, "rounds_running"), Key(call, "round_pairs:" + id),
         Key(call, "round_places:" + id), Key(call, "program_matches:" + ProgramId(program)),
         Key(call, "passed_over:" + ProgramId(program)), Key(call, "match:" + IdOf(match.name())),
         Key(call, "partner:" + people[0]), Key(call, "partner:" + people[1]), Key(call, "active"), Key(call, "due"));
  for (const std::string& person : people) {
    Append(write.keys, Key(call, "matches:" + person), Key(call, "met:" + person));
  }
  const std::string mentoring = match.coffee() ? "" : "mentoring";
  const std::string pair_id = PairId(pair);
  const absl::Time made = absl::FromUnixSeconds(match.create_time().seconds());
  Append(write.arguments, round.name(), round.etag(), pair_id, PairBytes(std::move(pair)), IdOf(match.name()),
         Bytes(match), program.display_name(), mentoring, Millis(made + kOfferAgainAfter),
         match.coffee() ? Millis(made + kLapsesAfter) : std::string());
  write.arguments.insert(write.arguments.end(), people.begin(), people.end());
  return WriteOf(std::move(call), std::move(write));
}

Task<absl::Status> PublicationStore::AnnounceUnmatched(rpc::Call call, const v1::Round& round,
                                                       const v1::Program& program, std::vector<std::string> people) {
  const std::string id = RoundId(round);
  store::Write write;
  write.script = &kAnnounceUnmatched;
  Append(write.keys, Key(call, "round:" + id), Key(call, "rounds_running"), Key(call, "round_unmatched:" + id),
         Key(call, "passed_over:" + ProgramId(program)));
  Append(write.arguments, round.name(), round.etag(), ProgramId(program), program.display_name());
  for (std::string& person : people) write.arguments.push_back(std::move(person));
  return WriteOf(std::move(call), std::move(write));
}

Task<absl::Status> PublicationStore::FinishAnnouncing(rpc::Call call, v1::Round round) {
  store::Write write;
  write.script = &kFinishAnnouncing;
  Append(write.keys, Key(call, "round:" + RoundId(round)), Key(call, "rounds_running"), Key(call, "announcements"));
  Append(write.arguments, round.name(), round.etag(), RoundBytes(round));
  return WriteOf(std::move(call), std::move(write));
}

Task<absl::Status> PublicationStore::UndoMatch(rpc::Call call, const v1::Round& round, const v1::Program& program,
                                               v1::Match match) {
  const std::vector<std::string> people = PeopleOf(match);
  store::Write write;
  write.script = &kUndoMatch;
  Append(write.keys, Key(call, "round:" + RoundId(round)), Key(call, "rounds_running"),
         Key(call, "match:" + IdOf(match.name())), Key(call, "partner:" + people[0]), Key(call, "partner:" + people[1]),
         Key(call, "active"), Key(call, "due"), Key(call, "ended"), Key(call, "program_matches:" + ProgramId(program)),
         Key(call, "passed_over:" + ProgramId(program)));
  for (const std::string& person : people) write.keys.push_back(Key(call, "met:" + person));
  Append(write.arguments, round.name(), round.etag(), IdOf(match.name()), match.etag(), Bytes(match),
         ProgramId(program), program.display_name(), std::string(match.coffee() ? "" : "mentoring"));
  write.arguments.insert(write.arguments.end(), people.begin(), people.end());
  return WriteOf(std::move(call), std::move(write));
}

Task<absl::Status> PublicationStore::Warn(rpc::Call call, const v1::Program& program, std::vector<std::string> people) {
  store::Write write;
  write.script = &kWarnPeople;
  write.keys.push_back(Key(call, "warned:" + ProgramId(program)));
  Append(write.arguments, ProgramId(program), program.display_name(),
         Millis(absl::FromUnixSeconds(program.next_round_time().seconds())));
  for (std::string& person : people) write.arguments.push_back(std::move(person));
  return WriteOf(std::move(call), std::move(write));
}

Task<absl::Status> PublicationStore::Skip(rpc::Call call, std::string program, std::string person, bool take_part,
                                          std::string request_id, std::string fingerprint) {
  store::Write write;
  write.script = &kSkipRound;
  Append(write.keys, Key(call, "participants:" + program), Key(call, "skips:" + program), Key(call, "program_rounds"));
  Append(write.arguments, std::move(program), std::move(person), std::string(take_part ? "take part" : ""));
  write.request_id = std::move(request_id);
  write.fingerprint = std::move(fingerprint);
  return WriteOf(std::move(call), std::move(write));
}

Task<absl::StatusOr<std::set<std::string>>> PublicationStore::SittingOut(rpc::Call call, std::string program,
                                                                         std::vector<std::string> people) {
  std::set<std::string> out;
  std::vector<std::string> command = {"HGET", Key(call, "program_rounds"), program};
  CO_ASSIGN_OR_RETURN(const redis::Reply published, co_await store_.Read(call, std::move(command)));
  const int next = NumberOf(published.text) + 1;
  CO_ASSIGN_OR_RETURN(const std::vector<std::string> skips, co_await ValuesOf(call, "skips:" + program, people));
  for (size_t i = 0; i < people.size(); ++i) {
    if (NumberOf(skips[i]) == next) out.insert(std::move(people[i]));
  }
  co_return out;
}

Task<absl::StatusOr<std::vector<std::string>>> PublicationStore::ValuesOf(rpc::Call call, std::string hash,
                                                                          const std::vector<std::string>& people) {
  std::vector<std::string> values(people.size());
  if (people.empty()) co_return values;
  std::vector<std::string> command = {"HMGET", Key(call, hash)};
  command.insert(command.end(), people.begin(), people.end());
  CO_ASSIGN_OR_RETURN(redis::Reply reply, co_await store_.Read(call, std::move(command)));
  for (size_t i = 0; i < reply.elements.size() && i < values.size(); ++i) values[i] = std::move(reply.elements[i].text);
  co_return values;
}

Task<absl::StatusOr<std::set<std::string>>> PublicationStore::HaveChats(rpc::Call call, std::string program,
                                                                        std::vector<std::string> people) {
  CO_ASSIGN_OR_RETURN(const std::vector<std::string> chats, co_await ValuesOf(call, "first_chats:" + program, people));
  std::set<std::string> have;
  for (size_t i = 0; i < people.size(); ++i) {
    if (!chats[i].empty()) have.insert(std::move(people[i]));
  }
  co_return have;
}

Task<absl::StatusOr<std::set<std::string>>> PublicationStore::NudgedSince(rpc::Call call, std::string program,
                                                                          absl::Time since,
                                                                          std::vector<std::string> people) {
  CO_ASSIGN_OR_RETURN(const std::vector<std::string> nudged, co_await ValuesOf(call, "nudged:" + program, people));
  std::set<std::string> lately;
  for (size_t i = 0; i < people.size(); ++i) {
    int64_t ms = 0;
    const bool was = absl::SimpleAtoi(nudged[i], &ms) && absl::FromUnixMillis(ms) > since;
    if (was) lately.insert(std::move(people[i]));
  }
  co_return lately;
}

Task<absl::StatusOr<int>> PublicationStore::Remind(rpc::Call call, const v1::Program& program, std::string kind,
                                                   absl::Time since, std::vector<Reminder> nudges,
                                                   std::string request_id, std::string fingerprint) {
  const std::string id = ProgramId(program);
  store::Write write;
  write.script = &kRemindPeople;
  Append(write.keys, Key(call, "nudged:" + id), Key(call, "participants:" + id), Key(call, "first_chats:" + id));
  Append(write.arguments, id, program.display_name(), std::move(kind), Millis(since));
  for (Reminder& one : nudges) {
    Append(write.arguments, std::move(one.person), std::move(one.etag), std::move(one.subject), std::move(one.partner),
           std::string(one.tells ? "tell" : ""));
  }
  write.request_id = std::move(request_id);
  write.fingerprint = std::move(fingerprint);
  CO_ASSIGN_OR_RETURN(const store::Outcome outcome, co_await store_.Write(call, std::move(write)));
  if (outcome.refused()) co_return Refused(outcome);
  co_return outcome.values.empty() ? 0 : NumberOf(outcome.values[0].text);
}

Task<absl::StatusOr<std::vector<ProgramMatch>>> PublicationStore::MatchesOf(rpc::Call call, std::string program) {
  std::vector<std::string> command = {"HGETALL", Key(call, "program_matches:" + program)};
  CO_ASSIGN_OR_RETURN(const redis::Reply reply, co_await store_.Read(call, std::move(command)));
  std::vector<ProgramMatch> matches;
  ForEachField(reply, [&matches](const std::string& match, const std::string& people) {
    ProgramMatch one{match, absl::StrSplit(people, ' ')};
    if (one.people.size() > 1) matches.push_back(std::move(one));
  });
  co_return matches;
}

Task<absl::StatusOr<ProgramHistory>> PublicationStore::HistoryOf(rpc::Call call, std::string program) {
  ProgramHistory history;
  std::vector<std::string> command = {"HGET", Key(call, "program_rounds"), program};
  CO_ASSIGN_OR_RETURN(const redis::Reply published, co_await store_.Read(call, std::move(command)));
  history.published = NumberOf(published.text);
  CO_ASSIGN_OR_RETURN(std::vector<ProgramMatch> matches, co_await MatchesOf(call, program));
  for (ProgramMatch& one : matches) history.pairs.push_back(std::move(one.people));
  command = {"HGETALL", Key(call, "passed_over:" + program)};
  CO_ASSIGN_OR_RETURN(const redis::Reply passed_over, co_await store_.Read(call, std::move(command)));
  ForEachField(passed_over, [&history](const std::string& person, const std::string& rounds) {
    history.passed_over[person] = NumberOf(rounds);
  });
  command = {"HGETALL", Key(call, "skips:" + program)};
  CO_ASSIGN_OR_RETURN(const redis::Reply skips, co_await store_.Read(call, std::move(command)));
  ForEachField(skips, [&history](const std::string& person, const std::string& round) {
    history.skips[person] = NumberOf(round);
  });
  co_return history;
}

Task<absl::StatusOr<PersonHistory>> PublicationStore::HistoryOfPerson(rpc::Call call, std::string person) {
  PersonHistory history;
  std::vector<std::string> command = {"HGETALL", Key(call, "met:" + person)};
  CO_ASSIGN_OR_RETURN(const redis::Reply met, co_await store_.Read(call, std::move(command)));
  ForEachField(met, [&history](const std::string& other, const std::string& when) {
    int64_t ms = 0;
    if (absl::SimpleAtoi(when.substr(0, when.find(' ')), &ms)) history.met[other] = absl::FromUnixMillis(ms);
  });
  command = {"HKEYS", Key(call, "partner:" + person)};
  CO_ASSIGN_OR_RETURN(redis::Reply partners, co_await store_.Read(call, std::move(command)));
  for (redis::Reply& one : partners.elements) history.partners.push_back(std::move(one.text));
  co_return history;
}

Task<absl::StatusOr<std::vector<PersonHistory>>> PublicationStore::HistoriesOf(rpc::Call call,
                                                                               const std::vector<std::string>& people) {
  std::vector<PersonHistory> histories;
  for (size_t first = 0; first < people.size(); first += kReadsAtOnce) {
    std::vector<Task<absl::StatusOr<PersonHistory>>> reads;
    for (size_t i = first; i < people.size() && i < first + kReadsAtOnce; ++i) {
      reads.push_back(HistoryOfPerson(call, people[i]));
    }
    std::vector<absl::StatusOr<PersonHistory>> some = co_await Gather(std::move(reads));
    for (absl::StatusOr<PersonHistory>& one : some) {
      CO_RETURN_IF_ERROR(one.status());
      histories.push_back(*std::move(one));
    }
  }
  co_return histories;
}

Task<absl::Status> PublicationStore::Forget(rpc::Call call, std::string person,
                                            const std::vector<std::string>& programs) {
  CO_ASSIGN_OR_RETURN(const PersonHistory history, co_await HistoryOfPerson(call, person));
  store::Write write;
  write.script = &kForgetMeetings;
  write.keys.push_back(Key(call, "met:" + person));
  for (const auto& [other, when] : history.met) write.keys.push_back(Key(call, "met:" + other));
  for (const std::string& program : programs) {
    Append(write.keys, Key(call, "skips:" + program), Key(call, "passed_over:" + program),
           Key(call, "warned:" + program), Key(call, "first_chats:" + program), Key(call, "nudged:" + program));
  }
  write.arguments.push_back(std::move(person));
  co_return co_await WriteOf(std::move(call), std::move(write));
}

}  // namespace cortado::matching
