#include "services/matching/program/nudges.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <memory>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/id/id.h"
#include "common/status/status.h"
#include "common/text/catalog.h"
#include "services/matching/program/program_rules.h"
#include "services/matching/program/round_store.h"
#include "services/matching/readers.h"
#include "services/matching/reasons.h"

namespace cortado::matching {
namespace {

constexpr int kPage = 1000;
constexpr size_t kDigits = 40;
constexpr size_t kAtOnce = RoundStore::kPairsAtOnce;
constexpr char kAnswerAwaited[] = "participant.answer_awaited";
constexpr char kChatAwaited[] = "participant.chat_awaited";

enum class Standing { kGone, kAway, kNotJoined, kHere };

Standing StandingOf(const LiveView& live, const std::string& id, absl::Time now) {
  return live.Read([&](const OrganizationView& view) {
    const std::optional<int32_t> index = FindActive(view, id);
    if (!index) return Standing::kGone;
    const Person& person = view.organization().people()[*index];
    if (person.paused_until > absl::ToUnixSeconds(now)) return Standing::kAway;
    return person.joined ? Standing::kHere : Standing::kNotJoined;
  });
}

// The programme as far as the organisation lets it take people in who say nothing.
v1::Program AsAllowed(const LiveView& live, v1::Program program) {
  const bool allowed = live.Read([](const OrganizationView& view) { return view.allows_opt_out(); });
  program.set_opt_out(program.opt_out() && allowed);
  return program;
}

}  // namespace

Task<absl::StatusOr<std::vector<Enrollment>>> Nudges::Everybody(rpc::Call call, std::string program) {
  std::vector<Enrollment> people;
  std::string after;
  do {
    CO_ASSIGN_OR_RETURN(Page<Enrollment> page, co_await parts_.store.ListParticipants(call, program, after, kPage));
    std::move(page.items.begin(), page.items.end(), std::back_inserter(people));
    after = std::move(page.cursor);
  } while (!after.empty());
  co_return people;
}

Nudges::List Nudges::WithoutAnswer(const v1::Program& program, const LiveView& live,
                                   const std::vector<Enrollment>& people) const {
  List all;
  for (const Enrollment& one : people) {
    const bool is_open = one.participant.state() == v1::Participant::STATE_INVITED;
    const bool is_secret = one.participant.state() == v1::Participant::STATE_NOT_NOW;
    // Whoever is in without an answer owes none.
    const bool owes = !program.opt_out() || !one.participant.has_enroll_time();
    const Standing standing = StandingOf(live, one.person, parts_.clock.Now());
    if ((!is_open && !is_secret) || !owes || standing == Standing::kGone) continue;
    all.push_back({one.person, one.etag, program.name(), "", is_open && standing == Standing::kHere});
  }
  return all;
}

Task<absl::StatusOr<Nudges::List>> Nudges::WithoutChat(rpc::Call call, const v1::Program& program, const LiveView& live,
                                                       const std::vector<Enrollment>& people) {
  const std::string id = IdOf(program.name());
  const absl::Time now = parts_.clock.Now();
  std::map<std::string, std::string> etags;  // Of those who take part.
  for (const Enrollment& one : people) {
    if (TakesPart(program, one.participant, now)) etags[one.person] = one.etag;
  }
  CO_ASSIGN_OR_RETURN(const std::vector<ProgramMatch> matches, co_await parts_.publications.MatchesOf(call, id));
  std::vector<std::string> matched;
  for (const ProgramMatch& match : matches) matched.insert(matched.end(), match.people.begin(), match.people.end());
  CO_ASSIGN_OR_RETURN(const std::set<std::string> have, co_await parts_.publications.HaveChats(call, id, matched));
  std::set<std::string> seen;
  List all;
  for (const ProgramMatch& match : matches) {
    for (const std::string& person : match.people) {
      const auto etag = etags.find(person);
      if (etag == etags.end() || have.count(person) > 0 || !seen.insert(person).second) continue;
      const Standing standing = StandingOf(live, person, now);
      if (standing == Standing::kGone) continue;
      const std::string& partner = match.people[person == match.people[0] ? 1 : 0];
      // Nobody learns who takes a break.
      all.push_back({person, etag->second, id::MakeName("matches", match.match), partner, standing == Standing::kHere});
    }
  }
  co_return all;
}

Task<absl::StatusOr<Nudges::List>> Nudges::NotReminded(rpc::Call call, const std::string& program, absl::Time since,
                                                       List all) {
  std::vector<std::string> people;
  for (const auto& one : all) people.push_back(one.person);
  CO_ASSIGN_OR_RETURN(const std::set<std::string> lately,
                      co_await parts_.publications.NudgedSince(call, program, since, std::move(people)));
  all.erase(std::remove_if(all.begin(), all.end(), [&](const auto& one) { return lately.count(one.person) > 0; }),
            all.end());
  co_return all;
}

Task<absl::StatusOr<v1::NudgeParticipantsResponse>> Nudges::Nudge(rpc::Call call,
                                                                  const v1::NudgeParticipantsRequest& request) {
  const std::string id = IdOf(request.program());
  CO_ASSIGN_OR_RETURN(v1::Program program, co_await parts_.programs.FindManaged(call, id));
  if (program.archived()) co_return ProgramArchived();
  CO_ASSIGN_OR_RETURN(const std::shared_ptr<LiveView> live, co_await parts_.views.Get(call));
  program = AsAllowed(*live, std::move(program));
  CO_ASSIGN_OR_RETURN(const std::vector<Enrollment> people, co_await Everybody(call, id));
  const bool for_answer = request.audience() == v1::NudgeParticipantsRequest::AUDIENCE_NOT_ANSWERED;
  const absl::Time since = parts_.clock.Now() - kEvery;
  List all;
  if (for_answer) {
    all = WithoutAnswer(program, *live, people);
  } else {
    CO_ASSIGN_OR_RETURN(all, co_await WithoutChat(call, program, *live, people));
  }
  const size_t count = all.size();
  CO_ASSIGN_OR_RETURN(List open, co_await NotReminded(call, id, since, std::move(all)));
  v1::NudgeParticipantsResponse response;
  response.set_waiting_count(static_cast<int32_t>(count - open.size()));
  const std::string language = text::ChooseLanguage(call.accept_language(), "", "");
  const std::string somebody = text::Render("notification.somebody", language);
  *response.mutable_text() = MakeText(for_answer ? "notification.answer_awaited" : "notification.chat_awaited",
                                      language, {{"title", program.display_name()}, {"name", somebody}});
  int reminded = request.validate_only() ? static_cast<int>(open.size()) : 0;
  for (size_t first = 0; first < open.size() && !request.validate_only(); first += kAtOnce) {
    const auto begin = open.begin() + static_cast<std::ptrdiff_t>(first);
    const auto end = open.begin() + static_cast<std::ptrdiff_t>(std::min(open.size(), first + kAtOnce));
    List some(std::make_move_iterator(begin), std::make_move_iterator(end));
    // Each step is an intent of its own: whoever repeats the call goes on where it stopped.
    const std::string step = id::Sha256Hex(absl::StrCat(request.request_id(), "\n", some.front().person));
    CO_ASSIGN_OR_RETURN(const int now,
                        co_await parts_.publications.Remind(call, program, for_answer ? kAnswerAwaited : kChatAwaited,
                                                            since, std::move(some), step.substr(0, kDigits),
                                                            store::Fingerprint(call, request)));
    reminded += now;
  }
  response.set_nudged_count(reminded);
  co_return response;
}

}  // namespace cortado::matching
