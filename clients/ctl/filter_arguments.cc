#include "clients/ctl/filter_arguments.h"

#include <optional>

#include "absl/strings/str_cat.h"
#include "clients/ctl/import/people_cells.h"
#include "clients/ctl/render/words.h"
#include "clients/ctl/tokens.h"
#include "common/status/status.h"

namespace cortado::ctl {

void AddFilterOptions(CLI::App* verb, const std::shared_ptr<FilterArguments>& arguments) {
  verb->add_option("--department", arguments->departments, "only of this department; may be given again");
  verb->add_option("--location", arguments->locations, "only at this site; may be given again");
  verb->add_option("--skill", arguments->skills, "only who hold this skill; may be given again");
  verb->add_option("--language", arguments->language, "only who speak it, as de");
  verb->add_option("--offer", arguments->offer, "mentor (default), coffee or reverse");
  verb->add_flag("--crossing", arguments->crossing, "only who have gone from where I am to where I want to go");
  verb->add_option("--except", arguments->except, "somebody I have seen already; may be given again");
}

absl::StatusOr<matching::v1::RoleModelFilter> ReadFilter(const FilterArguments& arguments) {
  matching::v1::RoleModelFilter filter;
  for (const std::string& name : arguments.departments) filter.add_departments(name);
  for (const std::string& name : arguments.locations) filter.add_locations(name);
  for (const std::string& name : arguments.skills) filter.add_skills("skills/" + ShortName(name));
  filter.set_language(arguments.language);
  filter.set_crossing(arguments.crossing);
  if (!arguments.offer.empty()) {
    const auto offer = ParseEnum<matching::v1::OfferKind>(arguments.offer);
    if (!offer)
      return absl::InvalidArgumentError(
          absl::StrCat("\"", arguments.offer, "\" is no offer: write mentor, coffee or reverse"));
    filter.set_offer(*offer);
  }
  for (const std::string& who : arguments.except) {
    ASSIGN_OR_RETURN(const std::string id, PersonId(who));
    filter.add_except("people/" + id);
  }
  return filter;
}

}  // namespace cortado::ctl
