#include "services/matching/testing/naive_ranking.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

namespace cortado::matching::testing {
namespace {

using Value = std::pair<int64_t, Basis>;

std::vector<int32_t> ChainOf(const Organization& organization, int32_t person) {
  std::vector<int32_t> chain;
  while (person >= 0 && person < organization.size() && std::find(chain.begin(), chain.end(), person) == chain.end()) {
    chain.push_back(person);
    person = organization.people()[person].manager;
  }
  return chain;
}

bool Has(const std::vector<int32_t>& values, int32_t value) {
  return std::find(values.begin(), values.end(), value) != values.end();
}

std::optional<int32_t> Lines(const Organization& organization, int32_t a, int32_t b) {
  const std::vector<int32_t> up_a = ChainOf(organization, a);
  const std::vector<int32_t> up_b = ChainOf(organization, b);
  for (size_t i = 0; i < up_b.size(); ++i) {
    const auto meet = std::find(up_a.begin(), up_a.end(), up_b[i]);
    if (meet != up_a.end()) return static_cast<int32_t>(i + (meet - up_a.begin()));
  }
  return std::nullopt;
}

std::map<int32_t, HeldSkill> HeldBy(const Person& person) {
  std::map<int32_t, HeldSkill> held;
  for (const HeldSkill& skill : person.held) held[skill.skill] = skill;
  return held;
}

int Unlevelled(const Person& person) {
  int count = 0;
  for (const HeldSkill& held : person.held) count += held.level == 0;
  return count;
}

int Breadth(const Person& person) { return Unlevelled(person) <= 25 ? 0 : Unlevelled(person) <= 51 ? 1 : 2; }

// The level at which a held skill of `helper` counts for the asker; 0 when it is not held.
int HelpsAt(const Person& asker, const Person& helper, int32_t skill) {
  for (const HeldSkill& held : helper.held) {
    if (held.skill != skill) continue;
    if (held.level > 0) return held.level;
    const int own = asker.experience_months == -1 ? 0 : asker.experience_months;
    int level = 3 - Breadth(helper);
    if (helper.experience_months == -1)
      level -= 1;
    else if (helper.experience_months < own)
      level -= 2;
    else if (helper.experience_months < own + 24)
      level -= 1;
    return std::max(1, level);
  }
  return 0;
}

int64_t TwoLargest(std::vector<int64_t> values) {
  std::sort(values.rbegin(), values.rend());
  values.resize(2);
  return values[0] + values[1];
}

// Levels missing of each wanted skill; only those above 0.
std::map<int32_t, int> Missing(const Person& asker) {
  const std::map<int32_t, HeldSkill> held = HeldBy(asker);
  std::map<int32_t, int> missing;
  for (const WantedSkill& want : asker.wanted) {
    int lacks = want.level == 0 ? 3 : want.level;
    if (held.count(want.skill) > 0) {
      const int level = held.at(want.skill).level;
      lacks = level == 0 || want.level == 0 ? 0 : want.level - level;
    }
    if (lacks > 0) missing[want.skill] = lacks;
  }
  return missing;
}

Value GapCoverage(const Organization& organization, const Person& asker, const Person& candidate) {
  const std::map<int32_t, int> missing = Missing(asker);
  if (asker.wanted.empty()) return {0, Basis::kUnknown};
  if (missing.empty()) return {0, Basis::kNotAsked};
  if (candidate.held.empty()) return {0, Basis::kUnknown};
  const std::map<int32_t, HeldSkill> own = HeldBy(asker);
  std::vector<int64_t> all;
  std::vector<int64_t> covered;
  for (const WantedSkill& want : asker.wanted) {
    if (missing.count(want.skill) == 0) continue;
    const int has = own.count(want.skill) > 0 ? own.at(want.skill).level : 0;
    all.push_back(missing.at(want.skill) * want.importance);
    std::vector<std::pair<int32_t, int64_t>> ways = {{want.skill, 1000}};
    for (const RelatedSkill& related : organization.related(want.skill))
      ways.emplace_back(related.skill, related.credit);
    int64_t best = 0;
    for (const auto& [skill, credit] : ways) {
      const int ahead = HelpsAt(asker, candidate, skill) - has;
      best = std::max(best, credit * std::min(missing.at(want.skill), std::max(0, ahead)));
    }
    covered.push_back(best * want.importance);
  }
  return {TwoLargest(covered) / TwoLargest(all), Basis::kKnown};
}

std::map<int32_t, int64_t> Takes(const Organization& organization, int32_t role) {
  std::map<int32_t, int64_t> weights;
  if (role >= static_cast<int32_t>(organization.role_requirements().size())) return weights;
  for (const WantedSkill& skill : organization.role_requirements()[role]) {
    weights[skill.skill] = (skill.level > 0 ? skill.level : 3) * skill.importance;
  }
  return weights;
}

int64_t SimilarByWhatTheyTake(const Organization& organization, int32_t a, int32_t b) {
  const std::map<int32_t, int64_t> takes_a = Takes(organization, a);
  const std::map<int32_t, int64_t> takes_b = Takes(organization, b);
  if (takes_a.size() < 3 || takes_b.size() < 3) return 0;
  int64_t common = 0, all = 0;
  for (const auto& [skill, weight] : takes_a) all += weight;
  for (const auto& [skill, weight] : takes_b) all += weight;
  for (const auto& [skill, weight] : takes_a) {
    if (takes_b.count(skill) > 0) common += std::min(weight, takes_b.at(skill));
  }
  return 2000 * common / all;
}

int64_t Similar(const Organization& organization, int32_t a, int32_t b) {
  if (a == kUnknown || b == kUnknown) return 0;
  if (a == b) return 1000;
  const int64_t by_skills = SimilarByWhatTheyTake(organization, a, b);
  const int64_t otherwise = by_skills >= 600 ? by_skills : 0;
  const int32_t titled = static_cast<int32_t>(organization.role_words().size());
  if (a >= titled || b >= titled) return otherwise;
  const std::set<int32_t> words_a(organization.role_words()[a].begin(), organization.role_words()[a].end());
  const std::set<int32_t> words_b(organization.role_words()[b].begin(), organization.role_words()[b].end());
  if (words_a.empty() || words_b.empty()) return otherwise;
  int64_t common = 0;
  for (int32_t word : words_a) common += words_b.count(word);
  const int64_t similarity = 2000 * common / static_cast<int64_t>(words_a.size() + words_b.size());
  return std::max(otherwise, similarity >= 600 ? similarity : 0);
}

std::vector<Step> Path(const Person& person) {
  std::vector<Step> path;
  for (const Step& step : person.journey) {
    const bool falling = step.kind == MoveKind::kDown || step.kind == MoveKind::kBackToCraft;
    if (step.confirmed || !falling) path.push_back(step);
  }
  const bool already_last = !path.empty() && path.back().role == person.role;
  if (person.role != kUnknown && !already_last) path.push_back({person.role, MoveKind::kUnspecified, true});
  return path;
}

bool SameKind(MoveKind step, DestinationKind wanted) {
  const std::set<std::pair<MoveKind, DestinationKind>> pairs = {
      {MoveKind::kUp, DestinationKind::kNextLevel},           {MoveKind::kSide, DestinationKind::kSideways},
      {MoveKind::kDown, DestinationKind::kFewerHours},        {MoveKind::kBackToCraft, DestinationKind::kBackToCraft},
      {MoveKind::kNewField, DestinationKind::kNewField},      {MoveKind::kUp, DestinationKind::kNotSureYet},
      {MoveKind::kSide, DestinationKind::kNotSureYet},        {MoveKind::kDown, DestinationKind::kNotSureYet},
      {MoveKind::kBackToCraft, DestinationKind::kNotSureYet}, {MoveKind::kNewField, DestinationKind::kNotSureYet}};
  return pairs.count({step, wanted}) > 0;
}

bool HasDestination(const Person& asker) {
  const std::set<DestinationKind> none = {DestinationKind::kUnspecified, DestinationKind::kPortfolio,
                                          DestinationKind::kDeepenHere};
  return asker.destination.role != kUnknown || none.count(asker.destination.kind) == 0;
}

Value Journey(const Organization& organization, const Person& asker, const Person& candidate) {
  const std::vector<Step> path = Path(candidate);
  if (!HasDestination(asker) || path.empty()) return {0, Basis::kUnknown};
  int64_t best = 0;
  for (size_t j = 0; j < path.size(); ++j) {
    int64_t start = 0;
    for (size_t i = 0; i < j; ++i) start = std::max(start, Similar(organization, path[i].role, asker.role));
    const int64_t arrival = Similar(organization, path[j].role, asker.destination.role);
    best = std::max(best, arrival * (400 * 1000 + 600 * start) / 1000 / 1000);
    if (SameKind(path[j].kind, asker.destination.kind)) best = std::max(best, 600 * start / 1000);
  }
  return {best, Basis::kKnown};
}

Value Interests(const Organization& organization, const Person& asker, const Person& candidate) {
  if (asker.interests.empty() || candidate.interests.empty()) return {0, Basis::kUnknown};
  int64_t shown = 0;
  std::map<int32_t, int64_t> holders;
  for (const Person& person : organization.people()) {
    if (!person.active || person.interests.empty()) continue;
    ++shown;
    for (int32_t interest : person.interests) ++holders[interest];
  }
  int64_t sum = 0;
  for (int32_t interest : candidate.interests) {
    if (!Has(asker.interests, interest)) continue;
    int64_t rarity = 0;
    while (holders[interest] > 0 && holders[interest] << (rarity + 1) <= shown) ++rarity;
    sum += rarity;
  }
  return {std::min<int64_t>(1000, 100 * sum), Basis::kKnown};
}

Value Motives(const Person& asker, const Person& candidate) {
  if (asker.destination.motives == 0 || candidate.shown_motives == 0) return {0, Basis::kUnknown};
  int64_t wanted = 0;
  int64_t common = 0;
  for (int bit = 1; bit < 256; bit *= 2) {
    wanted += (asker.destination.motives & bit) != 0;
    common += (asker.destination.motives & candidate.shown_motives & bit) != 0;
  }
  return {1000 * common / wanted, Basis::kKnown};
}

std::optional<int64_t> Credit(const Person& asker, const HeldSkill& own, const Person& candidate,
                              const HeldSkill& theirs) {
  std::optional<int64_t> credit;
  if (own.level > 0 && theirs.level > 0) credit = std::clamp(250 * (theirs.level - own.level), 0, 1000);
  const bool by_skill = own.months >= 0 && theirs.months >= 0;
  const int64_t mine = by_skill ? own.months : asker.experience_months;
  const int64_t more = by_skill ? theirs.months : candidate.experience_months;
  if (mine >= 0 && more >= 0) {
    int64_t by_months = 1000 * std::clamp<int64_t>(more - mine, 0, 60) / 60;
    if (theirs.level == 0) by_months = by_months * (3 - Breadth(candidate)) / 3;
    credit = std::max(credit.value_or(0), by_months);
  }
  return credit;
}

std::vector<WantedSkill> Kept(const Person& asker) {
  std::vector<WantedSkill> kept;
  const std::map<int32_t, HeldSkill> own = HeldBy(asker);
  if (!Missing(asker).empty()) return kept;
  for (const WantedSkill& want : asker.wanted) {
    if (own.count(want.skill) > 0) kept.push_back(want);
  }
  return kept;
}

Value Deepening(const Person& asker, const Person& candidate) {
  if (!Missing(asker).empty()) return {0, Basis::kNotAsked};
  if (Kept(asker).empty() || candidate.held.empty()) return {0, Basis::kUnknown};
  const std::map<int32_t, HeldSkill> own = HeldBy(asker);
  const std::map<int32_t, HeldSkill> theirs = HeldBy(candidate);
  int64_t earned = 0;
  int64_t all = 0;
  int shared = 0;
  int compared = 0;
  for (const WantedSkill& want : Kept(asker)) {
    all += want.importance;
    if (theirs.count(want.skill) == 0) continue;
    ++shared;
    const std::optional<int64_t> credit = Credit(asker, own.at(want.skill), candidate, theirs.at(want.skill));
    if (!credit) continue;
    ++compared;
    earned += want.importance * *credit;
  }
  all = std::min<int64_t>(all, 9);
  return {std::min<int64_t>(1000, earned / all), shared > 0 && compared == 0 ? Basis::kUnknown : Basis::kKnown};
}

Value Elsewhere(const Organization& organization, const Query& query, int32_t other) {
  const Person& asker = organization.people()[query.asker];
  const Person& candidate = organization.people()[other];
  std::vector<int64_t> parts;
  const auto add = [&](int64_t weight, int64_t distance) {
    parts.push_back(weight * (1000 - std::abs(distance - query.distance)));
  };
  if (const auto lines = Lines(organization, query.asker, other)) add(3, 250 * std::min(*lines, 4));
  if (asker.department >= 0 && candidate.department >= 0) add(5, asker.department == candidate.department ? 0 : 1000);
  if (asker.site >= 0 && candidate.site >= 0) add(2, asker.site == candidate.site ? 0 : 1000);
  int64_t sum = 0;
  for (int64_t part : parts) sum += part;
  return {sum / 10, parts.empty() ? Basis::kUnknown : Basis::kKnown};
}

Value WorkingHours(const Organization& organization, const Person& asker, const Person& candidate) {
  if (asker.hours < 0 || candidate.hours < 0) return {0, Basis::kUnknown};
  int64_t minutes = 0;
  for (int quarter = 0; quarter < 672; ++quarter) {
    if (organization.hours()[asker.hours][quarter] && organization.hours()[candidate.hours][quarter]) minutes += 15;
  }
  return {std::min<int64_t>(1000, 1000 * minutes / 600), Basis::kKnown};
}

Value Headroom(const Person& candidate) {
  const int64_t room = candidate.places - candidate.active_matches - candidate.open_requests;
  if (room <= 0 || candidate.places <= 0) return {0, Basis::kKnown};
  const int64_t worn = candidate.unanswered >= 5 ? 100 * (candidate.unanswered - 4) : 0;
  return {std::max<int64_t>(0, 1000 * room / candidate.places - worn), Basis::kKnown};
}

int64_t Possible(const Query& query, const Person& asker) {
  int64_t weights = 0;
  if (!Missing(asker).empty()) weights += query.weights[0];
  if (HasDestination(asker)) weights += query.weights[1];
  if (!asker.interests.empty()) weights += query.weights[2];
  if (asker.destination.motives != 0) weights += query.weights[3];
  const std::map<int32_t, HeldSkill> own = HeldBy(asker);
  bool comparable = false;
  for (const WantedSkill& want : Kept(asker)) {
    const HeldSkill& held = own.at(want.skill);
    comparable = comparable || held.level > 0 || held.months >= 0 || asker.experience_months >= 0;
  }
  if (comparable) weights += query.weights[4];
  return 1000 * weights;
}

}  // namespace

namespace {

bool NaivelyCrossed(const Organization& organization, const Person& asker, const Person& person) {
  std::vector<Step> confirmed;
  for (const Step& step : Path(person)) {
    if (step.confirmed) confirmed.push_back(step);
  }
  for (size_t i = 0; i < confirmed.size(); ++i) {
    if (Similar(organization, confirmed[i].role, asker.role) == 0) continue;
    for (size_t j = i + 1; j < confirmed.size(); ++j) {
      const bool arrived = Similar(organization, confirmed[j].role, asker.destination.role) > 0;
      if (arrived || SameKind(confirmed[j].kind, asker.destination.kind)) return true;
    }
  }
  return false;
}

bool NaivelyWanted(const Organization& organization, const Query& query, const Person& person, int32_t candidate) {
  const Filter& filter = query.filter;
  if (filter.crossing && !NaivelyCrossed(organization, organization.people()[query.asker], person)) return false;
  bool wanted = filter.departments.empty() || Has(filter.departments, person.department);
  wanted = wanted && (filter.sites.empty() || Has(filter.sites, person.site));
  wanted = wanted && (filter.language == -1 || Has(person.languages, filter.language));
  for (int32_t skill : filter.skills) wanted = wanted && HeldBy(person).count(skill) > 0;
  return wanted && !Has(filter.except, candidate);
}

}  // namespace

Refusal NaiveRefusal(const Organization& organization, const Query& query, int32_t candidate) {
  const Person& asker = organization.people()[query.asker];
  const Person& person = organization.people()[candidate];
  const bool assumed = query.assume_open && !person.joined;
  bool common_language = asker.languages.empty() || person.languages.empty();
  for (int32_t language : asker.languages) common_language = common_language || Has(person.languages, language);
  const bool own_line =
      Has(ChainOf(organization, candidate), query.asker) || Has(ChainOf(organization, query.asker), candidate);
  const std::vector<std::pair<bool, Refusal>> rules = {
      {candidate == query.asker, Refusal::kOneself},
      {!person.active, Refusal::kNotActive},
      {!NaivelyWanted(organization, query, person, candidate), Refusal::kFilteredOut},
      {Has(asker.blocks, candidate) || Has(person.blocks, query.asker), Refusal::kBlocked},
      {query.now < person.paused_until, Refusal::kPaused},
      {person.closed, Refusal::kClosed},
      {!common_language, Refusal::kNoCommonLanguage},
      {own_line && !query.include_own_line, Refusal::kOwnLine},
      {Has(query.already_asked, candidate), Refusal::kAlreadyAsked},
      {!person.joined && !assumed, Refusal::kNotJoined},
      {(person.open_to & static_cast<int>(query.role)) == 0 && !assumed, Refusal::kNotOffered},
      {person.places <= person.active_matches + person.open_requests, Refusal::kNoPlaceLeft},
  };
  for (const auto& [refuses, refusal] : rules) {
    if (refuses) return refusal;
  }
  return Refusal::kNone;
}

Affinity NaiveAffinity(const Organization& organization, const Query& query, int32_t candidate) {
  const Person& asker = organization.people()[query.asker];
  const Person& person = organization.people()[candidate];
  const std::vector<Value> evidence = {GapCoverage(organization, asker, person), Journey(organization, asker, person),
                                       Interests(organization, asker, person), Motives(asker, person),
                                       Deepening(asker, person)};
  const std::vector<Value> context = {Elsewhere(organization, query, candidate),
                                      WorkingHours(organization, asker, person), Headroom(person)};
  Affinity affinity;
  for (int i = 0; i < 8; ++i) {
    const Value value = i < 5 ? evidence[i] : context[i - 5];
    const int64_t points = i < 5 || affinity.evidence > 0 ? query.weights[i] * value.first : 0;
    affinity.parts[i] = {static_cast<int32_t>(value.first), value.second, points};
    affinity.score += points;
    if (i < 5) affinity.evidence += points;
  }
  return affinity;
}

Ranking NaiveSuggest(const Organization& organization, const Query& query) {
  const int64_t possible = Possible(query, organization.people()[query.asker]);
  Ranking found;
  if (possible == 0) return found;
  std::vector<std::tuple<int64_t, uint64_t, std::string, RankedPerson>> good;
  std::vector<std::tuple<int64_t, uint64_t, std::string, RankedPerson>> weak;
  for (int32_t person = 0; person < organization.size(); ++person) {
    const Refusal refusal = NaiveRefusal(organization, query, person);
    const Affinity affinity = NaiveAffinity(organization, query, person);
    if (affinity.evidence == 0) continue;
    const bool fits = affinity.evidence * 5 >= possible;
    if (refusal == Refusal::kNotJoined && fits) ++found.not_joined;
    if (refusal != Refusal::kNone) continue;
    uint64_t turn = TurnOf(organization.id_hash(query.asker), organization.id_hash(person), query.week) >> 32;
    uint64_t demand = 1;
    for (const HeldSkill& held : organization.people()[person].held) {
      for (const Person& other : organization.people()) {
        for (const WantedSkill& want : other.wanted) demand += other.active && want.skill == held.skill;
      }
    }
    turn *= demand;
    (fits ? good : weak)
        .emplace_back(-(affinity.score / 10000), turn, organization.people()[person].id,
                      RankedPerson{person, affinity});
  }
  const auto by_order = [](const auto& a, const auto& b) {
    return std::tie(std::get<0>(a), std::get<1>(a), std::get<2>(a)) <
           std::tie(std::get<0>(b), std::get<1>(b), std::get<2>(b));
  };
  std::sort(good.begin(), good.end(), by_order);
  std::sort(weak.begin(), weak.end(), by_order);
  if (organization.people()[query.asker].destination.kind == DestinationKind::kNotSureYet) {
    for (auto* list : {&good, &weak}) {
      std::map<int32_t, int> of_role;
      std::vector<std::pair<int, size_t>> rounds;
      for (size_t i = 0; i < list->size(); ++i) {
        rounds.emplace_back(++of_role[organization.people()[std::get<3>((*list)[i]).person].role], i);
      }
      std::sort(rounds.begin(), rounds.end());
      std::remove_reference_t<decltype(*list)> spread;
      for (const auto& [round, i] : rounds) spread.push_back((*list)[i]);
      *list = spread;
    }
  }
  found.fitting = static_cast<int32_t>(good.size());
  found.outcome = good.empty() ? Outcome::kNobodyFitsWell : Outcome::kFound;
  const size_t limit = good.empty() ? std::min(3, query.limit) : query.limit;
  for (const auto& entry : good.empty() ? weak : good) {
    if (found.people.size() < limit) found.people.push_back(std::get<3>(entry));
  }
  return found;
}

}  // namespace cortado::matching::testing
