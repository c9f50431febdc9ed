#include "services/profile/profile_service.h"

namespace cortado::profile {

std::unique_ptr<rpc::Service> MakeProfileService(rpc::Binder& binder, Profile& profile) {
  auto service = std::make_unique<rpc::Service>("cortado.profile.v1.ProfileService", binder);
  service->Unary("CreateOrganization", &Organizations::Create, profile.organizations());
  service->Unary("ListOrganizations", &Organizations::List, profile.organizations());
  service->Unary("GetOrganization", &Organizations::Get, profile.organizations());
  service->Unary("UpdateOrganization", &Organizations::Update, profile.organizations());
  service->Unary("CreatePerson", &People::Create, profile.people());
  service->Unary("GetPerson", &People::Get, profile.people());
  service->Unary("BatchGetPeople", &People::BatchGet, profile.people());
  service->Unary("UpdatePerson", &People::Update, profile.people());
  service->Unary("DeletePerson", &People::Delete, profile.people());
  service->Unary("ListPeople", &People::List, profile.people());
  service->Unary("LookupPerson", &People::Lookup, profile.people());
  service->Unary("ListReports", &People::ListReports, profile.people());
  service->Unary("GetReportingLine", &OrgCharts::GetReportingLine, profile.org_charts());
  service->Unary("GetOrgChart", &OrgCharts::Get, profile.org_charts());
  service->ClientStream("ImportPeople", &PeopleImport::Run, profile.import());
  service->Unary("SuggestProfile", &ProfileSuggestions::Suggest, profile.profile_suggestions());
  service->Unary("StartProfile", &FirstAnswers::Write, profile.first_answers());
  service->Unary("DraftManagerNote", &ManagerNotes::Draft, profile.manager_notes());
  service->Unary("InvitePeople", &Invitations::Invite, profile.invitations());
  service->Unary("GetInvitationCounts", &Invitations::Count, profile.invitations());
  service->Unary("ExportPerson", &Exports::Export, profile.exports());
  service->Unary("ErasePerson", &Erasures::Erase, profile.erasures());
  service->Unary("GetRetentionReport", &RetentionReports::Get, profile.retention_reports());
  service->Unary("GetOffer", &Offers::GetOffer, profile.offers());
  service->Unary("UpdateOffer", &Offers::UpdateOffer, profile.offers());
  service->Unary("GetTime", &Offers::GetTime, profile.offers());
  service->Unary("UpdateTime", &Offers::UpdateTime, profile.offers());
  service->Unary("GetGroups", &GroupAnswers::Get, profile.group_answers());
  service->Unary("UpdateGroups", &GroupAnswers::Update, profile.group_answers());
  service->Unary("ListDestinations", &Destinations::List, profile.destinations());
  service->Unary("CreateDestination", &Destinations::Create, profile.destinations());
  service->Unary("DeleteDestination", &Destinations::Delete, profile.destinations());
  service->Unary("GetSkillGap", &SkillGaps::Get, profile.skill_gaps());
  service->Unary("BlockPerson", &Blocks::Block, profile.blocks());
  service->Unary("UnblockPerson", &Blocks::Unblock, profile.blocks());
  service->Unary("ListBlocks", &Blocks::List, profile.blocks());
  service->Unary("CreateRole", &Roles::Create, profile.roles());
  service->Unary("GetRole", &Roles::Get, profile.roles());
  service->Unary("UpdateRole", &Roles::Update, profile.roles());
  service->Unary("DeleteRole", &Roles::Delete, profile.roles());
  service->Unary("ListRoles", &Roles::List, profile.roles());
  service->Unary("GetCrossing", &Roles::GetCrossing, profile.roles());
  service->Unary("ImportCatalog", &CatalogImport::Run, profile.catalog_import());
  service->Unary("DeriveRoles", &DerivedRoles::Run, profile.derived_roles());
  service->Unary("ListRelatedSkills", &SkillRelations::List, profile.skill_relations());
  service->Unary("UpdateSkill", &SkillMerges::Update, profile.skill_merges());
  service->Unary("MergeSkills", &SkillMerges::Merge, profile.skill_merges());
  service->Unary("CreateSkill", &Skills::Create, profile.skills());
  service->Unary("ListSkills", &Skills::List, profile.skills());
  service->Unary("ResolveSkills", &Skills::Resolve, profile.skills());
  service->Unary("SearchPeople", &Searches::SearchPeople, profile.searches());
  service->Unary("SearchSkills", &Searches::SearchSkills, profile.searches());
  service->Unary("SearchRoles", &Searches::SearchRoles, profile.searches());
  service->Unary("CreateSlackInstallation", &Slack::Create, profile.slack());
  service->Unary("GetSlackInstallation", &Slack::Get, profile.slack());
  service->Unary("DeleteSlackInstallation", &Slack::Delete, profile.slack());
  service->Unary("LinkSlackUser", &Slack::Link, profile.slack());
  service->Unary("GetSlackUser", &Slack::GetUser, profile.slack());
  service->Unary("UnlinkSlackUser", &Slack::Unlink, profile.slack());
  service->Unary("ListPeopleChanges", &PeopleFeed::List, profile.feed());
  service->ServerStream("WatchPeople", &PeopleFeed::Watch, profile.feed());
  return service;
}

std::unique_ptr<rpc::Service> MakeAuthService(rpc::Binder& binder, Profile& profile) {
  auto service = std::make_unique<rpc::Service>("cortado.profile.v1.AuthService", binder);
  service->Unary("ExchangeToken", &Auth::Exchange, profile.auth());
  service->Unary("RefreshToken", &Auth::Refresh, profile.auth());
  service->Unary("CreateBootstrapCode", &Auth::CreateCode, profile.auth());
  service->Unary("RevokeSessions", &Auth::Revoke, profile.auth());
  service->Unary("ListSessions", &Auth::List, profile.auth());
  service->Unary("CreateServiceKey", &ServiceKeys::Create, profile.service_keys());
  service->Unary("ListServiceKeys", &ServiceKeys::List, profile.service_keys());
  service->Unary("DeleteServiceKey", &ServiceKeys::Delete, profile.service_keys());
  service->Unary("ListSigningKeys", &Auth::ListSigningKeys, profile.auth());
  service->Unary("CreateIssuer", &Issuers::Create, profile.issuers());
  service->Unary("ListIssuers", &Issuers::List, profile.issuers());
  service->Unary("DeleteIssuer", &Issuers::Delete, profile.issuers());
  service->Unary("GrantAccess", &AccessGrants::Grant, profile.access_grants());
  service->Unary("RevokeAccess", &AccessGrants::Revoke, profile.access_grants());
  service->Unary("ListAccessGrants", &AccessGrants::List, profile.access_grants());
  return service;
}

std::unique_ptr<rpc::Service> MakeSessionService(rpc::Binder& binder, Profile& profile) {
  auto service = std::make_unique<rpc::Service>("cortado.api.v1.SessionService", binder);
  service->Unary("CheckSession", &Auth::Check, profile.auth());
  return service;
}

std::unique_ptr<rpc::Service> MakeAuditService(rpc::Binder& binder, Profile& profile) {
  auto service = std::make_unique<rpc::Service>("cortado.profile.v1.AuditService", binder);
  service->Unary("ListAuditEntries", &Audits::List, profile.audits());
  service->Unary("VerifyAudit", &Audits::Verify, profile.audits());
  service->Unary("ExportAudit", &Audits::Export, profile.audits());
  return service;
}

std::vector<std::unique_ptr<rpc::Service>> MakeServices(rpc::Binder& binder, Profile& profile) {
  std::vector<std::unique_ptr<rpc::Service>> services;
  services.push_back(MakeProfileService(binder, profile));
  services.push_back(MakeAuthService(binder, profile));
  services.push_back(MakeSessionService(binder, profile));
  services.push_back(MakeAuditService(binder, profile));
  return services;
}

rpc::SessionCheck SessionCheckOf(Profile& profile) {
  return [&profile](std::shared_ptr<const auth::Claims> claims, absl::Time deadline) {
    return profile.auth().RolesOf(rpc::InternalCall(claims->organization, "sessions", deadline), claims->session,
                                  claims->subject);
  };
}

}  // namespace cortado::profile
