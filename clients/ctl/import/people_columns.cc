#include "clients/ctl/import/people_columns.h"

#include <algorithm>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "clients/ctl/import/people_cells.h"
#include "common/csv/utf8.h"

namespace cortado::ctl {
namespace {

using google::protobuf::GetEnumDescriptor;
using profile::v1::Audience;
using profile::v1::Booking;
using profile::v1::DestinationKind;
using profile::v1::JourneyStep;
using profile::v1::Motive;
using profile::v1::Offer;
using profile::v1::Person;
using Answer = std::optional<Complaint>;

constexpr int kMaxSkills = 500;
constexpr int kMaxPhrase = 100;  // Of a skill, an interest or a topic.
constexpr int kMaxList = 100000;
// A mentor who does not say how many people they take takes this many.
constexpr int kUsualPlaces = 2;

Complaint Not(absl::string_view cell, absl::string_view what, absl::string_view fix) {
  return {absl::StrCat("\"", cell, "\" is not ", what), std::string(fix)};
}

std::optional<bool> ParseYesNo(absl::string_view cell) {
  for (const char* yes : {"yes", "true", "1"}) {
    if (absl::EqualsIgnoreCase(cell, yes)) return true;
  }
  for (const char* no : {"no", "false", "0"}) {
    if (absl::EqualsIgnoreCase(cell, no)) return false;
  }
  return std::nullopt;
}

// Checks a list of short texts, then adds each.
template <typename Add>
Answer ReadPhrases(absl::string_view cell, absl::string_view what, int most, Add add) {
  const std::vector<std::string> pieces = SplitList(cell);
  if (static_cast<int>(pieces.size()) > most)
    return Complaint{absl::StrCat("more than ", most, " ", what, "s"), "shorten the list"};
  for (const std::string& piece : pieces) {
    absl::string_view words = piece;
    TakeAudience(words);
    if (csv::CountCodePoints(words) > kMaxPhrase) {
      return Complaint{absl::StrCat("a ", what, " longer than ", kMaxPhrase, " characters"),
                       "separate them by semicolons"};
    }
    add(piece);
  }
  return std::nullopt;
}

template <typename E>
Answer ReadEnum(absl::string_view cell, E& value) {
  const std::optional<E> parsed = ParseEnum<E>(cell);
  const std::string choices = EnumChoices(GetEnumDescriptor<E>());
  if (!parsed) return Not(cell, "one of the choices", absl::StrCat("write ", choices));
  value = *parsed;
  return std::nullopt;
}

Answer ReadLanguages(absl::string_view cell, ImportRow& row) {
  for (const std::string& language : SplitList(cell)) {
    if (!IsLanguage(language)) return Not(language, "a language", "write BCP 47 tags, as en;pt-BR");
    row.mutable_person()->add_languages(language);
  }
  if (row.person().languages_size() > 20) return Complaint{"more than 20 languages", "shorten the list"};
  return std::nullopt;
}

Answer ReadTimeZone(absl::string_view cell, ImportRow& row) {
  if (!IsTimeZone(cell)) return Not(cell, "a time zone", "write an IANA name, as Europe/Berlin");
  row.mutable_person()->set_time_zone(std::string(cell));
  return std::nullopt;
}

Answer ReadEmail(absl::string_view cell, ImportRow& row) {
  if (!IsEmail(cell)) return Not(cell, "an e-mail address", "write it as ada@example.org");
  row.mutable_person()->set_email(std::string(cell));
  return std::nullopt;
}

Answer ReadStartDate(absl::string_view cell, ImportRow& row) {
  if (!IsDate(cell)) return Not(cell, "a date", "write it as 2024-12-31");
  row.mutable_person()->set_start_date(std::string(cell));
  return std::nullopt;
}

Answer ReadYears(absl::string_view cell, ImportRow& row) {
  double years = 0;
  if (!absl::SimpleAtod(cell, &years) || !(years >= 0 && years <= 80)) {
    return Not(cell, "a number of years", "write 0 to 80, or leave it empty");
  }
  row.mutable_person()->set_years_experience(static_cast<int>(years));
  return std::nullopt;
}

Answer ReadPeopleManager(absl::string_view cell, ImportRow& row) {
  const std::optional<bool> answer = ParseYesNo(cell);
  if (!answer) return Not(cell, "yes or no", "write yes or no, or leave it empty");
  row.mutable_person()->set_people_manager(*answer);
  return std::nullopt;
}

Answer ReadActive(absl::string_view cell, ImportRow& row) {
  const std::optional<bool> answer = ParseYesNo(cell);
  if (!answer) return Not(cell, "yes or no", "write no for whoever left, else yes or nothing");
  row.mutable_person()->set_active(*answer);
  return std::nullopt;
}

Answer ReadSkillsHeld(absl::string_view cell, ImportRow& row) {
  return ReadPhrases(cell, "skill", kMaxSkills, [&](absl::string_view piece) {
    const SkillCell skill = ParseSkill(piece);
    auto* held = row.mutable_person()->add_skills_held();
    held->set_skill(skill.name);
    held->set_level(skill.level);
  });
}

Answer ReadSkillsWanted(absl::string_view cell, ImportRow& row) {
  return ReadPhrases(cell, "skill", kMaxSkills, [&](absl::string_view piece) {
    const SkillCell skill = ParseSkill(piece);
    auto* wanted = row.mutable_person()->add_skills_wanted();
    wanted->set_skill(skill.name);
    wanted->set_level(skill.level);
    wanted->set_importance(skill.importance);
  });
}

void AddInterest(absl::string_view piece, Person& person) {
  profile::v1::Interest& interest = *person.add_interests();
  interest.set_audience(TakeAudience(piece));
  interest.set_topic(std::string(piece));
}

Answer ReadJourney(absl::string_view cell, ImportRow& row) {
  for (const std::string& piece : SplitList(cell)) {
    const std::optional<JourneyStep> step = ParseJourneyStep(piece);
    if (!step)
      return Not(piece, "a step",
                 "write role|department|from year|to year|inside or outside|kind of move|confirmed@audience");
    *row.mutable_person()->add_journey() = *step;
  }
  if (row.person().journey_size() > 100) return Complaint{"more than 100 steps", "shorten the journey"};
  return std::nullopt;
}

Answer ReadDepartmentHistory(absl::string_view cell, ImportRow& row) {
  const std::optional<std::vector<JourneyStep>> steps = ParseDepartmentHistory(cell);
  if (!steps) {
    return Not(cell, "a history of departments",
               "write DATE DEPARTMENT > DATE DEPARTMENT, as 2007-12-05 Tools > 2010-05-31 Design");
  }
  if (row.person().journey_size() + steps->size() > 100) return Complaint{"more than 100 steps", "shorten the journey"};
  for (const JourneyStep& step : *steps) *row.mutable_person()->add_journey() = step;
  return std::nullopt;
}

Answer ReadMotives(absl::string_view cell, ImportRow& row) {
  for (const std::string& piece : SplitList(cell)) {
    Motive motive{};
    if (Answer wrong = ReadEnum(piece, motive); wrong) return wrong;
    row.mutable_destination()->add_motives(motive);
  }
  if (row.destination().motives_size() > 6) return Complaint{"more than 6 motives", "name each once"};
  return std::nullopt;
}

Answer ReadOffer(absl::string_view cell, ImportRow& row) {
  Offer* offer = row.mutable_offer();
  for (const std::string& piece : SplitList(cell)) {
    if (absl::EqualsIgnoreCase(piece, "mentor")) {
      offer->set_mentor(true);
      if (offer->places() == 0) offer->set_places(kUsualPlaces);
    } else if (absl::EqualsIgnoreCase(piece, "mentee")) {
      offer->set_mentee(true);
    } else if (absl::EqualsIgnoreCase(piece, "coffee")) {
      offer->set_coffee(true);
    } else if (absl::EqualsIgnoreCase(piece, "reverse")) {
      offer->set_reverse(true);
    } else {
      return Not(piece, "something one can offer", "write mentor, mentee, coffee or reverse, separated by semicolons");
    }
  }
  return std::nullopt;
}

Answer ReadPlaces(absl::string_view cell, ImportRow& row) {
  int places = 0;
  if (!absl::SimpleAtoi(cell, &places) || places < 1 || places > 20) {
    return Not(cell, "a number of places", "write 1 to 20, or leave it empty");
  }
  row.mutable_offer()->set_places(places);
  return std::nullopt;
}

Answer ReadBooking(absl::string_view cell, ImportRow& row) {
  Booking booking{};
  Answer wrong = ReadEnum(cell, booking);
  if (!wrong) row.mutable_offer()->set_booking(booking);
  return wrong;
}

Answer ReadDestinationKind(absl::string_view cell, ImportRow& row) {
  DestinationKind kind{};
  Answer wrong = ReadEnum(cell, kind);
  if (!wrong) row.mutable_destination()->set_kind(kind);
  return wrong;
}

Answer ReadAudience(absl::string_view cell, ImportRow& row) {
  Audience audience{};
  Answer wrong = ReadEnum(cell, audience);
  if (!wrong) row.mutable_destination()->set_audience(audience);
  return wrong;
}

std::string YesNo(bool value) { return value ? "yes" : "no"; }

std::string Number(int value) { return value == 0 ? "" : absl::StrCat(value); }

template <typename List, typename Format>
std::string WriteList(const List& list, Format format) {
  return absl::StrJoin(list, ";", [&](std::string* out, const auto& item) { absl::StrAppend(out, format(item)); });
}

std::string WriteOffer(const ImportRow& row) {
  std::vector<std::string> parts;
  if (row.offer().mentor()) parts.push_back("mentor");
  if (row.offer().mentee()) parts.push_back("mentee");
  if (row.offer().coffee()) parts.push_back("coffee");
  if (row.offer().reverse()) parts.push_back("reverse");
  return absl::StrJoin(parts, ";");
}

// Shorter names for the table below.
using Row = ImportRow;
using Text = absl::string_view;

Answer Keep(std::string& field, Text cell) {
  field = std::string(cell);
  return std::nullopt;
}

const Column kColumns[] = {
    {"id", 128, [](Text c, Row& r) { return Keep(*r.mutable_person()->mutable_external_id(), c); },
     [](const Row& r) { return r.person().external_id(); }},
    {"display_name", 200, [](Text c, Row& r) { return Keep(*r.mutable_person()->mutable_display_name(), c); },
     [](const Row& r) { return r.person().display_name(); }},
    {"email", 254, ReadEmail, [](const Row& r) { return r.person().email(); }},
    {"title", 200, [](Text c, Row& r) { return Keep(*r.mutable_person()->mutable_title(), c); },
     [](const Row& r) { return r.person().title(); }},
    {"department", 200, [](Text c, Row& r) { return Keep(*r.mutable_person()->mutable_department(), c); },
     [](const Row& r) { return r.person().department(); }},
    {"location", 200, [](Text c, Row& r) { return Keep(*r.mutable_person()->mutable_location(), c); },
     [](const Row& r) { return r.person().location(); }},
    {"time_zone", 64, ReadTimeZone, [](const Row& r) { return r.person().time_zone(); }},
    {"languages", 400, ReadLanguages, [](const Row& r) { return absl::StrJoin(r.person().languages(), ";"); }},
    {"manager_id", 128, [](Text c, Row& r) { return Keep(*r.mutable_manager_external_id(), c); },
     [](const Row& r) { return r.manager_external_id(); }},
    {"start_date", 10, ReadStartDate, [](const Row& r) { return r.person().start_date(); }},
    {"active", 5, ReadActive, [](const Row& r) { return YesNo(r.person().active()); }},
    {"years_experience", 10, ReadYears,
     [](const Row& r) {
       return r.person().has_years_experience() ? absl::StrCat(r.person().years_experience()) : std::string();
     }},
    {"people_manager", 5, ReadPeopleManager,
     [](const Row& r) { return r.person().has_people_manager() ? YesNo(r.person().people_manager()) : std::string(); }},
    {"skills_held", kMaxList, ReadSkillsHeld,
     [](const Row& r) {
       return WriteList(r.person().skills_held(),
                        [](const auto& skill) { return FormatSkill(skill.skill(), skill.level(), 0); });
     }},
    {"skills_wanted", kMaxList, ReadSkillsWanted,
     [](const Row& r) {
       return WriteList(r.person().skills_wanted(), [](const auto& skill) {
         return FormatSkill(skill.skill(), skill.level(), skill.importance());
       });
     }},
    {"interests", kMaxList,
     [](Text c, Row& r) {
       return ReadPhrases(c, "interest", 100,
                          [&](absl::string_view piece) { AddInterest(piece, *r.mutable_person()); });
     },
     [](const Row& r) {
       return WriteList(r.person().interests(),
                        [](const auto& interest) { return WithAudience(interest.topic(), interest.audience()); });
     }},
    {"journey", kMaxList, ReadJourney, [](const Row& r) { return WriteList(r.person().journey(), FormatJourneyStep); }},
    {"destination", 500, [](Text c, Row& r) { return Keep(*r.mutable_destination()->mutable_text(), c); },
     [](const Row& r) { return r.destination().text(); }},
    {"destination_kind", 40, ReadDestinationKind, [](const Row& r) { return FormatEnum(r.destination().kind()); }},
    {"destination_motives", 200, ReadMotives,
     [](const Row& r) {
       return WriteList(r.destination().motives(), [](int motive) { return FormatEnum(static_cast<Motive>(motive)); });
     }},
    {"destination_audience", 40, ReadAudience, [](const Row& r) { return FormatEnum(r.destination().audience()); }},
    {"offer", 100, ReadOffer, WriteOffer},
    {"offer_places", 2, ReadPlaces, [](const Row& r) { return Number(r.offer().places()); }},
    {"offer_topics", kMaxList,
     [](Text c, Row& r) {
       return ReadPhrases(c, "topic", 30, [&](const std::string& topic) { r.mutable_offer()->add_topics(topic); });
     },
     [](const Row& r) { return absl::StrJoin(r.offer().topics(), ";"); }},
    {"offer_booking", 40, ReadBooking, [](const Row& r) { return FormatEnum(r.offer().booking()); }},
    // Only read. A country is where somebody is, for want of anything nearer.
    {"country", 200,
     [](Text c, Row& r) {
       std::string& location = *r.mutable_person()->mutable_location();
       return location.empty() ? Keep(location, c) : std::nullopt;
     },
     nullptr},
    {"department_history", kMaxList, ReadDepartmentHistory, nullptr},
    // Known from surveys, and of no use to matching.
    {"work_mode", kMaxList, nullptr, nullptr},
    {"work_place", kMaxList, nullptr, nullptr},
    {"org_size", kMaxList, nullptr, nullptr},
    {"industry", kMaxList, nullptr, nullptr},
    {"source", kMaxList, nullptr, nullptr},
};

// Levenshtein's distance (1965).
int Distance(Text a, Text b) {
  std::vector<int> row(b.size() + 1);
  for (size_t j = 0; j <= b.size(); ++j) row[j] = static_cast<int>(j);
  for (size_t i = 1; i <= a.size(); ++i) {
    int diagonal = row[0];
    row[0] = static_cast<int>(i);
    for (size_t j = 1; j <= b.size(); ++j) {
      const int replace = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, replace});
    }
  }
  return row[b.size()];
}

std::string Folded(Text name) {
  return absl::AsciiStrToLower(absl::StrReplaceAll(absl::StripAsciiWhitespace(name), {{" ", "_"}, {"-", "_"}}));
}

}  // namespace

absl::Span<const Column> PeopleColumns() { return kColumns; }

const Column* FindPeopleColumn(absl::string_view name) {
  const std::string folded = Folded(name);
  const auto* found = std::find_if(std::begin(kColumns), std::end(kColumns),
                                   [&](const Column& column) { return column.name == folded; });
  return found == std::end(kColumns) ? nullptr : found;
}

absl::string_view NearestPeopleColumn(absl::string_view name) {
  const std::string folded = Folded(name.substr(0, 100));
  const auto* nearest = std::min_element(
      std::begin(kColumns), std::end(kColumns),
      [&](const Column& a, const Column& b) { return Distance(a.name, folded) < Distance(b.name, folded); });
  const int near = std::max<int>(2, static_cast<int>(nearest->name.size()) / 3);
  return Distance(nearest->name, folded) <= near ? nearest->name : absl::string_view();
}

}  // namespace cortado::ctl
