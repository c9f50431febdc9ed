#include "clients/ctl/chat_calls.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "clients/ctl/pages.h"
#include "clients/ctl/render/words.h"
#include "common/status/status.h"

namespace cortado::ctl {

absl::StatusOr<std::vector<std::string>> Names(const std::vector<std::string>& people) {
  std::vector<std::string> names;
  for (const std::string& person : people) {
    ASSIGN_OR_RETURN(const std::string id, PersonId(person));
    names.push_back("people/" + id);
  }
  return names;
}

absl::StatusOr<std::string> MatchWith(Session& session, const Caller& me, const std::vector<std::string>& names,
                                      const std::string& said) {
  if (!said.empty()) return "matches/" + ShortName(said);
  if (names.size() != 1) return "";
  ASSIGN_OR_RETURN(const auto matches, ListPages(session, session.matching(), &Matching::ListMatches, me,
                                                 matching::v1::ListMatchesRequest()));
  for (const auto& match : matches.matches()) {
    const bool with_them = match.mentee().person() == names[0] || match.mentor().person() == names[0];
    if (with_them && match.state() == matching::v1::Match::STATE_ACTIVE) return match.name();
  }
  return "";
}

void ShowChat(const Ctl& ctl, const scheduling::v1::Chat& chat) {
  std::vector<std::pair<std::string, std::string>> facts = {{"chat", chat.name()}, {"state", EnumWords(chat.state())}};
  for (const auto& attendee : chat.attendees()) {
    facts.emplace_back(ShortName(attendee.person().person()),
                       absl::StrCat(attendee.person().display_name(), ", ", attendee.local_start().text()));
  }
  facts.emplace_back("topic", chat.topic());
  ctl.Say(RenderFacts(facts, ctl.style()));
}

}  // namespace cortado::ctl
