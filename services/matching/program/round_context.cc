#include "services/matching/program/round_context.h"

#include <utility>

#include "common/status/status.h"
#include "services/matching/program/program_rules.h"

namespace cortado::matching {
namespace {

constexpr int kPage = 1000;

// Whether the pairs of another round stand, but are not matches yet. Rounds that nobody published are drafts: they hold
// nobody for the programme itself.
bool Stands(const v1::Round& round, const v1::Round& other) {
  if (other.name() == round.name()) return false;
  if (other.state() == v1::Round::STATE_PUBLISHED) return true;
  // Of two that are published at once, one gives way to the other.
  return other.state() == v1::Round::STATE_PUBLISHING && other.name() < round.name();
}

Task<absl::StatusOr<std::vector<Enrollment>>> Enrolled(RoundSources sources, rpc::Call call, const v1::Program& program,
                                                       absl::Time now) {
  const std::string id = IdOf(program.name());
  std::vector<Enrollment> all;
  std::string after;
  do {
    CO_ASSIGN_OR_RETURN(Page<Enrollment> page, co_await sources.programs.ListParticipants(call, id, after, kPage));
    for (Enrollment& one : page.items) {
      if (TakesPart(program, one.participant, now)) all.push_back(std::move(one));
    }
    after = std::move(page.cursor);
  } while (!after.empty());
  co_return all;
}

void Take(const std::string& mentee, const std::string& mentor, RoundContext& context) {
  context.have_mentor.insert(mentee);
  ++context.places_taken[mentor];
}

// Adds the pairs of published rounds that are not matches yet.
Task<absl::Status> AddPublished(RoundSources sources, rpc::Call call, std::string program, const v1::Round& round,
                                RoundContext& context) {
  std::string cursor;
  do {
    CO_ASSIGN_OR_RETURN(Page<v1::Round> page, co_await sources.rounds.List(call, program, cursor, kPage));
    for (const v1::Round& other : page.items) {
      if (!Stands(round, other)) continue;
      CO_ASSIGN_OR_RETURN(const std::vector<v1::Pair> pairs, co_await LoadPairs(sources.rounds, call, other));
      for (const v1::Pair& pair : pairs) {
        if (pair.dropped() || !pair.match().empty()) continue;
        Take(PersonId(pair.people(0)), PersonId(pair.people(1)), context);
      }
    }
    cursor = std::move(page.cursor);
  } while (!cursor.empty());
  co_return absl::OkStatus();
}

}  // namespace

Task<absl::StatusOr<std::vector<v1::Pair>>> LoadPairs(RoundStore& rounds, rpc::Call call, v1::Round round) {
  std::vector<v1::Pair> all;
  std::string after;
  do {
    CO_ASSIGN_OR_RETURN(Page<v1::Pair> page, co_await rounds.ListPairs(call, round, after, kPage));
    for (v1::Pair& pair : page.items) all.push_back(std::move(pair));
    after = std::move(page.cursor);
  } while (!after.empty());
  co_return all;
}

Task<absl::StatusOr<RoundContext>> LoadRoundContext(RoundSources sources, rpc::Call call, v1::Program program,
                                                    v1::Round round, absl::Time now) {
  const std::string id = IdOf(program.name());
  RoundContext context;
  CO_ASSIGN_OR_RETURN(std::vector<Enrollment> enrolled, co_await Enrolled(sources, call, program, now));
  CO_ASSIGN_OR_RETURN(ProgramHistory history, co_await sources.publications.HistoryOf(call, id));
  const int number = history.published + 1;
  std::vector<std::string> people;
  for (Enrollment& one : enrolled) {
    const auto skip = history.skips.find(one.person);
    // Who sits out is settled when a round is published: a tap after that is about the next one.
    const bool sits_out = skip != history.skips.end() && skip->second == number && !round.has_publish_time();
    if (sits_out) continue;
    people.push_back(one.person);
    context.enrolled.push_back(std::move(one));
  }
  context.passed_over = std::move(history.passed_over);
  CO_ASSIGN_OR_RETURN(context.histories, co_await sources.publications.HistoriesOf(call, people));
  CO_ASSIGN_OR_RETURN(context.kept, co_await sources.rounds.PlacesKept(call, round));
  if (!IsDraw(program)) {
    for (const std::vector<std::string>& pair : history.pairs) Take(pair[0], pair[1], context);
    CO_RETURN_IF_ERROR(co_await AddPublished(sources, call, id, round, context));
  }
  co_return context;
}

Task<absl::Status> FreeDrafts(RoundStore& rounds, rpc::Call call, std::string program, std::string except) {
  std::string cursor;
  do {
    CO_ASSIGN_OR_RETURN(Page<v1::Round> page, co_await rounds.List(call, program, cursor, kPage));
    for (const v1::Round& round : page.items) {
      const bool is_draft = round.state() == v1::Round::STATE_SUCCEEDED || round.state() == v1::Round::STATE_FAILED;
      if (!is_draft || round.name() == except) continue;
      const absl::Status freed = co_await rounds.GivePlacesBack(call, round);
      if (!absl::IsAborted(freed)) CO_RETURN_IF_ERROR(freed);
    }
    cursor = std::move(page.cursor);
  } while (!cursor.empty());
  co_return absl::OkStatus();
}

}  // namespace cortado::matching
