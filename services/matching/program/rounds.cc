#include "services/matching/program/rounds.h"

#include <set>
#include <utility>
#include <vector>

#include "common/id/id.h"
#include "common/id/page_token.h"
#include "common/log/log.h"
#include "common/rpc/page.h"
#include "common/status/error.h"
#include "common/status/status.h"
#include "cortado/matching/v1/reason.pb.h"
#include "services/matching/person_cards.h"
#include "services/matching/program/pair_reasons.h"
#include "services/matching/program/program_rules.h"
#include "services/matching/program/trial.h"
#include "services/matching/readers.h"

namespace cortado::matching {
namespace {

constexpr absl::Duration kPeriod = absl::Seconds(15);
constexpr absl::Duration kNap = absl::Milliseconds(200);
constexpr int kNapsBetweenSigns = 50;
constexpr absl::Duration kWithoutLife = absl::Seconds(40);
constexpr int kAnnouncedAtOnce = 100;
constexpr int kTriesToLoad = 150;

absl::Status RoundRunning() {
  return Error(absl::StatusCode::kFailedPrecondition, v1::REASON_ROUND_RUNNING, "the round is being worked out");
}

absl::Status RoundPublished() {
  return Error(absl::StatusCode::kFailedPrecondition, v1::REASON_ROUND_PUBLISHED,
               "the round is published; take it back first, or make another one");
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
  round.clear_automatic();  // Whoever runs it by hand wants to look at it.
  round.clear_failure();
  round.clear_end_time();
}

// Parts of a list, each for one write.
template <class Item>
std::vector<std::vector<Item>> Portions(std::vector<Item> all) {
  std::vector<std::vector<Item>> portions;
  for (Item& one : all) {
    if (portions.empty() || portions.back().size() == RoundStore::kPairsAtOnce) portions.emplace_back();
    portions.back().push_back(std::move(one));
  }
  return portions;
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
  if (found == running_.end()) return;
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
  const bool runs = IsAtWork(round);
  if (!runs && round.has_publish_time()) co_return RoundPublished();
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
  CO_ASSIGN_OR_RETURN(const v1::Program program, co_await parts_.programs.FindManaged(call, name.program));
  CO_ASSIGN_OR_RETURN(const v1::Round round, co_await parts_.store.Get(call, name));
  v1::ListRoundPairsResponse response;
  if (!HasPairs(round)) co_return response;
  CO_ASSIGN_OR_RETURN(Page<v1::Pair> page,
                      co_await parts_.store.ListPairs(call, round, after, rpc::PageSize(request.page_size())));
  CO_ASSIGN_OR_RETURN(std::shared_ptr<LiveView> live, co_await parts_.views.Get(call));
  live->Read([&](const OrganizationView& view) {
    for (v1::Pair& pair : page.items) {
      for (type::v1::PersonCard& card : *pair.mutable_people()) FillCard(view, call, parts_.clock.Now(), card);
      AddPairReasons(view, program, LanguageFor(call, view), parts_.clock.Now(), pair);
      *response.add_pairs() = std::move(pair);
    }
  });
  response.set_next_page_token(id::MakePageToken(page.cursor, arguments));
  co_return response;
}

Task<absl::Status> Rounds::TakeOver(rpc::Call call, std::string name) {
  if (RunsHere(call.organization(), name)) co_return absl::OkStatus();
  const RoundName parsed = ParseRoundName(name);
  const absl::StatusOr<v1::Round> round = co_await parts_.store.Get(call, parsed);
  absl::StatusOr<v1::Program> program = co_await parts_.program_store.Get(call, parsed.program);
  if (!round.ok() || !program.ok()) co_return absl::OkStatus();
  bool replayed = false;
  absl::StatusOr<v1::Round> begun = co_await parts_.store.Begin(call, *round, "", "", &replayed);
  if (absl::IsAborted(begun.status())) co_return absl::OkStatus();  // Somebody else took it, or it ended.
  CO_RETURN_IF_ERROR(begun.status());
  Start(call.organization(), *std::move(program), *std::move(begun));
  co_return absl::OkStatus();
}

Task<absl::Status> Rounds::Resume(rpc::Call call) {
  const absl::Time now = parts_.clock.Now();
  CO_ASSIGN_OR_RETURN(const std::vector<std::string> stale, co_await parts_.store.ListStale(call, now - kWithoutLife));
  for (const std::string& name : stale) CO_RETURN_IF_ERROR(co_await TakeOver(call, name));
  CO_ASSIGN_OR_RETURN(const std::vector<std::string> due,
                      co_await parts_.publications.ListDue(call, now, kAnnouncedAtOnce));
  CO_ASSIGN_OR_RETURN(const std::set<std::string> at_work, co_await parts_.store.ListAtWork(call));
  for (const std::string& name : due) {
    if (at_work.count(name) == 0) CO_RETURN_IF_ERROR(co_await TakeOver(call, name));
  }
  co_return absl::OkStatus();
}

Task<absl::StatusOr<std::shared_ptr<LiveView>>> Rounds::View(std::string organization, const Running& running) {
  for (int attempt = 1;; ++attempt) {
    absl::StatusOr<std::shared_ptr<LiveView>> view = co_await parts_.views.Get(RoundCall(organization));
    if (view.ok() || !absl::IsUnavailable(view.status()) || attempt == kTriesToLoad) co_return view;
    if (running.progress.cancelled) co_return absl::CancelledError("the server stops");
    co_await parts_.loop.Sleep(kNap);
  }
}

Task<absl::Status> Rounds::DoRun(std::string organization, v1::Program program, v1::Round& round, Running& running) {
  CO_RETURN_IF_ERROR(co_await parts_.store.Clear(RoundCall(organization), round));
  const RoundSources sources{parts_.program_store, parts_.store, parts_.publications};
  CO_ASSIGN_OR_RETURN(const RoundContext context,
                      co_await LoadRoundContext(sources, RoundCall(organization), program, round, parts_.clock.Now()));
  const bool keeps_places = !IsDraw(program) && !round.has_trial();
  if (keeps_places) {
    CO_RETURN_IF_ERROR(co_await FreeDrafts(parts_.store, RoundCall(organization), IdOf(program.name()), round.name()));
  }
  // Not before the places are free again: they are part of the scores.
  CO_ASSIGN_OR_RETURN(const std::shared_ptr<LiveView> live, co_await View(organization, running));
  RoundRun run(parts_.executors, running.progress, std::move(program), round);
  co_await parts_.executors.OnWorkers();
  live->Read([&](const OrganizationView& view) { run.Take(view, context, absl::ToUnixSeconds(parts_.clock.Now())); });
  CO_ASSIGN_OR_RETURN(RoundResult result, co_await run.Solve());
  result.figures.set_across_departments(run.CountAcrossDepartments(result.pairs));
  result.figures.set_previous_total_score(round.figures().previous_total_score());
  for (std::vector<v1::Pair>& some : Portions(std::move(result.pairs))) {
    CO_RETURN_IF_ERROR(co_await parts_.store.AddPairs(RoundCall(organization), round, std::move(some), keeps_places));
  }
  for (std::vector<UnmatchedPerson>& some : Portions(std::move(result.unmatched))) {
    CO_RETURN_IF_ERROR(co_await parts_.store.AddUnmatched(RoundCall(organization), round, std::move(some)));
  }
  *round.mutable_figures() = std::move(result.figures);
  round.mutable_end_time()->set_seconds(absl::ToUnixSeconds(parts_.clock.Now()));
  if (!round.automatic()) {
    round.set_state(v1::Round::STATE_SUCCEEDED);
    CO_RETURN_IF_ERROR(co_await parts_.store.Finish(RoundCall(organization), round, "round.succeeded"));
    // Another round of the programme may have been run at the same time.
    if (!keeps_places) co_return absl::OkStatus();
    co_return co_await FreeDrafts(parts_.store, RoundCall(organization), ParseRoundName(round.name()).program,
                                  round.name());
  }
  round.set_state(v1::Round::STATE_PUBLISHING);
  bool replayed = false;
  CO_ASSIGN_OR_RETURN(round, co_await parts_.store.Begin(RoundCall(organization), round, "", "", &replayed));
  co_return absl::OkStatus();
}

Task<absl::Status> Rounds::Do(std::string organization, v1::Program program, v1::Round& round, Running& running) {
  RoundProgress& progress = running.progress;
  if (round.state() == v1::Round::STATE_UNDOING) {
    co_return co_await parts_.publisher.Undo(std::move(program), round, progress, organization);
  }
  if (round.state() == v1::Round::STATE_RUNNING) {
    co_return co_await DoRun(organization, std::move(program), round, running);
  }
  CO_ASSIGN_OR_RETURN(std::shared_ptr<LiveView> live, co_await View(organization, running));
  if (round.state() == v1::Round::STATE_PUBLISHING) {
    co_return co_await parts_.publisher.Publish(std::move(program), round, *live, progress, organization);
  }
  co_return co_await parts_.publisher.Announce(std::move(program), round, *live, progress, organization);
}

Detached Rounds::Work(std::string organization, v1::Program program, v1::Round round,
                      std::shared_ptr<Running> running) {
  const v1::Round::State begun = round.state();
  absl::Status done = co_await Do(organization, program, round, *running);
  const bool may_fail = round.state() == v1::Round::STATE_RUNNING || round.state() == v1::Round::STATE_PUBLISHING;
  if (!done.ok() && may_fail && !IsPassing(done) && !absl::IsAborted(done)) {
    const std::string reason = ReasonOf(done);
    round.set_state(v1::Round::STATE_FAILED);
    round.set_failure(reason.empty() ? "ROUND_BROKEN" : reason);
    round.mutable_end_time()->set_seconds(absl::ToUnixSeconds(parts_.clock.Now()));
    done = co_await parts_.store.Clear(RoundCall(organization), round);
    if (done.ok()) done = co_await parts_.store.Finish(RoundCall(organization), round, "round.failed");
  }
  if (!done.ok()) log::Warn("round.unfinished", {{"code", static_cast<int>(done.code())}});
  {
    std::lock_guard lock(mutex_);
    running->ended = true;
    const auto at = running_.find({organization, round.name()});
    if (at != running_.end() && at->second == running) running_.erase(at);  // A run that was abandoned is not there.
  }
  // A round of the programme's own calendar goes on to be published.
  const bool goes_on = begun == v1::Round::STATE_RUNNING && round.state() == v1::Round::STATE_PUBLISHING;
  if (done.ok() && goes_on) Start(organization, std::move(program), std::move(round));
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
    const absl::Status shown = co_await parts_.store.Touch(RoundCall(organization), round);
    if (absl::IsAborted(shown)) running->progress.cancelled = true;
  }
  Leave();
}

}  // namespace cortado::matching
