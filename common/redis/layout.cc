#include "common/redis/layout.h"

#include <algorithm>
#include <map>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_split.h"

namespace cortado::redis {
namespace {

// The place of `server` in `list`, where it is added when it is not there.
uint16_t PlaceOf(const Endpoint& server, std::vector<Endpoint>& list) {
  const auto found = std::find(list.begin(), list.end(), server);
  if (found != list.end()) return static_cast<uint16_t>(found - list.begin());
  list.push_back(server);
  return static_cast<uint16_t>(list.size() - 1);
}

bool NamesNoHost(absl::string_view host) { return host.empty() || host == "?"; }

// A node in CLUSTER SLOTS: host, port, id and more.
std::optional<Endpoint> ReadNode(const Reply& node, const std::string& asked_host) {
  if (node.elements.size() < 2) return std::nullopt;
  const std::string& host = node.elements[0].text;
  return Endpoint{NamesNoHost(host) ? asked_host : host, static_cast<int>(node.elements[1].integer)};
}

}  // namespace

absl::StatusOr<Layout> ReadClusterSlots(const Reply& reply, const std::string& asked_host) {
  Layout layout;
  layout.owners.assign(kSlots, Layout::kNobody);
  for (const Reply& range : reply.elements) {
    if (range.elements.size() < 3) return absl::InvalidArgumentError("no answer to CLUSTER SLOTS");
    const int64_t first = range.elements[0].integer;
    const int64_t last = range.elements[1].integer;
    const std::optional<Endpoint> master = ReadNode(range.elements[2], asked_host);
    if (!master.has_value() || first < 0 || last < first || last >= kSlots) {
      return absl::InvalidArgumentError("no answer to CLUSTER SLOTS");
    }
    const uint16_t place = PlaceOf(*master, layout.masters);
    std::fill(layout.owners.begin() + first, layout.owners.begin() + last + 1, place);
    // A node names no replica that the majority holds failed, nor one that has no data yet.
    layout.followers.resize(layout.masters.size());
    layout.followers[place] = std::max(layout.followers[place], static_cast<int>(range.elements.size()) - 3);
    for (size_t i = 3; i < range.elements.size(); ++i) {
      if (const auto replica = ReadNode(range.elements[i], asked_host)) PlaceOf(*replica, layout.replicas);
    }
  }
  if (layout.masters.empty()) return absl::InvalidArgumentError("a node that knows of no cluster");
  return layout;
}

absl::StatusOr<Layout> ReadMasterAddress(const Reply& reply) {
  Endpoint master;
  if (reply.elements.size() != 2 || !absl::SimpleAtoi(reply.elements[1].text, &master.port)) {
    return absl::InvalidArgumentError("the sentinel knows no master of this name");
  }
  master.host = reply.elements[0].text;
  Layout layout;
  layout.owners.assign(kSlots, 0);
  layout.masters.push_back(std::move(master));
  layout.followers.push_back(0);
  return layout;
}

int CountFollowers(const Reply& reply) {
  int count = 0;
  for (const Reply& replica : reply.elements) {
    std::map<std::string, std::string> fields;
    for (size_t i = 0; i + 1 < replica.elements.size(); i += 2) {
      fields[replica.elements[i].text] = replica.elements[i + 1].text;
    }
    const std::string& flags = fields["flags"];
    int64_t offset = 0;
    if (absl::StrContains(flags, "down") || absl::StrContains(flags, "disconnected")) continue;
    // Both are what it said when it last was a replica: so one that was promoted counts until the sentinel calls it the
    // master, and a master of old that came back does not before it follows. An offset of 1 is no data.
    const bool has_data = absl::SimpleAtoi(fields["slave-repl-offset"], &offset) && offset > 1;
    if (has_data || fields["master-link-status"] == "ok") ++count;
  }
  return count;
}

std::optional<Redirection> ReadRedirection(absl::string_view error, const Endpoint& from) {
  const std::vector<absl::string_view> words = absl::StrSplit(error, ' ');
  if (words.size() != 3 || (words[0] != "MOVED" && words[0] != "ASK")) return std::nullopt;
  Redirection redirection;
  redirection.ask = words[0] == "ASK";
  const size_t colon = words[2].rfind(':');  // An IPv6 host stands without brackets.
  if (colon == absl::string_view::npos || !absl::SimpleAtoi(words[2].substr(colon + 1), &redirection.to.port)) {
    return std::nullopt;
  }
  const absl::string_view host = words[2].substr(0, colon);
  redirection.to.host = NamesNoHost(host) ? from.host : std::string(host);
  return redirection;
}

bool MayRunLater(absl::string_view error) {
  // Raised by a script half way: it ran.
  if (absl::StrContains(error, "script: ")) return false;
  const absl::string_view code = error.substr(0, error.find(' '));
  return code == "TRYAGAIN" || code == "CLUSTERDOWN" || code == "LOADING" || code == "MASTERDOWN" ||
         code == "READONLY" || code == "NOREPLICAS";
}

}  // namespace cortado::redis
