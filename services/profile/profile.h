// The profile service as a list of its parts, without a server around it. Thread-safe after the start.
#pragma once

#include <memory>

#include "common/audit/trail.h"
#include "common/auth/jwks_cache.h"
#include "common/auth/key_ring.h"
#include "common/backup/backups.h"
#include "common/events/outbox.h"
#include "common/http/address.h"
#include "common/jobs/jobs.h"
#include "common/privacy/dossiers.h"
#include "common/privacy/erasure_ledger.h"
#include "common/privacy/retention.h"
#include "common/redis/client.h"
#include "common/redis/subscriber.h"
#include "common/store/store.h"
#include "common/task/event_loop.h"
#include "common/task/executor.h"
#include "common/time/clock.h"
#include "services/profile/audits.h"
#include "services/profile/auth/auth.h"
#include "services/profile/auth/identity_store.h"
#include "services/profile/auth/issuer_store.h"
#include "services/profile/auth/issuers.h"
#include "services/profile/auth/service_keys.h"
#include "services/profile/auth/slack.h"
#include "services/profile/auth/slack_store.h"
#include "services/profile/blocks.h"
#include "services/profile/catalog_import.h"
#include "services/profile/censuses.h"
#include "services/profile/derived_roles.h"
#include "services/profile/destinations.h"
#include "services/profile/erasures.h"
#include "services/profile/exports.h"
#include "services/profile/feed_trim.h"
#include "services/profile/first_answers.h"
#include "services/profile/group_answers.h"
#include "services/profile/import_store.h"
#include "services/profile/invitation_store.h"
#include "services/profile/invitations.h"
#include "services/profile/manager_notes.h"
#include "services/profile/offers.h"
#include "services/profile/old_records.h"
#include "services/profile/org_chart.h"
#include "services/profile/organizations.h"
#include "services/profile/people.h"
#include "services/profile/people_feed.h"
#include "services/profile/people_import.h"
#include "services/profile/person_store.h"
#include "services/profile/profile_dossiers.h"
#include "services/profile/profile_suggestions.h"
#include "services/profile/retention_reports.h"
#include "services/profile/role_store.h"
#include "services/profile/roles.h"
#include "services/profile/search_indexes.h"
#include "services/profile/searches.h"
#include "services/profile/skill_gaps.h"
#include "services/profile/skill_merges.h"
#include "services/profile/skill_relations.h"
#include "services/profile/skills.h"
#include "services/profile/start_store.h"

namespace cortado::rpc {
class Peer;
}

namespace cortado::profile {

struct Dependencies {
  redis::Address redis;
  EventLoop& loop;
  Executors& executors;
  const Clock& clock;
  // Sign what is given to those who are let in.
  std::shared_ptr<const auth::KeyRing> keys;
  std::shared_ptr<const audit::Archive> archive = nullptr;  // Where the audit trail is sealed to; null: it is not.
  // The servers whose trails are shown and verified with ours; null: they are not reached.
  rpc::Peer* matching = nullptr;
  rpc::Peer* scheduling = nullptr;
  // Where the OpenID providers of organisations may stand besides the public internet.
  http::AddressRule issuer_reach = {};
  // What ID tokens and the keys behind them live by: the world outside. Null: the machine's clock.
  const Clock* issuer_clock = nullptr;
  // Where erasures are noted outside the store; null: they are not.
  std::shared_ptr<const privacy::ErasureLedger> ledger = nullptr;
};

class Profile {
 public:
  explicit Profile(const Dependencies& dependencies);

  // Begins the jobs that come due (trimming feeds, sealing the audit trail), and to forget what nobody uses.
  void Start() {
    jobs_.Start();
    censuses_.Start();
    search_indexes_.Start();
  }
  // Ends them. Idempotent; not to be called on the loop's thread.
  void Stop() {
    jobs_.Stop();
    censuses_.Stop();
    search_indexes_.Stop();
  }
  // Whether both connections to the store are up.
  bool Ready() const { return client_.Connected(); }

  Organizations& organizations() { return organizations_; }
  People& people() { return people_; }
  PeopleImport& import() { return import_; }
  OrgCharts& org_charts() { return org_charts_; }
  PeopleFeed& feed() { return feed_; }
  Offers& offers() { return offers_; }
  GroupAnswers& group_answers() { return group_answers_; }
  Destinations& destinations() { return destinations_; }
  ManagerNotes& manager_notes() { return manager_notes_; }
  ProfileSuggestions& profile_suggestions() { return profile_suggestions_; }
  FirstAnswers& first_answers() { return first_answers_; }
  Invitations& invitations() { return invitations_; }
  Blocks& blocks() { return blocks_; }
  Roles& roles() { return roles_; }
  Censuses& censuses() { return censuses_; }
  SearchIndexes& search_indexes() { return search_indexes_; }
  Searches& searches() { return searches_; }
  audit::Trail& trail() { return trail_; }
  events::Outbox& outbox() { return outbox_; }
  jobs::Runner& jobs() { return jobs_; }
  Audits& audits() { return audits_; }
  privacy::Dossiers& dossiers() { return dossiers_; }
  privacy::Retention& retention() { return retention_; }
  backup::Backups& backups() { return backups_; }
  Exports& exports() { return exports_; }
  Erasures& erasures() { return erasures_; }
  RetentionReports& retention_reports() { return retention_reports_; }
  Skills& skills() { return skills_; }
  SkillMerges& skill_merges() { return skill_merges_; }
  SkillGaps& skill_gaps() { return skill_gaps_; }
  SkillRelations& skill_relations() { return skill_relations_; }
  DerivedRoles& derived_roles() { return derived_roles_; }
  CatalogImport& catalog_import() { return catalog_import_; }
  Auth& auth() { return auth_; }
  ServiceKeys& service_keys() { return service_keys_; }
  AccessGrants& access_grants() { return access_grants_; }
  Issuers& issuers() { return issuers_; }
  Slack& slack() { return slack_; }

 private:
  // Hooks of the backups: whether what may belong to one organisation alone may be this one's, and what lies beside it.
  Task<absl::Status> CheckClaims(rpc::Call call, rpc::Call staged);
  Task<absl::Status> Settle(rpc::Call call);

  redis::Client client_;
  store::Store store_;
  redis::Subscriber wake_ups_;
  FeedTrim feed_trim_;
  audit::Trail trail_;
  events::Outbox outbox_;
  jobs::Runner jobs_;
  PersonStore person_store_;
  ImportStore import_store_;
  RoleStore role_store_;
  StartStore start_store_;
  InvitationStore invitation_store_;
  Skills skills_;
  Organizations organizations_;
  People people_;
  PeopleImport import_;
  OrgCharts org_charts_;
  PeopleFeed feed_;
  Offers offers_;
  GroupAnswers group_answers_;
  Destinations destinations_;
  FirstAnswers first_answers_;
  Invitations invitations_;
  Blocks blocks_;
  Roles roles_;
  SkillMerges skill_merges_;
  CatalogImport catalog_import_;
  Censuses censuses_;
  SkillGaps skill_gaps_;
  ManagerNotes manager_notes_;
  ProfileSuggestions profile_suggestions_;
  SkillRelations skill_relations_;
  DerivedRoles derived_roles_;
  SearchIndexes search_indexes_;
  Searches searches_;
  SessionStore session_store_;
  AccessStore access_store_;
  IssuerStore issuer_store_;
  IdentityStore identity_store_;
  auth::JwksCache issuer_keys_;
  IssuerLogin issuer_login_;
  SlackStore slack_store_;
  Auth auth_;
  ServiceKeys service_keys_;
  AccessGrants access_grants_;
  Issuers issuers_;
  Slack slack_;
  Audits audits_;
  ProfileDossiers profile_dossiers_;
  privacy::Dossiers dossiers_;
  OldRecords old_records_;
  privacy::Retention retention_;
  Exports exports_;
  Erasures erasures_;
  RetentionReports retention_reports_;
  backup::Backups backups_;
};

}  // namespace cortado::profile
