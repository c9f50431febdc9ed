#include "services/profile/auth/slack_store.h"

#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "common/id/id.h"
#include "common/status/error.h"
#include "common/status/status.h"
#include "services/profile/person_keys.h"

namespace cortado::profile {
namespace {

// K: teams. A: team, bytes, most teams.
const store::WriteScript kInstall("profile.install_slack", R"lua(
  if redis.call('HEXISTS', K[1], A[1]) == 0 and redis.call('HLEN', K[1]) >= tonumber(A[3]) then
    return refuse('FULL')
  end
  redis.call('HSET', K[1], A[1], record(A[2]))
  event('slack.installed', 'slackInstallations/' .. A[1])
  resource = 'slackInstallations/' .. A[1]
)lua");

// K: teams. A: team.
const store::WriteScript kUninstall("profile.uninstall_slack", R"lua(
  if redis.call('HDEL', K[1], A[1]) == 0 then return refuse('ABSENT') end
  event('slack.uninstalled', 'slackInstallations/' .. A[1])
  resource = 'slackInstallations/' .. A[1]
)lua");

// K: pending, person. A: user, person, digest, expires.
const store::WriteScript kPropose("profile.propose_slack_link", R"lua(
  local state = redis.call('HMGET', K[2], 'person', 'inactive')
  if not state[1] or state[2] == '1' then return refuse('ABSENT') end
  redis.call('HSET', K[1], A[1], table.concat({A[2], A[3], A[4]}, ' '))
  resource = 'people/' .. A[2]
)lua");

// K: pending, users, person, person of the last holder. A: user, person, digest, value of the person, last holder.
const store::WriteScript kConfirm("profile.confirm_slack_link", R"lua(
  local held = redis.call('HGET', K[1], A[1])
  local person, digest, expires = string.match(held or '', '^(%S+) (%S+) (%S+)$')
  if person ~= A[2] or digest ~= A[3] or tonumber(expires) <= tonumber(now) then return refuse('NOT_GOOD') end
  if (redis.call('HGET', K[2], A[1]) or '') ~= A[5] then return refuse('NOT_GOOD') end
  local state = redis.call('HMGET', K[3], 'person', 'inactive', 'slack')
  if not state[1] or state[2] == '1' then return refuse('NOT_GOOD') end
  redis.call('HDEL', K[1], A[1])
  if A[5] ~= '' and A[5] ~= A[2] then
    local theirs = redis.call('HGET', K[4], 'slack')
    if theirs and string.match(theirs, '^%S+') == A[1] then
      redis.call('HDEL', K[4], 'slack')
      changed('person', A[5], 'u')
    end
  end
  local old = state[3] and string.match(state[3], '^%S+')
  if old and old ~= A[1] and redis.call('HGET', K[2], old) == A[2] then redis.call('HDEL', K[2], old) end
  redis.call('HSET', K[2], A[1], A[2])
  redis.call('HSET', K[3], 'slack', A[4])
  changed('person', A[2], 'u')
  event('slack.linked', 'people/' .. A[2])
  resource = 'people/' .. A[2]
)lua");

// K: users, person. A: person.
const store::WriteScript kUnlink("profile.unlink_slack_user", R"lua(
  local held = redis.call('HGET', K[2], 'slack')
  if not held then return refuse('ABSENT') end
  local user = string.match(held, '^%S+')
  redis.call('HDEL', K[2], 'slack')
  if redis.call('HGET', K[1], user) == A[1] then redis.call('HDEL', K[1], user) end
  changed('person', A[1], 'u')
  event('slack.unlinked', 'people/' .. A[1])
  resource = 'people/' .. A[1]
)lua");

std::string Key(const store::Store& store, const rpc::Call& call, const char* what) {
  return store.Key(call.organization(), what);
}

absl::Status Taken() {
  return Error(absl::StatusCode::kAlreadyExists, api::v1::REASON_ALREADY_TAKEN,
               "an organisation has this workspace already")
      .Field("slack_installation.team", "must be a workspace of this organisation alone");
}

std::string NameOf(const v1::SlackUser& user) { return absl::StrCat(user.team(), "/", user.user()); }

}  // namespace

SlackStore::SlackStore(store::Store& store)
    : store_(store), teams_(store, {"slack_teams", kMostTeams, kInstall, kUninstall}) {}

Task<absl::Status> SlackStore::Install(rpc::Call call, v1::SlackInstallation installation, std::string request_id,
                                       std::string fingerprint) {
  CO_ASSIGN_OR_RETURN(const ClaimedRecords::Verdict verdict,
                      co_await teams_.Put(call, installation.team(), installation.SerializeAsString(),
                                          std::move(request_id), std::move(fingerprint)));
  switch (verdict) {
    case ClaimedRecords::Verdict::kFull:
      co_return InvalidField("slack_installation", "is one more workspace than there may be: delete one");
    case ClaimedRecords::Verdict::kTaken:
      co_return Taken();
    case ClaimedRecords::Verdict::kGone:
      co_return NotFound();
    case ClaimedRecords::Verdict::kThere:
    case ClaimedRecords::Verdict::kKept:
      break;
  }
  co_return absl::OkStatus();
}

Task<absl::StatusOr<std::optional<v1::SlackInstallation>>> SlackStore::FindInstallation(rpc::Call call,
                                                                                        std::string team) {
  CO_ASSIGN_OR_RETURN(const std::optional<store::Record> record, co_await teams_.Find(call, std::move(team)));
  if (!record) co_return std::nullopt;
  std::optional<v1::SlackInstallation> installation(std::in_place);
  CO_RETURN_IF_ERROR(store::ParseMessage(*record, *installation));
  co_return installation;
}

Task<absl::Status> SlackStore::Uninstall(rpc::Call call, std::string team, std::string request_id,
                                         std::string fingerprint) {
  co_return co_await teams_.Remove(call, std::move(team), std::move(request_id), std::move(fingerprint));
}

Task<absl::StatusOr<store::Outcome>> SlackStore::Propose(rpc::Call call, v1::SlackUser user, std::string person,
                                                         std::string digest, absl::Time expires, std::string request_id,
                                                         std::string fingerprint) {
  store::Write write;
  write.script = &kPropose;
  write.keys = Words(Key(store_, call, "slack_pending"), PersonKeys(store_, call).Person(person));
  write.arguments =
      Words(NameOf(user), std::move(person), std::move(digest), absl::StrCat(absl::ToUnixMillis(expires)));
  write.request_id = std::move(request_id);
  write.fingerprint = std::move(fingerprint);
  co_return co_await store_.Write(call, std::move(write));
}

Task<absl::StatusOr<bool>> SlackStore::Confirm(rpc::Call call, v1::SlackUser user, std::string person,
                                               std::string digest, std::string request_id, std::string fingerprint) {
  const std::string name = NameOf(user);
  std::vector<std::string> command = Words("HGET", Key(store_, call, "slack_users"), name);
  CO_ASSIGN_OR_RETURN(const redis::Reply held, co_await store_.Read(call, std::move(command)));
  const std::string holder = held.IsNil() ? "" : held.text;
  const PersonKeys keys(store_, call);
  store::Write write;
  write.script = &kConfirm;
  write.keys = Words(Key(store_, call, "slack_pending"), Key(store_, call, "slack_users"), keys.Person(person),
                     keys.Person(holder.empty() ? person : holder));
  write.arguments = Words(name, std::move(person), std::move(digest), absl::StrCat(name, " ", id::New()), holder);
  write.request_id = std::move(request_id);
  write.fingerprint = std::move(fingerprint);
  CO_ASSIGN_OR_RETURN(const store::Outcome outcome, co_await store_.Write(call, std::move(write)));
  co_return !outcome.refused();
}

Task<absl::Status> SlackStore::Unlink(rpc::Call call, std::string person, std::string request_id,
                                      std::string fingerprint) {
  store::Write write;
  write.script = &kUnlink;
  write.keys = Words(Key(store_, call, "slack_users"), PersonKeys(store_, call).Person(person));
  write.arguments = Words(std::move(person));
  write.request_id = std::move(request_id);
  write.fingerprint = std::move(fingerprint);
  CO_ASSIGN_OR_RETURN(const store::Outcome outcome, co_await store_.Write(call, std::move(write)));
  co_return outcome.refused() ? static_cast<absl::Status>(NotFound()) : absl::OkStatus();
}

Task<absl::StatusOr<std::optional<SlackLink>>> SlackStore::FindLink(rpc::Call call, v1::SlackUser user) {
  const std::string name = NameOf(user);
  std::vector<std::string> command = Words("HGET", Key(store_, call, "slack_users"), name);
  CO_ASSIGN_OR_RETURN(const redis::Reply held, co_await store_.Read(call, std::move(command)));
  if (held.IsNil()) co_return std::nullopt;
  CO_ASSIGN_OR_RETURN(const Said said, co_await LinkOf(call, held.text));
  if (said.user != name) co_return std::nullopt;
  CO_ASSIGN_OR_RETURN(const bool holds, co_await Holds(call, held.text, said.link));
  if (!holds) co_return std::nullopt;
  co_return SlackLink{held.text, said.link};
}

Task<absl::StatusOr<SlackStore::Said>> SlackStore::LinkOf(rpc::Call call, std::string person) {
  std::vector<std::string> command =
      Words("HMGET", PersonKeys(store_, call).Person(person), "person", "inactive", "slack");
  CO_ASSIGN_OR_RETURN(const redis::Reply state, co_await store_.Read(call, std::move(command)));
  Said said;
  if (state.elements[0].IsNil() || state.elements[1].text == "1" || state.elements[2].IsNil()) co_return said;
  const std::vector<std::string> words = absl::StrSplit(state.elements[2].text, ' ');
  if (words.size() != 2) co_return absl::InternalError("a stored Slack link has the wrong form");
  said.user = words[0];
  said.link = words[1];
  co_return said;
}

Task<absl::StatusOr<std::optional<v1::SlackUser>>> SlackStore::FindUser(rpc::Call call, std::string person) {
  CO_ASSIGN_OR_RETURN(const Said said, co_await LinkOf(call, person));
  const size_t slash = said.user.find('/');
  if (slash == std::string::npos) co_return std::nullopt;
  CO_ASSIGN_OR_RETURN(const bool holds, co_await Holds(call, std::move(person), said.link));
  if (!holds) co_return std::nullopt;
  v1::SlackUser user;
  user.set_team(said.user.substr(0, slash));
  user.set_user(said.user.substr(slash + 1));
  co_return user;
}

Task<absl::StatusOr<bool>> SlackStore::Holds(rpc::Call call, std::string person, std::string link) {
  CO_ASSIGN_OR_RETURN(const Said said, co_await LinkOf(call, person));
  if (said.link.empty() || said.link != link) co_return false;
  std::vector<std::string> command = Words("HGET", Key(store_, call, "slack_users"), said.user);
  CO_ASSIGN_OR_RETURN(const redis::Reply held, co_await store_.Read(call, std::move(command)));
  if (held.IsNil() || held.text != person) co_return false;
  std::string team = said.user.substr(0, said.user.find('/'));
  CO_ASSIGN_OR_RETURN(const auto installed, co_await FindInstallation(call, std::move(team)));
  co_return installed.has_value();
}

}  // namespace cortado::profile
