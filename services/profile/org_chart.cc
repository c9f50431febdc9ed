#include "services/profile/org_chart.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "common/forest/parent_links.h"
#include "common/forest/shape.h"
#include "common/status/error.h"
#include "common/status/status.h"
#include "services/profile/values.h"

namespace cortado::profile {
namespace {

using type::v1::PersonCard;
using Links = std::vector<std::pair<std::string, std::string>>;

constexpr size_t kMostTops = 100;
constexpr size_t kMostWidest = 10;
constexpr size_t kMostOrphans = 1000;
constexpr size_t kMostCycles = 100;

void SetPerson(PersonCard* card, absl::string_view id) { card->set_person(absl::StrCat("people/", id)); }

void Fill(const v1::Person& person, absl::Time now, PersonCard& card) {
  card.set_person(person.name());
  card.set_display_name(person.display_name());
  card.set_title(person.title());
  card.set_department(person.department());
  card.set_time_zone(person.time_zone());
  card.set_slack_user(person.slack_user());
  absl::TimeZone zone;
  if (person.time_zone().empty() || !absl::LoadTimeZone(person.time_zone(), &zone)) return;
  type::v1::LocalTime& local = *card.mutable_local_time();
  local.mutable_instant()->set_seconds(absl::ToUnixSeconds(now));
  local.set_time_zone(person.time_zone());
  local.set_text(absl::FormatTime("%a %d %b %Y, %H:%M (UTC%Ez)", now, zone));
}

void AddTops(const std::vector<forest::Branch>& branches, google::protobuf::RepeatedPtrField<v1::OrgTop>& tops) {
  for (const forest::Branch& branch : branches) {
    v1::OrgTop& top = *tops.Add();
    SetPerson(top.mutable_person(), branch.id);
    top.set_report_count(branch.children);
    top.set_below_count(branch.below);
  }
}

void AddOrphans(const forest::ParentLinks& lines, const forest::Shape& shape, v1::OrgChart& chart) {
  std::vector<forest::ParentLinks::Orphan> orphans = lines.Orphans();
  for (std::string& id : shape.Alone()) orphans.push_back({std::move(id), ""});
  std::sort(orphans.begin(), orphans.end(), [](const auto& a, const auto& b) { return a.child < b.child; });
  chart.set_orphan_count(static_cast<int64_t>(orphans.size()));
  for (size_t i = 0; i < std::min(kMostOrphans, orphans.size()); ++i) {
    v1::OrgOrphan& orphan = *chart.add_orphans();
    SetPerson(orphan.mutable_person(), orphans[i].child);
    if (!orphans[i].parent.empty()) orphan.set_manager_who_left(absl::StrCat("people/", orphans[i].parent));
  }
}

// The chart of these links, its cards naming people alone.
v1::OrgChart Draw(const Links& links) {
  const forest::Shape shape(links);
  forest::ParentLinks lines;
  for (const auto& [person, manager] : links) lines.Set(person, manager);
  v1::OrgChart chart;
  chart.set_people_count(shape.size());
  chart.set_depth(shape.depth());
  chart.set_manager_count(shape.branch_count());
  chart.set_median_span(shape.median_children());
  AddTops(shape.Roots(kMostTops), *chart.mutable_tops());
  AddTops(shape.Widest(kMostWidest), *chart.mutable_widest());
  AddOrphans(lines, shape, chart);
  std::vector<std::vector<std::string>> rings = lines.Cycles();
  rings.resize(std::min(kMostCycles, rings.size()));
  for (const std::vector<std::string>& ring : rings) {
    v1::OrgCycle& cycle = *chart.add_cycles();
    for (const std::string& id : ring) SetPerson(cycle.add_people(), id);
  }
  return chart;
}

std::vector<PersonCard*> CardsOf(v1::OrgChart& chart) {
  std::vector<PersonCard*> cards;
  for (v1::OrgTop& top : *chart.mutable_tops()) cards.push_back(top.mutable_person());
  for (v1::OrgTop& top : *chart.mutable_widest()) cards.push_back(top.mutable_person());
  for (v1::OrgOrphan& orphan : *chart.mutable_orphans()) cards.push_back(orphan.mutable_person());
  for (v1::OrgCycle& cycle : *chart.mutable_cycles()) {
    for (PersonCard& person : *cycle.mutable_people()) cards.push_back(&person);
  }
  return cards;
}

}  // namespace

Task<absl::StatusOr<v1::ReportingLine>> OrgCharts::GetReportingLine(rpc::Call call,
                                                                    const v1::GetReportingLineRequest& request) {
  const std::string id = PersonId(request.person());
  CO_ASSIGN_OR_RETURN(const std::optional<v1::Person> person, co_await people_.Find(call, id));
  if (!person) co_return NotFound();
  v1::ReportingLine line;
  CO_RETURN_IF_ERROR(co_await AddChain(call, PersonId(person->manager()), line));
  CO_RETURN_IF_ERROR(co_await CountBelow(call, id, line));
  std::vector<std::string> shown;
  shown.push_back(id);
  for (const PersonCard& card : line.chain()) shown.push_back(PersonId(card.person()));
  CO_RETURN_IF_ERROR(co_await people_.RecordShown(call, std::move(shown)));
  co_return line;
}

Task<absl::Status> OrgCharts::AddChain(rpc::Call call, std::string manager, v1::ReportingLine& line) {
  absl::flat_hash_set<std::string> seen;
  while (!manager.empty() && seen.insert(manager).second) {
    CO_ASSIGN_OR_RETURN(const std::optional<v1::Person> person, co_await people_.Find(call, manager));
    if (!person || !person->active()) break;
    Fill(*person, clock_.Now(), *line.add_chain());
    manager = PersonId(person->manager());
  }
  co_return absl::OkStatus();
}

Task<absl::Status> OrgCharts::CountBelow(rpc::Call call, std::string id, v1::ReportingLine& line) {
  absl::flat_hash_set<std::string> seen;
  seen.insert(id);
  std::vector<std::string> level;
  level.push_back(std::move(id));
  for (int depth = 1;; ++depth) {
    CO_ASSIGN_OR_RETURN(std::vector<std::string> reports, co_await people_.ListReportsOfAll(call, std::move(level)));
    CO_ASSIGN_OR_RETURN(const std::vector<bool> active, co_await people_.AreActive(call, reports));
    level.clear();
    for (size_t i = 0; i < reports.size(); ++i) {
      if (active[i] && seen.insert(reports[i]).second) level.push_back(std::move(reports[i]));
    }
    if (level.empty()) break;
    const int count = static_cast<int>(level.size());
    if (depth == 1) line.set_report_count(count);
    line.set_below_count(line.below_count() + count);
    line.set_levels_below(depth);
  }
  co_return absl::OkStatus();
}

Task<absl::StatusOr<v1::OrgChart>> OrgCharts::Get(rpc::Call call, const v1::GetOrgChartRequest& request) {
  (void)request;
  CO_ASSIGN_OR_RETURN(std::vector<std::string> active, co_await people_.ListActive(call));
  CO_ASSIGN_OR_RETURN(auto managers, co_await links_.Managers(call));
  co_await executors_.OnWorkers();
  Links links;
  links.reserve(active.size());
  for (std::string& id : active) {
    const auto manager = managers.find(id);
    std::string parent = manager == managers.end() ? "" : std::move(manager->second);
    links.emplace_back(std::move(id), std::move(parent));
  }
  v1::OrgChart chart = Draw(links);
  CO_RETURN_IF_ERROR(co_await FillCards(call, CardsOf(chart)));
  co_return chart;
}

Task<absl::Status> OrgCharts::FillCards(rpc::Call call, std::vector<PersonCard*> cards) {
  std::vector<std::string> ids;
  for (const PersonCard* card : cards) ids.push_back(PersonId(card->person()));
  CO_ASSIGN_OR_RETURN(const auto people, co_await people_.FindAll(call, ids));
  for (size_t i = 0; i < cards.size(); ++i) {
    if (people[i]) Fill(*people[i], clock_.Now(), *cards[i]);
  }
  co_return co_await people_.RecordShown(call, std::move(ids));
}

}  // namespace cortado::profile
