// What the verbs of chats and series share. Thread contract: as Session.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "clients/ctl/command.h"
#include "clients/ctl/session.h"

namespace cortado::ctl {

// `people/P` of what was typed. INVALID_ARGUMENT for what is no id.
absl::StatusOr<std::vector<std::string>> Names(const std::vector<std::string>& people);

// The match that lets me book with the one other person, if there is one: consent without having to name it. `said` is
// a match that was named.
absl::StatusOr<std::string> MatchWith(Session& session, const Caller& me, const std::vector<std::string>& names,
                                      const std::string& said);

void ShowChat(const Ctl& ctl, const scheduling::v1::Chat& chat);

}  // namespace cortado::ctl
