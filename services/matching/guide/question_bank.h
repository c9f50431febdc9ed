// The questions Cortado knows, and when each is worth asking: which destinations it is for, what it needs to be known
// of the two, and what it makes pointless. Their words stand in common/text/catalog/questions.json. Pure; any thread.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "services/matching/affinity/person.h"

namespace cortado::matching {

// In the order of a talk.
enum class QuestionGroup : uint8_t { kDays, kProjects, kPlaces, kJourney, kAdvice, kLuck };
inline constexpr int kQuestionGroups = 6;

// What a question may name; bits of BankQuestion::needs and ::without. The name in braces is that of slot_names().
enum Slot : uint8_t {
  kSkillSlot = 1,    // {skill}: of the gap, which the mentor covers.
  kPastSlot = 2,     // {past}: what the mentor was, which is like what the mentee is.
  kPresentSlot = 4,  // {present}: the mentor's title.
  kRoleSlot = 8,     // {role}: where the mentee wants to go, in words.
  kPlaceSlot = 16,   // {place}: where one can watch the mentor work.
  kNameSlot = 32,    // {name}: the mentor's.
};
inline constexpr int kSlots = 6;

// The name of the slot of bit `index`, as "skill".
const char* SlotName(int index);

// Returns the bit of a slot's name, or 0 when there is no such slot.
uint8_t SlotOf(const std::string& name);

// One bit of BankQuestion::kinds.
inline constexpr uint16_t KindBit(DestinationKind kind) { return static_cast<uint16_t>(1u << static_cast<int>(kind)); }

enum class When : uint8_t { kAlways, kFirstChat, kLaterChat };

struct BankQuestion {
  std::string source;  // A code of the catalogue, or `questions/Q`.
  QuestionGroup group = QuestionGroup::kDays;
  uint16_t kinds = 0;   // Of destinations; 0: any, and also none.
  uint8_t needs = 0;    // Bits of Slot that must be known.
  uint8_t without = 0;  // Bits of Slot that make it pointless: the profile answers it.
  When when = When::kAlways;
};

// Those of the catalogue.
const std::vector<BankQuestion>& QuestionBank();

}  // namespace cortado::matching
