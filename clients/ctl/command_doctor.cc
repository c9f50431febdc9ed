// cortadoctl doctor: looks at everything a command needs, one line each, and says how to mend what is broken.
#include <sys/stat.h>

#include <memory>
#include <nlohmann/json.hpp>
#include <set>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/time/clock.h"
#include "clients/ctl/command.h"
#include "clients/ctl/data_facts.h"
#include "clients/ctl/health.h"
#include "clients/ctl/redis_facts.h"
#include "clients/ctl/render/problem.h"
#include "clients/ctl/render/width.h"
#include "clients/ctl/render/words.h"
#include "clients/ctl/security_facts.h"
#include "common/auth/service_key.h"
#include "common/status/status.h"
#include "common/time/zone_data.h"

namespace cortado::ctl {
namespace {

constexpr absl::Duration kPatience = absl::Seconds(3);

struct Check {
  std::string name;
  bool passed = false;
  std::string detail;
  std::string fix = {};  // Where it failed, or gives a warning.
  bool is_warning = false;
};

Check Passed(std::string name, std::string detail) { return {std::move(name), true, std::move(detail)}; }

Check Failed(std::string name, const absl::Status& status) {
  const Problem problem = Explain(status);
  return {std::move(name), false, problem.text, problem.next};
}

Check CheckKey(const Target& target) {
  const absl::StatusOr<auth::SigningKey> key = LoadKey(target.key_file);
  if (key.ok()) return Passed("signing key", absl::StrCat(target.key_file, ", key ", key->KeyId()));
  // A token is enough to work with; only --as and `token create` need the key.
  if (absl::IsNotFound(key.status()) && !target.token.empty()) {
    return Passed("signing key", "none here: --as and `token create` are not possible");
  }
  return Failed("signing key", key.status());
}

Check CheckToken(const Target& target) {
  if (target.token.empty()) return Passed("token", "none found; one is made from the key for each command");
  if (const auto key = auth::ReadServiceKey(target.token)) {
    return Passed("token",
                  absl::StrCat("service key ", key->id, " of ", key->organization, ", from ", target.token_from));
  }
  const absl::StatusOr<auth::Claims> claims = ClaimsOf(target.token);
  if (!claims.ok()) return Failed("token", claims.status());
  const absl::Duration left = claims->expires - target.Now();
  const std::string who = absl::StrCat(claims->subject, " of ", claims->organization, ", ",
                                       absl::StrJoin(claims->roles, " "), ", from ", target.token_from);
  if (left <= absl::ZeroDuration()) {
    return {"token", false, absl::StrCat("expired: ", who), "make a new one with `cortadoctl token create`"};
  }
  return Passed("token", absl::StrCat(who, ", good for ", absl::FormatDuration(absl::Trunc(left, absl::Seconds(1)))));
}

Check CheckHealth(const Session& session, const std::string& name, const std::string& address) {
  const absl::StatusOr<std::string> health = AskHealth(session.channel(address), kPatience);
  const std::string where = absl::StrCat("at ", address);
  if (!health.ok()) {
    return {name, false, absl::StrCat("does not answer ", where), "start it with `cortado`, or mend the address"};
  }
  if (*health != "SERVING") {
    return {name, false, absl::StrCat("says ", *health, " ", where),
            "look at its log: Redis may be away, or it is stopping"};
  }
  return Passed(name, absl::StrCat("SERVING ", where));
}

void CheckServers(const Session& session, std::vector<Check>& checks) {
  const Target& target = session.target();
  if (!target.missing.empty()) {
    checks.push_back({"server", false, target.missing, "start one with `cortado`, or say where with CORTADO_ADDRESS"});
    return;
  }
  const Addresses& at = target.addresses;
  if (at.profile == at.matching && at.profile == at.scheduling) {
    checks.push_back(CheckHealth(session, "server", at.profile));
    return;
  }
  checks.push_back(CheckHealth(session, "profile", at.profile));
  checks.push_back(CheckHealth(session, "matching", at.matching));
  checks.push_back(CheckHealth(session, "scheduling", at.scheduling));
}

// Local times are read with the zone data of each server's machine, and shown with ours.
void CheckZoneData(const Session& session, std::vector<Check>& checks) {
  const std::string version = ZoneDataVersion();
  const Addresses& at = session.target().addresses;
  std::vector<std::string> others;
  for (const std::string& address : std::set<std::string>{at.profile, at.matching, at.scheduling}) {
    const auto health = AskHealth(session.channel(address), kPatience, ZoneDataHealthName(version));
    // One that does not answer has failed a check of its own.
    if (absl::IsNotFound(health.status())) others.push_back(address);
  }
  if (others.empty()) {
    checks.push_back(Passed("zone data", absl::StrCat(version, ", here and on every server")));
    return;
  }
  checks.push_back(
      {"zone data", true,
       absl::StrCat(version, " here, another version on the server at ", absl::StrJoin(others, " and at ")),
       "install the same tzdata on every machine: around a change of the clocks they may disagree",
       /*is_warning=*/true});
}

// The one check that goes all the way: token, server, and the server's Redis.
void CheckOrganization(Session& session, std::vector<Check>& checks) {
  const absl::StatusOr<Caller> caller = session.Default();
  if (!caller.ok()) {
    checks.push_back(Failed("organisation", caller.status()));
    return;
  }
  const auto organization =
      session.Call(session.profile(), &Profile::GetOrganization, *caller, profile::v1::GetOrganizationRequest());
  if (!organization.ok()) {
    checks.push_back(Failed("organisation", organization.status()));
    return;
  }
  std::string text = absl::StrCat(organization->display_name(), " (", ShortName(organization->name()), ")");
  profile::v1::ListPeopleRequest request;
  request.set_page_size(1);
  const auto people = session.Call(session.profile(), &Profile::ListPeople, *caller, request);
  if (people.ok()) absl::StrAppend(&text, ", ", Count(people->total_size(), "person", "people"));
  checks.push_back(Passed("organisation", std::move(text)));
}

void CheckData(const Target& target, std::vector<Check>& checks) {
  if (!target.data_is_used && target.missing.empty()) {
    checks.push_back(Passed("data", absl::StrCat("not looked at: the server is named by ", target.addresses_from)));
    return;
  }
  std::vector<DataFact> facts = LookAtData(target.data);
  // What a server that does not run has left behind says nothing about the next one.
  if (target.missing.empty()) {
    for (DataFact& fact : LookAtSecurity(target.data)) facts.push_back(std::move(fact));
  }
  for (const DataFact& fact : facts) checks.push_back({fact.name, fact.good, fact.detail, fact.fix});
}

std::string Render(const Check& check, const Style& style) {
  const std::string mark = !check.passed      ? style.Red("FAIL")
                           : check.is_warning ? style.Yellow("warn")
                                              : style.Green("ok  ");
  std::string line = absl::StrCat(mark, "  ", PadRight(check.name, 14), "  ", Clean(check.detail), "\n");
  if ((!check.passed || check.is_warning) && !check.fix.empty())
    absl::StrAppend(&line, std::string(22, ' '), "-> ", check.fix, "\n");
  return line;
}

// A Redis of one's own, to look at by itself.
struct RedisArguments {
  std::string url, password_file;
  int replicas = 0;
};

absl::Status Tell(Ctl& ctl, const std::vector<Check>& checks);

absl::Status ExamineRedis(Ctl& ctl, const RedisArguments& arguments) {
  ASSIGN_OR_RETURN(const std::vector<DataFact> facts,
                   LookAtRedis(arguments.url, arguments.password_file, arguments.replicas));
  std::vector<Check> checks;
  for (const DataFact& fact : facts) checks.push_back({fact.name, fact.good, fact.detail, fact.fix});
  return Tell(ctl, checks);
}

absl::Status Examine(Ctl& ctl) {
  std::vector<Check> checks = {Passed("cortadoctl", CORTADO_VERSION)};
  const absl::StatusOr<Session*> session = ctl.session();
  if (session.ok()) {
    const Target& target = (*session)->target();
    CheckData(target, checks);
    CheckServers(**session, checks);
    checks.push_back(CheckKey(target));
    checks.push_back(CheckToken(target));
    if (target.missing.empty()) {
      CheckZoneData(**session, checks);
      CheckOrganization(**session, checks);
    }
  } else {
    checks.push_back(Failed("server", session.status()));
  }
  return Tell(ctl, checks);
}

absl::Status Tell(Ctl& ctl, const std::vector<Check>& checks) {
  int failed = 0;
  nlohmann::json lines = nlohmann::json::array();
  for (const Check& check : checks) {
    failed += check.passed ? 0 : 1;
    ctl.Say(Render(check, ctl.style()));
    lines.push_back({{"name", check.name},
                     {"passed", check.passed},
                     {"warning", check.is_warning},
                     {"detail", check.detail},
                     {"fix", check.fix}});
  }
  ctl.Document(nlohmann::json({{"passed", failed == 0}, {"checks", lines}})
                   .dump(1, ' ', false, nlohmann::json::error_handler_t::replace));
  if (failed == 0) return absl::OkStatus();
  return absl::FailedPreconditionError(absl::StrCat(failed, " of ", checks.size(), " checks failed"));
}

}  // namespace

void AddDoctor(CLI::App& app, Ctl& ctl) {
  CLI::App* doctor = app.add_subcommand("doctor", "look at everything a command needs, and say how to mend it");
  doctor->fallthrough();
  auto redis = std::make_shared<RedisArguments>();
  CLI::Option* url =
      doctor->add_option("--redis", redis->url, "look at this Redis of one's own instead, as --redis of a server");
  doctor->add_option("--redis-password-file", redis->password_file, "of the user it names")->needs(url);
  doctor->add_option("--redis-replicas", redis->replicas, "how many confirm each write, as --redis_replicas")
      ->needs(url)
      ->check(CLI::Range(0, 5));
  OnParsed(doctor, ctl, [&ctl, redis] { return redis->url.empty() ? Examine(ctl) : ExamineRedis(ctl, *redis); });
}

}  // namespace cortado::ctl
