// The evidence of everybody in a block for one asker, exactly as AffinityQuery has it, term by term instead of person
// by person: each skill, interest and role that the asker's data points to is read once, into counters side by side
// (term-at-a-time evaluation with accumulators: Turtle and Flood 1995; Moffat and Zobel, "Self-indexing inverted files
// for fast text retrieval", ACM TOIS 14, 1996). Not thread-safe: one for each query.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "services/matching/affinity.h"
#include "services/matching/affinity/organization.h"
#include "services/matching/affinity/query.h"
#include "services/matching/index/people_index.h"

namespace cortado::matching {

class BlockEvidence {
 public:
  // All outlive it.
  BlockEvidence(const Organization& organization, const PeopleIndex& index, const AffinityQuery& affinities,
                const Weights& weights);
  ~BlockEvidence();
  BlockEvidence(const BlockEvidence&) = delete;
  BlockEvidence& operator=(const BlockEvidence&) = delete;

  // Reads a block. people() and evidence() are of it until the next call.
  void Read(int32_t block);

  // The places in the block of those who may have evidence above 0, in no particular order.
  const std::vector<uint16_t>& people() const { return desk_->people; }
  // The least and the most that the evidence of somebody at a place can be, and what it is: Affinity::evidence. The
  // first two are quick.
  int64_t least(uint16_t place) const { return desk_->rest[place]; }
  int64_t most(uint16_t place) const {
    return desk_->rest[place] + JourneyWeight() * MostJourneyOf(desk_->counts[place]);
  }
  int64_t Exact(uint16_t place) const;

 private:
  // A list that counts, and for what.
  struct Help {
    const SkillList* list;
    int32_t credit;  // In thousandths.
  };
  struct Gap {
    GapSkill skill;
    std::vector<Help> helps;
  };
  struct Kept {
    KeptSkill skill;
    const SkillList* list;
  };
  struct Shared {
    const PlainList* list;
    uint16_t rarity;
  };
  // What was counted of somebody so far.
  struct Count {
    uint16_t covered = 0;  // Of the gap's present skill: thousandths of levels x importance, at most 25,000.
    uint16_t first = 0;    // The largest of the skills before it,
    uint16_t second = 0;   // and the second.
    uint16_t rarities = 0;
    int32_t earned = 0;            // Credits of kept skills x importance.
    int16_t like_now = 0;          // The most that a point of their path is like the asker's,
    int16_t like_destination = 0;  // or like the destination.
    int16_t motives = 0;           // The term's value.
    bool seen = false;
  };

  void Prepare();
  void Clear();
  void CountGap(const Gap& gap, int32_t block);
  void CountKept(const Kept& kept, int32_t block);
  void CountInterests(int32_t block);
  void CountJourneys(int32_t block);
  void CountMotives(int32_t block);
  int64_t JourneyWeight() const { return weights_[static_cast<int>(Term::kJourney)]; }
  int32_t MostJourneyOf(const Count& count) const {
    return affinities_.journey().MostOf(count.like_now, count.like_destination);
  }
  void AddUp();
  Count& Of(uint16_t place) {
    Count& count = desk_->counts[place];
    if (!count.seen) {
      count.seen = true;
      desk_->seen.push_back(place);
    }
    return count;
  }

  const Organization& organization_;
  const PeopleIndex& index_;
  const AffinityQuery& affinities_;
  const Weights& weights_;
  std::vector<Gap> gaps_;
  std::vector<Kept> kept_;
  std::vector<Shared> shared_;
  std::vector<JourneyQuery::TellingRole> roles_;
  std::vector<int16_t> motive_values_;  // By bits of Motive.

  // What a block is counted in, kept for the next query of the thread: it is large, and clean again in between.
  struct Desk {
    std::vector<Count> counts;  // By place.
    std::vector<int64_t> rest;  // Evidence but for the journey, by place.
    std::vector<uint16_t> seen;
    std::vector<uint16_t> people;
  };
  static std::unique_ptr<Desk> TakeDesk(size_t places);
  static thread_local std::unique_ptr<Desk> free_desk_;

  std::unique_ptr<Desk> desk_;
  int32_t block_ = 0;
};

}  // namespace cortado::matching
