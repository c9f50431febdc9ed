#include "clients/ctl/security_facts.h"

#include <grpcpp/grpcpp.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstdint>
#include <cstring>
#include <filesystem>
#include <map>
#include <system_error>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "absl/time/clock.h"
#include "clients/ctl/discovery.h"
#include "clients/ctl/render/words.h"
#include "common/app/loopback.h"
#include "common/redis/client.h"
#include "common/task/sync_wait.h"

namespace cortado::ctl {
namespace {

namespace fs = std::filesystem;

constexpr absl::Duration kPatience = absl::Seconds(3);
constexpr absl::Duration kClocksDiffer = absl::Seconds(2);
constexpr char kRestart[] = "cortado writes run/redis.conf at its start: restart it";
constexpr const char* kServices[] = {"profile", "matching", "scheduling"};
// Below these, holes are known that the network reaches (CVE-2023-1428, -32731, -33953, -4785, -44487), and ones that
// scripts reach which Debian mends in 7.0.15 without changing the number.
constexpr int kGrpcWithoutKnownHoles[] = {1, 59, 2};
constexpr int kRedisMended[] = {7, 0, 15};

// What was found wrong, or else that nothing was.
DataFact Judge(std::string name, const std::vector<std::string>& wrong, std::string good, std::string fix) {
  if (wrong.empty()) return {std::move(name), true, std::move(good)};
  return {std::move(name), false, absl::StrJoin(wrong, "; "), std::move(fix)};
}

bool IsBelow(absl::string_view version, const int (&other)[3]) {
  const std::vector<absl::string_view> parts = absl::StrSplit(version, '.');
  for (size_t i = 0; i < 3; ++i) {
    int number = 0;
    if (i >= parts.size() || !absl::SimpleAtoi(parts[i], &number)) return true;
    if (number != other[i]) return number < other[i];
  }
  return false;
}

// The lines of a Redis configuration: what each word is set to (the last one counts), and what each user may do.
struct RedisConfigLines {
  explicit RedisConfigLines(absl::string_view text) {
    for (absl::string_view line : absl::StrSplit(text, '\n', absl::SkipWhitespace())) {
      const std::vector<std::string> words = absl::StrSplit(line, ' ', absl::SkipWhitespace());
      if (words[0] == "user" && words.size() > 1) {
        users[words[1]] = {words.begin() + 2, words.end()};
      } else {
        values[words[0]] = words.size() > 1 ? words[1] : "";
      }
    }
  }
  // Adds what `word` is when it is not `wanted`.
  void Want(const std::string& word, const std::string& wanted, std::vector<std::string>& wrong) const {
    const auto found = values.find(word);
    const std::string value = found == values.end() ? "not set" : found->second;
    if (value != wanted) wrong.push_back(absl::StrCat(word, " is ", value, ", not ", wanted));
  }

  std::map<std::string, std::string> values;
  std::map<std::string, std::vector<std::string>> users;
};

bool Holds(const std::vector<std::string>& words, absl::string_view word) {
  for (const std::string& each : words) {
    if (each == word) return true;
  }
  return false;
}

void JudgeUser(const RedisConfigLines& config, const std::string& service, std::vector<std::string>& wrong) {
  const auto found = config.users.find(service);
  if (found == config.users.end() || !Holds(found->second, "on")) {
    wrong.push_back(absl::StrCat("there is no user ", service));
    return;
  }
  const std::string own = absl::StrCat("~cortado:{*}:", service, ":*");
  for (const std::string& word : found->second) {
    if ((absl::StartsWith(word, "~") && word != own) || word == "allkeys" || word == "nopass" ||
        word == "allchannels") {
      wrong.push_back(absl::StrCat("user ", service, " has ", word));
    }
  }
  for (const char* without : {"-@admin", "-@dangerous"}) {
    if (!Holds(found->second, without)) wrong.push_back(absl::StrCat("user ", service, " lacks ", without));
  }
}

DataFact JudgeUsers(const RedisConfigLines& config) {
  std::vector<std::string> wrong;
  const auto everybody = config.users.find("default");
  if (everybody == config.users.end() || !Holds(everybody->second, "off")) {
    wrong.push_back("the default user is not off");
  }
  for (const char* service : kServices) JudgeUser(config, service, wrong);
  return Judge("redis users", wrong, "default is off; each service has one that reaches its own keys alone", kRestart);
}

std::map<std::string, std::string> ReadInfo(absl::string_view info) {
  std::map<std::string, std::string> values;
  for (absl::string_view line : absl::StrSplit(info, '\n')) {
    const std::pair<std::string, std::string> pair = absl::StrSplit(line, absl::MaxSplits(':', 1));
    values[pair.first] = std::string(absl::StripSuffix(pair.second, "\r"));
  }
  return values;
}

DataFact JudgeClock(const std::string& microseconds, absl::Time asked) {
  int64_t theirs = 0;
  if (!absl::SimpleAtoi(microseconds, &theirs)) return {"redis clock", false, "Redis does not say its time", kRestart};
  const absl::Duration apart = absl::AbsDuration(absl::FromUnixMicros(theirs) - asked);
  const std::string text = absl::StrCat(absl::ToInt64Milliseconds(apart), " ms from ours");
  return {"redis clock", apart < kClocksDiffer, text, "set the clocks (NTP)"};
}

// What Redis answers to one command; the error when it does not answer.
absl::StatusOr<redis::Reply> AskRedis(const redis::Address& address, const char* command) {
  EventLoop loop;
  redis::Client client(address, loop);
  return SyncWait(client.Run("", {command}, redis::Use::kRead, absl::Now() + kPatience));
}

// What the server at a unix socket says to a stranger's PING; empty when it says nothing in time. Not by the client,
// which takes a server that refuses it for one that is away.
std::string AnswerToAStranger(const std::string& socket_path) {
  sockaddr_un to{};
  to.sun_family = AF_UNIX;
  if (socket_path.size() >= sizeof to.sun_path) return "";
  std::memcpy(to.sun_path, socket_path.data(), socket_path.size());
  const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  std::string answer;
  constexpr absl::string_view kPing = "PING\r\n";
  pollfd readable{fd, POLLIN, 0};
  if (connect(fd, reinterpret_cast<const sockaddr*>(&to), sizeof to) == 0 &&
      write(fd, kPing.data(), kPing.size()) == static_cast<ssize_t>(kPing.size()) &&
      poll(&readable, 1, static_cast<int>(absl::ToInt64Milliseconds(kPatience))) == 1) {
    char text[128];
    const ssize_t got = read(fd, text, sizeof text);
    answer.assign(text, got > 0 ? static_cast<size_t>(got) : 0);
  }
  close(fd);
  return answer;
}

DataFact TryWithoutPassword(const std::string& socket_path) {
  const std::string answer = AnswerToAStranger(socket_path);
  const bool closed = absl::StartsWith(answer, "-NOAUTH");
  return {"redis login", closed,
          closed ? "nobody is let in without a password" : absl::StrCat("answers a stranger: ", answer), kRestart};
}

void AskRunningRedis(const std::string& data, std::vector<DataFact>& facts) {
  const absl::StatusOr<std::string> folder = ReadSmallFile(absl::StrCat(data, "/run/socket-directory"));
  const absl::StatusOr<std::string> secret = ReadSmallFile(absl::StrCat(data, "/keys/redis-keeper.secret"));
  if (!folder.ok() || !secret.ok()) {
    facts.push_back({"redis", false, std::string((folder.ok() ? secret : folder).status().message()), kRestart});
    return;
  }
  redis::Address address;
  address.unix_socket = absl::StrCat(*folder, "/redis.sock");
  address.user = "keeper";
  address.password = *secret;
  const absl::StatusOr<redis::Reply> info = AskRedis(address, "INFO");
  if (!info.ok() || info->IsError()) {
    facts.push_back({"redis", false, info.ok() ? info->text : std::string(info.status().message()), kRestart});
    return;
  }
  for (DataFact& fact : JudgeRedisInfo(info->text, absl::Now())) facts.push_back(std::move(fact));
  facts.push_back(TryWithoutPassword(address.unix_socket));
}

}  // namespace

std::vector<DataFact> JudgeRedisConfig(absl::string_view text) {
  const RedisConfigLines config(text);
  std::vector<std::string> network, durability;
  config.Want("port", "0", network);
  config.Want("unixsocketperm", "700", network);
  config.Want("appendonly", "yes", durability);
  config.Want("appendfsync", "always", durability);
  config.Want("maxmemory-policy", "noeviction", durability);
  return {Judge("redis network", network, "a unix socket of ours alone, no port", kRestart), JudgeUsers(config),
          Judge("redis writes", durability, "on the disk before they are answered; nothing is evicted", kRestart)};
}

std::vector<DataFact> JudgeRedisInfo(absl::string_view info, absl::Time asked) {
  std::map<std::string, std::string> values = ReadInfo(info);
  std::vector<std::string> wrong;
  const std::pair<const char*, const char*> wanted[] = {
      {"tcp_port", "0"}, {"aof_enabled", "1"}, {"maxmemory_policy", "noeviction"}, {"aof_last_write_status", "ok"}};
  for (const auto& [name, value] : wanted) {
    if (values[name] != value) wrong.push_back(absl::StrCat(name, " is ", values[name], ", not ", value));
  }
  const std::string version = values["redis_version"];
  const bool old = IsBelow(version, kRedisMended);
  return {Judge("redis runs", wrong, "with what its configuration says", kRestart),
          JudgeClock(values["server_time_usec"], asked),
          {"redis version", !old,
           absl::StrCat(version, old ? " has known holes" : "; Debian mends it under this number: keep it up to date"),
           "install the redis-server of Debian 12, with its security updates"}};
}

std::vector<DataFact> JudgeListening(absl::string_view line, absl::string_view grpc_version) {
  const std::vector<std::string> words = absl::StrSplit(line, ' ', absl::SkipWhitespace());
  if (words.size() != 2) return {{"listening", false, "run/listening does not say where", "restart cortado"}};
  const bool local = app::IsLocal(words[0]);
  const bool encrypted = words[1] == "tls" || words[1] == "mtls";
  const bool strangers = !local && words[1] != "mtls";
  const bool holes = IsBelow(grpc_version, kGrpcWithoutKnownHoles);
  std::vector<DataFact> facts = {{"listening", local || encrypted,
                                  absl::StrCat(words[0], local       ? ", this machine alone"
                                                         : encrypted ? ", with TLS"
                                                                     : ", in the clear"),
                                  "listen on 127.0.0.1 or a unix socket, or give --tls_cert and --tls_key"}};
  facts.push_back({"grpc version", !(holes && strangers),
                   absl::StrCat(grpc_version, !holes      ? ""
                                              : strangers ? " has known holes, and strangers reach it"
                                                          : " has known holes that strangers do not reach"),
                   "give --tls_client_ca, so that only clients with a certificate get in, or keep the port off the "
                   "network"});
  return facts;
}

DataFact JudgeSecrets(const std::string& data) {
  std::vector<std::string> files = {absl::StrCat(data, "/run/operator.token")};
  std::error_code error;
  for (const fs::directory_entry& entry : fs::directory_iterator(absl::StrCat(data, "/keys"), error)) {
    files.push_back(entry.path().string());
  }
  std::vector<std::string> wrong;
  for (const std::string& path : files) {
    struct stat file {};
    if (lstat(path.c_str(), &file) != 0) {
      wrong.push_back(absl::StrCat(path, " is not there"));
    } else if (!S_ISREG(file.st_mode) || file.st_uid != geteuid()) {
      wrong.push_back(absl::StrCat(path, " is not a file of yours"));
    } else if ((file.st_mode & 077) != 0) {
      wrong.push_back(absl::StrFormat("%s may be read by others (mode %o)", path, file.st_mode & 0777));
    }
  }
  return Judge("secrets", wrong,
               absl::StrCat(Count(static_cast<int64_t>(files.size()), "file", "files"), ", yours alone"),
               absl::StrCat("chmod 600 ", data, "/keys/* ", data, "/run/operator.token"));
}

std::vector<DataFact> LookAtSecurity(const std::string& data) {
  std::vector<DataFact> facts;
  const absl::StatusOr<std::string> listening = ReadSmallFile(absl::StrCat(data, "/run/listening"));
  facts = JudgeListening(listening.ok() ? *listening : "", grpc::Version());
  facts.push_back(JudgeSecrets(data));
  const absl::StatusOr<std::string> config = ReadSmallFile(absl::StrCat(data, "/run/redis.conf"));
  if (config.ok()) {
    for (DataFact& fact : JudgeRedisConfig(*config)) facts.push_back(std::move(fact));
  } else {
    facts.push_back({"redis config", false, std::string(config.status().message()), kRestart});
  }
  AskRunningRedis(data, facts);
  return facts;
}

}  // namespace cortado::ctl
