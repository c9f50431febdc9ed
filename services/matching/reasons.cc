#include "services/matching/reasons.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/text/catalog.h"
#include "services/matching/person_cards.h"

namespace cortado::matching {
namespace {

constexpr size_t kNamed = 5;  // Skills and interests named in one sentence.
constexpr int32_t kMinutesOfHour = 60;
constexpr int32_t kDaysOfWorkingWeek = 5;

using Sentence = std::optional<type::v1::Text>;

// In the order of matching::Term.
constexpr v1::Term kTerms[kTermCount] = {v1::TERM_GAP_COVERAGE, v1::TERM_JOURNEY,   v1::TERM_INTERESTS,
                                         v1::TERM_MOTIVES,      v1::TERM_DEEPENING, v1::TERM_ELSEWHERE,
                                         v1::TERM_COMMON_HOURS, v1::TERM_HEADROOM};
constexpr const char* kTermNames[kTermCount] = {"term.gap_covered",  "term.journey",   "term.interests",
                                                "term.motives",      "term.deepening", "term.elsewhere",
                                                "term.common_hours", "term.headroom"};

// In the order of the bits of matching::Motive.
constexpr const char* kMotiveNames[] = {"motive.autonomy", "motive.mastery", "motive.purpose",
                                        "motive.balance",  "motive.money",   "motive.influence"};

std::string Listed(const Wording& wording, std::vector<std::string> items) {
  if (items.size() > kNamed) {
    const std::string more = absl::StrCat(items.size() - kNamed);
    items.resize(kNamed);
    items.push_back(text::Render("list.more", wording.language, {{"count", more}}));
  }
  return text::JoinList(items, wording.language);
}

// Of the skill that stands in for the weightiest of the gap.
Sentence RelatedSentence(const Wording& wording, const Explanation& explanation) {
  if (explanation.gap.empty() || explanation.gap[0].related.skill == kUnknown) return std::nullopt;
  const GapFact& fact = explanation.gap[0];
  return MakeText(
      "reason.related_skill", wording.language,
      {{"held", wording.view.skill_title(fact.related.skill)}, {"wanted", wording.view.skill_title(fact.gap.skill)}});
}

Sentence GapSentence(const Wording& wording, const Explanation& explanation) {
  std::vector<std::string> skills;
  for (const GapFact& fact : explanation.gap) {
    if (fact.covered > 0) skills.push_back(wording.view.skill_title(fact.gap.skill));
  }
  if (skills.empty()) return RelatedSentence(wording, explanation);
  const std::string count = absl::StrCat(skills.size());
  return MakeText("reason.gap_covered", wording.language,
                  {{"count", count}, {"skills", Listed(wording, std::move(skills))}});
}

// Told only of points that their owner confirmed, and of the present title, which everybody sees.
Sentence JourneySentence(const Wording& wording, const Explanation& explanation, int32_t candidate) {
  const JourneyMatch& journey = explanation.journey;
  if (journey.value == 0 || journey.start == kUnknown) return std::nullopt;
  const JourneyPoint& start = explanation.points[journey.start];
  if (!start.confirmed || !explanation.points[journey.end].confirmed || start.role == kUnknown) return std::nullopt;
  return MakeText(explanation.same_start ? "reason.journey" : "reason.journey_near", wording.language,
                  {{"past", wording.view.role_title(start.role)}, {"present", wording.view.facts(candidate).title}});
}

Sentence InterestSentence(const Wording& wording, const Explanation& explanation) {
  std::vector<std::string> interests;
  for (const InterestFact& fact : explanation.interests) {
    if (fact.rarity > 0) interests.push_back(wording.view.interest_title(fact.interest));
  }
  if (interests.empty()) return std::nullopt;
  return MakeText("reason.interests", wording.language, {{"interests", Listed(wording, std::move(interests))}});
}

// Of motives that the other shows to everyone.
Sentence MotivesSentence(const Wording& wording, const Explanation& explanation) {
  std::vector<std::string> motives;
  for (size_t i = 0; i < std::size(kMotiveNames); ++i) {
    if ((explanation.motives >> i & 1) != 0) motives.push_back(text::Render(kMotiveNames[i], wording.language));
  }
  if (motives.empty()) return std::nullopt;
  return MakeText("reason.motives", wording.language, {{"motives", Listed(wording, std::move(motives))}});
}

Sentence DeepeningSentence(const Wording& wording, const Explanation& explanation) {
  std::vector<std::string> skills;
  for (const DeepeningFact& fact : explanation.deepening) {
    skills.push_back(wording.view.skill_title(fact.kept.skill));
  }
  if (skills.empty()) return std::nullopt;
  return MakeText("reason.deepening", wording.language, {{"skills", Listed(wording, std::move(skills))}});
}

Sentence ElsewhereSentence(const Wording& wording, const Explanation& explanation, int32_t candidate) {
  if (explanation.department != Sameness::kDifferent) return std::nullopt;
  const PersonFacts& facts = wording.view.facts(candidate);
  const std::string site = explanation.site == Sameness::kDifferent ? facts.location : "";
  return MakeText("reason.elsewhere", wording.language, {{"department", facts.department}, {"site", site}});
}

Sentence HoursSentence(const Wording& wording, const Explanation& explanation) {
  if (explanation.common_minutes == kUnknown) return std::nullopt;
  const int32_t hours = explanation.common_minutes / kMinutesOfHour / kDaysOfWorkingWeek;
  return MakeText("reason.common_hours", wording.language, {{"hours", absl::StrCat(hours)}});
}

Sentence HeadroomSentence(const Wording& wording, const Explanation& explanation, int32_t candidate) {
  const Person& person = wording.view.organization().people()[candidate];
  if (person.open_requests > 0 || explanation.room == 0) return std::nullopt;
  return MakeText("reason.headroom", wording.language);
}

Sentence SentenceOf(Term term, const Wording& wording, const Explanation& explanation, int32_t candidate) {
  const bool asker = wording.viewer == Viewer::kAsker;
  switch (term) {
    case Term::kInterests:
      return InterestSentence(wording, explanation);
    case Term::kWorkingHours:
      return HoursSentence(wording, explanation);
    case Term::kGapCoverage:
      return asker ? GapSentence(wording, explanation) : std::nullopt;
    case Term::kJourney:
      return asker ? JourneySentence(wording, explanation, candidate) : std::nullopt;
    case Term::kDeepening:
      return asker ? DeepeningSentence(wording, explanation) : std::nullopt;
    case Term::kElsewhere:
      return asker ? ElsewhereSentence(wording, explanation, candidate) : std::nullopt;
    case Term::kHeadroom:
      return asker ? HeadroomSentence(wording, explanation, candidate) : std::nullopt;
    case Term::kMotives:
      return asker ? MotivesSentence(wording, explanation) : std::nullopt;
  }
  return std::nullopt;
}

// Strong: half of what the asker's data allows. Some: a good match as the ranking sees it, or two kinds of evidence.
v1::Strength StrengthOf(const Affinity& affinity, int64_t possible) {
  int kinds = 0;
  for (int i = 0; i < kEvidenceTermCount; ++i) kinds += affinity.parts[i].points > 0;
  if (kinds == 0) return v1::STRENGTH_UNSPECIFIED;
  if (affinity.evidence * 2 >= possible) return v1::STRENGTH_STRONG;
  return affinity.evidence * 5 >= possible || kinds > 1 ? v1::STRENGTH_SOME : v1::STRENGTH_ONE;
}

const char* StrengthCode(v1::Strength strength) {
  if (strength == v1::STRENGTH_STRONG) return "strength.strong";
  return strength == v1::STRENGTH_SOME ? "strength.some" : "strength.one";
}

void AddParts(const Wording& wording, const Query& query, int32_t candidate, const Affinity& affinity,
              const Explanation& explanation, v1::Suggestion& suggestion) {
  int64_t most = 0;
  for (int i = 0; i < kTermCount; ++i) {
    const Part& source = affinity.parts[i];
    v1::ScorePart& part = *suggestion.add_parts();
    part.set_term(kTerms[i]);
    part.set_value(source.points == 0 ? 0 : source.value);
    part.set_weight(query.weights[i]);
    part.set_points(source.points);
    part.set_unknown(source.basis == Basis::kUnknown);
    if (source.basis == Basis::kUnknown) {
      *part.mutable_reason() =
          MakeText("reason.unknown", wording.language, {{"term", text::Render(kTermNames[i], wording.language)}});
      continue;
    }
    if (source.points == 0) continue;
    Sentence sentence = SentenceOf(static_cast<Term>(i), wording, explanation, candidate);
    if (!sentence) continue;
    if (i < kEvidenceTermCount && source.points > most) {
      most = source.points;
      *suggestion.mutable_reason() = *sentence;
    }
    *part.mutable_reason() = *std::move(sentence);
  }
}

}  // namespace

type::v1::Text MakeText(absl::string_view code, absl::string_view language,
                        const std::map<std::string, std::string>& parameters) {
  const text::Message message = text::MakeMessage(code, language, parameters);
  type::v1::Text made;
  made.set_code(message.code);
  for (const auto& [name, value] : message.parameters) (*made.mutable_parameters())[name] = value;
  made.set_text(message.text);
  return made;
}

v1::Suggestion MakeSuggestion(const Wording& wording, const Query& query, int32_t candidate, const Affinity& affinity,
                              int64_t possible, const Explanation& explanation) {
  v1::Suggestion suggestion;
  *suggestion.mutable_person() = CardOf(wording.view, candidate, wording.now);
  suggestion.set_score(affinity.score);
  suggestion.set_strength(StrengthOf(affinity, possible));
  AddParts(wording, query, candidate, affinity, explanation, suggestion);
  if (!suggestion.has_reason() && affinity.evidence > 0) {
    *suggestion.mutable_reason() = MakeText(StrengthCode(suggestion.strength()), wording.language);
  }
  if (wording.viewer != Viewer::kAsker) return suggestion;
  for (const GapFact& fact : explanation.gap) {
    const std::string& skill = wording.view.skill_name(fact.gap.skill);
    (fact.covered > 0 ? suggestion.add_covered_skills() : suggestion.add_uncovered_skills())->assign(skill);
  }
  return suggestion;
}

}  // namespace cortado::matching
