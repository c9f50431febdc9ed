// cortadoctl people chain | chart
#include <memory>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "clients/ctl/command_people.h"
#include "clients/ctl/find_person.h"
#include "clients/ctl/render/words.h"
#include "common/status/status.h"

namespace cortado::ctl {
namespace {

using profile::v1::OrgChart;
using profile::v1::OrgTop;
using profile::v1::Person;
using profile::v1::ReportingLine;
using type::v1::PersonCard;

constexpr int kOrphansShown = 20;

void AddCard(Table& table, const PersonCard& card) {
  table.Add({ShortName(card.person()), card.display_name(), card.title(), card.department()});
}

Table CardTable() {
  return Table(
      {{"PERSON"}, {"NAME", Align::kLeft, true}, {"TITLE", Align::kLeft, true}, {"DEPARTMENT", Align::kLeft, true}});
}

absl::Status Chain(Ctl& ctl, const std::string& who) {
  ASSIGN_OR_RETURN(Session * session, ctl.session());
  ASSIGN_OR_RETURN(const Caller caller, session->Default());
  ASSIGN_OR_RETURN(const Person person, FindPerson(*session, caller, who));
  profile::v1::GetReportingLineRequest request;
  request.set_person(person.name());
  ASSIGN_OR_RETURN(const ReportingLine line,
                   session->Call(session->profile(), &Profile::GetReportingLine, caller, request));
  if (line.chain().empty()) {
    ctl.Say(absl::StrCat(person.display_name(), " has no manager.\n"));
  } else {
    ctl.Say(absl::StrCat(person.display_name(), " reports to, from near to far:\n"));
    Table table = CardTable();
    for (const PersonCard& card : line.chain()) AddCard(table, card);
    ctl.Say(table);
  }
  if (line.report_count() > 0) {
    ctl.Say(absl::StrCat(Count(line.report_count(), "person reports", "people report"), " to them directly, ",
                         Grouped(line.below_count()), " in all, over ", Count(line.levels_below(), "level", "levels"),
                         ".\n"));
  }
  ctl.Document(line);
  return absl::OkStatus();
}

void ShowManagers(const Ctl& ctl, absl::string_view title, const google::protobuf::RepeatedPtrField<OrgTop>& managers) {
  if (managers.empty()) return;
  ctl.Say(absl::StrCat("\n", ctl.style().Bold(title), "\n"));
  Table table({{"PERSON"},
               {"NAME", Align::kLeft, true},
               {"TITLE", Align::kLeft, true},
               {"REPORTS", Align::kRight},
               {"BELOW", Align::kRight}});
  for (const OrgTop& top : managers) {
    table.Add({ShortName(top.person().person()), top.person().display_name(), top.person().title(),
               Grouped(top.report_count()), Grouped(top.below_count())});
  }
  ctl.Say(table);
}

void ShowOrphans(const Ctl& ctl, const OrgChart& chart) {
  if (chart.orphan_count() == 0) return;
  ctl.Say(absl::StrCat("\n", ctl.style().Bold("Hang on nobody"), "\n"));
  Table table({{"PERSON"}, {"NAME", Align::kLeft, true}, {"TITLE", Align::kLeft, true}, {"WHY"}});
  for (int i = 0; i < chart.orphans_size() && i < kOrphansShown; ++i) {
    const auto& orphan = chart.orphans(i);
    table.Add({ShortName(orphan.person().person()), orphan.person().display_name(), orphan.person().title(),
               orphan.manager_who_left().empty() ? "no manager, no reports"
                                                 : absl::StrCat(ShortName(orphan.manager_who_left()), " left")});
  }
  ctl.Say(table);
  if (const int64_t more = chart.orphan_count() - kOrphansShown; more > 0) {
    ctl.Say(absl::StrCat("... and ", Grouped(more), " more; --json lists up to 1,000\n"));
  }
}

void ShowRings(const Ctl& ctl, const OrgChart& chart) {
  for (const auto& ring : chart.cycles()) {
    const std::string names = absl::StrJoin(ring.people(), " -> ", [](std::string* out, const PersonCard& card) {
      absl::StrAppend(out, card.display_name(), " (", ShortName(card.person()), ")");
    });
    ctl.Say(absl::StrCat(ctl.style().Red("ring"), "  ", names, " -> ", ring.people(0).display_name(), "\n"));
  }
}

absl::Status Chart(Ctl& ctl) {
  ASSIGN_OR_RETURN(Session * session, ctl.session());
  ASSIGN_OR_RETURN(const Caller caller, session->Default());
  ASSIGN_OR_RETURN(const OrgChart chart,
                   session->Call(session->profile(), &Profile::GetOrgChart, caller, profile::v1::GetOrgChartRequest()));
  ctl.Say(RenderFacts({{"people", Grouped(chart.people_count())},
                       {"levels", Grouped(chart.depth())},
                       {"managers", Grouped(chart.manager_count())},
                       {"reports of the median manager", Grouped(chart.median_span())},
                       {"on nobody", Grouped(chart.orphan_count())},
                       {"rings", Grouped(chart.cycles_size())}},
                      ctl.style()));
  ShowManagers(ctl, "At the top", chart.tops());
  ShowManagers(ctl, "Most reports", chart.widest());
  ShowOrphans(ctl, chart);
  ShowRings(ctl, chart);
  ctl.Document(chart);
  return absl::OkStatus();
}

}  // namespace

void AddCharts(CLI::App* people, Ctl& ctl) {
  auto who = std::make_shared<std::string>();
  CLI::App* chain = AddVerb(people, "chain", "who stands above a person, and how many below");
  chain->add_option("person", *who, "an id, the HR system's id, or an e-mail")->required();
  OnParsed(chain, ctl, [&ctl, who] { return Chain(ctl, *who); });

  CLI::App* chart =
      AddVerb(people, "chart", "the shape of the organisation: tops, levels, spans, whoever hangs on nobody");
  OnParsed(chart, ctl, [&ctl] { return Chart(ctl); });
}

}  // namespace cortado::ctl
