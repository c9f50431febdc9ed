#include "services/matching/match_store.h"

#include <utility>

#include "absl/strings/str_join.h"
#include "common/status/error.h"
#include "common/status/status.h"
#include "services/matching/match_scripts.h"

namespace cortado::matching {
namespace {

absl::Status Refused(const store::Outcome& outcome, const absl::Status& verdict) {
  if (outcome.refusal == "VERDICT") return verdict;
  if (outcome.refusal == "ETAG") return EtagMismatch();
  return NotFound();
}

}  // namespace

std::vector<std::string> PeopleOf(const v1::Match& match) {
  std::vector<std::string> people = {PersonId(match.mentee()), PersonId(match.mentor())};
  for (const type::v1::PersonCard& other : match.others()) people.push_back(PersonId(other));
  return people;
}

std::string MatchStore::Key(const rpc::Call& call, absl::string_view rest) const {
  return store_.Key(call.organization(), rest);
}

store::Write MatchStore::WriteOf(const rpc::Call& call, const store::WriteScript& script, const MatchStep& step) const {
  const std::string id = IdOf(step.match.name());
  const std::string mentee = PersonId(step.match.mentee());
  const std::string mentor = PersonId(step.match.mentor());
  store::Write write;
  write.script = &script;
  write.keys = {Key(call, "match:" + id),
                Key(call, "partner:" + mentee),
                Key(call, "partner:" + mentor),
                Key(call, "active"),
                Key(call, "due"),
                Key(call, "ended"),
                Key(call, "program_matches:" + IdOf(step.match.program()))};
  const std::vector<std::string> people = PeopleOf(step.match);
  write.arguments = {id,
                     mentee,
                     mentor,
                     step.match.etag(),
                     step.verdict.ok() ? "" : "refused",
                     step.match.coffee() ? "" : "place",
                     absl::StrJoin(people.begin() + 2, people.end(), ",")};
  write.request_id = step.request_id;
  write.fingerprint = step.fingerprint;
  return write;
}

Task<absl::StatusOr<v1::Match>> MatchStore::Run(rpc::Call call, store::Write write, MatchStep step) {
  CO_ASSIGN_OR_RETURN(store::Outcome outcome, co_await store_.Write(call, std::move(write)));
  if (outcome.refused()) co_return Refused(outcome, step.verdict);
  if (outcome.replayed()) co_return co_await GetMatch(call, IdOf(outcome.resource));
  step.match.set_etag(absl::StrCat(outcome.revision));
  co_return std::move(step.match);
}

Task<absl::StatusOr<v1::Match>> MatchStore::End(rpc::Call call, MatchStep step, std::string by) {
  store::Write write = WriteOf(call, kEndMatch, step);
  write.arguments.push_back(Bytes(step.match));
  write.arguments.push_back(std::move(by));
  return Run(std::move(call), std::move(write), std::move(step));
}

Task<absl::StatusOr<v1::Match>> MatchStore::SettleTime(rpc::Call call, MatchStep step) {
  store::Write write = WriteOf(call, kSettleTime, step);
  const std::string program = IdOf(step.match.program());
  Append(write.keys, Key(call, "first_chats:" + program), Key(call, "participants:" + program));
  Append(write.arguments, Bytes(step.match), std::string(step.match.chat().empty() ? "" : "booked"),
         std::string(step.match.program().empty() ? "" : "program"));
  return Run(std::move(call), std::move(write), std::move(step));
}

Task<absl::StatusOr<v1::Match>> MatchStore::ProposeTime(rpc::Call call, MatchStep step, std::string by) {
  store::Write write = WriteOf(call, kProposeTime, step);
  int64_t start = 0, end = 0;
  for (const v1::Match::Proposal& proposal : step.match.proposals()) {
    if (proposal.person() != "people/" + by) continue;
    start = proposal.start_time().seconds();
    end = start + proposal.duration().seconds();
  }
  const bool books = step.match.has_chosen_time();
  Append(write.arguments, Bytes(step.match), std::string(books ? "book" : "propose"), std::move(by),
         absl::StrCat(start), absl::StrCat(end));
  return Run(std::move(call), std::move(write), std::move(step));
}

Task<absl::Status> MatchStore::OfferTimes(rpc::Call call, v1::Match match) {
  const bool tells = match.state() == v1::Match::STATE_ACTIVE && match.chat().empty() && !match.has_chosen_time();
  MatchStep step = OwnStep(std::move(match));
  store::Write write = WriteOf(call, kOfferTimes, step);
  write.arguments.push_back(tells ? "tell" : "");
  co_return (co_await Run(std::move(call), std::move(write), std::move(step))).status();
}

Task<absl::StatusOr<v1::Match>> MatchStore::Rate(rpc::Call call, MatchStep step, Rating rating) {
  const std::string mentee = PersonId(step.match.mentee());
  const std::string mentor = PersonId(step.match.mentor());
  const bool is_mentee = rating.person == mentee;
  const std::string other = is_mentee ? mentor : mentee;
  store::Write write = WriteOf(call, kRateFit, step);
  Append(write.keys, Key(call, "fits:" + rating.person), Key(call, "apart:" + rating.person),
         Key(call, "apart:" + other));
  const bool apart = rating.fit == v1::Match::FIT_NOT;
  Append(write.arguments, rating.ends ? Bytes(step.match) : std::string(), std::string(is_mentee ? "mentee" : "mentor"),
         rating.person, other, v1::Match::Fit_Name(rating.fit), apart ? Millis(rating.now + kApart) : std::string());
  CO_ASSIGN_OR_RETURN(store::Outcome outcome, co_await store_.Write(call, std::move(write)));
  if (outcome.refused()) co_return Refused(outcome, step.verdict);
  co_return co_await GetMatch(call, IdOf(outcome.resource));
}

Task<absl::StatusOr<v1::Match>> MatchStore::GetMatch(rpc::Call call, std::string id) {
  return ReadRecord<v1::Match>(store_, std::move(call), "match", std::move(id));
}

Task<absl::StatusOr<Page<v1::Match>>> MatchStore::ListMatches(rpc::Call call, std::string person, std::string cursor,
                                                              int limit) {
  return ReadList<v1::Match>(store_, std::move(call), "match", "matches:" + person, std::move(cursor), limit);
}

Task<absl::Status> MatchStore::FillFits(rpc::Call call, std::string person, std::vector<v1::Match*> matches) {
  if (matches.empty()) co_return absl::OkStatus();
  std::vector<std::string> command = {"HMGET", Key(call, "fits:" + person)};
  for (const v1::Match* match : matches) command.push_back(IdOf(match->name()));
  CO_ASSIGN_OR_RETURN(redis::Reply reply, co_await store_.Read(call, std::move(command)));
  for (size_t i = 0; i < matches.size() && i < reply.elements.size(); ++i) {
    v1::Match::Fit fit = v1::Match::FIT_UNSPECIFIED;
    if (!v1::Match::Fit_Parse(reply.elements[i].text, &fit)) fit = v1::Match::FIT_UNSPECIFIED;
    matches[i]->set_fit(fit);
  }
  co_return absl::OkStatus();
}

Task<absl::StatusOr<std::vector<std::string>>> MatchStore::ListEnded(rpc::Call call, absl::Time before, int limit) {
  std::vector<std::string> command = {
      "ZRANGEBYSCORE",    Key(call, "ended"), "-inf", absl::StrCat("(", Millis(before)), "LIMIT", "0",
      absl::StrCat(limit)};
  CO_ASSIGN_OR_RETURN(redis::Reply reply, co_await store_.Read(call, std::move(command)));
  std::vector<std::string> ended;
  for (redis::Reply& one : reply.elements) ended.push_back(std::move(one.text));
  co_return ended;
}

Task<absl::Status> MatchStore::Forget(rpc::Call call, v1::Match match) {
  const std::string id = IdOf(match.name());
  const std::string asked = match.request().empty() ? "" : IdOf(match.request());
  const absl::Time made = absl::FromUnixSeconds(match.create_time().seconds());
  absl::Time asked_at = made;
  if (!asked.empty()) {
    const absl::StatusOr<v1::Request> request = co_await ReadRecord<v1::Request>(store_, call, "request", asked);
    if (request.ok()) asked_at = absl::FromUnixSeconds(request->create_time().seconds());
  }
  store::Write write;
  write.script = &kForgetMatch;
  Append(write.keys, Key(call, "match:" + id), Key(call, "ended"), Key(call, "request:" + asked),
         Key(call, "guide:" + id));
  for (const std::string& person : PeopleOf(match)) {
    Append(write.keys, Key(call, "matches:" + person), Key(call, "requests:" + person), Key(call, "fits:" + person));
  }
  Append(write.arguments, id, match.etag(), asked, ListTime(made - kOneInsert), ListTime(made + kOneInsert),
         ListTime(asked_at - kOneInsert), ListTime(asked_at + kOneInsert));
  CO_ASSIGN_OR_RETURN(store::Outcome outcome, co_await store_.Write(call, std::move(write)));
  if (outcome.refused()) co_return EtagMismatch();
  co_return absl::OkStatus();
}

Task<absl::Status> MatchStore::ForgetApart(rpc::Call call, std::string person, std::string other) {
  store::Write write;
  write.script = &kForgetApart;
  write.keys = {Key(call, "apart:" + person), Key(call, "apart:" + other), Key(call, "due")};
  write.arguments = {std::move(person), std::move(other)};
  CO_ASSIGN_OR_RETURN(store::Outcome outcome, co_await store_.Write(call, std::move(write)));
  if (outcome.refused()) co_return EtagMismatch();
  co_return absl::OkStatus();
}

}  // namespace cortado::matching
