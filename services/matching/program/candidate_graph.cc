#include "services/matching/program/candidate_graph.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "services/matching/draw/chance.h"
#include "services/matching/index/context_bound.h"
#include "services/matching/index/evidence.h"

namespace cortado::matching {
namespace {

// Somebody with a score, and chance where scores are equal: the better before.
struct Scored {
  int32_t score = 0;
  uint64_t chance = 0;
  int32_t number = kNobody;

  friend bool operator<(const Scored& a, const Scored& b) {
    return std::tie(b.score, a.chance, a.number) < std::tie(a.score, b.chance, b.number);
  }
};

// The best so far.
class Leaders {
 public:
  explicit Leaders(size_t limit) : limit_(limit) {}
  bool IsFull() const { return scored_.size() == limit_; }
  // The least that whoever comes now has to reach.
  int64_t least() const { return IsFull() && limit_ > 0 ? scored_.front().score : 1; }
  void Offer(Scored one) {
    if (limit_ == 0 || (IsFull() && !(one < scored_.front()))) return;
    if (IsFull()) {
      std::pop_heap(scored_.begin(), scored_.end());
      scored_.pop_back();
    }
    scored_.push_back(one);
    std::push_heap(scored_.begin(), scored_.end());
  }
  std::vector<Scored> Take() {
    std::sort_heap(scored_.begin(), scored_.end());
    return std::move(scored_);
  }

 private:
  const size_t limit_;
  std::vector<Scored> scored_;  // A heap with the last of them at the front.
};

int64_t MostPreferencePoints(const RuleSet& rules) {
  int64_t most = 0;
  for (const Rule& rule : rules.rules) {
    if (rule.strength == RuleStrength::kPrefer) most += int64_t{kTermMax} * std::max(0, rule.weight);
  }
  return most;
}

// The most that a pair without any evidence scores: preferences alone, or 1.
int32_t MostWithoutEvidence(const PairingTerms& terms) {
  return static_cast<int32_t>(std::clamp<int64_t>(MostPreferencePoints(terms.rules), 1, kMaxScore));
}

// Calls visit(person, most) for everybody of the index with evidence for this mentee, with the most they could score.
template <class Visit>
void ForEachWithEvidence(const Organization& organization, const PeopleIndex& index, const PairingTerms& terms,
                         const MenteeScores& scores, Visit visit) {
  const ContextBound context(index, scores.affinities(), scores.query());
  const int64_t preferences = MostPreferencePoints(terms.rules);
  BlockEvidence evidence(organization, index, scores.affinities(), terms.rules.weights);
  for (int32_t block = 0; block * kBlockSize < index.size(); ++block) {
    evidence.Read(block);
    for (const uint16_t place : evidence.people()) {
      const int32_t person = block * kBlockSize + place;
      const int64_t most = evidence.most(place) + context.Of(person) + preferences;
      visit(person, std::clamp<int64_t>(most, 1, kMaxScore));
    }
  }
}

PeopleIndex IndexOf(const Organization& organization, const std::vector<int32_t>& people) {
  PeopleIndex index;
  for (const int32_t person : people) index.Take(organization, person);
  return index;
}

std::vector<int32_t> PlacesOf(const Organization& organization, const std::vector<int32_t>& people) {
  std::vector<int32_t> places(organization.size(), kNobody);
  for (size_t place = 0; place < people.size(); ++place) places[people[place]] = static_cast<int32_t>(place);
  return places;
}

std::vector<int32_t> MentorsOf(const CohortPeople& people) {
  std::vector<int32_t> mentors;
  for (const CohortMentor& mentor : people.mentors) mentors.push_back(mentor.person);
  return mentors;
}

}  // namespace

CohortGraph::CohortGraph(const Organization& organization, const PairingTerms& terms, const CohortPeople& people)
    : organization_(organization),
      terms_(terms),
      people_(people),
      index_(IndexOf(organization, MentorsOf(people))),
      mentor_of_(PlacesOf(organization, MentorsOf(people))) {}

std::vector<Candidate> CohortGraph::Best(int32_t mentee, int32_t limit) const {
  const int32_t asker = people_.mentees[mentee];
  const MenteeScores scores(organization_, terms_, asker);
  Leaders leaders(static_cast<size_t>(limit));
  ForEachWithEvidence(organization_, index_, terms_, scores, [&](int32_t person, int64_t most) {
    if (person == asker || most < leaders.least()) return;
    const int32_t score = scores.With(person).score;
    const int32_t mentor = mentor_of_[person];
    if (score > 0) leaders.Offer({score, ChanceOf(terms_.seed, mentee, mentor), mentor});
  });
  // Somebody without evidence may be among them: then everybody is looked at.
  if (!leaders.IsFull() || leaders.least() <= MostWithoutEvidence(terms_)) {
    return BestCandidates(organization_, terms_, people_, mentee, limit);
  }
  std::vector<Candidate> candidates;
  for (const Scored& one : leaders.Take()) candidates.push_back({one.number, one.score, one.score});
  return candidates;
}

std::vector<CohortPair> CohortGraph::Beating(const PairPrices& prices, int32_t mentee, int32_t limit) const {
  const auto could_beat = [&](int32_t mentor, int64_t most) {
    const auto score = static_cast<int32_t>(most);
    return prices.Beats({mentee, {mentor, score, score}});
  };
  const int32_t others = MostWithoutEvidence(terms_);
  const auto cheapest = std::min_element(prices.mentor.begin(), prices.mentor.end());
  if (cheapest == prices.mentor.end()) return {};
  if (could_beat(static_cast<int32_t>(cheapest - prices.mentor.begin()), others)) {
    return BeatingPairs(organization_, terms_, people_, prices, mentee, limit);
  }
  const int32_t asker = people_.mentees[mentee];
  const MenteeScores scores(organization_, terms_, asker);
  std::vector<CohortPair> pairs;
  ForEachWithEvidence(organization_, index_, terms_, scores, [&](int32_t person, int64_t most) {
    const int32_t mentor = mentor_of_[person];
    if (person == asker || !could_beat(mentor, most)) return;
    const int32_t score = scores.With(person).score;
    const CohortPair pair{mentee, {mentor, score, score}};
    if (score > 0 && prices.Beats(pair)) pairs.push_back(pair);
  });
  const auto by = [&prices](const CohortPair& pair) {
    return pair.candidate.score - prices.mentor[pair.candidate.mentor];
  };
  std::sort(pairs.begin(), pairs.end(), [&by](const CohortPair& a, const CohortPair& b) {
    return by(a) != by(b) ? by(a) > by(b) : a.candidate.mentor < b.candidate.mentor;
  });
  if (static_cast<int32_t>(pairs.size()) > limit) pairs.resize(limit);
  return pairs;
}

DrawGraph::DrawGraph(const Organization& organization, const PairingTerms& terms, const std::vector<int32_t>& people)
    : organization_(organization),
      terms_(terms),
      people_(people),
      index_(IndexOf(organization, people)),
      place_of_(PlacesOf(organization, people)) {}

std::vector<DrawEdge> DrawGraph::Edges(int32_t place, int32_t limit) const {
  const int32_t asker = people_[place];
  const MenteeScores scores(organization_, terms_, asker);
  const auto chance_of = [&](int32_t other) { return ChanceOf(terms_.seed, place, other); };
  const auto score_of = [&](int32_t other) {
    const int32_t person = people_[other];
    if (other == place || terms_.forbidden.contains(std::minmax(asker, person))) return 0;
    return scores.With(person).score;
  };
  Leaders leaders(static_cast<size_t>(limit));
  ForEachWithEvidence(organization_, index_, terms_, scores, [&](int32_t person, int64_t most) {
    const int32_t other = place_of_[person];
    if (most < leaders.least()) return;
    const int32_t score = score_of(other);
    if (score > 0) leaders.Offer({score, chance_of(other), other});
  });
  if (!leaders.IsFull() || leaders.least() <= MostWithoutEvidence(terms_)) {
    return DrawEdgesOf(organization_, terms_, people_, place, limit);
  }
  std::vector<Scored> chosen = leaders.Take();
  std::vector<uint8_t> is_chosen(people_.size(), 0);
  for (const Scored& one : chosen) is_chosen[one.number] = 1;
  // As many of the others by chance: the first of them who can be met.
  std::vector<std::pair<uint64_t, int32_t>> rest;
  for (int32_t other = 0; other < static_cast<int32_t>(people_.size()); ++other) {
    if (is_chosen[other] == 0) rest.emplace_back(chance_of(other), other);
  }
  size_t sorted = 0;
  for (size_t at = 0; at < rest.size() && chosen.size() < 2 * static_cast<size_t>(limit); ++at) {
    if (at == sorted) {
      const size_t end = std::min(rest.size(), sorted + 4 * static_cast<size_t>(limit));
      std::partial_sort(rest.begin() + static_cast<int64_t>(sorted), rest.begin() + static_cast<int64_t>(end),
                        rest.end());
      sorted = end;
    }
    const int32_t score = score_of(rest[at].second);
    if (score > 0) chosen.push_back({score, rest[at].first, rest[at].second});
  }
  std::vector<DrawEdge> edges;
  for (const Scored& one : chosen) {
    const auto met = terms_.facts.met.find(std::minmax(asker, people_[one.number]));
    edges.push_back({place, one.number, one.score, met == terms_.facts.met.end() ? kNeverMet : met->second});
  }
  return edges;
}

}  // namespace cortado::matching
