// How much somebody's path tells the asker about theirs: an earlier point like the asker's now, and a later point like
// the asker's destination. A JourneyQuery is immutable after construction and safe to share between threads, as long as
// the Organization does not change.
#pragma once

#include <cstdint>
#include <vector>

#include "services/matching/affinity/organization.h"

namespace cortado::matching {

// Roles at least this similar (0..1000) resemble each other; below, the similarity counts as 0, so that a shared
// "manager" or "engineer" alone is no resemblance.
inline constexpr int32_t kResembles = 600;

// Returns how similar two sorted sets of title words are, 0..1000: Dice's coefficient (Dice 1945), 2 x common / sum of
// sizes, rounded down. "Data engineer" and "Senior data engineer": 2 x 2 / 5 = 800. Sets without words: 0.
int32_t TitleSimilarity(const std::vector<int32_t>& a, const std::vector<int32_t>& b);

// Returns how similar two roles are by what they take, 0..1000: Dice's coefficient over weighted skills (Bray and
// Curtis 1957), 2 x the sum of the smaller weights / the sum of all, rounded down; a weight is level (kAssumedLevel
// when not said) x importance. 0 where one of the two takes fewer than three skills. "Kubernetes, Go, Linux" at weight
// 9 each and "Kubernetes, Go, Terraform" likewise: 2 x 18 / 54 = 666.
int32_t RequirementSimilarity(const std::vector<WantedSkill>& a, const std::vector<WantedSkill>& b);

// Returns how similar two roles of an organisation are: 1000 for the same, else the larger of TitleSimilarity and
// RequirementSimilarity; 0 below kResembles, and for kUnknown.
int32_t RoleSimilarity(const Organization& organization, int32_t a, int32_t b);

// Returns whether a step of this kind leads where this kind of destination wants to go. Fewer hours counts as down, and
// whoever is not sure yet learns from every kind of move. Portfolio, deepen here and no kind have no such step.
bool LeadsTo(MoveKind step, DestinationKind destination);

// One point of a path.
struct JourneyPoint {
  int32_t role = kUnknown;
  MoveKind kind = MoveKind::kUnspecified;  // The move into it.
  bool confirmed = false;                  // May be named in a sentence.
};

// Returns the points of a person's path, oldest first, the present role last (unless the last step is that role).
// Unconfirmed steps down or back to craft are left out: they feed no ranking until their owner confirms them.
std::vector<JourneyPoint> JourneyPoints(const Person& person);

// What was found in one path.
struct JourneyMatch {
  int32_t value = 0;         // 0..1000.
  int32_t start = kUnknown;  // Index of the point like the asker's now; kUnknown when only the arrival counts.
  int32_t end = kUnknown;    // Index of the point like the asker's destination; kUnknown with value 0.
  bool by_kind = false;      // The end is the same kind of move rather than the role aimed at.
};

// One asker's now and destination, compared with every role once.
class JourneyQuery {
 public:
  // `asker` is an index of `organization`, which outlives this.
  JourneyQuery(const Organization& organization, int32_t asker);

  // Returns whether the asker has said where to go: a role, words, or a kind some step can lead to.
  bool HasDestination() const { return has_destination_; }

  // A role that is like the asker's now or destination, and how much.
  struct TellingRole {
    int32_t role = kUnknown;
    int16_t like_now = 0;
    int16_t like_destination = 0;
  };
  // Returns the roles of which a point in a path can be worth something: nobody without one of them matches.
  std::vector<TellingRole> TellingRoles() const;
  // Returns the most that a path can be worth, of the most that points of it are like the asker's now and destination.
  int32_t MostOf(int32_t like_now, int32_t like_destination) const;
  // Returns whether a move counts by its kind: else only points like the destination do.
  bool IsMovable() const { return is_movable_; }

  // Returns whether anything is known of the candidate's path.
  static bool HasPath(const Person& candidate);

  // Returns the best of all points j of the path, the earliest of equals:
  //
  //   arrival(j) = similarity of j's role to the destination's role (0 below kResembles)
  //   start(j)   = largest similarity of an earlier point's role to the asker's present role (0 below kResembles)
  //   kind(j)    = 1 when the step into j leads to the kind of destination, else 0
  //   value      = max over j of  arrival(j) x (400 + 0.6 start(j)) / 1000  and  0.6 start(j) x kind(j)
  //
  // So: arrived where the asker wants to go is worth 400, arrived there from where the asker is 1000, the same kind of
  // move from where the asker is 600. Example: asker "Support lead" wants "Data analyst"; the path Support lead ->
  // Data analyst -> Head of data gives 1000 x (400 + 600) / 1000 = 1000, told as "was support lead, became data
  // analyst".
  JourneyMatch Match(const Person& candidate) const;

  // Returns whether the candidate has made the asker's crossing: a point like the asker's now, and a later one like the
  // destination or reached by a move that leads to its kind. Counts points alone that their owner confirmed.
  bool HasCrossed(const Person& candidate) const;

 private:
  std::vector<int16_t> like_now_;          // By role.
  std::vector<int16_t> like_destination_;  // By role.
  DestinationKind kind_ = DestinationKind::kUnspecified;
  bool is_movable_ = false;  // Some step leads to the kind of destination.
  bool has_destination_ = false;
};

}  // namespace cortado::matching
