#include "services/matching/reactions.h"

#include <utility>

#include "absl/strings/strip.h"
#include "absl/time/clock.h"
#include "common/status/status.h"

namespace cortado::matching {
namespace {

constexpr int kPageSize = 200;
constexpr absl::Duration kTimeout = absl::Seconds(5);

std::string IdOf(absl::string_view name) { return std::string(absl::StripPrefix(name, "people/")); }

bool Concerns(const std::set<std::string>& others, const type::v1::PersonCard& a, const type::v1::PersonCard& b) {
  return others.empty() || others.count(IdOf(a.person())) > 0 || others.count(IdOf(b.person())) > 0;
}

// Somebody else answered in between: whatever it is now is no longer open, or the next page finds it.
bool IsSettled(const absl::Status& status) {
  return absl::IsAborted(status) || absl::IsFailedPrecondition(status) || absl::IsNotFound(status);
}

}  // namespace

Task<absl::Status> Reactions::React(std::string organization, const profile::v1::ListPeopleChangesResponse& page) {
  for (const profile::v1::PeopleChange& change : page.changes()) {
    std::string person;
    Others others;
    if (!change.deleted_person().empty()) {
      person = IdOf(change.deleted_person());
    } else if (change.has_person()) {
      const profile::v1::PersonSnapshot& snapshot = change.person();
      if (snapshot.person().active() && snapshot.blocks().empty()) continue;
      person = IdOf(snapshot.person().name());
      if (snapshot.person().active()) {
        for (const std::string& blocked : snapshot.blocks()) others.insert(IdOf(blocked));
      }
    } else {
      continue;
    }
    rpc::Call call = rpc::InternalCall(organization, "matching.reactions", absl::Now() + kTimeout);
    CO_RETURN_IF_ERROR(co_await Part(std::move(call), std::move(person), std::move(others)));
  }
  co_return absl::OkStatus();
}

Task<absl::Status> Reactions::Part(rpc::Call call, std::string person, Others others) {
  CO_RETURN_IF_ERROR(co_await CloseRequests(call, person, others));
  co_return co_await EndMatches(call, person, others);
}

Task<absl::Status> Reactions::CloseRequests(rpc::Call call, std::string person, const Others& others) {
  std::string cursor;
  do {
    CO_ASSIGN_OR_RETURN(Page<v1::Request> page, co_await store_.ListRequests(call, person, cursor, kPageSize));
    for (v1::Request& request : page.items) {
      if (request.state() != v1::Request::STATE_OPEN) continue;
      if (!Concerns(others, request.requester(), request.mentor())) continue;
      request.set_state(v1::Request::STATE_CLOSED);
      request.mutable_answer_time()->set_seconds(absl::ToUnixSeconds(clock_.Now()));
      const absl::StatusOr<v1::Request> closed = co_await store_.Close(call, request, false, "", "");
      if (!closed.ok() && !IsSettled(closed.status())) co_return closed.status();
    }
    cursor = page.cursor;
  } while (!cursor.empty());
  co_return absl::OkStatus();
}

Task<absl::Status> Reactions::EndMatches(rpc::Call call, std::string person, const Others& others) {
  std::string cursor;
  do {
    CO_ASSIGN_OR_RETURN(Page<v1::Match> page, co_await store_.ListMatches(call, person, cursor, kPageSize));
    for (v1::Match& match : page.items) {
      if (match.state() != v1::Match::STATE_ACTIVE || !Concerns(others, match.mentee(), match.mentor())) continue;
      match.set_state(v1::Match::STATE_ENDED);
      const absl::Status ended = co_await store_.End(call, match);
      if (!ended.ok() && !IsSettled(ended)) co_return ended;
    }
    cursor = page.cursor;
  } while (!cursor.empty());
  co_return absl::OkStatus();
}

}  // namespace cortado::matching
