#include "services/matching/person_cards.h"

#include <optional>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "common/text/catalog.h"

namespace cortado::matching {

type::v1::PersonCard CardOf(const OrganizationView& view, int32_t person, absl::Time now) {
  const PersonFacts& facts = view.facts(person);
  type::v1::PersonCard card;
  card.set_person(absl::StrCat("people/", view.person_id(person)));
  card.set_display_name(facts.display_name);
  card.set_title(facts.title);
  card.set_department(facts.department);
  card.set_time_zone(facts.time_zone);
  card.set_slack_user(facts.slack_user);
  absl::TimeZone zone;
  if (!facts.time_zone.empty() && absl::LoadTimeZone(facts.time_zone, &zone)) {
    type::v1::LocalTime& local = *card.mutable_local_time();
    local.mutable_instant()->set_seconds(absl::ToUnixSeconds(now));
    local.set_time_zone(facts.time_zone);
    local.set_text(absl::FormatTime("%a %d %b %Y, %H:%M (UTC%Ez)", now, zone));
  }
  return card;
}

void FillCard(const OrganizationView& view, const rpc::Call& call, absl::Time now, type::v1::PersonCard& card) {
  const std::optional<int32_t> person = view.Find(absl::StripPrefix(card.person(), "people/"));
  if (person) {
    card = CardOf(view, *person, now);
    return;
  }
  const std::optional<int32_t> reader = view.Find(call.subject());
  const std::string language =
      text::ChooseLanguage(call.accept_language(), reader ? view.facts(*reader).language : "", "");
  card.set_display_name(text::Render("person.former_colleague", language));
}

}  // namespace cortado::matching
