#include "services/matching/insight_reports.h"

#include <algorithm>
#include <functional>
#include <memory>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "common/status/error.h"
#include "common/text/catalog.h"
#include "services/matching/insights/figures.h"
#include "services/matching/readers.h"
#include "services/matching/reasons.h"

namespace cortado::matching {
namespace {

constexpr int64_t kLastSecond = 253402300799;  // Of the year 9999.

PeriodKind KindOf(v1::InsightPeriod period) {
  if (period == v1::INSIGHT_PERIOD_MONTH) return PeriodKind::kMonth;
  return period == v1::INSIGHT_PERIOD_YEAR ? PeriodKind::kYear : PeriodKind::kQuarter;
}

v1::InsightTable::Unit UnitOf(InsightUnit unit) {
  if (unit == InsightUnit::kPeople) return v1::InsightTable::UNIT_PEOPLE;
  return unit == InsightUnit::kHours ? v1::InsightTable::UNIT_HOURS : v1::InsightTable::UNIT_PER_MILLE;
}

std::string WordsOf(const InsightLabel& label, const std::string& language) {
  return label.is_code ? text::Render(label.words, language) : label.words;
}

// The title of a table; one about a question names it.
type::v1::Text TitleOf(const std::string& id, const std::vector<InsightQuestion>& questions,
                       const std::string& language) {
  const auto [kind, question] = std::pair<std::string, std::string>(absl::StrSplit(id, absl::MaxSplits('.', 1)));
  for (const InsightQuestion& asked : questions) {
    if (asked.id != question) continue;
    return MakeText(absl::StrCat("insights.title.", kind), language, {{"question", asked.question}});
  }
  return MakeText(absl::StrCat("insights.title.", id), language);
}

void Fill(const InsightTableValues& values, const std::vector<InsightQuestion>& questions, const std::string& language,
          v1::InsightTable& table) {
  table.set_id(values.id);
  *table.mutable_title() = TitleOf(values.id, questions, language);
  table.set_unit(UnitOf(values.unit));
  for (const InsightLabel& row : values.rows) table.add_rows(WordsOf(row, language));
  for (const InsightLabel& column : values.columns) table.add_columns(WordsOf(column, language));
  for (const InsightValue& value : values.cells) {
    v1::InsightCell& cell = *table.add_cells();
    if (value.value) cell.set_value(*value.value);
    cell.set_hidden(value.hidden);
    if (value.hidden) *cell.mutable_text() = MakeText("insights.hidden", language);
  }
  if (!values.note.empty()) *table.mutable_note() = MakeText(values.note, language);
}

v1::Insights Told(const InsightInput& input, const std::vector<InsightTableValues>& tables,
                  const std::string& language) {
  v1::Insights insights;
  for (const InsightTableValues& table : tables) Fill(table, input.questions, language, *insights.add_tables());
  return insights;
}

// Whether a table is about a question that is asked now.
bool IsAsked(const std::string& id, const std::vector<InsightQuestion>& questions) {
  return std::any_of(questions.begin(), questions.end(), [&id](const InsightQuestion& asked) {
    return id == kSuggestedByGroup + asked.id || id == kMatchedShareByGroup + asked.id;
  });
}

}  // namespace

Task<absl::StatusOr<InsightInput>> InsightReports::Collect(rpc::Call call, std::string program, bool with_lists) {
  if (program.empty()) {
    if (!call.Has(api::v1::ROLE_HR_ADMIN)) co_return AccessDenied();
    co_return co_await people_.OfOrganization(call, with_lists);
  }
  CO_ASSIGN_OR_RETURN(v1::Program found, co_await programs_.FindManaged(call, IdOf(program)));
  co_return co_await people_.OfProgram(call, std::move(found));
}

Task<absl::StatusOr<std::string>> InsightReports::FindLanguage(rpc::Call call) {
  CO_ASSIGN_OR_RETURN(const std::shared_ptr<LiveView> live, co_await views_.Get(call));
  co_return live->Read([&call](const OrganizationView& view) { return LanguageFor(call, view); });
}

Task<absl::StatusOr<v1::Insights>> InsightReports::Get(rpc::Call call, const v1::GetInsightsRequest& request) {
  if (request.has_time() && (request.time().seconds() < 0 || request.time().seconds() > kLastSecond)) {
    co_return InvalidField("time", "must lie in the years 1970 to 9999");
  }
  CO_ASSIGN_OR_RETURN(const InsightInput input, co_await Collect(call, request.program(), false));
  CO_ASSIGN_OR_RETURN(const std::string language, co_await FindLanguage(call));
  const absl::Time time = request.has_time() ? absl::FromUnixSeconds(request.time().seconds()) : clock_.Now();
  const CalendarPeriod period = PeriodOf(KindOf(request.period()), MonthOf(time));
  v1::Insights insights = Told(input, InsightTables(input, period), language);
  insights.set_program(request.program());
  insights.set_period(NameOf(period));
  insights.mutable_start_time()->set_seconds(absl::ToUnixSeconds(StartOf(period)));
  insights.mutable_end_time()->set_seconds(absl::ToUnixSeconds(EndOf(period)));
  co_return insights;
}

Task<absl::StatusOr<v1::Insights>> InsightReports::GetFairness(rpc::Call call,
                                                               const v1::GetFairnessReportRequest& request) {
  CO_ASSIGN_OR_RETURN(const InsightInput input, co_await Collect(call, request.program(), true));
  CO_ASSIGN_OR_RETURN(const std::string language, co_await FindLanguage(call));
  const CalendarPeriod now = PeriodOf(PeriodKind::kYear, MonthOf(clock_.Now()));
  v1::Insights insights = Told(input, FairnessTables(input, now), language);
  insights.set_program(request.program());
  if (input.questions.empty()) co_return insights;
  std::function<v1::Insights(const std::string&)> make = [&input, &now](const std::string& in) {
    return Told(input, GroupTables(input, now), in);
  };
  const CalendarPeriod month = PeriodOf(PeriodKind::kMonth, MonthOf(clock_.Now()));
  CO_ASSIGN_OR_RETURN(const v1::Insights kept, co_await months_.Get(std::move(call), month, language, std::move(make)));
  for (const v1::InsightTable& table : kept.tables()) {
    if (IsAsked(table.id(), input.questions)) *insights.add_tables() = table;
  }
  co_return insights;
}

}  // namespace cortado::matching
