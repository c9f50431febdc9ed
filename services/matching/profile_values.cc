#include "services/matching/profile_values.h"

#include <algorithm>

#include "absl/strings/str_cat.h"

namespace cortado::matching {
namespace {

constexpr int8_t kUsualImportance = 3;

}  // namespace

MoveKind ToMoveKind(profile::v1::MoveKind kind) {
  switch (kind) {
    case profile::v1::MOVE_KIND_UP:
      return MoveKind::kUp;
    case profile::v1::MOVE_KIND_SIDE:
      return MoveKind::kSide;
    case profile::v1::MOVE_KIND_DOWN:
      return MoveKind::kDown;
    case profile::v1::MOVE_KIND_BACK_TO_CRAFT:
      return MoveKind::kBackToCraft;
    case profile::v1::MOVE_KIND_NEW_FIELD:
      return MoveKind::kNewField;
    default:
      return MoveKind::kUnspecified;
  }
}

DestinationKind ToDestinationKind(profile::v1::DestinationKind kind) {
  switch (kind) {
    case profile::v1::DESTINATION_KIND_NEXT_LEVEL:
      return DestinationKind::kNextLevel;
    case profile::v1::DESTINATION_KIND_SIDEWAYS:
      return DestinationKind::kSideways;
    case profile::v1::DESTINATION_KIND_BACK_TO_CRAFT:
      return DestinationKind::kBackToCraft;
    case profile::v1::DESTINATION_KIND_FEWER_HOURS:
      return DestinationKind::kFewerHours;
    case profile::v1::DESTINATION_KIND_PORTFOLIO:
      return DestinationKind::kPortfolio;
    case profile::v1::DESTINATION_KIND_NEW_FIELD:
      return DestinationKind::kNewField;
    case profile::v1::DESTINATION_KIND_DEEPEN_HERE:
      return DestinationKind::kDeepenHere;
    case profile::v1::DESTINATION_KIND_NOT_SURE_YET:
      return DestinationKind::kNotSureYet;
    default:
      return DestinationKind::kUnspecified;
  }
}

uint8_t MotiveBits(const profile::v1::Destination& destination) {
  uint8_t bits = 0;
  for (const int motive : destination.motives()) {
    if (motive >= profile::v1::MOTIVE_AUTONOMY && motive <= profile::v1::MOTIVE_INFLUENCE) bits |= 1u << (motive - 1);
  }
  return bits;
}

bool IsForEveryone(profile::v1::Audience audience, profile::v1::Audience unspecified_means) {
  if (audience == profile::v1::AUDIENCE_UNSPECIFIED) audience = unspecified_means;
  return audience == profile::v1::AUDIENCE_EVERYONE;
}

bool IsForThoseAsked(profile::v1::Audience audience) {
  return audience == profile::v1::AUDIENCE_UNSPECIFIED || audience == profile::v1::AUDIENCE_PEOPLE_I_ASK ||
         audience == profile::v1::AUDIENCE_EVERYONE;
}

uint8_t OpenTo(const profile::v1::Offer& offer) {
  uint8_t bits = 0;
  if (offer.mentor()) bits |= static_cast<uint8_t>(OfferRole::kMentor);
  if (offer.mentee()) bits |= static_cast<uint8_t>(OfferRole::kMentee);
  if (offer.coffee()) bits |= static_cast<uint8_t>(OfferRole::kCoffee);
  if (offer.reverse()) bits |= static_cast<uint8_t>(OfferRole::kReverse);
  return bits;
}

int8_t Level(int32_t level) { return static_cast<int8_t>(std::clamp(level, 0, kMaxLevel)); }
int8_t Importance(int32_t importance) {
  return importance == 0 ? kUsualImportance : static_cast<int8_t>(std::clamp(importance, 1, 5));
}

// A skill wanted twice counts once, with the higher level and importance.
void AddWanted(WantedSkill skill, std::vector<WantedSkill>& wanted) {
  for (WantedSkill& known : wanted) {
    if (known.skill != skill.skill) continue;
    known.level = std::max(known.level, skill.level);
    known.importance = std::max(known.importance, skill.importance);
    return;
  }
  wanted.push_back(skill);
}

void AddHeld(HeldSkill skill, std::vector<HeldSkill>& held) {
  for (HeldSkill& known : held) {
    if (known.skill != skill.skill) continue;
    known.level = std::max(known.level, skill.level);
    known.months = std::max(known.months, skill.months);
    return;
  }
  held.push_back(skill);
}

std::vector<DayStretch> Stretches(const google::protobuf::RepeatedPtrField<profile::v1::DayHours>& days) {
  std::vector<DayStretch> stretches;
  for (const profile::v1::DayHours& day : days) {
    stretches.push_back({day.weekday(), day.start_minute(), day.end_minute()});
  }
  return stretches;
}

std::bitset<7> WeekdaysOf(const profile::v1::Time& time) {
  std::bitset<7> weekdays;
  for (const profile::v1::DayHours& day : time.working_hours()) {
    if (day.weekday() >= 1 && day.weekday() <= 7) weekdays.set(day.weekday() - 1);
  }
  return weekdays;
}

std::string HoursKey(const profile::v1::Time& time, absl::string_view zone) {
  std::string key(zone);
  for (const auto* days : {&time.working_hours(), &time.protected_blocks()}) {
    absl::StrAppend(&key, "|");
    for (const profile::v1::DayHours& day : *days) {
      absl::StrAppend(&key, day.weekday(), ":", day.start_minute(), "-", day.end_minute(), ";");
    }
  }
  return key;
}

Weights WeightsOf(const profile::v1::Organization& organization) {
  if (!organization.has_match_weights()) return kDefaultWeights;
  return WeightsOf(organization.match_weights());
}

Weights WeightsOf(const profile::v1::MatchWeights& said) {
  return {said.gap_coverage(), said.journey(),   said.interests(),    said.motives(),
          said.deepening(),    said.elsewhere(), said.common_hours(), said.headroom()};
}

}  // namespace cortado::matching
