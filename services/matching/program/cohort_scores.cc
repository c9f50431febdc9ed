#include "services/matching/program/cohort_scores.h"

#include <algorithm>
#include <tuple>

#include "services/matching/draw/chance.h"

namespace cortado::matching {
namespace {

Query QueryOf(const PairingTerms& terms, int32_t mentee) {
  Query query;
  query.asker = mentee;
  query.now = terms.now;
  query.distance = terms.rules.distance;
  query.weights = terms.rules.weights;
  return query;
}

// Calls visit(mentor's number, score) for each mentor but the mentee themselves.
template <typename Visit>
void ForEachMentor(const Organization& organization, const PairingTerms& terms, const CohortPeople& people,
                   int32_t mentee, Visit visit) {
  const MenteeScores scores(organization, terms, people.mentees[mentee]);
  for (size_t mentor = 0; mentor < people.mentors.size(); ++mentor) {
    const int32_t person = people.mentors[mentor].person;
    if (person != people.mentees[mentee]) visit(static_cast<int32_t>(mentor), scores.With(person));
  }
}

}  // namespace

MenteeScores::MenteeScores(const Organization& organization, const PairingTerms& terms, int32_t mentee)
    : organization_(organization),
      terms_(terms),
      mentee_(mentee),
      query_(QueryOf(terms, mentee)),
      reporting_(organization, mentee),
      affinities_(organization, query_, reporting_),
      facts_(organization, mentee, reporting_, affinities_, terms.facts) {}

bool MenteeScores::IsPersonal(const Person& other, int32_t mentor, const PairFacts& facts) const {
  const Person& mentee = organization_.people()[mentee_];
  const auto is_away = [this](const Person& person) { return !person.active || person.paused_until > terms_.now; };
  const auto blocks = [](const Person& person, int32_t index) {
    return std::find(person.blocks.begin(), person.blocks.end(), index) != person.blocks.end();
  };
  return is_away(mentee) || is_away(other) || blocks(mentee, mentor) || blocks(other, mentee_) ||
         facts.common_language == false;
}

PairScore MenteeScores::With(int32_t mentor) const {
  const PairFacts facts = facts_.With(mentor);
  PairScore result;
  result.obstacles.rules = RefusedBy(terms_.rules, facts);
  result.obstacles.personal = IsPersonal(organization_.people()[mentor], mentor, facts);
  if (result.obstacles.rules != 0 || result.obstacles.personal || terms_.forbidden.contains({mentee_, mentor})) {
    return result;
  }
  const int64_t score = affinities_.Score(mentor).score + PreferencePoints(terms_.rules, facts);
  result.score = static_cast<int32_t>(std::clamp<int64_t>(score, 1, kMaxScore));
  return result;
}

std::vector<Candidate> BestCandidates(const Organization& organization, const PairingTerms& terms,
                                      const CohortPeople& people, int32_t mentee, int32_t limit) {
  std::vector<Candidate> candidates;
  ForEachMentor(organization, terms, people, mentee, [&](int32_t mentor, const PairScore& score) {
    if (score.score > 0) candidates.push_back({mentor, score.score, score.score});
  });
  const auto before = [&](const Candidate& a, const Candidate& b) {
    if (a.score != b.score) return a.score > b.score;
    return ChanceOf(terms.seed, mentee, a.mentor) < ChanceOf(terms.seed, mentee, b.mentor);
  };
  const size_t kept = std::min<size_t>(candidates.size(), limit);
  std::partial_sort(candidates.begin(), candidates.begin() + static_cast<int64_t>(kept), candidates.end(), before);
  candidates.resize(kept);
  return candidates;
}

std::vector<CohortPair> BeatingPairs(const Organization& organization, const PairingTerms& terms,
                                     const CohortPeople& people, const PairPrices& prices, int32_t mentee,
                                     int32_t limit) {
  std::vector<CohortPair> pairs;
  ForEachMentor(organization, terms, people, mentee, [&](int32_t mentor, const PairScore& score) {
    const CohortPair pair{mentee, {mentor, score.score, score.score}};
    if (score.score > 0 && prices.Beats(pair)) pairs.push_back(pair);
  });
  std::stable_sort(pairs.begin(), pairs.end(), [&prices](const CohortPair& a, const CohortPair& b) {
    return a.candidate.score - prices.mentor[a.candidate.mentor] >
           b.candidate.score - prices.mentor[b.candidate.mentor];
  });
  if (static_cast<int32_t>(pairs.size()) > limit) pairs.resize(limit);
  return pairs;
}

std::vector<Obstacles> ObstaclesOf(const Organization& organization, const PairingTerms& terms,
                                   const CohortPeople& people, int32_t mentee) {
  std::vector<Obstacles> obstacles;
  ForEachMentor(organization, terms, people, mentee,
                [&](int32_t, const PairScore& score) { obstacles.push_back(score.obstacles); });
  return obstacles;
}

std::vector<DrawEdge> DrawEdgesOf(const Organization& organization, const PairingTerms& terms,
                                  const std::vector<int32_t>& people, int32_t place, int32_t limit) {
  const MenteeScores scores(organization, terms, people[place]);
  std::vector<DrawEdge> edges;
  for (int32_t other = 0; other < static_cast<int32_t>(people.size()); ++other) {
    if (other == place || terms.forbidden.contains(std::minmax(people[place], people[other]))) continue;
    const PairScore score = scores.With(people[other]);
    if (score.score == 0) continue;
    const auto met = terms.facts.met.find(std::minmax(people[place], people[other]));
    edges.push_back({place, other, score.score, met == terms.facts.met.end() ? kNeverMet : met->second});
  }
  const size_t by_score = std::min<size_t>(edges.size(), limit);
  const auto chance = [&](const DrawEdge& edge) { return ChanceOf(terms.seed, edge.a, edge.b); };
  std::partial_sort(edges.begin(), edges.begin() + static_cast<int64_t>(by_score), edges.end(),
                    [&](const DrawEdge& a, const DrawEdge& b) {
                      return a.score != b.score ? a.score > b.score : chance(a) < chance(b);
                    });
  const size_t kept = std::min(edges.size(), by_score * 2);
  std::partial_sort(edges.begin() + static_cast<int64_t>(by_score), edges.begin() + static_cast<int64_t>(kept),
                    edges.end(), [&](const DrawEdge& a, const DrawEdge& b) { return chance(a) < chance(b); });
  edges.resize(kept);
  return edges;
}

std::vector<DrawEdge> MergeDrawEdges(std::vector<DrawEdge> edges) {
  for (DrawEdge& edge : edges) {
    if (edge.a > edge.b) std::swap(edge.a, edge.b);
  }
  std::sort(edges.begin(), edges.end(), [](const DrawEdge& x, const DrawEdge& y) {
    return std::make_tuple(x.a, x.b, -x.score) < std::make_tuple(y.a, y.b, -y.score);
  });
  const auto same = [](const DrawEdge& x, const DrawEdge& y) { return x.a == y.a && x.b == y.b; };
  edges.erase(std::unique(edges.begin(), edges.end(), same), edges.end());
  return edges;
}

}  // namespace cortado::matching
