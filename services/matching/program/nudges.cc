#include "services/matching/program/nudges.h"

#include <algorithm>
#include <iterator>
#include <memory>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/id/id.h"
#include "common/status/status.h"
#include "common/text/catalog.h"
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

enum class Standing { kGone, kNotJoined, kJoined };

Standing StandingOf(const LiveView& live, const std::string& id) {
  return live.Read([&](const OrganizationView& view) {
    const std::optional<int32_t> person = FindActive(view, id);
    if (!person) return Standing::kGone;
    return view.organization().people()[*person].joined ? Standing::kJoined : Standing::kNotJoined;
  });
}

}  // namespace

Task<absl::StatusOr<Nudges::List>> Nudges::WithoutAnswer(rpc::Call call, const v1::Program& program,
                                                         const LiveView& live) {
  const std::string id = IdOf(program.name());
  List all;
  std::string after;
  do {
    CO_ASSIGN_OR_RETURN(Page<Enrollment> page, co_await parts_.store.ListParticipants(call, id, after, kPage));
    for (const Enrollment& one : page.items) {
      const bool is_open = one.participant.state() == v1::Participant::STATE_INVITED;
      const bool is_secret = one.participant.state() == v1::Participant::STATE_NOT_NOW;
      // Whoever is in without an answer owes none.
      const bool owes = !program.opt_out() || !one.participant.has_enroll_time();
      const Standing standing = StandingOf(live, one.person);
      if ((!is_open && !is_secret) || !owes || standing == Standing::kGone) continue;
      all.push_back({one.person, one.etag, program.name(), "", is_open && standing == Standing::kJoined});
    }
    after = std::move(page.cursor);
  } while (!after.empty());
  co_return all;
}

Task<absl::StatusOr<Nudges::List>> Nudges::WithoutChat(rpc::Call call, const v1::Program& program,
                                                       const LiveView& live) {
  const std::string id = IdOf(program.name());
  CO_ASSIGN_OR_RETURN(const std::vector<ProgramMatch> matches, co_await parts_.publications.MatchesOf(call, id));
  std::vector<std::string> people;
  for (const ProgramMatch& match : matches) people.insert(people.end(), match.people.begin(), match.people.end());
  CO_ASSIGN_OR_RETURN(const std::set<std::string> have, co_await parts_.publications.HaveChats(call, id, people));
  std::set<std::string> seen;
  List all;
  for (const ProgramMatch& match : matches) {
    for (const std::string& person : match.people) {
      if (have.count(person) > 0 || !seen.insert(person).second) continue;
      if (StandingOf(live, person) == Standing::kGone) continue;
      const std::string& partner = match.people[person == match.people[0] ? 1 : 0];
      all.push_back({person, "", id::MakeName("matches", match.match), partner});
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
  CO_ASSIGN_OR_RETURN(const v1::Program program, co_await parts_.programs.FindManaged(call, id));
  if (program.archived()) co_return ProgramArchived();
  CO_ASSIGN_OR_RETURN(const std::shared_ptr<LiveView> live, co_await parts_.views.Get(call));
  const bool for_answer = request.audience() == v1::NudgeParticipantsRequest::AUDIENCE_NOT_ANSWERED;
  const absl::Time since = parts_.clock.Now() - kEvery;
  List all;
  if (for_answer) {
    CO_ASSIGN_OR_RETURN(all, co_await WithoutAnswer(call, program, *live));
  } else {
    CO_ASSIGN_OR_RETURN(all, co_await WithoutChat(call, program, *live));
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
