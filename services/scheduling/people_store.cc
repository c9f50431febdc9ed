#include "services/scheduling/people_store.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "common/id/id.h"
#include "common/status/status.h"
#include "services/scheduling/keys.h"
#include "services/scheduling/participant.h"

namespace cortado::scheduling {
namespace {

// K: the set of ids, one person each, then the calendars to forget. A: how many people; then three each: id, 'u' or
// 'd', bytes.
const store::WriteScript kPut("scheduling.people.put", R"lua(
  local writes = {}
  local last = 1 + tonumber(A[1])
  for i = 2, last do
    local id, op, bytes = A[i * 3 - 4], A[i * 3 - 3], A[i * 3 - 2]
    local held = redis.call('GET', K[i])
    if op == 'd' and held then writes[#writes + 1] = {i, id} end
    if op == 'u' and not (held and body_of(held) == bytes) then writes[#writes + 1] = {i, id, bytes} end
  end
  if #writes == 0 then return unchanged('people') end
  local came, left = {}, {}
  for _, w in ipairs(writes) do
    if w[3] then
      redis.call('SET', K[w[1]], record(w[3]))
      came[#came + 1] = w[2]
    else
      redis.call('DEL', K[w[1]])
      left[#left + 1] = w[2]
    end
  end
  if #came > 0 then redis.call('SADD', K[1], unpack(came)) end
  if #left > 0 then redis.call('SREM', K[1], unpack(left)) end
  if #K > last then redis.call('DEL', unpack(K, last + 1)) end
  resource = 'people'
)lua");

const store::WriteScript kSaveToken("scheduling.people.save_token", R"lua(
  if redis.call('GET', K[1]) == A[1] then return unchanged('people') end
  redis.call('SET', K[1], A[1])
  resource = 'people'
)lua");

const store::WriteScript kAddOrganization("scheduling.organizations.add", R"lua(
  if redis.call('SISMEMBER', K[1], A[1]) == 1 then return unchanged('organizations/' .. A[1]) end
  redis.call('SADD', K[1], A[1])
  resource = 'organizations/' .. A[1]
)lua");

}  // namespace

Task<absl::Status> PeopleStore::Put(rpc::Call call, std::vector<profile::v1::PersonSnapshot> people,
                                    std::vector<std::string> gone) {
  const Keys keys(store_, call.organization());
  store::Write write;
  write.script = &kPut;
  write.keys.push_back(keys.People());
  write.arguments.push_back(absl::StrCat(people.size() + gone.size()));
  std::vector<std::string> calendars;
  const auto forget_calendar = [&](const std::string& id) {
    calendars.push_back(keys.Calendar(id));
    calendars.push_back(keys.Reading(id));
  };
  for (const profile::v1::PersonSnapshot& person : people) {
    CO_ASSIGN_OR_RETURN(std::string id, id::ParseName("people", person.person().name()));
    write.keys.push_back(keys.Person(id));
    if (!person.person().active()) forget_calendar(id);
    write.arguments.push_back(std::move(id));
    write.arguments.push_back("u");
    write.arguments.push_back(Keep(person).SerializeAsString());
  }
  for (std::string& id : gone) {
    write.keys.push_back(keys.Person(id));
    forget_calendar(id);
    write.arguments.push_back(std::move(id));
    write.arguments.push_back("d");
    write.arguments.push_back("");
  }
  if (write.keys.size() == 1) co_return absl::OkStatus();
  for (std::string& key : calendars) write.keys.push_back(std::move(key));
  CO_ASSIGN_OR_RETURN(store::Outcome outcome, co_await store_.Write(std::move(call), std::move(write)));
  (void)outcome;  // Written or unchanged: both are what was asked.
  co_return absl::OkStatus();
}

Task<absl::StatusOr<People>> PeopleStore::Find(rpc::Call call, std::vector<std::string> ids) {
  const Keys keys(store_, call.organization());
  std::vector<std::string> names;
  for (const std::string& id : ids) names.push_back(keys.Person(id));
  CO_ASSIGN_OR_RETURN(std::vector<std::optional<store::Record>> records,
                      co_await store_.FindAll(std::move(call), std::move(names)));
  People people;
  for (size_t i = 0; i < ids.size(); ++i) {
    if (records[i].has_value()) CO_RETURN_IF_ERROR(store::ParseMessage(*records[i], people[ids[i]]));
  }
  co_return people;
}

Task<absl::StatusOr<std::vector<std::string>>> PeopleStore::Members(rpc::Call call, std::string key) {
  std::vector<std::string> command;
  command.push_back("SMEMBERS");
  command.push_back(std::move(key));
  CO_ASSIGN_OR_RETURN(redis::Reply reply, co_await store_.Read(std::move(call), std::move(command)));
  std::vector<std::string> members;
  members.reserve(reply.elements.size());
  for (redis::Reply& element : reply.elements) members.push_back(std::move(element.text));
  co_return members;
}

Task<absl::StatusOr<std::vector<std::string>>> PeopleStore::ListIds(rpc::Call call) {
  std::string key = Keys(store_, call.organization()).People();
  co_return co_await Members(std::move(call), std::move(key));
}

Task<absl::StatusOr<std::optional<std::string>>> PeopleStore::FindToken(rpc::Call call) {
  std::vector<std::string> command;
  command.push_back("GET");
  command.push_back(Keys(store_, call.organization()).Token());
  CO_ASSIGN_OR_RETURN(redis::Reply reply, co_await store_.Read(std::move(call), std::move(command)));
  if (reply.IsNil()) co_return std::nullopt;
  co_return std::move(reply.text);
}

Task<absl::Status> PeopleStore::SaveToken(rpc::Call call, std::string token) {
  store::Write write;
  write.script = &kSaveToken;
  write.keys.push_back(Keys(store_, call.organization()).Token());
  write.arguments.push_back(std::move(token));
  CO_ASSIGN_OR_RETURN(store::Outcome outcome, co_await store_.Write(std::move(call), std::move(write)));
  (void)outcome;
  co_return absl::OkStatus();
}

Task<absl::StatusOr<std::vector<std::string>>> PeopleStore::ListOrganizations(rpc::Call call) {
  std::string key = Keys(store_, call.organization()).Organizations();
  co_return co_await Members(std::move(call), std::move(key));
}

Task<absl::Status> PeopleStore::AddOrganization(rpc::Call call, std::string organization) {
  store::Write write;
  write.script = &kAddOrganization;
  write.keys.push_back(Keys(store_, call.organization()).Organizations());
  write.arguments.push_back(std::move(organization));
  CO_ASSIGN_OR_RETURN(store::Outcome outcome, co_await store_.Write(std::move(call), std::move(write)));
  (void)outcome;
  co_return absl::OkStatus();
}

}  // namespace cortado::scheduling
