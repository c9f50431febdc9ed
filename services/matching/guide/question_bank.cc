#include "services/matching/guide/question_bank.h"

namespace cortado::matching {
namespace {

constexpr const char* kSlotNames[kSlots] = {"skill", "past", "present", "role", "place", "name"};

constexpr uint16_t kNextLevel = KindBit(DestinationKind::kNextLevel);
constexpr uint16_t kSideways = KindBit(DestinationKind::kSideways);
constexpr uint16_t kBackToCraft = KindBit(DestinationKind::kBackToCraft);
constexpr uint16_t kFewerHours = KindBit(DestinationKind::kFewerHours);
constexpr uint16_t kPortfolio = KindBit(DestinationKind::kPortfolio);
constexpr uint16_t kNewField = KindBit(DestinationKind::kNewField);
constexpr uint16_t kDeepenHere = KindBit(DestinationKind::kDeepenHere);
constexpr uint16_t kNotSureYet = KindBit(DestinationKind::kNotSureYet);

}  // namespace

const char* SlotName(int index) { return kSlotNames[index]; }

uint8_t SlotOf(const std::string& name) {
  for (int i = 0; i < kSlots; ++i) {
    if (name == kSlotNames[i]) return static_cast<uint8_t>(1u << i);
  }
  return 0;
}

const std::vector<BankQuestion>& QuestionBank() {
  using Group = QuestionGroup;
  static const auto* bank = new std::vector<BankQuestion>{
      {"guide.days.week", Group::kDays, 0, 0, 0, When::kFirstChat},
      {"guide.days.surprise", Group::kDays},
      {"guide.days.energy", Group::kDays},
      {"guide.days.fewer_hours", Group::kDays, kFewerHours},
      {"guide.days.portfolio", Group::kDays, kPortfolio},
      {"guide.days.craft", Group::kDays, kBackToCraft},
      {"guide.projects.chosen", Group::kProjects},
      {"guide.projects.proud", Group::kProjects},
      {"guide.projects.taught", Group::kProjects, 0, kSkillSlot},
      {"guide.projects.begin", Group::kProjects, 0, kSkillSlot, 0, When::kLaterChat},
      {"guide.projects.role", Group::kProjects, 0, kRoleSlot},
      {"guide.places.observe", Group::kPlaces, 0, kPlaceSlot},
      {"guide.places.follow", Group::kPlaces, 0, 0, kPlaceSlot},
      {"guide.places.meeting", Group::kPlaces},
      {"guide.places.skill", Group::kPlaces, 0, kSkillSlot},
      {"guide.journey.crossing", Group::kJourney, 0, kPastSlot | kPresentSlot},
      {"guide.journey.turn", Group::kJourney, 0, 0, kPastSlot, When::kFirstChat},
      {"guide.journey.again", Group::kJourney},
      {"guide.journey.next_level", Group::kJourney, kNextLevel},
      {"guide.journey.sideways", Group::kJourney, kSideways},
      {"guide.journey.back_to_craft", Group::kJourney, kBackToCraft},
      {"guide.journey.new_field", Group::kJourney, kNewField},
      {"guide.journey.deepen_here", Group::kJourney, kDeepenHere},
      {"guide.journey.fewer_hours", Group::kJourney, kFewerHours},
      {"guide.journey.portfolio", Group::kJourney, kPortfolio},
      {"guide.journey.not_sure_yet", Group::kJourney, kNotSureYet},
      {"guide.advice.next_step", Group::kAdvice},
      {"guide.advice.learned", Group::kAdvice, 0, kSkillSlot},
      {"guide.advice.earlier", Group::kAdvice, 0, 0, 0, When::kFirstChat},
      {"guide.advice.who_else", Group::kAdvice},
      {"guide.advice.tried", Group::kAdvice, 0, 0, 0, When::kLaterChat},
      {"guide.luck.repeat", Group::kLuck},
      {"guide.luck.today", Group::kLuck},
      {"guide.luck.crossing", Group::kLuck, 0, kPastSlot | kPresentSlot},
  };
  return *bank;
}

}  // namespace cortado::matching
