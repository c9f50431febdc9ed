// Rounds: made, run in the background, looked at by HR and owners. A run survives the process: whoever finds one that
// shows no life takes it over. Thread-safe.
#pragma once

#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "absl/status/statusor.h"
#include "common/jobs/jobs.h"
#include "common/rpc/call.h"
#include "common/task/event_loop.h"
#include "common/task/executor.h"
#include "common/task/task.h"
#include "common/time/clock.h"
#include "cortado/matching/v1/matching_service.pb.h"
#include "services/matching/live_views.h"
#include "services/matching/program/program_store.h"
#include "services/matching/program/programs.h"
#include "services/matching/program/publisher.h"
#include "services/matching/program/round_run.h"
#include "services/matching/program/round_store.h"

namespace cortado::matching {

class Rounds {
 public:
  static constexpr char kJob[] = "rounds.resume";

  struct Parts {
    LiveViews& views;
    Programs& programs;
    ProgramStore& program_store;
    RoundStore& store;
    PublicationStore& publications;
    Publisher& publisher;
    EventLoop& loop;
    Executors& executors;
    const Clock& clock;
  };
  // All outlive this.
  explicit Rounds(const Parts& parts) : parts_(parts) {}
  ~Rounds() { Stop(); }

  // Adds the job that takes over runs, and has it scheduled for every organisation before its first write.
  void Register(store::Store& store, jobs::Runner& runner);
  // Lets runs under way end unfinished, to be taken over, and waits for that. Not to be called on the loop's thread.
  // Idempotent.
  void Stop();

  // Waits until no run is under way here. For tests; not on the loop's thread.
  void WaitUntilIdle();

  // Lets the run of a round that was taken from it end at once, if it is here. Another may begin.
  void Abandon(const rpc::Call& call, const v1::Round& round);

  // All: NOT_FOUND to whoever does not manage the programme.

  // FAILED_PRECONDITION: PROGRAM_ARCHIVED, RULES_CONTRADICT for a trial. INVALID_ARGUMENT for the terms of a trial.
  Task<absl::StatusOr<v1::Round>> Create(rpc::Call call, const v1::CreateRoundRequest& request);
  // Begins a run. FAILED_PRECONDITION: ROUND_RUNNING, ROUND_PUBLISHED, PROGRAM_ARCHIVED.
  Task<absl::StatusOr<v1::Round>> Run(rpc::Call call, const v1::RunRoundRequest& request);
  Task<absl::StatusOr<v1::Round>> Get(rpc::Call call, const v1::GetRoundRequest& request);
  // INVALID_ARGUMENT (PAGE_TOKEN_INVALID).
  Task<absl::StatusOr<v1::ListRoundsResponse>> List(rpc::Call call, const v1::ListRoundsRequest& request);
  // INVALID_ARGUMENT (PAGE_TOKEN_INVALID). UNAVAILABLE (LOADING).
  Task<absl::StatusOr<v1::ListRoundPairsResponse>> ListPairs(rpc::Call call, const v1::ListRoundPairsRequest& request);

  // Begins the announcing that is due in the call's organisation, and takes over what runs there and shows no life.
  Task<absl::Status> Resume(rpc::Call call);

  // Works a begun round out in the background, whatever its state asks for, unless the service stops: then somebody
  // else takes it over.
  void Start(const std::string& organization, v1::Program program, v1::Round round);
  // Adds how far the work is, where it is done here.
  void ShowProgress(const rpc::Call& call, v1::Round& round);

 private:
  struct Running {
    RoundProgress progress;
    bool ended = false;  // Guarded by mutex_.
  };

  // Works a begun round out, and writes what came of it.
  Detached Work(std::string organization, v1::Program program, v1::Round round, std::shared_ptr<Running> running);
  Task<absl::Status> Do(std::string organization, v1::Program program, v1::Round& round, Running& running);
  Task<absl::Status> DoRun(std::string organization, v1::Program program, v1::Round& round, Running& running);
  // Takes over one round, unless somebody else has it.
  Task<absl::Status> TakeOver(rpc::Call call, std::string name);
  // Shows life until the run ends.
  Detached KeepAlive(std::string organization, v1::Round round, std::shared_ptr<Running> running);
  Task<absl::StatusOr<std::shared_ptr<LiveView>>> View(std::string organization, const Running& running);
  // Returns null when the round runs here already, or the service stops.
  std::shared_ptr<Running> Enter(const std::string& organization, const v1::Round& round);
  void Leave();
  bool RunsHere(const std::string& organization, const std::string& round);

  const Parts parts_;
  std::mutex mutex_;
  std::condition_variable left_;
  bool stopped_ = false;                                                             // Guarded by mutex_.
  int inside_ = 0;                                                                   // Guarded by mutex_.
  std::map<std::pair<std::string, std::string>, std::shared_ptr<Running>> running_;  // Guarded by mutex_.
};

}  // namespace cortado::matching
