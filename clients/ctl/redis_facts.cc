#include "clients/ctl/redis_facts.h"

#include <set>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "absl/time/clock.h"
#include "clients/ctl/discovery.h"
#include "common/redis/client.h"
#include "common/redis/masters.h"
#include "common/status/status.h"
#include "common/task/sync_wait.h"

namespace cortado::ctl {
namespace {

constexpr absl::Duration kPatience = absl::Seconds(3);
constexpr char kPage[] = "docs/redis.md says what every server needs";
// What each setting has to be.
constexpr std::pair<const char*, const char*> kSettings[] = {
    {"appendonly", "yes"}, {"appendfsync", "always"}, {"maxmemory-policy", "noeviction"}, {"aof-load-truncated", "no"}};

// Of a cluster's node: what decides who may be elected.
constexpr char kMigration[] = "cluster-allow-replica-migration";
constexpr char kValidity[] = "cluster-replica-validity-factor";

std::string Value(absl::string_view info, absl::string_view name) {
  for (absl::string_view line : absl::StrSplit(info, '\n')) {
    if (absl::ConsumePrefix(&line, name) && absl::ConsumePrefix(&line, ":")) {
      return std::string(absl::StripSuffix(line, "\r"));
    }
  }
  return "";
}

DataFact Fact(const std::string& server, const char* what, const std::vector<std::string>& wrong, std::string good) {
  const std::string name = absl::StrCat("redis ", server);
  if (wrong.empty()) return {name, true, absl::StrCat(what, ": ", good)};
  return {name, false, absl::StrCat(what, ": ", absl::StrJoin(wrong, "; ")), kPage};
}

DataFact JudgeWrites(const RedisServer& server) {
  std::vector<std::string> wrong;
  for (const auto& [name, value] : kSettings) {
    const auto found = server.settings.find(name);
    const std::string is = found == server.settings.end() ? "not told" : found->second;
    if (is != value) wrong.push_back(absl::StrCat(name, " is ", is, ", not ", value));
  }
  const std::string last = Value(server.info, "aof_last_write_status");
  if (last != "ok") wrong.push_back(absl::StrCat("its last write to the disk was ", last.empty() ? "not told" : last));
  return Fact(server.name, "writes", wrong, "on the disk before they are answered; nothing is evicted");
}

DataFact JudgeLogin(const RedisServer& server) {
  std::vector<std::string> wrong;
  bool has_default = false;
  for (const std::string& user : server.users) {
    const std::vector<std::string> words = absl::StrSplit(user, ' ', absl::SkipWhitespace());
    if (words.size() < 3 || words[0] != "user") continue;
    const std::set<std::string> has(words.begin() + 2, words.end());
    has_default = has_default || words[1] == "default";
    if (has.count("on") > 0 && has.count("nopass") > 0) {
      wrong.push_back(absl::StrCat("user ", words[1], " needs no password"));
    }
  }
  if (!has_default) wrong.push_back("it does not say what the default user may");
  return Fact(server.name, "login", wrong, "nobody is let in without a password");
}

DataFact JudgeReplicas(const RedisServer& server, int replicas) {
  const auto has = static_cast<int>(ReplicasIn(server.info).size());
  std::vector<std::string> wrong;
  if (has < replicas) {
    wrong.push_back(absl::StrCat("it has ", has, ", and --redis_replicas=", replicas, " waits for ", replicas));
  } else if (replicas > 0 && has == replicas) {
    wrong.push_back(absl::StrCat("it has ", has, ": once one is away no write succeeds; give it ", replicas + 1));
  }
  return Fact(server.name, "replicas", wrong, absl::StrCat(has));
}

// A candidate has all that its master had, unless one of these lets it stand without (docs/adr/0014).
DataFact JudgeElections(const RedisServer& server) {
  const auto setting = [&](const char* name) {
    const auto found = server.settings.find(name);
    return found == server.settings.end() ? std::string("not told") : found->second;
  };
  std::vector<std::string> wrong;
  if (const std::string is = setting(kMigration); is != "no") {
    wrong.push_back(absl::StrCat(kMigration, " is ", is, ", not no"));
  }
  if (const std::string is = setting(kValidity); is == "0" || is == "not told") {
    wrong.push_back(absl::StrCat(kValidity, " is ", is, ", not 1 or more"));
  }
  return Fact(server.name, "elections", wrong, "only of who followed the master");
}

redis::Endpoint EndpointOf(const std::string& name) {
  const size_t colon = name.rfind(':');
  redis::Endpoint endpoint{name.substr(0, colon), 0};
  if (!absl::SimpleAtoi(name.substr(colon + 1), &endpoint.port)) endpoint.port = 0;
  return endpoint;
}

// What one command is answered; an error when it is not.
absl::StatusOr<redis::Reply> Ask(redis::Client& client, std::vector<std::string> command) {
  absl::StatusOr<redis::Reply> reply =
      SyncWait(client.Run("", std::move(command), redis::Use::kRead, absl::Now() + kPatience));
  if (reply.ok() && reply->IsError()) return absl::FailedPreconditionError(reply->text);
  return reply;
}

absl::StatusOr<RedisServer> AskServer(const redis::Address& address, const std::string& name) {
  EventLoop loop;
  redis::Client client(address, loop);
  RedisServer server;
  server.name = name;
  ASSIGN_OR_RETURN(const redis::Reply info, Ask(client, {"INFO"}));
  server.info = info.text;
  std::vector<std::string> names = {kMigration, kValidity};
  for (const auto& entry : kSettings) names.push_back(entry.first);
  for (const std::string& name_of : names) {
    ASSIGN_OR_RETURN(const redis::Reply reply, Ask(client, {"CONFIG", "GET", name_of}));
    if (reply.elements.size() == 2) server.settings[name_of] = reply.elements[1].text;
  }
  ASSIGN_OR_RETURN(const redis::Reply users, Ask(client, {"ACL", "LIST"}));
  for (const redis::Reply& user : users.elements) server.users.push_back(user.text);
  return server;
}

// Judges one server, and adds the replicas it speaks of to `others`.
void LookAtServer(const redis::Address& deployment, const std::string& name, int replicas,
                  std::vector<std::string>* others, std::vector<DataFact>& facts) {
  redis::Address address = deployment;
  if (deployment.unix_socket.empty()) address = redis::AddressAt(deployment, EndpointOf(name));
  address.replicas = 0;
  const absl::StatusOr<RedisServer> server = AskServer(address, name);
  if (!server.ok()) {
    facts.push_back({absl::StrCat("redis ", name), false, std::string(server.status().message()),
                     "start it, or give --redis a user that may INFO, CONFIG GET and ACL LIST"});
    return;
  }
  for (DataFact& fact : JudgeRedisServer(*server, replicas)) facts.push_back(std::move(fact));
  if (others == nullptr) return;
  for (std::string& one : ReplicasIn(server->info)) others->push_back(std::move(one));
}

}  // namespace

std::vector<std::string> ReplicasIn(absl::string_view info) {
  std::vector<std::string> replicas;
  for (int i = 0;; ++i) {
    const std::string line = Value(info, absl::StrCat("slave", i));
    if (line.empty()) return replicas;
    std::map<std::string, std::string> fields;
    for (absl::string_view field : absl::StrSplit(line, ',')) {
      const std::pair<std::string, std::string> pair = absl::StrSplit(field, absl::MaxSplits('=', 1));
      fields[pair.first] = pair.second;
    }
    if (fields["state"] == "online") replicas.push_back(absl::StrCat(fields["ip"], ":", fields["port"]));
  }
}

std::vector<DataFact> JudgeRedisServer(const RedisServer& server, int replicas) {
  std::vector<DataFact> facts = {JudgeWrites(server), JudgeLogin(server)};
  if (Value(server.info, "cluster_enabled") == "1") facts.push_back(JudgeElections(server));
  if (Value(server.info, "role") == "master") facts.push_back(JudgeReplicas(server, replicas));
  return facts;
}

absl::StatusOr<std::vector<DataFact>> LookAtRedis(const std::string& url, const std::string& password_file,
                                                  int replicas) {
  ASSIGN_OR_RETURN(redis::Address address, redis::ParseAddress(url));
  if (!password_file.empty()) {
    ASSIGN_OR_RETURN(const std::string password, ReadSmallFile(password_file));
    address.password = std::string(absl::StripSuffix(password, "\n"));
    if (address.user.empty()) address.user = "default";
  }
  std::vector<DataFact> facts;
  if (!address.unix_socket.empty()) {
    LookAtServer(address, address.unix_socket, replicas, nullptr, facts);
    return facts;
  }
  EventLoop loop;
  ASSIGN_OR_RETURN(const std::vector<redis::Endpoint> masters, redis::FindMasters(address, loop));
  std::vector<std::string> others;
  for (const redis::Endpoint& master : masters) {
    LookAtServer(address, absl::StrCat(master.host, ":", master.port), replicas, &others, facts);
  }
  for (const std::string& replica : others) LookAtServer(address, replica, 0, nullptr, facts);
  return facts;
}

}  // namespace cortado::ctl
