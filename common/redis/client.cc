#include "common/redis/client.h"

#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/redis/connection.h"
#include "common/redis/router.h"
#include "common/redis/slots.h"
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
  if (address.deployment != Deployment::kServer) {
    router_ = Router::Open(std::move(address), loop);
    return;
  }
  Address reads = address;
  reads.replicas = 0;
  read_ = Connection::Open(std::move(reads), loop);
  write_ = Connection::Open(std::move(address), loop);
}

Client::~Client() {
  if (router_ != nullptr) {
    router_->Close();
  } else {
    read_->Close();
    write_->Close();
  }
}

bool Client::Connected() const {
  return router_ != nullptr ? router_->Connected() : read_->connected() && write_->connected();
}

Rerouted Client::rerouted() const { return router_ != nullptr ? router_->rerouted() : Rerouted(); }

Task<absl::StatusOr<Reply>> Client::Run(absl::string_view organization, std::vector<std::string> command, Use use,
                                        absl::Time deadline) {
  const absl::Time limit = std::min(deadline, absl::Now() + kCommandLimit);
  if (router_ != nullptr) co_return co_await router_->Run(SlotOf(organization), command, use, limit);
  Connection& connection = use == Use::kRead ? *read_ : *write_;
  co_return co_await connection.Send(std::move(command), limit);
}

Task<absl::StatusOr<Reply>> Client::Eval(absl::string_view organization, const Script& script,
                                         std::vector<std::string> keys, std::vector<std::string> arguments, Use use,
                                         absl::Time deadline) {
  const std::shared_ptr<Router> router = router_;  // The client may be gone by the second attempt.
  const uint16_t slot = router != nullptr ? SlotOf(organization) : 0;
  std::vector<std::string> command;
  command.reserve(3 + keys.size() + arguments.size());
  command = {"EVALSHA", script.hash(), absl::StrCat(keys.size())};
  for (std::string& key : keys) command.push_back(std::move(key));
  for (std::string& argument : arguments) command.push_back(std::move(argument));
  const absl::Time limit = std::min(deadline, absl::Now() + kCommandLimit);
  Reply reply;
  for (bool whole = false;; whole = true) {
    if (router != nullptr) {
      CO_ASSIGN_OR_RETURN(reply, co_await router->Run(slot, command, use, limit));
    } else {
      Connection& connection = use == Use::kRead ? *read_ : *write_;
      Connection::Awaiter sent = connection.Send(std::move(command), limit);
      CO_ASSIGN_OR_RETURN(reply, co_await sent);
      command = sent.TakeCommand();
    }
    if (whole || !reply.IsError() || !absl::StartsWith(reply.text, "NOSCRIPT")) break;
    command[0] = "EVAL";
    command[1] = script.text();
  }
  if (reply.IsError()) co_return ScriptFailure(reply.text);
  co_return reply;
}

}  // namespace cortado::redis
