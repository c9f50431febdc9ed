// The values of the profile service's messages as the pure rooms know them. Pure functions.
#pragma once

#include <bitset>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "cortado/profile/v1/feed.pb.h"
#include "services/matching/affinity/calendar_week.h"
#include "services/matching/affinity/person.h"
#include "services/matching/affinity/query.h"

namespace cortado::matching {

// Values that this version does not know are kUnspecified.
MoveKind ToMoveKind(profile::v1::MoveKind kind);
DestinationKind ToDestinationKind(profile::v1::DestinationKind kind);

// Bits of Motive and of OfferRole.
uint8_t MotiveBits(const profile::v1::Destination& destination);
uint8_t OpenTo(const profile::v1::Offer& offer);

// Whether everybody, or whoever the owner asks for a match, may read what has this audience. What no audience was said
// for has `unspecified_means`, and PEOPLE_I_ASK.
bool IsForEveryone(profile::v1::Audience audience, profile::v1::Audience unspecified_means);
bool IsForThoseAsked(profile::v1::Audience audience);

// Within 0..kMaxLevel, and 1..5; an importance of 0 was not said and is the usual one.
int8_t Level(int32_t level);
int8_t Importance(int32_t importance);

// Add a skill; one that is there already counts once, with the higher of each value.
void AddWanted(WantedSkill skill, std::vector<WantedSkill>& wanted);
void AddHeld(HeldSkill skill, std::vector<HeldSkill>& held);

// The stretches of a week, the days on which one begins (bit 0 Monday), and a text that is the same for the same hours.
std::vector<DayStretch> Stretches(const google::protobuf::RepeatedPtrField<profile::v1::DayHours>& days);
std::bitset<7> WeekdaysOf(const profile::v1::Time& time);
std::string HoursKey(const profile::v1::Time& time, absl::string_view zone);

Weights WeightsOf(const profile::v1::MatchWeights& said);
// What the organisation has each part of a score weigh; the documented weights where it said nothing.
Weights WeightsOf(const profile::v1::Organization& organization);

}  // namespace cortado::matching
