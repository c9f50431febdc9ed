#include "services/matching/readers.h"

#include "absl/time/civil_time.h"
#include "common/text/catalog.h"
#include "services/matching/affinity/calendar_week.h"

namespace cortado::matching {

std::optional<int32_t> FindActive(const OrganizationView& view, absl::string_view id) {
  const std::optional<int32_t> person = view.Find(id);
  if (!person || !view.organization().people()[*person].active) return std::nullopt;
  return person;
}

std::string LanguageFor(const rpc::Call& call, const OrganizationView& view) {
  const std::optional<int32_t> reader = view.Find(call.subject());
  return text::ChooseLanguage(call.accept_language(), reader ? view.facts(*reader).language : "", "");
}

Query QueryAt(const OrganizationView& view, absl::Time now, absl::Time ranking_time) {
  Query query;
  query.weights = view.weights();
  query.now = absl::ToUnixSeconds(now);
  query.week = IsoWeekOf(absl::ToCivilDay(ranking_time, absl::UTCTimeZone()));
  return query;
}

}  // namespace cortado::matching
