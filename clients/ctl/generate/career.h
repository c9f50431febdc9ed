// One person of a sample organisation: a plausible way there, skills, wishes and what they offer.
// Thread contract: pure functions.
#pragma once

#include <string>

#include "clients/ctl/generate/dice.h"
#include "clients/ctl/generate/reporting_tree.h"
#include "clients/ctl/import/people_columns.h"

namespace cortado::ctl {

// The year sample organisations are of: no clock is read, so that one seed makes the same bytes on every day.
inline constexpr int kSampleYear = 2026;

// What somebody does and has done, before it is told as a row.
struct Career {
  int department = -1;
  int craft = 0;
  int level = 2;   // 1 junior to 5 principal, of those who lead nobody.
  int height = 0;  // Of the position.
  int years = 0;   // In the profession.
  int tenure = 0;  // Years here, no more than `years`.
};

Career MakeCareer(const Position& position, Dice& dice);

// Returns the title of a craft at a level, or of one who leads `height` levels of people there.
std::string TitleOf(int department, int craft, int level, int height);

void TellJourney(const Career& career, Dice& dice, profile::v1::Person& person);
void TellSkills(const Career& career, Dice& dice, profile::v1::Person& person);
void TellDestination(const Career& career, Dice& dice, ImportRow& row);
void TellOffer(const Career& career, Dice& dice, ImportRow& row);

}  // namespace cortado::ctl
