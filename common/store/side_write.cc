#include "common/store/side_write.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "common/status/status.h"
#include "common/store/freeze.h"

namespace cortado::store {
namespace {

// KEYS: any, the revision last.
constexpr char kPrologue[] = R"lua(
if select(2, frozen_(redis.call('GET', KEYS[#KEYS]))) then return redis.status_reply('FROZEN') end
)lua";

// KEYS: that of the command, revision. ARGV: the command.
const SideScript kCommand("store.side_command", "return redis.call(unpack(ARGV))\n");

}  // namespace

SideScript::SideScript(absl::string_view name, absl::string_view body)
    : script_(absl::StrCat("#!lua\n", kFrozenLua, kPrologue, "-- ", name, "\n", body)) {}

Task<absl::StatusOr<redis::Reply>> WriteBeside(const Store& store, redis::Client& client, rpc::Call call,
                                               const SideScript& script, std::vector<std::string> keys,
                                               std::vector<std::string> arguments) {
  keys.push_back(store.Key(call.organization(), "rev"));
  CO_ASSIGN_OR_RETURN(redis::Reply reply,
                      co_await client.Eval(call.organization(), script.script(), std::move(keys), std::move(arguments),
                                           redis::Use::kWrite, call.deadline()));
  if (reply.kind == redis::Reply::Kind::kStatus && reply.text == "FROZEN") co_return Frozen();
  co_return reply;
}

Task<absl::StatusOr<redis::Reply>> WriteBeside(const Store& store, redis::Client& client, rpc::Call call,
                                               std::vector<std::string> command) {
  std::vector<std::string> keys;
  if (command.size() > 1) keys.push_back(command[1]);
  co_return co_await WriteBeside(store, client, std::move(call), kCommand, std::move(keys), std::move(command));
}

}  // namespace cortado::store
