#include "services/matching/program/rounds.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/time/clock.h"
#include "common/id/id.h"
#include "common/id/page_token.h"
#include "common/log/log.h"
#include "common/rpc/page.h"
#include "common/status/error.h"
#include "common/status/status.h"
#include "cortado/matching/v1/reason.pb.h"
#include "services/matching/person_cards.h"
#include "services/matching/program/trial.h"

namespace cortado::matching {
namespace {

constexpr absl::Duration kPeriod = absl::Seconds(15);
constexpr absl::Duration kNap = absl::Milliseconds(200);
constexpr int kNapsBetweenSigns = 50;
constexpr absl::Duration kWithoutLife = absl::Seconds(40);
constexpr absl::Duration kOneStep = absl::Seconds(10);
constexpr int kTriesToLoad = 150;

rpc::Call OwnCall(const std::string& organization) {
  return rpc::InternalCall(organization, "job:rounds.run", absl::Now() + kOneStep);
}

absl::Status RoundRunning() {
  return Error(absl::StatusCode::kFailedPrecondition, v1::REASON_ROUND_RUNNING, "the round is being worked out");
}

// What the caller may say of a new round.
v1::Round NewRound(const v1::CreateRoundRequest& request, absl::Time now) {
  v1::Round round;
  round.set_name(absl::StrCat(request.program(), "/rounds/", id::New()));
  round.set_state(v1::Round::STATE_CREATED);
  round.set_seed(request.round().seed() != 0 ? request.round().seed() : id::StableHash(round.name()) | 1);
  round.set_over_all(request.round().over_all());
  *round.mutable_pinned() = request.round().pinned();
  *round.mutable_forbidden() = request.round().forbidden();
  if (request.round().has_trial()) *round.mutable_trial() = request.round().trial();
  round.mutable_create_time()->set_seconds(absl::ToUnixSeconds(now));
  return round;
}

void MarkRunning(v1::Round& round) {
  round.set_state(v1::Round::STATE_RUNNING);
  // What a run that failed left is the total of the one before it.
  const v1::RoundFigures last = std::move(*round.mutable_figures());
  round.clear_figures();
  const int64_t total = last.people() > 0 ? last.total_score() : last.previous_total_score();
  if (total > 0) round.mutable_figures()->set_previous_total_score(total);
  round.clear_edited();
  round.clear_failure();
  round.clear_end_time();
}

// Whether a run that ended so shall be tried again by whoever finds it.
bool IsPassing(const absl::Status& status) {
  return absl::IsUnavailable(status) || absl::IsDeadlineExceeded(status) || absl::IsCancelled(status);
}

}  // namespace

void Rounds::Register(store::Store& store, jobs::Runner& runner) {
  runner.Add({kJob, kPeriod, [this](rpc::Call call, jobs::Fence) { return Resume(std::move(call)); }});
  store.BeforeFirstWrite([this, &runner](rpc::Call call) { return runner.Schedule(call, kJob, parts_.clock.Now()); });
}

void Rounds::Stop() {
  std::unique_lock lock(mutex_);
  stopped_ = true;
  for (const auto& [name, running] : running_) running->progress.cancelled = true;
  left_.wait(lock, [this] { return inside_ == 0; });
}

std::shared_ptr<Rounds::Running> Rounds::Enter(const std::string& organization, const v1::Round& round) {
  std::lock_guard lock(mutex_);
  if (stopped_) return nullptr;
  auto [at, is_new] = running_.try_emplace({organization, round.name()}, nullptr);
  if (!is_new) return nullptr;
  at->second = std::make_shared<Running>();
  inside_ += 2;  // Work and KeepAlive.
  return at->second;
}

bool Rounds::RunsHere(const std::string& organization, const std::string& round) {
  std::lock_guard lock(mutex_);
  return running_.count({organization, round}) > 0;
}

void Rounds::Start(const std::string& organization, v1::Program program, v1::Round round) {
  std::shared_ptr<Running> running = Enter(organization, round);
  if (running == nullptr) return;
  KeepAlive(organization, round, running);
  Work(organization, std::move(program), std::move(round), std::move(running));
}

void Rounds::WaitUntilIdle() {
  std::unique_lock lock(mutex_);
  left_.wait(lock, [this] { return inside_ == 0; });
}

void Rounds::Abandon(const rpc::Call& call, const v1::Round& round) {
  std::lock_guard lock(mutex_);
  const auto found = running_.find({call.organization(), round.name()});
  if (found == running_.end()) return;
  found->second->progress.cancelled = true;
  running_.erase(found);
}

void Rounds::Leave() {
  std::lock_guard lock(mutex_);
  if (--inside_ == 0) left_.notify_all();
}

void Rounds::ShowProgress(const rpc::Call& call, v1::Round& round) {
  std::lock_guard lock(mutex_);
  const auto found = running_.find({call.organization(), round.name()});
  if (found == running_.end() || round.state() != v1::Round::STATE_RUNNING) return;
  round.set_done_count(found->second->progress.done);
  round.set_total_count(found->second->progress.total);
}

Task<absl::StatusOr<v1::Round>> Rounds::Create(rpc::Call call, const v1::CreateRoundRequest& request) {
  CO_ASSIGN_OR_RETURN(const v1::Program program, co_await parts_.programs.FindManaged(call, IdOf(request.program())));
  if (program.archived()) co_return ProgramArchived();
  CO_RETURN_IF_ERROR(ValidateTrial(program, request.round()));
  co_return co_await parts_.store.Insert(call, NewRound(request, parts_.clock.Now()), request.request_id(),
                                         store::Fingerprint(call, request));
}

Task<absl::StatusOr<v1::Round>> Rounds::Run(rpc::Call call, const v1::RunRoundRequest& request) {
  const RoundName name = ParseRoundName(request.name());
  CO_ASSIGN_OR_RETURN(v1::Program program, co_await parts_.programs.FindManaged(call, name.program));
  CO_ASSIGN_OR_RETURN(v1::Round round, co_await parts_.store.Get(call, name));
  if (program.archived()) co_return ProgramArchived();
  const bool runs = round.state() == v1::Round::STATE_RUNNING;
  // Only a repeat of the request that began it may find it running: it is answered from what that one wrote.
  v1::Round begun = round;
  MarkRunning(begun);
  if (runs) begun.set_etag("running");
  bool replayed = false;
  absl::StatusOr<v1::Round> written = co_await parts_.store.Begin(call, std::move(begun), request.request_id(),
                                                                  store::Fingerprint(call, request), &replayed);
  if (runs && absl::IsAborted(written.status())) co_return RoundRunning();
  CO_RETURN_IF_ERROR(written.status());
  if (!replayed) Start(call.organization(), std::move(program), *written);
  ShowProgress(call, *written);
  co_return *std::move(written);
}

Task<absl::StatusOr<v1::Round>> Rounds::Get(rpc::Call call, const v1::GetRoundRequest& request) {
  const RoundName name = ParseRoundName(request.name());
  CO_RETURN_IF_ERROR((co_await parts_.programs.FindManaged(call, name.program)).status());
  CO_ASSIGN_OR_RETURN(v1::Round round, co_await parts_.store.Get(call, name));
  ShowProgress(call, round);
  co_return round;
}

Task<absl::StatusOr<v1::ListRoundsResponse>> Rounds::List(rpc::Call call, const v1::ListRoundsRequest& request) {
  const std::string arguments = absl::StrCat(call.organization(), "\n", request.program());
  CO_ASSIGN_OR_RETURN(const std::string cursor, rpc::PageStart(request.page_token(), arguments));
  CO_RETURN_IF_ERROR((co_await parts_.programs.FindManaged(call, IdOf(request.program()))).status());
  CO_ASSIGN_OR_RETURN(Page<v1::Round> page, co_await parts_.store.List(call, IdOf(request.program()), cursor,
                                                                       rpc::PageSize(request.page_size())));
  v1::ListRoundsResponse response;
  for (v1::Round& round : page.items) {
    ShowProgress(call, round);
    *response.add_rounds() = std::move(round);
  }
  response.set_next_page_token(id::MakePageToken(page.cursor, arguments));
  co_return response;
}

Task<absl::StatusOr<v1::ListRoundPairsResponse>> Rounds::ListPairs(rpc::Call call,
                                                                   const v1::ListRoundPairsRequest& request) {
  const std::string arguments = absl::StrCat(call.organization(), "\n", request.round());
  CO_ASSIGN_OR_RETURN(const std::string after, rpc::PageStart(request.page_token(), arguments));
  const RoundName name = ParseRoundName(request.round());
  CO_RETURN_IF_ERROR((co_await parts_.programs.FindManaged(call, name.program)).status());
  CO_ASSIGN_OR_RETURN(const v1::Round round, co_await parts_.store.Get(call, name));
  v1::ListRoundPairsResponse response;
  if (round.state() != v1::Round::STATE_SUCCEEDED) co_return response;
  CO_ASSIGN_OR_RETURN(Page<v1::Pair> page,
                      co_await parts_.store.ListPairs(call, round, after, rpc::PageSize(request.page_size())));
  CO_ASSIGN_OR_RETURN(std::shared_ptr<LiveView> live, co_await parts_.views.Get(call));
  live->Read([&](const OrganizationView& view) {
    for (v1::Pair& pair : page.items) {
      for (type::v1::PersonCard& card : *pair.mutable_people()) FillCard(view, call, parts_.clock.Now(), card);
      *response.add_pairs() = std::move(pair);
    }
  });
  response.set_next_page_token(id::MakePageToken(page.cursor, arguments));
  co_return response;
}

Task<absl::Status> Rounds::Resume(rpc::Call call) {
  CO_ASSIGN_OR_RETURN(const std::vector<std::string> names,
                      co_await parts_.store.ListStale(call, parts_.clock.Now() - kWithoutLife));
  for (const std::string& name : names) {
    const RoundName parsed = ParseRoundName(name);
    const absl::StatusOr<v1::Round> round = co_await parts_.store.Get(call, parsed);
    absl::StatusOr<v1::Program> program = co_await parts_.program_store.Get(call, parsed.program);
    if (!round.ok() || !program.ok()) continue;
    if (RunsHere(call.organization(), name)) continue;
    bool replayed = false;
    absl::StatusOr<v1::Round> begun = co_await parts_.store.Begin(call, *round, "", "", &replayed);
    if (absl::IsAborted(begun.status())) continue;  // Somebody else took it, or it ended.
    CO_RETURN_IF_ERROR(begun.status());
    Start(call.organization(), *std::move(program), *std::move(begun));
  }
  co_return absl::OkStatus();
}

Task<absl::StatusOr<std::vector<Enrollment>>> Rounds::Participants(rpc::Call call, std::string program) {
  std::vector<Enrollment> all;
  std::string after;
  do {
    CO_ASSIGN_OR_RETURN(Page<Enrollment> page,
                        co_await parts_.program_store.ListParticipants(call, program, after, 1000));
    for (Enrollment& one : page.items) all.push_back(std::move(one));
    after = std::move(page.cursor);
  } while (!after.empty());
  co_return all;
}

Task<absl::StatusOr<std::shared_ptr<LiveView>>> Rounds::View(rpc::Call call, const Running& running) {
  for (int attempt = 1;; ++attempt) {
    absl::StatusOr<std::shared_ptr<LiveView>> view = co_await parts_.views.Get(OwnCall(call.organization()));
    if (view.ok() || !absl::IsUnavailable(view.status()) || attempt == kTriesToLoad) co_return view;
    if (running.progress.cancelled) co_return absl::CancelledError("the server stops");
    co_await parts_.loop.Sleep(kNap);
  }
}

Task<absl::Status> Rounds::Do(rpc::Call call, v1::Program program, v1::Round& round, Running& running) {
  CO_ASSIGN_OR_RETURN(const std::vector<Enrollment> people, co_await Participants(call, IdOf(program.name())));
  CO_ASSIGN_OR_RETURN(std::shared_ptr<LiveView> live, co_await View(call, running));
  RoundRun run(parts_.executors, running.progress, std::move(program), round);
  co_await parts_.executors.OnWorkers();
  live->Read([&](const OrganizationView& view) { run.Take(view, people, absl::ToUnixSeconds(parts_.clock.Now())); });
  CO_ASSIGN_OR_RETURN(RoundResult result, co_await run.Solve());
  for (size_t first = 0; first < result.pairs.size(); first += RoundStore::kPairsAtOnce) {
    const size_t last = std::min(result.pairs.size(), first + RoundStore::kPairsAtOnce);
    std::vector<v1::Pair> some(result.pairs.begin() + static_cast<int64_t>(first),
                               result.pairs.begin() + static_cast<int64_t>(last));
    CO_RETURN_IF_ERROR(co_await parts_.store.AddPairs(OwnCall(call.organization()), round, std::move(some)));
  }
  result.figures.set_across_departments(run.CountAcrossDepartments(result.pairs));
  result.figures.set_previous_total_score(round.figures().previous_total_score());
  *round.mutable_figures() = std::move(result.figures);
  co_return absl::OkStatus();
}

Detached Rounds::Work(std::string organization, v1::Program program, v1::Round round,
                      std::shared_ptr<Running> running) {
  absl::Status done = co_await Do(OwnCall(organization), std::move(program), round, *running);
  if (!IsPassing(done) && !absl::IsAborted(done)) {
    round.set_state(done.ok() ? v1::Round::STATE_SUCCEEDED : v1::Round::STATE_FAILED);
    const std::string reason = ReasonOf(done);
    if (!done.ok()) round.set_failure(reason.empty() ? "ROUND_BROKEN" : reason);
    round.mutable_end_time()->set_seconds(absl::ToUnixSeconds(parts_.clock.Now()));
    done = co_await parts_.store.Finish(OwnCall(organization), round);
  }
  if (!done.ok()) log::Warn("round.unfinished", {{"code", static_cast<int>(done.code())}});
  {
    std::lock_guard lock(mutex_);
    running->ended = true;
    const auto at = running_.find({organization, round.name()});
    if (at != running_.end() && at->second == running) running_.erase(at);  // A run that was abandoned is not there.
  }
  Leave();
}

Detached Rounds::KeepAlive(std::string organization, v1::Round round, std::shared_ptr<Running> running) {
  const auto ended = [&] {
    std::lock_guard lock(mutex_);
    return running->ended;
  };
  for (int nap = 1; !ended(); ++nap) {
    co_await parts_.loop.Sleep(kNap);
    if (nap % kNapsBetweenSigns != 0 || ended()) continue;
    // A run that lost its round ends by itself when it writes.
    const absl::Status shown = co_await parts_.store.Touch(OwnCall(organization), round);
    if (absl::IsAborted(shown)) running->progress.cancelled = true;
  }
  Leave();
}

}  // namespace cortado::matching
