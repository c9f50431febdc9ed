#include "services/matching/program/cadence_job.h"

#include <algorithm>
#include <map>
#include <memory>
#include <set>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/id/id.h"
#include "common/status/status.h"
#include "services/matching/program/cadence.h"
#include "services/matching/program/program_rules.h"
#include "services/matching/program/publisher.h"

namespace cortado::matching {
namespace {

constexpr absl::Duration kPeriod = absl::Seconds(30);
constexpr int kProgramsAtOnce = 100;
constexpr int kPeopleAtOnce = 100;
constexpr size_t kDigits = 20;

absl::Time RoundTime(const v1::Program& program) { return absl::FromUnixSeconds(program.next_round_time().seconds()); }

// The same however often it is made.
v1::Round RoundOf(const v1::Program& program, absl::Time now) {
  const std::string key = absl::StrCat(program.name(), "@", program.next_round_time().seconds());
  v1::Round round;
  round.set_name(absl::StrCat(program.name(), "/rounds/", id::Sha256Hex(key).substr(0, kDigits)));
  round.set_state(v1::Round::STATE_CREATED);
  round.set_seed(id::StableHash(round.name()) | 1);
  round.set_automatic(true);
  round.mutable_create_time()->set_seconds(absl::ToUnixSeconds(now));
  return round;
}

}  // namespace

void CadenceJob::Register(store::Store& store, jobs::Runner& runner) {
  runner.Add({kJob, kPeriod, [this](rpc::Call call, jobs::Fence) { return Run(std::move(call)); }});
  store.BeforeFirstWrite([this, &runner](rpc::Call call) { return runner.Schedule(call, kJob, clock_.Now()); });
}

Task<absl::Status> CadenceJob::Run(rpc::Call call) {
  CO_ASSIGN_OR_RETURN(const std::vector<std::string> due,
                      co_await sources_.programs.ListCadences(call, clock_.Now(), kProgramsAtOnce));
  absl::Status first;
  for (const std::string& program : due) {
    const absl::Status done = co_await Step(RoundCall(call.organization()), program);
    // Somebody changed the programme meanwhile: the next time.
    if (!absl::IsAborted(done)) first.Update(done);
  }
  co_return first;
}

Task<absl::Status> CadenceJob::Step(rpc::Call call, std::string program) {
  CO_ASSIGN_OR_RETURN(v1::Program found, co_await sources_.programs.Get(call, program));
  // Its calendar may have been taken back since the list was read.
  if (!RunsItself(found)) co_return absl::OkStatus();
  if (RoundTime(found) <= clock_.Now()) co_return co_await Begin(call, std::move(found));
  CO_RETURN_IF_ERROR(co_await Warn(call, found));
  co_return co_await sources_.programs.SetCadence(call, found, RoundTime(found));
}

Task<absl::Status> CadenceJob::Warn(rpc::Call call, v1::Program program) {
  const std::string id = IdOf(program.name());
  if (program.opt_out()) {
    CO_ASSIGN_OR_RETURN(const std::shared_ptr<LiveView> live, co_await views_.Get(call));
    program.set_opt_out(live->Read([](const OrganizationView& view) { return view.allows_opt_out(); }));
  }
  CO_ASSIGN_OR_RETURN(const ProgramHistory history, co_await sources_.publications.HistoryOf(call, id));
  std::set<std::string> have_mentor;
  std::map<std::string, int> taken;
  for (const std::vector<std::string>& pair : history.pairs) {
    have_mentor.insert(pair[0]);
    ++taken[pair[1]];
  }
  const bool draw = IsDraw(program);
  // In a draw everybody; else whoever has no mentor, or a place.
  const auto is_in = [&](const Enrollment& one) {
    const bool looks = one.participant.mentee() && have_mentor.count(one.person) == 0;
    const bool has_place = one.participant.mentor() && taken[one.person] < std::max(1, one.participant.places());
    return TakesPart(program, one.participant, clock_.Now()) && (draw || looks || has_place);
  };
  std::string after;
  do {
    CO_ASSIGN_OR_RETURN(Page<Enrollment> page,
                        co_await sources_.programs.ListParticipants(call, id, after, kPeopleAtOnce));
    std::vector<std::string> people;
    for (const Enrollment& one : page.items) {
      const auto skip = history.skips.find(one.person);
      const bool sits_out = skip != history.skips.end() && skip->second == history.published + 1;
      if (is_in(one) && !sits_out) people.push_back(one.person);
    }
    CO_RETURN_IF_ERROR(co_await sources_.publications.Warn(RoundCall(call.organization()), program, std::move(people)));
    after = std::move(page.cursor);
  } while (!after.empty());
  co_return absl::OkStatus();
}

Task<absl::Status> CadenceJob::Begin(rpc::Call call, v1::Program program) {
  v1::Round round = RoundOf(program, clock_.Now());
  const std::string request_id = absl::StrCat("cadence-", RoundId(round));
  CO_ASSIGN_OR_RETURN(round, co_await sources_.rounds.Insert(call, std::move(round), request_id, "cadence"));
  if (round.state() == v1::Round::STATE_CREATED) {
    round.set_state(v1::Round::STATE_RUNNING);
    bool replayed = false;
    CO_ASSIGN_OR_RETURN(round, co_await sources_.rounds.Begin(call, std::move(round), "", "", &replayed));
    rounds_.Start(call.organization(), program, std::move(round));
  }
  absl::TimeZone zone;
  if (!absl::LoadTimeZone(program.time_zone(), &zone)) zone = absl::UTCTimeZone();
  const absl::Time next = NextRoundAfter(RoundTime(program), program.every_weeks(), zone, clock_.Now());
  program.mutable_next_round_time()->set_seconds(absl::ToUnixSeconds(next));
  co_return (co_await sources_.programs.Put(call, std::move(program), absl::StrCat(request_id, "-done"), "cadence"))
      .status();
}

}  // namespace cortado::matching
