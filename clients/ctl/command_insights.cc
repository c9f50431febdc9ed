// cortadoctl insights show | fairness
#include "clients/ctl/command_insights.h"

#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "clients/ctl/discovery.h"
#include "clients/ctl/hours_text.h"
#include "clients/ctl/insights_text.h"
#include "clients/ctl/render/words.h"
#include "clients/ctl/skill_calls.h"
#include "common/status/status.h"

namespace cortado::ctl {
namespace {

using matching::v1::Insights;

struct InsightsArguments {
  std::string program, period = "quarter", at, csv;
};

std::string ProgramOf(const InsightsArguments& arguments) {
  return arguments.program.empty() ? "" : "programs/" + ShortName(arguments.program);
}

absl::Status Show(const Ctl& ctl, const InsightsArguments& arguments, const Insights& insights) {
  if (!arguments.csv.empty()) {
    RETURN_IF_ERROR(WriteFile(arguments.csv, InsightsCsv(insights)));
    ctl.Say(absl::StrCat("Wrote ", arguments.csv, ".\n"));
  } else {
    const std::string about = insights.program().empty() ? "Mentoring outside of programmes" : insights.program();
    const std::string period = insights.period().empty() ? "" : absl::StrCat(", ", insights.period());
    ctl.Say(absl::StrCat(about, period, "\n\n", RenderInsights(insights, ctl.style(), ctl.columns())));
  }
  ctl.Document(insights);
  return absl::OkStatus();
}

absl::Status ShowInsights(Ctl& ctl, const InsightsArguments& arguments) {
  ASSIGN_OR_RETURN(Session * session, ctl.session());
  ASSIGN_OR_RETURN(const Caller caller, session->Default());
  matching::v1::GetInsightsRequest request;
  request.set_program(ProgramOf(arguments));
  if (arguments.period == "month") request.set_period(matching::v1::INSIGHT_PERIOD_MONTH);
  if (arguments.period == "quarter") request.set_period(matching::v1::INSIGHT_PERIOD_QUARTER);
  if (arguments.period == "year") request.set_period(matching::v1::INSIGHT_PERIOD_YEAR);
  if (!arguments.at.empty()) {
    // Periods are of UTC, and so is the day that names one.
    ASSIGN_OR_RETURN(const absl::Time at, ParseInstant(arguments.at + " 00:00", absl::UTCTimeZone()));
    *request.mutable_time() = ToTimestamp(at);
  }
  ASSIGN_OR_RETURN(const Insights insights,
                   CallForLong(*session, session->matching(), &Matching::GetInsights, caller, request));
  return Show(ctl, arguments, insights);
}

absl::Status ShowFairness(Ctl& ctl, const InsightsArguments& arguments) {
  ASSIGN_OR_RETURN(Session * session, ctl.session());
  ASSIGN_OR_RETURN(const Caller caller, session->Default());
  matching::v1::GetFairnessReportRequest request;
  request.set_program(ProgramOf(arguments));
  ASSIGN_OR_RETURN(const Insights insights,
                   CallForLong(*session, session->matching(), &Matching::GetFairnessReport, caller, request));
  return Show(ctl, arguments, insights);
}

}  // namespace

void AddInsights(CLI::App& app, Ctl& ctl) {
  CLI::App* noun = AddNoun(app, "insights", "how programmes and mentoring go, in figures that name nobody");
  auto arguments = std::make_shared<InsightsArguments>();
  const auto add = [&](const std::string& name, const std::string& words,
                       absl::Status (*act)(Ctl&, const InsightsArguments&)) {
    CLI::App* verb = AddVerb(noun, name, words);
    verb->add_option("program", arguments->program, "of which programme; without one: of mentoring outside of them");
    verb->add_option("--csv", arguments->csv, "write the same cells to this file");
    OnParsed(verb, ctl, [&ctl, arguments, act] { return act(ctl, *arguments); });
    return verb;
  };
  CLI::App* show = add("show", "who takes part, is matched, waits, mentors, and asks for what", &ShowInsights);
  show->add_option("--period", arguments->period, "month, quarter or year (quarter)")
      ->check(CLI::IsMember({"month", "quarter", "year"}));
  show->add_option("--at", arguments->at, "a day in it, as 2026-11-01 (today)");
  add("fairness", "who is suggested and who is matched, and how evenly the load lies", &ShowFairness);
}

}  // namespace cortado::ctl
