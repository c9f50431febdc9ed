#include "services/matching/insight_people.h"

#include <algorithm>
#include <map>
#include <utility>

#include "absl/time/clock.h"
#include "common/status/error.h"
#include "cortado/matching/v1/reason.pb.h"
#include "services/matching/index/indexed_ranking.h"
#include "services/matching/match_quality.h"
#include "services/matching/program/program_rules.h"
#include "services/matching/readers.h"

namespace cortado::matching {
namespace {

constexpr int kAtOnce = 200;
constexpr int32_t kTopTen = 10;
constexpr int64_t kSample = 500;

absl::Time TimeOf(const google::protobuf::Timestamp& time) { return absl::FromUnixSeconds(time.seconds()); }

absl::Status CheckTime(const rpc::Call& call) {
  if (call.Cancelled() || absl::Now() > call.deadline()) return absl::DeadlineExceededError("out of time");
  return absl::OkStatus();
}

// Numbers departments or sites as they come.
class Groups {
 public:
  explicit Groups(std::vector<std::string>& names) : names_(names) {}

  int32_t Of(int32_t number, const std::string& name) {
    const auto [known, is_new] = numbers_.try_emplace(number, static_cast<int32_t>(names_.size()));
    if (is_new) names_.push_back(number == kUnknown ? "" : name);
    return known->second;
  }

 private:
  std::vector<std::string>& names_;
  std::map<int32_t, int32_t> numbers_;
};

bool MayMentor(const Person& person) {
  return person.joined && (person.open_to & static_cast<int>(OfferRole::kMentor)) != 0;
}

bool Holds(const Person& person, int32_t skill) {
  return std::any_of(person.held.begin(), person.held.end(),
                     [skill](const HeldSkill& held) { return held.skill == skill; });
}

std::vector<SkillFigures> SkillsOf(const OrganizationView& view) {
  std::vector<SkillFigures> skills(view.organization().skill_count());
  for (const Person& person : view.organization().people()) {
    if (!person.active) continue;
    for (const WantedSkill& wanted : person.wanted) skills[wanted.skill].wanted += Holds(person, wanted.skill) ? 0 : 1;
    for (const HeldSkill& held : person.held) skills[held.skill].offered += MayMentor(person) ? 1 : 0;
  }
  for (size_t i = 0; i < skills.size(); ++i) skills[i].title = view.skill_title(static_cast<int32_t>(i));
  return skills;
}

// Fills in the groups of everybody, and of whom they were matched with; in an organisation, also what they said of
// groups before the month of `now` began.
template <class KnownPeople>
void Settle(const OrganizationView& view, absl::Time now, KnownPeople people, InsightInput& input) {
  Groups departments(input.departments), sites(input.sites);
  const GroupStatements& said = view.group_statements();
  const absl::Time month = StartOf(PeriodOf(PeriodKind::kMonth, MonthOf(now)));
  for (const profile::v1::GroupQuestion& asked : said.questions()) {
    if (!input.organization) break;
    input.questions.push_back({asked.id(), asked.question(), {asked.choices().begin(), asked.choices().end()}});
  }
  const std::vector<Person>& all = view.organization().people();
  const auto department_of = [&](const std::string& id) {
    const std::optional<int32_t> index = view.Find(id);
    const int32_t department = index ? all[*index].department : kUnknown;
    return departments.Of(department, department == kUnknown ? "" : view.department_title(department));
  };
  for (auto& known : people) {
    const std::optional<int32_t> index = FindActive(view, known.id);
    if (!index) continue;  // Somebody who left the organisation meanwhile.
    known.person.department = department_of(known.id);
    known.person.site = sites.Of(all[*index].site, view.facts(*index).location);
    if (known.person.matched_month) known.person.partner_department = department_of(known.partner);
    if (!input.questions.empty()) known.person.answers = said.AnswersOf(*index, month);
    input.people.push_back(std::move(known.person));
  }
}

// The other one, of whom a match is told.
std::string PartnerOf(const v1::Match& match, const std::string& person) {
  const std::string mentor = PersonId(match.mentor());
  return mentor == person ? PersonId(match.mentee()) : mentor;
}

}  // namespace

Task<absl::StatusOr<bool>> InsightPeople::Counts(rpc::Call call, Scope* scope, std::string program, std::string round) {
  if (program != scope->program) co_return false;
  if (round.empty()) co_return true;
  const auto [known, is_new] = scope->undone.try_emplace(round, false);
  if (!is_new) co_return !known->second;
  const absl::StatusOr<v1::Round> read = co_await parts_.rounds.Get(call, ParseRoundName(round));
  if (!read.ok() && !absl::IsNotFound(read.status())) co_return read.status();
  const bool undone =
      read.ok() && (read->state() == v1::Round::STATE_UNDOING || read->state() == v1::Round::STATE_UNDONE);
  scope->undone[round] = undone;
  co_return !undone;
}

Task<absl::Status> InsightPeople::ReadMatches(rpc::Call call, Scope* scope, std::vector<Known>* people) {
  for (Known& known : *people) {
    CO_RETURN_IF_ERROR(CheckTime(call));
    if (!known.person.enrolled) continue;
    std::string cursor;
    do {
      CO_ASSIGN_OR_RETURN(Page<v1::Match> page,
                          co_await parts_.matches.ListMatches(call, known.id, std::move(cursor), kAtOnce));
      for (const v1::Match& match : page.items) {
        CO_ASSIGN_OR_RETURN(const bool counts, co_await Counts(call, scope, match.program(), match.round()));
        if (!counts) continue;
        const bool mentors = PersonId(match.mentor()) == known.id && !scope->coffee;
        known.person.load += mentors && match.state() == v1::Match::STATE_ACTIVE ? 1 : 0;
        if (mentors || !known.person.looking || TimeOf(match.create_time()) > known.matched) continue;
        known.matched = TimeOf(match.create_time());
        known.person.matched_month = MonthOf(known.matched);
        known.person.chat_booked = !match.chat().empty();
        known.person.hours_to_chat.reset();
        if (match.has_first_chat_time()) {
          known.person.hours_to_chat = absl::ToInt64Hours(TimeOf(match.first_chat_time()) - known.matched);
        }
        known.partner = PartnerOf(match, known.id);
        known.request = match.request().empty() ? "" : IdOf(match.request());
      }
      cursor = std::move(page.cursor);
    } while (!cursor.empty());
    if (known.request.empty()) continue;
    CO_RETURN_IF_ERROR(co_await ReadWaiting(call, &known));
  }
  co_return absl::OkStatus();
}

// How long it took, as far as the requests are still kept.
Task<absl::Status> InsightPeople::ReadWaiting(rpc::Call call, Known* known) {
  const absl::StatusOr<v1::Request> request = co_await parts_.requests.GetRequest(call, known->request);
  if (absl::IsNotFound(request.status())) co_return absl::OkStatus();
  CO_RETURN_IF_ERROR(request.status());
  absl::Time first = TimeOf(request->create_time());
  known->person.hours_to_yes = absl::ToInt64Hours(known->matched - first);
  std::string cursor;
  do {
    CO_ASSIGN_OR_RETURN(Page<v1::Request> page,
                        co_await parts_.requests.ListRequests(call, known->id, std::move(cursor), kAtOnce));
    for (const v1::Request& one : page.items) {
      if (PersonId(one.requester()) == known->id) first = std::min(first, TimeOf(one.create_time()));
    }
    cursor = std::move(page.cursor);
  } while (!cursor.empty());
  known->person.hours_to_first = absl::ToInt64Hours(known->matched - first);
  co_return absl::OkStatus();
}

Task<absl::StatusOr<InsightInput>> InsightPeople::OfProgram(rpc::Call call, v1::Program program) {
  CO_ASSIGN_OR_RETURN(const std::shared_ptr<LiveView> live, co_await parts_.views.Get(call));
  const bool allowed = live->Read([](const OrganizationView& view) { return view.allows_opt_out(); });
  program.set_opt_out(program.opt_out() && allowed);
  Scope scope{program.name(), IsDraw(program), {}};
  std::vector<Known> people;
  std::string after;
  do {
    CO_RETURN_IF_ERROR(CheckTime(call));
    CO_ASSIGN_OR_RETURN(Page<Enrollment> page, co_await parts_.programs.ListParticipants(call, IdOf(program.name()),
                                                                                         std::move(after), kAtOnce));
    for (Enrollment& one : page.items) {
      if (one.participant.state() == v1::Participant::STATE_LEFT) continue;
      Known known;
      known.id = std::move(one.person);
      known.person.enrolled = TakesPart(program, one.participant, parts_.clock.Now());
      known.person.looking = known.person.enrolled && (scope.coffee || one.participant.mentee());
      known.person.mentors = known.person.enrolled && !scope.coffee && one.participant.mentor();
      people.push_back(std::move(known));
    }
    after = std::move(page.cursor);
  } while (!after.empty());
  CO_RETURN_IF_ERROR(co_await ReadMatches(call, &scope, &people));
  co_await parts_.executors.OnWorkers();
  InsightInput input;
  live->Read([&](const OrganizationView& view) { Settle(view, parts_.clock.Now(), std::move(people), input); });
  co_return input;
}

Task<absl::Status> InsightPeople::CountLists(rpc::Call call, const LiveView& live, uint64_t serial,
                                             std::vector<Known>* people) {
  const int64_t every = std::max<int64_t>(1, (static_cast<int64_t>(people->size()) + kSample - 1) / kSample);
  std::map<int32_t, int64_t> places;
  for (size_t i = 0; i < people->size(); i += every) {
    CO_RETURN_IF_ERROR(CheckTime(call));
    // One list at a time: whoever writes need not wait for all.
    const bool same = live.Read([&](const OrganizationView& view) {
      if (view.serial() != serial) return false;
      Query query = QueryAt(view, parts_.clock.Now(), parts_.clock.Now());
      query.asker = (*people)[i].index;
      query.limit = kTopTen;
      for (const RankedPerson& one : SuggestIndexed(view.organization(), view.index(), query).people)
        ++places[one.person];
      return true;
    });
    if (same) continue;
    co_return Error(absl::StatusCode::kUnavailable, v1::REASON_LOADING, "the organisation was read anew; try again")
        .RetryAfter(absl::Seconds(1));
  }
  for (Known& known : *people) {
    const auto found = places.find(known.index);
    if (found != places.end()) known.person.list_places = found->second;
  }
  co_return absl::OkStatus();
}

Task<absl::StatusOr<InsightInput>> InsightPeople::OfOrganization(rpc::Call call, bool with_lists) {
  CO_ASSIGN_OR_RETURN(const std::shared_ptr<LiveView> live, co_await parts_.views.Get(call));
  co_await parts_.executors.OnWorkers();
  std::vector<Known> people;
  InsightInput input;
  input.organization = true;
  const uint64_t serial = live->Read([&](const OrganizationView& view) {
    for (int32_t index = 0; index < view.organization().size(); ++index) {
      const Person& person = view.organization().people()[index];
      if (!person.active) continue;
      Known known;
      known.id = view.person_id(index);
      known.index = index;
      known.person.enrolled = known.person.looking = person.joined;
      known.person.mentors = known.person.offers = MayMentor(person);
      people.push_back(std::move(known));
    }
    input.skills = SkillsOf(view);
    return view.serial();
  });
  if (with_lists) {
    CO_RETURN_IF_ERROR(co_await CountLists(call, *live, serial, &people));
  }
  Scope scope;
  CO_RETURN_IF_ERROR(co_await ReadMatches(call, &scope, &people));
  co_await parts_.executors.OnWorkers();
  live->Read([&](const OrganizationView& view) { Settle(view, parts_.clock.Now(), std::move(people), input); });
  co_return input;
}

}  // namespace cortado::matching
