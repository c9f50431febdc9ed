// What the rules of matching know of one person: plain values and small integer ids, no names and no protobuf.
// Skills, roles, interests, departments, sites, languages and hours are numbered per organisation by whoever fills
// these structs (0, 1, 2, ...); a person is their index in Organization. Values only: no thread contract beyond that of
// the standard containers.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace cortado::matching {

// Stands for "not known" wherever an id, a number of months or a distance is expected.
inline constexpr int32_t kUnknown = -1;

// Levels run from 1 (has tried it) to 5 (others learn from them); 0 is "not said".
inline constexpr int kMaxLevel = 5;

// What counts where no level was said: levels missing of a skill that is wanted and not held, and the level at which
// somebody who holds a skill can help.
inline constexpr int kAssumedLevel = 3;

// What a person may be asked for, as bits of Person::open_to.
enum class OfferRole : uint8_t { kMentor = 1, kMentee = 2, kCoffee = 4, kReverse = 8 };

// What drives a destination, as bits of Destination::motives and Person::shown_motives.
enum class Motive : uint8_t {
  kAutonomy = 1,
  kMastery = 2,
  kPurpose = 4,
  kBalance = 8,
  kMoney = 16,
  kInfluence = 32,
};

// How a step of a journey changed the kind of work.
enum class MoveKind : uint8_t { kUnspecified, kUp, kSide, kDown, kBackToCraft, kNewField };

// Where a person wants to go, in kind.
enum class DestinationKind : uint8_t {
  kUnspecified,
  kNextLevel,
  kSideways,
  kBackToCraft,
  kFewerHours,
  kPortfolio,
  kNewField,
  kDeepenHere,
  kNotSureYet,
};

// A skill somebody has.
struct HeldSkill {
  int32_t skill = kUnknown;
  int32_t months = kUnknown;  // How long they have used it; kUnknown when only their whole experience is known.
  int8_t level = 0;           // 1-5, or 0 when not said.
};

// A skill somebody wants, or that the role of their destination requires.
struct WantedSkill {
  int32_t skill = kUnknown;
  int8_t level = 0;       // Aimed at, 1-5, or 0 when not said; see gap.h.
  int8_t importance = 3;  // 1-5.
};

// One point of a journey, oldest first.
struct Step {
  int32_t role = kUnknown;
  MoveKind kind = MoveKind::kUnspecified;  // The move that led into this step.
  bool confirmed = false;                  // Its owner has confirmed it; drafts may still be wrong.
};

// Where a person wants to go now: the newest of their dated destinations.
struct Destination {
  int32_t role = kUnknown;  // A role, or words interned like a role's title; kUnknown when only the kind is known.
  DestinationKind kind = DestinationKind::kUnspecified;
  uint8_t motives = 0;  // Bits of Motive.
};

// One person, as the other side of a match and as asker. A default Person is nobody: not active, so never suggested.
struct Person {
  std::string id;  // The name's last part; the last resort of the total order.

  // Eligibility.
  bool active = false;
  bool joined = false;             // Has chosen themselves what they offer or ask for.
  bool closed = false;             // The offer's booking is CLOSED: no new requests.
  uint8_t open_to = 0;             // Bits of OfferRole.
  int32_t places = 0;              // People they will see at the same time.
  int32_t active_matches = 0;      // Places taken.
  int32_t open_requests = 0;       // Requests to them that wait for an answer; each keeps a place.
  int32_t unanswered = 0;          // Requests of the last 90 days they let expire while not away.
  int64_t paused_until = 0;        // Unix seconds; paused while the query's `now` is earlier.
  int32_t manager = kUnknown;      // Index of their manager.
  std::vector<int32_t> blocks;     // Indices of people they blocked.
  std::vector<int32_t> languages;  // Empty: not known.

  // Affinity.
  int32_t role = kUnknown;  // Present role.
  int32_t department = kUnknown;
  int32_t site = kUnknown;
  int32_t hours = kUnknown;              // Index into Organization::hours.
  int32_t experience_months = kUnknown;  // In working life as a whole.
  uint8_t shown_motives = 0;             // Motives of their own destination, as far as they show them to everyone.
  std::vector<HeldSkill> held;           // Each skill at most once.
  int32_t skills_without_level = 0;      // Of `held`; counted by Organization.
  std::vector<WantedSkill> wanted;       // Each skill at most once.
  std::vector<int32_t> interests;        // Those they show to everyone, each once.
  std::vector<Step> journey;
  Destination destination;
};

}  // namespace cortado::matching
