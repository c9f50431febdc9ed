#include "tests/access/two_organizations.h"

#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "common/task/sync_wait.h"
#include "common/testing/matchers.h"
#include "google/protobuf/dynamic_message.h"
#include "google/protobuf/text_format.h"

namespace cortado::testing {
namespace {

// Repeats a call until it succeeds: services hear of one another's changes a little later.
template <class Call>
auto Eventually(Call call) {
  const absl::Time until = absl::Now() + absl::Seconds(20);
  auto answer = call();
  while (!answer.ok() && absl::Now() < until) answer = call();
  EXPECT_THAT(answer, IsOk());
  return answer.ok() ? *answer : typename decltype(answer)::value_type();
}

std::string Tail(const std::string& name) { return name.substr(name.find('/') + 1); }

// A name of the same length and form that nothing has.
std::string Absent(Object kind, std::string name) {
  if (kind == Object::kPerson || kind == Object::kStranger) return "people/zed";
  if (kind == Object::kDestination || kind == Object::kNoBlock) {
    return absl::StrReplaceAll(name, {{"people/fay/", "people/zed/"}});
  }
  char& last = name.back();
  last = last == '0' ? '1' : last == 'B' ? 'Q' : '0';
  return name;
}

google::protobuf::DynamicMessageFactory& Factory() {
  static auto* factory = new google::protobuf::DynamicMessageFactory();
  return *factory;
}

}  // namespace

TwoOrganizations::TwoOrganizations() : auth_(profile::v1::AuthService::NewStub(site_.channel())) {
  acme_ = site_.CreateOrganization("Acme");
  other_ = site_.CreateOrganization("Other");
  MakePeople(acme_, {"root", "eli", "ada", "bob", "dan", "kim", "lee"});
  MakePeople(other_, {"root", "eli", "ada", "fay", "hal", "ida"});
  ada_ = MakeThings(acme_, "ada", "kim", "lee");
  bob_ = MakeThings(acme_, "bob", "kim", "lee");
  fay_ = MakeThings(other_, "fay", "hal", "ida");
  site_.CreateRole(acme_, "planted0", PlantedIn(acme_));
  site_.CreateRole(other_, "foreign2", PlantedIn(other_));
  Know(acme_, ada_[Object::kRole] = "roles/planted0", {});
  Know(other_, fay_[Object::kRole] = "roles/foreign2", {});
  MakeSessions();
  fay_[Object::kStranger] = fay_[Object::kPerson];
  bob_[Object::kStranger] = bob_[Object::kPerson];
}

void TwoOrganizations::Know(const std::string& organization, const std::string& name, std::set<std::string> between,
                            const std::string& asked) {
  facts_.things[name] = {organization, std::move(between), asked};
}

void TwoOrganizations::MakePeople(const std::string& organization, const std::vector<std::string>& ids) {
  for (const std::string& id : ids) {
    profile::v1::CreatePersonRequest request;
    request.set_person_id(id);
    request.mutable_person()->set_external_id(id);
    request.mutable_person()->set_email(id + "@acme.example");
    request.mutable_person()->set_display_name(absl::StrCat(PlantedIn(organization), " ", id));
    request.mutable_person()->set_time_zone("Etc/UTC");
    request.set_request_id(site_.NewRequestId());
    ASSERT_THAT(Ask(site_.profile(), &ProfileStub::CreatePerson, site_.Hr(organization), request), IsOk());
    site_.Offer(organization, id, 20, profile::v1::BOOKING_ASK_FIRST);
    WriteOwnRecord(organization, id);
    facts_.people.insert({organization, id});
  }
}

void TwoOrganizations::WriteOwnRecord(const std::string& organization, const std::string& me) {
  profile::v1::UpdateTimeRequest request;
  request.mutable_time()->set_name(absl::StrCat("people/", me, "/time"));
  request.mutable_time()->set_weekly_minutes(600);
  request.mutable_update_mask()->add_paths("weekly_minutes");
  request.set_request_id(site_.NewRequestId());
  EXPECT_THAT(Ask(site_.profile(), &ProfileStub::UpdateTime, site_.As(organization, me), request), IsOk());
}

std::string TwoOrganizations::MakeDestination(const std::string& organization, const std::string& me) {
  profile::v1::CreateDestinationRequest request;
  request.set_parent("people/" + me);
  request.mutable_destination()->set_kind(profile::v1::DESTINATION_KIND_SIDEWAYS);
  request.set_request_id(site_.NewRequestId());
  const auto made = Ask(site_.profile(), &ProfileStub::CreateDestination, site_.As(organization, me), request);
  EXPECT_THAT(made, IsOk());
  return made.ok() ? made->name() : "";
}

std::string TwoOrganizations::MakeRequest(const std::string& organization, const std::string& from,
                                          const std::string& to) {
  const auto made = Eventually([&] {
    matching::v1::RequestMatchRequest request;
    request.set_mentor("people/" + to);
    request.set_message(PlantedIn(organization));
    request.set_request_id(site_.NewRequestId());
    return Ask(site_.matching(), &MatchingStub::RequestMatch, site_.As(organization, from), request);
  });
  Know(organization, made.name(), {from, to}, to);
  return made.name();
}

std::string TwoOrganizations::MakeMatch(const std::string& organization, const std::string& from,
                                        const std::string& to) {
  matching::v1::AcceptMatchRequest request;
  request.set_request(MakeRequest(organization, from, to));
  request.set_request_id(site_.NewRequestId());
  const auto made = Ask(site_.matching(), &MatchingStub::AcceptMatch, site_.As(organization, to), request);
  EXPECT_THAT(made, IsOk());
  if (!made.ok()) return "";
  Know(organization, made->name(), {from, to});
  return made->name();
}

std::string TwoOrganizations::MakeChat(const std::string& organization, const std::string& me,
                                       const std::string& partner, const std::string& match) {
  scheduling::v1::FindTimesRequest find;
  find.add_people("people/" + me);
  find.add_people("people/" + partner);
  find.set_match(match);
  const auto times =
      Eventually([&] { return Ask(site_.scheduling(), &SchedulingStub::FindTimes, site_.As(organization, me), find); });
  EXPECT_GT(times.times_size(), 0);
  if (times.times_size() == 0) return "";
  scheduling::v1::BookChatRequest book;
  book.add_attendees("people/" + partner);
  *book.mutable_start_time() = times.times(0).start_time();
  book.mutable_duration()->set_seconds(times.times(0).end_time().seconds() - times.times(0).start_time().seconds());
  book.set_topic(PlantedIn(organization));
  book.set_match(match);
  book.set_request_id(site_.NewRequestId());
  const auto made = Ask(site_.scheduling(), &SchedulingStub::BookChat, site_.As(organization, me), book);
  EXPECT_THAT(made, IsOk());
  if (!made.ok()) return "";
  Know(organization, made->name(), {me, partner});
  return made->name();
}

std::string TwoOrganizations::MakeSeries(const std::string& organization, const std::string& me,
                                         const std::string& partner, const Things& things) {
  scheduling::v1::GetChatRequest get;
  get.set_name(things.at(Object::kChat));
  const auto chat = Ask(site_.scheduling(), &SchedulingStub::GetChat, site_.As(organization, me), get);
  EXPECT_THAT(chat, IsOk());
  if (!chat.ok()) return "";
  scheduling::v1::BookSeriesRequest book;
  book.add_attendees("people/" + partner);
  book.mutable_start_time()->set_seconds(chat->start_time().seconds() + 7 * 24 * 3600);
  book.mutable_duration()->set_seconds(600);
  book.mutable_recurrence()->set_frequency(scheduling::v1::Recurrence::FREQUENCY_WEEKLY);
  book.mutable_recurrence()->set_count(2);
  book.set_topic(PlantedIn(organization));
  book.set_match(things.at(Object::kMatch));
  book.set_request_id(site_.NewRequestId());
  const auto made = Ask(site_.scheduling(), &SchedulingStub::BookSeries, site_.As(organization, me), book);
  EXPECT_THAT(made, IsOk());
  if (!made.ok()) return "";
  Know(organization, made->name(), {me, partner});
  return made->name();
}

Things TwoOrganizations::MakeThings(const std::string& organization, const std::string& me, const std::string& asker,
                                    const std::string& partner) {
  Things things;
  things[Object::kPerson] = "people/" + me;
  things[Object::kDestination] = MakeDestination(organization, me);
  Know(organization, things[Object::kDestination], {me});
  things[Object::kNoBlock] = absl::StrCat("people/", me, "/blocks/nobody");
  things[Object::kRequest] = MakeRequest(organization, asker, me);
  things[Object::kMatch] = MakeMatch(organization, partner, me);
  things[Object::kChat] = MakeChat(organization, me, partner, things[Object::kMatch]);
  things[Object::kSeries] = MakeSeries(organization, me, partner, things);
  return things;
}

profile::v1::Tokens TwoOrganizations::Bootstrap(const std::string& organization) {
  profile::v1::ExchangeTokenRequest request;
  request.mutable_bootstrap_code()->set_code(*SyncWait(site_.cluster().profile().auth().MakeBootstrapCode(
      rpc::InternalCall(organization, "test", absl::Now() + absl::Seconds(5)))));
  request.mutable_bootstrap_code()->set_email("root@acme.example");
  request.set_request_id(site_.NewRequestId());
  const auto tokens = Ask(*auth_, &AuthStub::ExchangeToken, Caller{}, request);
  EXPECT_THAT(tokens, IsOk());
  return tokens.ok() ? *tokens : profile::v1::Tokens();
}

profile::v1::ServiceKey TwoOrganizations::MakeKey(const std::string& organization, const std::string& scope,
                                                  api::v1::Role role) {
  profile::v1::CreateServiceKeyRequest request;
  request.mutable_service_key()->set_display_name("A program");
  request.mutable_service_key()->set_scope(scope);
  if (scope.empty()) request.mutable_service_key()->add_roles(role);
  request.set_request_id(site_.NewRequestId());
  const auto made = Ask(*auth_, &AuthStub::CreateServiceKey, site_.Hr(organization), request);
  EXPECT_THAT(made, IsOk());
  return made.ok() ? *made : profile::v1::ServiceKey();
}

profile::v1::Tokens TwoOrganizations::Exchange(const std::string& secret) {
  profile::v1::ExchangeTokenRequest request;
  request.set_service_key(secret);
  request.set_request_id(site_.NewRequestId());
  const auto tokens = Ask(*auth_, &AuthStub::ExchangeToken, Caller{}, request);
  EXPECT_THAT(tokens, IsOk());
  return tokens.ok() ? *tokens : profile::v1::Tokens();
}

std::string TwoOrganizations::MakeIssuer(const std::string& organization) {
  profile::v1::CreateIssuerRequest request;
  request.mutable_issuer()->set_issuer("https://login.example");
  request.mutable_issuer()->set_client_id(organization);
  request.mutable_issuer()->set_link_by(profile::v1::LINK_BY_EXTERNAL_ID);
  request.mutable_issuer()->set_external_id_claim("employee");
  request.set_request_id(site_.NewRequestId());
  const auto made = Ask(*auth_, &AuthStub::CreateIssuer, site_.Hr(organization), request);
  EXPECT_THAT(made, IsOk());
  return made.ok() ? made->name() : "";
}

void TwoOrganizations::Install(const Caller& bot, const std::string& team) {
  profile::v1::CreateSlackInstallationRequest request;
  request.mutable_slack_installation()->set_team(team);
  request.mutable_slack_installation()->set_bot_tokens(absl::StrCat("Planted in ", team == "T1A" ? acme_ : other_));
  request.set_request_id(site_.NewRequestId());
  EXPECT_THAT(Ask(site_.profile(), &ProfileStub::CreateSlackInstallation, bot, request), IsOk());
}

profile::v1::Tokens TwoOrganizations::LinkAndAct(const Caller& bot, const std::string& team, const std::string& user,
                                                 const std::string& email) {
  profile::v1::LinkSlackUserRequest link;
  link.mutable_slack_user()->set_team(team);
  link.mutable_slack_user()->set_user(user);
  link.set_email(email);
  link.set_request_id(site_.NewRequestId());
  const auto pending = Ask(site_.profile(), &ProfileStub::LinkSlackUser, bot, link);
  EXPECT_THAT(pending, IsOk());
  link.set_confirm_code(pending.ok() ? pending->confirm_code() : "");
  link.set_request_id(site_.NewRequestId());
  EXPECT_THAT(Ask(site_.profile(), &ProfileStub::LinkSlackUser, bot, link), IsOk());
  profile::v1::ExchangeTokenRequest act;
  *act.mutable_slack_user() = link.slack_user();
  act.set_request_id(site_.NewRequestId());
  const auto tokens = Ask(*auth_, &AuthStub::ExchangeToken, bot, act);
  EXPECT_THAT(tokens, IsOk());
  return tokens.ok() ? *tokens : profile::v1::Tokens();
}

void TwoOrganizations::Leave(const std::string& organization, const std::string& id) {
  profile::v1::GetPersonRequest get;
  get.set_name("people/" + id);
  profile::v1::UpdatePersonRequest leave;
  *leave.mutable_person() = *Ask(site_.profile(), &ProfileStub::GetPerson, site_.Hr(organization), get);
  leave.mutable_person()->set_active(false);
  leave.mutable_update_mask()->add_paths("active");
  leave.set_request_id(site_.NewRequestId());
  EXPECT_THAT(Ask(site_.profile(), &ProfileStub::UpdatePerson, site_.Hr(organization), leave), IsOk());
}

std::vector<std::string> TwoOrganizations::Objects::All() const {
  std::vector<std::string> all = known;
  all.push_back(foreign);
  all.push_back(absent);
  return all;
}

TwoOrganizations::Objects TwoOrganizations::ObjectsFor(const Visitor& visitor, Object kind) const {
  if (kind == Object::kNone) return {};
  auto of = [&](const Things& things) {
    const auto found = things.find(kind);
    return found == things.end() ? std::string() : found->second;
  };
  const std::string& home = visitor.who.organization == "*" ? visitor.who.named : visitor.who.organization;
  const bool abroad = home == other_;
  Objects objects;
  for (const Things* things : {abroad ? &fay_ : &ada_, abroad ? nullptr : &bob_}) {
    const std::string name = things == nullptr ? "" : of(*things);
    const bool strange = kind == Object::kStranger || kind == Object::kStrangeTeam || kind == Object::kStrangeKey ||
                         kind == Object::kStrangeIssuer;
    if (!name.empty() && !strange) objects.known.push_back(name);
  }
  objects.foreign = abroad ? of(bob_).empty() ? of(ada_) : of(bob_) : of(fay_);
  objects.absent = Absent(kind, of(fay_).empty() ? of(ada_) : of(fay_));
  return objects;
}

Answer TwoOrganizations::Call(const Question& question, const Visitor& visitor, const std::string& object,
                              const std::string& request_id) {
  static const auto* methods = new std::map<std::string, const google::protobuf::MethodDescriptor*>([this] {
    std::map<std::string, const google::protobuf::MethodDescriptor*> all;
    for (const auto* method : MethodsOf(site_.cluster().service_names())) all.emplace(method->name(), method);
    return all;
  }());
  const auto& method = *methods->at(question.method());
  const bool is_person = facts_.people.count({acme_, visitor.who.id}) + facts_.people.count({other_, visitor.who.id});
  const size_t number = static_cast<size_t>(&question - AllQuestions().data());
  std::string id = request_id;
  if (id.empty()) id = absl::StrCat("question-", number, "-", std::hash<std::string>()(object) % 1'000'000'000);
  const std::string text = absl::StrReplaceAll(
      question.text, {{"$O", object}, {"$I", Tail(object)}, {"$S", is_person ? visitor.who.id : "ada"}, {"$R", id}});
  std::unique_ptr<google::protobuf::Message> request(Factory().GetPrototype(method.input_type())->New());
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, request.get())) << question.name << ": " << text;
  return CallAnyMethod(site_.channel(), method, visitor.caller, request->SerializeAsString());
}

}  // namespace cortado::testing
