#include "tests/access/naive_access.h"

namespace cortado::testing {
namespace {

// One call, as a rule looks at it.
struct Case {
  const Facts& facts;
  const Somebody& who;
  std::string organization;  // The one the call is for.
  std::string object;

  // The P of people/P and what is below it.
  std::string Person() const {
    const size_t from = sizeof("people/") - 1;
    if (object.size() < from) return "";
    return object.substr(from, object.find('/', from) - from);
  }
  bool IsThere() const { return facts.people.count({organization, Person()}) > 0; }
  bool IsSelf() const { return who.Is("EMPLOYEE") && who.id == Person(); }
  const Facts::Thing* Thing() const {
    const auto found = facts.things.find(object);
    return found != facts.things.end() && found->second.organization == organization ? &found->second : nullptr;
  }
  bool TakesPart() const {
    // A link opens the one request that it names.
    if (!who.link.empty() && object != who.link) return false;
    return Thing() != nullptr && who.Is("EMPLOYEE") && Thing()->between.count(who.id) > 0;
  }
};

using Rule = Fate (*)(const Case&);

Fate Found(bool there) { return there ? Fate::kLetThrough : Fate::kNotFound; }

Fate Anything(const Case&) { return Fate::kLetThrough; }
Fate Nothing(const Case&) { return Fate::kDenied; }
Fate NeverThere(const Case&) { return Fate::kNotFound; }
// A person of the organisation, whoever they are.
Fate Anybody(const Case& c) { return Found(c.IsThere()); }
// The same for people; a service says whom it acts for, and is told so when it does not.
Fate AnybodyForOneself(const Case& c) { return c.who.Is("SERVICE") ? Fate::kLetThrough : Found(c.IsThere()); }
// One's own record, and nobody else's.
Fate Oneself(const Case& c) { return c.IsSelf() ? Found(c.IsThere()) : Fate::kDenied; }
Fate OneselfOrService(const Case& c) { return c.IsSelf() || c.who.Is("SERVICE") ? Found(c.IsThere()) : Fate::kDenied; }
// HR may besides; nobody says whether the person is there.
Fate OneselfOrHr(const Case& c) { return c.IsSelf() || c.who.Is("HR_ADMIN") ? Fate::kLetThrough : Fate::kDenied; }
// What is for oneself, and HR may begin for others.
Fate OneselfOrAnybodyForHr(const Case& c) {
  return c.IsSelf() || c.who.Is("HR_ADMIN") ? Found(c.IsThere()) : Fate::kDenied;
}
// A field that HR writes.
Fate HrOnly(const Case& c) { return c.who.Is("HR_ADMIN") ? Found(c.IsThere()) : Fate::kDenied; }
// What is there for everybody who may, and only HR may.
Fate HrAnyhow(const Case& c) { return c.who.Is("HR_ADMIN") ? Fate::kLetThrough : Fate::kDenied; }
// One of one's own blocks that is not there.
Fate OwnButNotThere(const Case& c) { return c.IsSelf() ? Fate::kNotFound : Fate::kDenied; }
// The link to Slack, which those who are asked about have not.
Fate OneselfOrHrButNotThere(const Case& c) {
  return c.IsSelf() || c.who.Is("HR_ADMIN") ? Fate::kNotFound : Fate::kDenied;
}
// One's own destination.
Fate Own(const Case& c) { return c.IsSelf() ? Found(c.Thing() != nullptr) : Fate::kDenied; }
// A thing of the organisation.
Fate Ours(const Case& c) { return Found(c.Thing() != nullptr); }
// Something between people: for everybody else it is not there.
Fate Between(const Case& c) { return Found(c.TakesPart() || (c.who.Is("SERVICE") && c.Thing() != nullptr)); }
// The answer to a request is for the one asked.
Fate Asked(const Case& c) {
  if (!c.TakesPart()) return Fate::kNotFound;
  return c.Thing()->asked == c.who.id ? Fate::kLetThrough : Fate::kDenied;
}
// What the requester does with their own request.
Fate Asking(const Case& c) {
  if (!c.TakesPart()) return Fate::kNotFound;
  return c.Thing()->asked != c.who.id ? Fate::kLetThrough : Fate::kDenied;
}
// One's own, which is there for everybody: a person is not looked for.
Fate OneselfAnyhow(const Case& c) { return c.IsSelf() ? Fate::kLetThrough : Fate::kDenied; }
// What somebody is to another: for the two of them.
Fate OneOfTwo(const Case& c) {
  return c.IsSelf() || c.who.Is("SERVICE") || c.who.id == "root" ? Found(c.IsThere()) : Fate::kDenied;
}
// Whoever calls may explain themselves to others.
Fate ToOthers(const Case& c) { return Found(c.IsThere()); }
// Auditors see all, HR what HR may, a person what was done to their record.
Fate Trail(const Case& c) {
  return c.who.Is("AUDITOR") || c.who.Is("HR_ADMIN") || c.IsSelf() ? Fate::kLetThrough : Fate::kDenied;
}
// A session of the organisation; what is none is no good proof.
Fate Alive(const Case& c) { return c.Thing() != nullptr ? Fate::kLetThrough : Fate::kDenied; }
// The bot alone acts for Slack users.
Fate ForTheBot(const Case& c) { return c.who.purpose == "slack" ? Fate::kLetThrough : Fate::kDenied; }

// E: any person. P: owners of programmes. H: HR. A: auditors. O: operators. S: other services. b: the Slack bot. l:
// whoever holds a link that answers a request. *: whoever comes, but a program made for one purpose.
struct Row {
  std::string who;
  Rule rule;
};

const std::map<std::string, Row>& Rows() {
  static const auto* rows = new std::map<std::string, Row>{
      {"CreateOrganization", {"S", Anything}},
      {"GetOrganization", {"EHOS", Anything}},
      {"UpdateOrganization", {"HO", Anything}},
      {"ListOrganizations", {"S", Anything}},
      {"CreatePerson", {"H", NeverThere}},  // Under a manager who is a stranger.
      {"GetPerson", {"EHS", Anybody}},
      {"BatchGetPeople", {"EHS", Anything}},
      {"UpdatePerson of HR", {"EH", HrOnly}},
      {"UpdatePerson of oneself", {"EH", Oneself}},
      {"DeletePerson", {"H", Anybody}},
      {"ListPeople", {"EHS", Anything}},
      {"LookupPerson", {"HS", Anybody}},
      {"ListReports", {"EH", Anything}},
      {"GetReportingLine", {"EH", Anybody}},
      {"GetOrgChart", {"H", Anything}},
      {"ImportPeople", {"H", Anything}},
      {"StartProfile", {"E", Oneself}},
      {"SuggestProfile", {"E", Oneself}},
      {"DraftManagerNote", {"E", Oneself}},
      {"InvitePeople", {"H", Anything}},
      {"GetInvitationCounts", {"H", Anything}},
      {"ExportPerson", {"EH", OneselfOrAnybodyForHr}},
      {"ErasePerson", {"H", Anybody}},
      {"GetRetentionReport", {"HA", Anything}},
      {"GetOffer", {"ES", Anybody}},
      {"UpdateOffer", {"E", Oneself}},
      {"GetTime", {"ES", OneselfOrService}},
      {"UpdateTime", {"E", Oneself}},
      {"GetGroups", {"E", Oneself}},
      {"UpdateGroups", {"E", Oneself}},
      {"ListDestinations", {"ES", Anybody}},
      {"CreateDestination", {"E", Oneself}},
      {"DeleteDestination", {"E", Own}},
      {"BlockPerson", {"E", Oneself}},
      {"BlockPerson who is a stranger", {"E", NeverThere}},
      {"UnblockPerson", {"E", OwnButNotThere}},
      {"ListBlocks", {"E", Oneself}},
      {"CreateRole", {"H", Anything}},
      {"GetRole", {"EHS", Ours}},
      {"UpdateRole", {"H", Ours}},
      {"DeleteRole", {"H", Ours}},
      {"ListRoles", {"EHS", Anything}},
      {"GetCrossing", {"EH", Ours}},
      {"ImportCatalog", {"H", Anything}},
      {"DeriveRoles", {"H", Anything}},
      {"UpdateSkill", {"H", NeverThere}},
      {"MergeSkills", {"H", NeverThere}},
      {"ListRelatedSkills", {"EH", NeverThere}},
      {"GetSkillGap against another", {"ES", NeverThere}},
      {"CreateSkill", {"H", Anything}},
      {"ListSkills", {"EHS", Anything}},
      {"ResolveSkills", {"EHS", Anything}},
      {"SearchPeople", {"EH", Anything}},
      {"SearchSkills", {"EH", Anything}},
      {"SearchRoles", {"EH", Anything}},
      {"GetSkillGap", {"ES", OneselfOrService}},
      {"ListPeopleChanges", {"S", Anything}},
      {"WatchPeople", {"S", Anything}},
      {"SuggestRoleModels", {"ES", OneselfOrService}},
      {"SuggestMentorSet", {"ES", OneselfOrService}},
      {"SuggestTeams", {"ES", OneselfOrService}},
      {"GetMatchReport", {"H", Anything}},
      {"GetConversationGuide", {"E", Between}},
      {"SaveConversationGuide", {"E", Between}},
      {"ListQuestions", {"EH", Anything}},
      {"CreateQuestion", {"H", Anything}},
      {"UpdateQuestion", {"H", NeverThere}},
      {"CreateProgram", {"HP", Anything}},
      {"GetProgram", {"EHPl", NeverThere}},
      {"ListPrograms", {"EHP", Anything}},
      {"UpdateProgram", {"HP", NeverThere}},
      {"InviteParticipants", {"HP", NeverThere}},
      {"RespondToInvitation", {"El", NeverThere}},
      {"ListParticipants", {"HP", NeverThere}},
      {"CreateRound", {"HP", NeverThere}},
      {"RunRound", {"HP", NeverThere}},
      {"GetRound", {"HP", NeverThere}},
      {"ListRounds", {"HP", NeverThere}},
      {"ListRoundPairs", {"HP", NeverThere}},
      {"PublishRound", {"HP", NeverThere}},
      {"UndoRound", {"HP", NeverThere}},
      {"SkipRound", {"El", NeverThere}},
      {"NudgeParticipants", {"HP", NeverThere}},
      {"ListUnmatched", {"HP", NeverThere}},
      {"CancelRound", {"HP", NeverThere}},
      {"PinPair", {"HP", NeverThere}},
      {"UnpinPair", {"HP", NeverThere}},
      {"ForbidPair", {"HP", NeverThere}},
      {"AllowPair", {"HP", NeverThere}},
      {"SwapPairs", {"HP", NeverThere}},
      {"CompareRounds", {"HP", NeverThere}},
      {"ExplainUnmatched", {"HP", NeverThere}},
      {"CopyProgram", {"HP", NeverThere}},
      {"GetInsights", {"HP", NeverThere}},
      {"GetFairnessReport", {"HP", NeverThere}},
      {"GetInsights of everybody", {"HP", HrAnyhow}},
      {"GetFairnessReport of everybody", {"HP", HrAnyhow}},
      {"ExplainMatch from oneself", {"ES", ToOthers}},
      {"ExplainMatch to oneself", {"ES", ToOthers}},
      {"ExplainMatch of others", {"ES", OneOfTwo}},
      {"RequestMatch", {"E", Anybody}},
      {"AcceptMatch", {"El", Asked}},
      {"DeclineMatch", {"El", Asked}},
      {"AskRequester", {"El", Asked}},
      {"ReplyWithDetails", {"E", Asking}},
      {"PostponeMatch", {"El", Asked}},
      {"WithdrawMatch", {"E", Asking}},
      {"EndMatch", {"E", Between}},
      {"RateFit", {"E", Between}},
      {"GetRequest", {"ESl", Between}},
      {"ListRequests", {"E", Anything}},
      {"GetMatch", {"ESl", Between}},
      {"ProposeTime", {"El", NeverThere}},
      {"RecordChat", {"S", Anything}},
      {"ListMatches", {"E", Anything}},
      {"GetAvailability", {"E", Oneself}},
      {"FindTimes", {"ES", AnybodyForOneself}},
      {"BookChat", {"ES", AnybodyForOneself}},
      {"RescheduleChat", {"E", Between}},
      {"CancelChat", {"E", Between}},
      {"HoldTime", {"E", Anybody}},
      {"ReleaseHold", {"E", NeverThere}},
      {"BookSeries", {"E", Anybody}},
      {"GetSeries", {"E", Between}},
      {"CancelSeries", {"E", Between}},
      {"RespondToChat", {"E", Between}},
      {"GetChat", {"ES", Between}},
      {"ListChats", {"E", Anything}},
      {"PutBusyTimes", {"ES", OneselfOrService}},
      {"GetCalendar", {"E", Oneself}},
      {"UpdateCalendar", {"E", OwnButNotThere}},  // Nobody's is connected.
      {"DeleteCalendar", {"E", OwnButNotThere}},
      {"ExchangeToken of a key", {"*b", Nothing}},
      {"ExchangeToken of a Slack user", {"*b", ForTheBot}},
      {"RefreshToken", {"*", Nothing}},
      {"RevokeSessions", {"EH", OneselfOrHr}},
      {"ListSessions", {"EH", OneselfOrHr}},
      {"CreateBootstrapCode", {"S", Anything}},
      {"CreateServiceKey", {"H", Anything}},
      {"ListServiceKeys", {"HA", Anything}},
      {"DeleteServiceKey", {"H", NeverThere}},
      {"ListSigningKeys", {"*", Anything}},
      {"CreateSlackInstallation", {"Hb", Anything}},
      {"GetSlackInstallation", {"Hb", Ours}},
      {"DeleteSlackInstallation", {"Hb", NeverThere}},
      {"LinkSlackUser", {"Hb", Anything}},
      {"GetSlackUser", {"Sb", NeverThere}},
      {"UnlinkSlackUser", {"EH", OneselfOrHrButNotThere}},
      {"CreateIssuer", {"H", Anything}},
      {"ListIssuers", {"HA", Anything}},
      {"DeleteIssuer", {"H", NeverThere}},
      {"GrantAccess", {"H", Anybody}},
      {"RevokeAccess", {"H", NeverThere}},  // Nobody has that role.
      {"ListAccessGrants", {"HA", Anything}},
      {"CheckSession", {"S", Alive}},
      {"ListAuditEntries", {"EHA", Trail}},
      {"VerifyAudit", {"AO", Anything}},
      {"ExportAudit", {"A", Anything}},
      {"ListAuditRecords", {"S", Anything}},
      {"ListAuditSegments", {"S", Anything}},
      {"ListEvents", {"S", Anything}},
      {"CollectPerson", {"S", Anything}},
      {"ErasePersonData", {"S", Anything}},
      {"FreezeOrganization", {"S", NeverThere}},
      {"ThawOrganization", {"S", NeverThere}},
      {"SnapshotOrganization", {"S", NeverThere}},
      {"RestoreOrganization", {"S", NeverThere}},
      {"ListRetentionRuns", {"S", Anything}},
      {"ListNotifications", {"E", OneselfAnyhow}},
      {"ListNotificationChanges", {"Eb", Anything}},
      {"WatchNotifications", {"Eb", Anything}},
      {"MarkDelivered", {"Sb", NeverThere}},
      {"GetNotificationPreferences", {"E", OneselfAnyhow}},
      {"UpdateNotificationPreferences", {"E", OneselfAnyhow}},
      {"ListDeadLetters", {"HO", Anything}},
      {"RetryDelivery", {"HO", NeverThere}},
      {"CreateWebhook", {"H", Anything}},
      {"ListWebhooks", {"H", Anything}},
      {"DeleteWebhook", {"H", NeverThere}},
      {"TestWebhook", {"H", NeverThere}},
  };
  return *rows;
}

bool OfNoOrganization(const std::string& question) {
  return question == "CreateOrganization" || question == "ListOrganizations";
}

bool MayAsk(const Somebody& who, const std::string& letters) {
  if (!who.purpose.empty()) return letters.find(who.purpose == "slack" ? 'b' : 'l') != std::string::npos;
  static const std::map<char, std::string> kRoles = {{'E', "EMPLOYEE"}, {'P', "PROGRAM_OWNER"}, {'H', "HR_ADMIN"},
                                                     {'A', "AUDITOR"},  {'O', "OPERATOR"},      {'S', "SERVICE"}};
  for (const char letter : letters) {
    if (letter == '*') return true;
    if (letter != 'b' && letter != 'l' && who.Is(kRoles.at(letter))) return true;
  }
  return false;
}

}  // namespace

std::string Say(Fate fate) {
  switch (fate) {
    case Fate::kLetThrough:
      return "let through";
    case Fate::kDenied:
      return "denied";
    case Fate::kNotFound:
      return "not found";
  }
  return "";
}

bool KnowsQuestion(const std::string& question) { return Rows().count(question) > 0; }

Fate Expect(const Facts& facts, const Somebody& who, const std::string& question, const std::string& object) {
  const Row& row = Rows().at(question);
  const bool open = row.who[0] == '*';
  if (who.has_token ? !who.is_good : !open) return Fate::kDenied;
  if (who.has_token) {
    if (!MayAsk(who, row.who)) return Fate::kDenied;
    // A service says which organisation it means, and nobody else may name another than theirs. What names none, or
    // one where there is none to name, is malformed.
    if (who.organization == "*" && who.named.empty() != OfNoOrganization(question)) return Fate::kLetThrough;
    if (who.organization != "*" && !who.named.empty() && who.named != who.organization) return Fate::kDenied;
  }
  return row.rule({facts, who, who.organization == "*" ? who.named : who.organization, object});
}

}  // namespace cortado::testing
