#include "services/matching/matching.h"

#include <utility>
#include <vector>

#include "absl/time/clock.h"
#include "common/status/status.h"
#include "common/store/staged.h"
#include "services/matching/profile_client.h"
#include "services/matching/scheduling_client.h"

namespace cortado::matching {
namespace {

// For a view that is there already: whoever is being erased does not wait for a whole organisation to be read.
constexpr absl::Duration kToFindView = absl::Milliseconds(200);

std::vector<privacy::Dossiers::Section> SectionsOf(MatchDossiers& dossiers, ProgramDossiers& programs,
                                                   audit::Trail& trail) {
  std::vector<privacy::Dossiers::Section> sections;
  sections.push_back([&dossiers](rpc::Call call, std::string person, std::string cursor) {
    return dossiers.CollectRequests(std::move(call), std::move(person), std::move(cursor));
  });
  sections.push_back([&dossiers](rpc::Call call, std::string person, std::string cursor) {
    return dossiers.CollectMatches(std::move(call), std::move(person), std::move(cursor));
  });
  sections.push_back([&programs](rpc::Call call, std::string person, std::string cursor) {
    return programs.Collect(std::move(call), std::move(person), std::move(cursor));
  });
  sections.push_back(privacy::OwnActs(trail));
  return sections;
}

}  // namespace

Matching::Matching(const Dependencies& dependencies)
    : profile_peer_(dependencies.profile),
      scheduling_peer_(dependencies.scheduling),
      redis_(dependencies.redis, dependencies.loop),
      writes_(redis_, "matching", dependencies.clock),
      trail_({writes_, redis_, dependencies.executors, dependencies.clock, dependencies.archive}),
      outbox_(writes_, redis_),
      jobs_(writes_, redis_, dependencies.loop, dependencies.clock),
      store_(redis_, writes_),
      match_store_(writes_),
      guide_store_(writes_),
      life_cycle_(store_, match_store_, dependencies.clock),
      reactions_(store_, life_cycle_, dependencies.clock),
      views_(dependencies.loop, dependencies.executors, dependencies.clock, store_, reactions_,
             [this](std::string organization, std::string token) {
               return Fetch(std::move(organization), std::move(token));
             }),
      people_check_(views_, dependencies.loop, dependencies.executors, dependencies.metrics),
      bookings_(match_store_, dependencies.clock,
                [this](rpc::Call call, scheduling::v1::BookChatRequest request) {
                  return BookChat(std::move(call), std::move(request));
                }),
      life_cycle_job_(views_, store_, match_store_, life_cycle_, bookings_, dependencies.clock),
      suggested_times_([this](rpc::Call call, scheduling::v1::FindTimesRequest request) {
        return FindTimes(std::move(call), std::move(request));
      }),
      suggestions_(views_, store_, suggested_times_, dependencies.executors, dependencies.clock),
      match_reports_(views_, dependencies.executors, dependencies.clock),
      discovery_(views_, store_, dependencies.executors, dependencies.clock),
      requests_(views_, store_, dependencies.executors, dependencies.clock),
      answers_(views_, store_, life_cycle_, bookings_, dependencies.clock),
      match_times_(
          [this](rpc::Call call, scheduling::v1::FindTimesRequest request) {
            return FindTimes(std::move(call), std::move(request));
          },
          [this](rpc::Call call, std::string name) { return GetChat(std::move(call), std::move(name)); }),
      matches_(views_, match_store_, match_times_, dependencies.clock),
      proposals_({views_, match_store_, matches_, match_times_, bookings_, dependencies.clock}),
      guides_(views_, match_store_, guide_store_, dependencies.clock),
      program_store_(writes_, dependencies.clock),
      round_store_(writes_),
      publication_store_(writes_),
      programs_(views_, {program_store_, round_store_, publication_store_}, dependencies.clock),
      nudges_({views_, programs_, program_store_, publication_store_, dependencies.clock}),
      publisher_({program_store_, round_store_, publication_store_}, match_store_, dependencies.executors,
                 dependencies.clock),
      rounds_({views_, programs_, program_store_, round_store_, publication_store_, publisher_, dependencies.loop,
               dependencies.executors, dependencies.clock}),
      cadence_(views_, {program_store_, round_store_, publication_store_}, rounds_, dependencies.clock),
      publications_({views_, programs_, round_store_, publication_store_, rounds_, dependencies.clock}),
      round_looks_({views_, programs_, program_store_, round_store_, publication_store_, dependencies.executors,
                    dependencies.clock}),
      round_edits_(round_looks_, round_store_, rounds_, dependencies.clock),
      round_swaps_(round_looks_, round_store_),
      round_reports_(round_looks_),
      insight_people_(
          {views_, program_store_, round_store_, store_, match_store_, dependencies.executors, dependencies.clock}),
      fairness_months_(writes_),
      insight_reports_(views_, programs_, insight_people_, fairness_months_, dependencies.clock),
      match_dossiers_({writes_, store_, match_store_, life_cycle_, dependencies.clock},
                      [this](rpc::Call call) { return FindView(std::move(call)); }),
      program_dossiers_(writes_, {program_store_, round_store_, publication_store_}),
      dossiers_(writes_, redis_, dependencies.clock, SectionsOf(match_dossiers_, program_dossiers_, trail_),
                [this](rpc::Call call, std::string person) { return Erase(std::move(call), std::move(person)); }),
      old_matches_(store_, match_store_),
      retention_(writes_, redis_, dependencies.clock, [this](rpc::Call call) { return RulesOf(std::move(call)); }),
      backups_({writes_, redis_, trail_, dossiers_, dependencies.loop, dependencies.executors, dependencies.clock},
               {nullptr, [this](rpc::Call call) -> Task<absl::Status> {
                  views_.Forget(call.organization());
                  // Any job lists the organisation among those that have some.
                  co_return co_await jobs_.Schedule(std::move(call), privacy::Retention::kJob, absl::Now());
                }}) {
  trail_.Register(jobs_);
  retention_.Add("matches.ended", [this](rpc::Call call, absl::Time before) {
    return old_matches_.RemoveMatches(std::move(call), before);
  });
  retention_.Add("requests.closed", [this](rpc::Call call, absl::Time before) {
    return old_matches_.RemoveRequests(std::move(call), before);
  });
  retention_.Register(jobs_);
  life_cycle_job_.Register(writes_, jobs_);
  rounds_.Register(writes_, jobs_);
  cadence_.Register(writes_, jobs_);
}

Matching::~Matching() { Stop(); }

void Matching::Start() {
  std::atomic_store(&profile_, std::make_shared<ProfileClient>(profile_peer_));
  if (scheduling_peer_.channel() != nullptr) {
    std::atomic_store(&scheduling_, std::make_shared<SchedulingClient>(scheduling_peer_));
  }
  jobs_.Start();
  people_check_.Start();
}

void Matching::Stop() {
  jobs_.Stop();
  rounds_.Stop();
  people_check_.Stop();
  views_.Stop();
}

Task<absl::StatusOr<PeoplePage>> Matching::Fetch(std::string organization, std::string resume_token) {
  const std::shared_ptr<ProfileClient> profile = std::atomic_load(&profile_);
  if (profile == nullptr) co_return absl::UnavailableError("the profile service is not connected yet");
  co_return co_await profile->ListChanges(std::move(organization), std::move(resume_token));
}

Task<std::shared_ptr<LiveView>> Matching::FindView(rpc::Call call) {
  if (store::IsStaged(call.organization())) co_return nullptr;  // The profile knows of no such organisation.
  if (std::atomic_load(&profile_) == nullptr) co_return nullptr;
  const rpc::Call brief = rpc::InternalCall(call.organization(), call.subject(), absl::Now() + kToFindView);
  const absl::StatusOr<std::shared_ptr<LiveView>> view = co_await views_.Get(brief);
  co_return view.ok() ? *view : nullptr;
}

Task<absl::StatusOr<privacy::RetentionRules>> Matching::RulesOf(rpc::Call call) {
  const std::shared_ptr<ProfileClient> profile = std::atomic_load(&profile_);
  if (profile == nullptr) co_return absl::UnavailableError("the profile service is not connected yet");
  CO_ASSIGN_OR_RETURN(const profile::v1::Organization organization,
                      co_await profile->GetOrganization(call.organization()));
  privacy::RetentionRules rules;
  for (const profile::v1::RetentionRule& rule : organization.retention()) rules[rule.kind()] = rule.days();
  co_return rules;
}

Task<absl::StatusOr<scheduling::v1::FindTimesResponse>> Matching::FindTimes(rpc::Call call,
                                                                            scheduling::v1::FindTimesRequest request) {
  const std::shared_ptr<SchedulingClient> scheduling = std::atomic_load(&scheduling_);
  if (scheduling == nullptr) co_return absl::UnavailableError("the scheduling service is not connected");
  co_return co_await scheduling->FindTimes(std::move(call), std::move(request));
}

Task<absl::StatusOr<privacy::Erased>> Matching::Erase(rpc::Call call, std::string person) {
  // Programmes first, so that nobody is paired with them anew.
  CO_ASSIGN_OR_RETURN(const int programs, co_await program_dossiers_.Erase(call, person));
  CO_ASSIGN_OR_RETURN(privacy::Erased erased, co_await match_dossiers_.Erase(call, std::move(person)));
  if (programs > 0) erased.removed["programs"] = programs;
  co_return erased;
}

Task<absl::StatusOr<scheduling::v1::Chat>> Matching::GetChat(rpc::Call call, std::string name) {
  const std::shared_ptr<SchedulingClient> scheduling = std::atomic_load(&scheduling_);
  if (scheduling == nullptr) co_return absl::UnavailableError("the scheduling service is not connected");
  co_return co_await scheduling->GetChat(std::move(call), std::move(name));
}

Task<absl::StatusOr<scheduling::v1::Chat>> Matching::BookChat(rpc::Call call, scheduling::v1::BookChatRequest request) {
  const std::shared_ptr<SchedulingClient> scheduling = std::atomic_load(&scheduling_);
  if (scheduling == nullptr) co_return absl::UnavailableError("the scheduling service is not connected");
  co_return co_await scheduling->BookChat(std::move(call), std::move(request));
}

}  // namespace cortado::matching
