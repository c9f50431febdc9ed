#include "services/allinone/redis_config.h"

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "common/id/id.h"

namespace cortado::allinone {
namespace {

// The default user is whom nobody can log in as (off), and yet may do everything: Redis reads its own file back as this
// user and checks the rights of each command within a transaction, as which it stores what a script wrote. Without the
// rights it would leave those out, and start (seen with 7.0.15).
//
// The keeper cuts an incomplete end off the append-only file (append_only_file.h says why Redis must not); one that is
// there all the same is refused.
//
// A person is one small hash with values of some hundred bytes. Packed in one piece each takes 350 bytes less than as a
// table of its own (measured on 20,000 people), at the same speed.
//
// noeviction and no-appendfsync-on-rewrite are the defaults, and stated because durability hangs on them.
constexpr char kFixed[] = R"(port 0
unixsocketperm 700
daemonize no
databases 1
save ""
appendonly yes
appendfsync always
no-appendfsync-on-rewrite no
aof-load-truncated no
maxmemory-policy noeviction
hash-max-listpack-value 4096
logfile ""
user default off ~* &* +@all
)";

// RANDOMKEY and DBSIZE see the keys of others (an ACL does not filter them), and so does SCAN, which a backup cannot do
// without: names, never values. RESTORE writes keys of the user's own alone. The rest has no use here.
constexpr char kServiceCommands[] =
    "+@all -@admin -@dangerous -randomkey -dbsize -function -select -move -swapdb +restore";

// In double quotes Redis reads \xHH; so every byte that could mean something else is written so.
std::string Quote(absl::string_view text) {
  std::string quoted = "\"";
  for (char c : text) {
    if (absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '/' || c == '.' || c == '-' || c == '_') {
      quoted.push_back(c);
    } else {
      absl::StrAppendFormat(&quoted, "\\x%02x", static_cast<unsigned char>(c));
    }
  }
  return quoted + "\"";
}

}  // namespace

std::string FormatRedisConfig(const RedisConfig& config) {
  std::string text = kFixed;
  absl::StrAppend(&text, "unixsocket ", Quote(config.socket), "\n");
  absl::StrAppend(&text, "dir ", Quote(config.directory), "\n");
  absl::StrAppend(&text, "user ", kKeeperUser, " on #", id::Sha256Hex(config.keeper_password),
                  " resetkeys resetchannels -@all +ping +info +shutdown +bgrewriteaof\n");
  for (const RedisUser& user : config.users) {
    absl::StrAppend(&text, "user ", user.service, " on #", id::Sha256Hex(user.password),
                    " resetkeys ~cortado:{*}:", user.service, ":* resetchannels &cortado:wake:", user.service, " ",
                    kServiceCommands, "\n");
  }
  return text;
}

}  // namespace cortado::allinone
