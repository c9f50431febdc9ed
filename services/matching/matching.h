// The matching service as a list of parts: what is built from what. Start after the profile peer is connected; Stop
// before the loop ends. Thread-safe.
#pragma once

#include <memory>

#include "absl/status/statusor.h"
#include "common/audit/trail.h"
#include "common/backup/backups.h"
#include "common/events/outbox.h"
#include "common/jobs/jobs.h"
#include "common/metrics/metrics.h"
#include "common/privacy/dossiers.h"
#include "common/privacy/retention.h"
#include "common/redis/address.h"
#include "common/redis/client.h"
#include "common/store/store.h"
#include "common/task/event_loop.h"
#include "common/task/executor.h"
#include "common/time/clock.h"
#include "services/matching/answers.h"
#include "services/matching/bookings.h"
#include "services/matching/discovery.h"
#include "services/matching/guide/guide_store.h"
#include "services/matching/guide/guides.h"
#include "services/matching/insight_people.h"
#include "services/matching/insight_reports.h"
#include "services/matching/life_cycle.h"
#include "services/matching/life_cycle_job.h"
#include "services/matching/live_views.h"
#include "services/matching/match_dossiers.h"
#include "services/matching/match_reports.h"
#include "services/matching/match_store.h"
#include "services/matching/match_times.h"
#include "services/matching/matches.h"
#include "services/matching/old_matches.h"
#include "services/matching/people_check.h"
#include "services/matching/program/cadence_job.h"
#include "services/matching/program/nudges.h"
#include "services/matching/program/program_dossiers.h"
#include "services/matching/program/programs.h"
#include "services/matching/program/publications.h"
#include "services/matching/program/publisher.h"
#include "services/matching/program/round_edits.h"
#include "services/matching/program/round_look.h"
#include "services/matching/program/round_reports.h"
#include "services/matching/program/round_swaps.h"
#include "services/matching/program/rounds.h"
#include "services/matching/proposals.h"
#include "services/matching/reactions.h"
#include "services/matching/request_store.h"
#include "services/matching/requests.h"
#include "services/matching/suggestions.h"

namespace cortado::rpc {
class Peer;
}

namespace cortado::matching {

class ProfileClient;
class SchedulingClient;

// All but the address outlive the service.
struct Dependencies {
  redis::Address redis;
  EventLoop& loop;
  Executors& executors;
  const Clock& clock;
  rpc::Peer& profile;
  rpc::Peer& scheduling;
  std::shared_ptr<const audit::Archive> archive = nullptr;  // Where the audit trail is sealed to; null: it is not.
  metrics::Registry* metrics = nullptr;                     // Null: nothing is counted.
};

class Matching {
 public:
  explicit Matching(const Dependencies& dependencies);
  ~Matching();

  // Makes the clients of the profile and scheduling services. The peer of the first must be connected: calls that come
  // earlier answer UNAVAILABLE. Without that of the second, times chosen with a yes wait to be booked.
  void Start();
  // Ends the following of change feeds; calls under way are still answered. Call it while the profile server still
  // runs: a call within one process to a server that was shut down crashes gRPC 1.51. Idempotent; not to be called on
  // the loop's thread.
  void Stop();
  // Whether the store is connected.
  bool Ready() const { return redis_.Connected(); }

  Suggestions& suggestions() { return suggestions_; }
  MatchReports& match_reports() { return match_reports_; }
  Discovery& discovery() { return discovery_; }
  Requests& requests() { return requests_; }
  Answers& answers() { return answers_; }
  Matches& matches() { return matches_; }
  Proposals& proposals() { return proposals_; }
  Guides& guides() { return guides_; }
  Programs& programs() { return programs_; }
  Nudges& nudges() { return nudges_; }
  Rounds& rounds() { return rounds_; }
  Publications& publications() { return publications_; }
  CadenceJob& cadence() { return cadence_; }
  RoundEdits& round_edits() { return round_edits_; }
  RoundSwaps& round_swaps() { return round_swaps_; }
  RoundReports& round_reports() { return round_reports_; }
  InsightReports& insight_reports() { return insight_reports_; }
  LifeCycleJob& life_cycle_job() { return life_cycle_job_; }
  audit::Trail& trail() { return trail_; }
  events::Outbox& outbox() { return outbox_; }
  jobs::Runner& jobs() { return jobs_; }
  privacy::Dossiers& dossiers() { return dossiers_; }
  privacy::Retention& retention() { return retention_; }
  backup::Backups& backups() { return backups_; }

 private:
  Task<absl::StatusOr<PeoplePage>> Fetch(std::string organization, std::string resume_token);
  Task<std::shared_ptr<LiveView>> FindView(rpc::Call call);
  Task<absl::StatusOr<privacy::RetentionRules>> RulesOf(rpc::Call call);
  Task<absl::StatusOr<scheduling::v1::FindTimesResponse>> FindTimes(rpc::Call call,
                                                                    scheduling::v1::FindTimesRequest request);
  Task<absl::StatusOr<privacy::Erased>> Erase(rpc::Call call, std::string person);
  Task<absl::StatusOr<scheduling::v1::Chat>> BookChat(rpc::Call call, scheduling::v1::BookChatRequest request);
  Task<absl::StatusOr<scheduling::v1::Chat>> GetChat(rpc::Call call, std::string name);

  rpc::Peer& profile_peer_;
  rpc::Peer& scheduling_peer_;
  std::shared_ptr<ProfileClient> profile_;        // Null before Start.
  std::shared_ptr<SchedulingClient> scheduling_;  // Null before Start, or when its peer is not connected.
  redis::Client redis_;
  store::Store writes_;
  audit::Trail trail_;
  events::Outbox outbox_;
  jobs::Runner jobs_;
  RequestStore store_;
  MatchStore match_store_;
  GuideStore guide_store_;
  LifeCycle life_cycle_;
  Reactions reactions_;
  LiveViews views_;
  PeopleCheck people_check_;
  Bookings bookings_;
  LifeCycleJob life_cycle_job_;
  SuggestedTimes suggested_times_;
  Suggestions suggestions_;
  MatchReports match_reports_;
  Discovery discovery_;
  Requests requests_;
  Answers answers_;
  MatchTimes match_times_;
  Matches matches_;
  Proposals proposals_;
  Guides guides_;
  ProgramStore program_store_;
  RoundStore round_store_;
  PublicationStore publication_store_;
  Programs programs_;
  Nudges nudges_;
  Publisher publisher_;
  Rounds rounds_;
  CadenceJob cadence_;
  Publications publications_;
  RoundLooks round_looks_;
  RoundEdits round_edits_;
  RoundSwaps round_swaps_;
  RoundReports round_reports_;
  InsightPeople insight_people_;
  FairnessMonths fairness_months_;
  InsightReports insight_reports_;
  MatchDossiers match_dossiers_;
  ProgramDossiers program_dossiers_;
  privacy::Dossiers dossiers_;
  OldMatches old_matches_;
  privacy::Retention retention_;
  backup::Backups backups_;
};

}  // namespace cortado::matching
