#include "clients/ctl/person_text.h"

#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "clients/ctl/hours_text.h"
#include "clients/ctl/import/people_cells.h"
#include "clients/ctl/render/table.h"
#include "clients/ctl/render/words.h"

namespace cortado::ctl {
namespace {

using profile::v1::Person;

std::string Level(int level) { return level == 0 ? "" : absl::StrCat(" (level ", level, ")"); }

std::string Held(const Person& person) {
  std::vector<std::string> pieces;
  for (const auto& skill : person.skills_held()) {
    const std::string& name = skill.display_name().empty() ? skill.skill() : skill.display_name();
    pieces.push_back(absl::StrCat(name, Level(skill.level())));
  }
  return absl::StrJoin(pieces, ", ");
}

std::string Wanted(const Person& person) {
  std::vector<std::string> pieces;
  for (const auto& skill : person.skills_wanted()) {
    const std::string& name = skill.display_name().empty() ? skill.skill() : skill.display_name();
    pieces.push_back(absl::StrCat(name, Level(skill.level())));
  }
  return absl::StrJoin(pieces, ", ");
}

// " [only me]"; nothing for what everybody sees.
std::string SeenBy(profile::v1::Audience audience) {
  if (audience == profile::v1::AUDIENCE_UNSPECIFIED || audience == profile::v1::AUDIENCE_EVERYONE) return "";
  return absl::StrCat(" [", EnumWords(audience), "]");
}

std::string Journey(const Person& person) {
  std::vector<std::string> steps;
  for (const auto& step : person.journey()) {
    std::string text = step.role();
    if (!step.department().empty()) absl::StrAppend(&text, ", ", step.department());
    if (step.from_year() > 0) {
      absl::StrAppend(&text, " (", step.from_year(), "-", step.to_year() > 0 ? absl::StrCat(step.to_year()) : "", ")");
    }
    if (!step.confirmed()) absl::StrAppend(&text, " [draft]");
    absl::StrAppend(&text, SeenBy(step.audience()));
    steps.push_back(std::move(text));
  }
  return absl::StrJoin(steps, " > ");
}

std::string YesNo(bool yes) { return yes ? "yes" : "no"; }

std::string Minutes(int minutes) { return absl::StrCat(minutes, " minutes"); }

}  // namespace

std::string RenderPerson(const Person& person, const Style& style, int) {
  std::vector<std::string> interests;
  for (const auto& interest : person.interests()) {
    interests.push_back(absl::StrCat(interest.topic(), SeenBy(interest.audience())));
  }
  const std::string text = RenderFacts(
      {{"person", person.name()},
       {"HR's id", person.external_id()},
       {"e-mail", person.email()},
       {"title", person.title()},
       {"department", person.department()},
       {"location", person.location()},
       {"zone", person.time_zone()},
       {"languages", absl::StrJoin(person.languages(), ", ")},
       {"manager", person.manager()},
       {"since", person.start_date()},
       {"experience", person.has_years_experience() ? Count(person.years_experience(), "year", "years") : ""},
       {"leads people", person.has_people_manager() ? YesNo(person.people_manager()) : ""},
       {"active", YesNo(person.active())},
       {"joined", EnumWords(person.join_state())},
       {"skills held", Held(person)},
       {"skills wanted", Wanted(person)},
       {"interests", absl::StrJoin(interests, ", ")},
       {"journey", Journey(person)}},
      style);
  return absl::StrCat(style.Bold(person.display_name()), "\n", text);
}

std::string RenderOffer(const profile::v1::Offer& offer, const Style& style) {
  std::vector<std::string> gives;
  if (offer.mentor()) gives.emplace_back("mentor");
  if (offer.mentee()) gives.emplace_back("mentee");
  if (offer.coffee()) gives.emplace_back("coffee");
  if (offer.reverse()) gives.emplace_back("reverse");
  const std::string pause =
      offer.has_pause_end_time() ? WallClock(ToTime(offer.pause_end_time()), absl::UTCTimeZone()) + " UTC" : "";
  return RenderFacts({{"offer", offer.name()},
                      {"open to", gives.empty() ? "nothing yet" : absl::StrJoin(gives, ", ")},
                      {"places", absl::StrCat(offer.places())},
                      {"topics", absl::StrJoin(offer.topics(), ", ")},
                      {"booking", EnumWords(offer.booking())},
                      {"paused until", pause},
                      {"watch first", absl::StrJoin(offer.observe_first(), ", ")}},
                     style);
}

std::string RenderTime(const profile::v1::Time& time, const Style& style) {
  return RenderFacts({{"time", time.name()},
                      {"working hours", FormatHours(time.working_hours())},
                      {"protected", FormatHours(time.protected_blocks())},
                      {"preferred", FormatHours(time.preferred_hours())},
                      {"a week", Minutes(time.weekly_minutes())},
                      {"a chat", time.chat_minutes() == 0 ? "" : Minutes(time.chat_minutes())},
                      {"notice", time.has_notice() ? absl::FormatDuration(absl::Seconds(time.notice().seconds())) : ""},
                      {"kept free after", time.buffer_minutes() == 0 ? "" : Minutes(time.buffer_minutes())},
                      {"follow-up", time.follow_up_minutes() == 0 ? "" : Minutes(time.follow_up_minutes())}},
                     style);
}

std::string DestinationPhrase(const profile::v1::Destination& destination) {
  std::string text = EnumWords(destination.kind());
  const std::string where = destination.text().empty() ? ShortName(destination.role()) : destination.text();
  if (!where.empty()) absl::StrAppend(&text, ": ", where);
  std::vector<std::string> motives;
  for (int i = 0; i < destination.motives_size(); ++i) motives.push_back(EnumWords(destination.motives(i)));
  if (!motives.empty()) absl::StrAppend(&text, ", for ", absl::StrJoin(motives, " and "));
  return text;
}

std::string RenderGap(const profile::v1::SkillGap& gap, const Style& style, int columns, int indent) {
  Table table(
      {{"SKILL", Align::kLeft, true}, {"HELD", Align::kRight}, {"WANTED", Align::kRight}, {"WEIGHT", Align::kRight}});
  for (const auto& item : gap.items()) {
    const std::string held = item.held_level() > 0 ? absl::StrCat(item.held_level()) : item.held() ? "yes" : "-";
    table.Add({item.display_name().empty() ? item.skill() : item.display_name(), held,
               item.wanted_level() > 0 ? absl::StrCat(item.wanted_level()) : "yes", Grouped(item.weight())});
  }
  return table.Render(style, columns, indent);
}

std::string CardPhrase(const type::v1::PersonCard& card) {
  std::vector<std::string> pieces;
  for (const std::string& piece : {card.display_name(), card.title(), card.department()}) {
    if (!piece.empty()) pieces.push_back(piece);
  }
  return absl::StrJoin(pieces, ", ");
}

}  // namespace cortado::ctl
