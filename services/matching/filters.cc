#include "services/matching/filters.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "common/status/error.h"

namespace cortado::matching {
namespace {

int32_t OrNobodys(int32_t number) { return number == kUnknown ? Filter::kNobodys : number; }

OfferRole RoleOf(v1::OfferKind kind) {
  switch (kind) {
    case v1::OFFER_KIND_COFFEE:
      return OfferRole::kCoffee;
    case v1::OFFER_KIND_REVERSE:
      return OfferRole::kReverse;
    default:
      return OfferRole::kMentor;
  }
}

}  // namespace

absl::Status ApplyFilter(const OrganizationView& view, const v1::RoleModelFilter& filter, Query& query) {
  query.role = RoleOf(filter.offer());
  for (const std::string& name : filter.departments()) {
    query.filter.departments.push_back(OrNobodys(view.FindDepartment(name)));
  }
  for (const std::string& name : filter.locations()) query.filter.sites.push_back(OrNobodys(view.FindSite(name)));
  for (int i = 0; i < filter.skills_size(); ++i) {
    const int32_t skill = view.FindSkill(filter.skills(i));
    if (skill == kUnknown) {
      return NotFound()
          .Field(absl::StrCat("filter.skills[", i, "]"), "must be a skill of the organisation")
          .Metadata("nearest", view.NearestSkill(filter.skills(i)));
    }
    query.filter.skills.push_back(skill);
  }
  query.filter.crossing = filter.crossing();
  if (!filter.language().empty()) query.filter.language = OrNobodys(view.FindLanguage(filter.language()));
  for (const std::string& name : filter.except()) {
    if (const auto person = view.Find(absl::StripPrefix(name, "people/"))) query.filter.except.push_back(*person);
  }
  return absl::OkStatus();
}

}  // namespace cortado::matching
