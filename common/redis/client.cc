#include "common/redis/client.h"

#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/redis/connection.h"
#include "common/status/status.h"

namespace cortado::redis {
namespace {

// Longer than any command of ours takes; what is slower is not coming back.
constexpr absl::Duration kCommandLimit = absl::Seconds(10);

absl::Status ScriptFailure(const std::string& text) {
  if (absl::StartsWith(text, "OOM") || absl::StartsWith(text, "MISCONF") || absl::StartsWith(text, "LOADING") ||
      absl::StartsWith(text, "BUSY") || absl::StartsWith(text, "READONLY")) {
    return absl::UnavailableError("the store takes no writes now; repeat with the same request id");
  }
  return absl::InternalError("a script of the store failed");
}

}  // namespace

Client::Client(Address address, EventLoop& loop) {
  Address reads = address;
  reads.replicas = 0;
  read_ = Connection::Open(std::move(reads), loop);
  write_ = Connection::Open(std::move(address), loop);
}

Client::~Client() {
  read_->Close();
  write_->Close();
}

bool Client::Connected() const { return read_->connected() && write_->connected(); }

Task<absl::StatusOr<Reply>> Client::Run(absl::string_view, std::vector<std::string> command, Use use,
                                        absl::Time deadline) {
  Connection& connection = use == Use::kRead ? *read_ : *write_;
  co_return co_await connection.Send(std::move(command), std::min(deadline, absl::Now() + kCommandLimit));
}

Task<absl::StatusOr<Reply>> Client::Eval(absl::string_view, const Script& script, std::vector<std::string> keys,
                                         std::vector<std::string> arguments, Use use, absl::Time deadline) {
  std::vector<std::string> command;
  command.reserve(3 + keys.size() + arguments.size());
  command = {"EVALSHA", script.hash(), absl::StrCat(keys.size())};
  for (std::string& key : keys) command.push_back(std::move(key));
  for (std::string& argument : arguments) command.push_back(std::move(argument));
  Connection& connection = use == Use::kRead ? *read_ : *write_;
  absl::Time limit = std::min(deadline, absl::Now() + kCommandLimit);
  Connection::Awaiter first = connection.Send(std::move(command), limit);
  CO_ASSIGN_OR_RETURN(Reply reply, co_await first);
  if (reply.IsError() && absl::StartsWith(reply.text, "NOSCRIPT")) {
    std::vector<std::string> whole = first.TakeCommand();
    whole[0] = "EVAL";
    whole[1] = script.text();
    CO_ASSIGN_OR_RETURN(reply, co_await connection.Send(std::move(whole), limit));
  }
  if (reply.IsError()) co_return ScriptFailure(reply.text);
  co_return reply;
}

}  // namespace cortado::redis
