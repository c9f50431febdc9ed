#include "services/profile/profile.h"

#include <utility>
#include <vector>

#include "absl/time/clock.h"
#include "common/http/fetch.h"
#include "common/status/status.h"
#include "services/profile/peer_client.h"

namespace cortado::profile {
namespace {

AuditSource OwnSource(audit::Trail& trail) {
  AuditSource source;
  source.service = trail.service();
  source.records =
      [&trail](rpc::Call call,
               api::v1::ListAuditRecordsRequest request) -> Task<absl::StatusOr<api::v1::ListAuditRecordsResponse>> {
    co_return co_await trail.List(std::move(call), request);
  };
  source.segments =
      [&trail](rpc::Call call,
               api::v1::ListAuditSegmentsRequest request) -> Task<absl::StatusOr<api::v1::ListAuditSegmentsResponse>> {
    co_return co_await trail.ListSegments(std::move(call), request);
  };
  return source;
}

std::vector<AuditSource> SourcesOf(const Dependencies& dependencies, audit::Trail& own) {
  std::vector<AuditSource> sources;
  sources.push_back(MakePeerSource("matching", dependencies.matching));
  sources.push_back(OwnSource(own));
  sources.push_back(MakePeerSource("scheduling", dependencies.scheduling));
  return sources;
}

DossierSource OwnDossiers(privacy::Dossiers& dossiers, privacy::Retention& retention) {
  DossierSource source;
  source.service = dossiers.service();
  source.collect = [&dossiers](
                       rpc::Call call,
                       api::v1::CollectPersonRequest request) -> Task<absl::StatusOr<api::v1::CollectPersonResponse>> {
    co_return co_await dossiers.Collect(std::move(call), request);
  };
  source.erase =
      [&dossiers](rpc::Call call,
                  api::v1::ErasePersonDataRequest request) -> Task<absl::StatusOr<api::v1::ErasePersonDataResponse>> {
    co_return co_await dossiers.ErasePerson(std::move(call), request);
  };
  source.retention = [&retention](rpc::Call call, api::v1::ListRetentionRunsRequest request)
      -> Task<absl::StatusOr<api::v1::ListRetentionRunsResponse>> {
    co_return co_await retention.List(std::move(call), request);
  };
  return source;
}

// Our own first: whoever is gone here is seen nowhere any more while the others follow.
std::vector<DossierSource> DossiersOf(const Dependencies& dependencies, privacy::Dossiers& own,
                                      privacy::Retention& retention) {
  std::vector<DossierSource> sources;
  sources.push_back(OwnDossiers(own, retention));
  sources.push_back(MakePeerDossiers("matching", dependencies.matching));
  sources.push_back(MakePeerDossiers("scheduling", dependencies.scheduling));
  return sources;
}

std::vector<privacy::Dossiers::Section> SectionsOf(ProfileDossiers& dossiers, audit::Trail& trail) {
  std::vector<privacy::Dossiers::Section> sections;
  sections.push_back([&dossiers](rpc::Call call, std::string person, std::string cursor) {
    return dossiers.CollectPerson(std::move(call), std::move(person), std::move(cursor));
  });
  sections.push_back([&dossiers](rpc::Call call, std::string person, std::string cursor) {
    return dossiers.CollectAccess(std::move(call), std::move(person), std::move(cursor));
  });
  sections.push_back(privacy::ActsOnRecord(trail));
  sections.push_back(privacy::OwnActs(trail));
  return sections;
}

// Twice within the time a login may take: what an issuer says of itself, and its keys.
http::FetchOptions FetchKeys(const http::AddressRule& reach) {
  http::FetchOptions options;
  options.addresses = reach;
  options.timeout = absl::Seconds(2);
  return options;
}

}  // namespace

Profile::Profile(const Dependencies& dependencies)
    : client_(dependencies.redis, dependencies.loop),
      store_(client_, "profile", dependencies.clock),
      wake_ups_(dependencies.redis, store_.Channel(), dependencies.loop),
      feed_trim_(store_, client_, dependencies.clock),
      trail_({store_, client_, dependencies.executors, dependencies.clock, dependencies.archive}),
      outbox_(store_, client_),
      jobs_(store_, client_, dependencies.loop, dependencies.clock),
      person_store_(store_),
      import_store_(store_),
      role_store_(store_),
      start_store_(store_),
      invitation_store_(store_),
      skills_(store_),
      organizations_(store_, jobs_, dependencies.clock),
      people_(person_store_, skills_, dependencies.clock),
      import_(import_store_, person_store_, skills_, dependencies.executors, dependencies.clock),
      org_charts_(import_store_, person_store_, dependencies.executors, dependencies.clock),
      feed_({store_, client_, wake_ups_, person_store_, role_store_, skills_, dependencies.loop}),
      offers_(person_store_),
      group_answers_({store_, person_store_, organizations_, dependencies.clock}),
      destinations_(person_store_, role_store_, dependencies.clock),
      first_answers_(start_store_, person_store_, skills_, dependencies.clock),
      invitations_(invitation_store_, person_store_, dependencies.clock),
      blocks_(person_store_, dependencies.clock),
      roles_(role_store_, skills_),
      skill_merges_({skills_, person_store_, role_store_, jobs_, dependencies.clock}),
      catalog_import_(skills_, role_store_),
      censuses_({store_, client_, person_store_, dependencies.loop, dependencies.executors, dependencies.clock},
                NewCensusSource(person_store_, skills_), CensusOptions()),
      skill_gaps_({person_store_, role_store_, skills_, censuses_, dependencies.clock}),
      manager_notes_(person_store_, role_store_, skill_gaps_),
      profile_suggestions_(person_store_, skills_, censuses_),
      skill_relations_(censuses_, skills_),
      derived_roles_(censuses_, role_store_, skills_),
      search_indexes_({store_, client_, person_store_, dependencies.loop, dependencies.executors, dependencies.clock},
                      NewSearchIndexSource(person_store_, role_store_, skills_)),
      searches_(search_indexes_, person_store_, dependencies.clock),
      session_store_(store_),
      access_store_(store_),
      issuer_store_(store_),
      identity_store_(store_),
      issuer_keys_(
          [options = FetchKeys(dependencies.issuer_reach)](const std::string& url) {
            return http::GetBody(url, options);
          },
          dependencies.executors, dependencies.issuer_clock != nullptr ? *dependencies.issuer_clock : RealClock()),
      issuer_login_(issuer_store_, identity_store_, person_store_, issuer_keys_),
      slack_store_(store_),
      auth_({session_store_, access_store_, person_store_, people_, issuer_login_, slack_store_, organizations_,
             dependencies.clock, dependencies.keys}),
      service_keys_(access_store_, dependencies.clock),
      access_grants_(access_store_),
      issuers_(issuer_store_, dependencies.clock, dependencies.issuer_reach),
      slack_(slack_store_, person_store_, dependencies.clock),
      audits_(SourcesOf(dependencies, trail_), dependencies.executors, dependencies.clock),
      profile_dossiers_({store_, person_store_, session_store_, access_store_, slack_store_, dependencies.clock}),
      dossiers_(store_, client_, dependencies.clock, SectionsOf(profile_dossiers_, trail_),
                [this](rpc::Call call, std::string person) {
                  return profile_dossiers_.Erase(std::move(call), std::move(person));
                }),
      old_records_(store_, person_store_),
      retention_(store_, client_, dependencies.clock,
                 [this](rpc::Call call) { return organizations_.RetentionRulesOf(std::move(call)); }),
      exports_(store_, person_store_, DossiersOf(dependencies, dossiers_, retention_), dependencies.clock),
      erasures_({store_, person_store_, dependencies.executors, dependencies.clock, dependencies.ledger},
                DossiersOf(dependencies, dossiers_, retention_)),
      retention_reports_(organizations_, DossiersOf(dependencies, dossiers_, retention_)),
      backups_({store_, client_, trail_, dossiers_, dependencies.loop, dependencies.executors, dependencies.clock},
               {[this](rpc::Call call, rpc::Call staged) { return CheckClaims(std::move(call), std::move(staged)); },
                [this](rpc::Call call) { return Settle(std::move(call)); }}) {
  jobs_.Add({FeedTrim::kJob, absl::Hours(1),
             [this](rpc::Call call, jobs::Fence fence) { return feed_trim_.Run(std::move(call), std::move(fence)); }});
  jobs_.Add({SkillMerges::kJob, SkillMerges::kPeriod, [this](rpc::Call call, jobs::Fence fence) {
               return skill_merges_.Run(std::move(call), std::move(fence));
             }});
  group_answers_.Register(jobs_);
  trail_.Register(jobs_);
  erasures_.Register(jobs_);
  retention_.Add("destinations", [this](rpc::Call call, absl::Time before) {
    return old_records_.RemoveDestinations(std::move(call), before);
  });
  retention_.Add("sessions", [this](rpc::Call call, absl::Time before) {
    return old_records_.RemoveSessions(std::move(call), before);
  });
  retention_.Register(jobs_);
}

Task<absl::Status> Profile::CheckClaims(rpc::Call call, rpc::Call staged) {
  CO_RETURN_IF_ERROR(co_await issuer_store_.CheckAll(call, staged));
  co_return co_await slack_store_.CheckAll(std::move(call), std::move(staged));
}

// Any job lists the organisation among those that have some; all others come back with it.
Task<absl::Status> Profile::Settle(rpc::Call call) {
  CO_RETURN_IF_ERROR(co_await jobs_.Schedule(call, privacy::Retention::kJob, absl::Now()));
  absl::Status first = co_await issuer_store_.ClaimAll(call);
  first.Update(co_await slack_store_.ClaimAll(std::move(call)));
  co_return first;
}

}  // namespace cortado::profile
