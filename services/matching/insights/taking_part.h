// Who takes part in a programme, or in mentoring outside of programmes, as a tree of counts by group: the one form in
// which the figures look at people. Pure, safe from any thread.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "services/matching/insights/calendar.h"
#include "services/matching/insights/groups.h"

namespace cortado::matching {

// One person of whom the figures tell. In the organisation: everybody active; "enrolled" means joined.
struct InsightPerson {
  int32_t department = 0;  // Index into InsightInput::departments.
  int32_t site = 0;        // Likewise, into its sites.
  bool enrolled = false;
  bool looking = false;                   // Enrolled, and to be matched with somebody.
  std::optional<int32_t> matched_month;   // Looking, and first matched then; see MonthOf.
  int32_t partner_department = 0;         // Whom they were first matched with.
  bool chat_booked = false;               // In that match.
  std::optional<int64_t> hours_to_yes;    // From the request to it.
  std::optional<int64_t> hours_to_first;  // From their first request to it.
  std::optional<int64_t> hours_to_chat;   // From it until a chat was booked first.
  bool mentors = false;                   // Enrolled, and may be matched with mentees.
  int32_t load = 0;                       // Active matches in which they mentor.
  bool offers = false;                    // Joined, and may be suggested as mentor.
  int64_t list_places = 0;                // In how many lists of ten they are suggested.
  std::vector<int32_t> answers = {};      // By question: the choice, or -1 for not said.
};

// What people were asked of groups they belong to.
struct InsightQuestion {
  std::string id;
  std::string question;
  std::vector<std::string> choices;
};

// What a skill is to the organisation.
struct SkillFigures {
  std::string title;
  int64_t wanted = 0;   // People who want it and do not hold it.
  int64_t offered = 0;  // People who hold it and may be suggested as mentor.
};

// All that the figures are made of. Departments and sites are words of the organisation, empty for "not known".
struct InsightInput {
  bool organization = false;  // Mentoring outside of programmes; else one programme.
  std::vector<std::string> departments;
  std::vector<std::string> sites;
  std::vector<InsightPerson> people;
  std::vector<SkillFigures> skills;        // Of the organisation alone.
  std::vector<InsightQuestion> questions;  // Likewise.
};

class InsightGrouping;

// The counts, and where each stands in the tree. Exactly those of all groupings have the same totals.
class TakingPart {
 public:
  // With every month somebody was first matched in, and those of `asked`.
  // All outlive it.
  TakingPart(const InsightInput& input, const InsightGrouping& grouping, const CalendarPeriod& asked);

  struct Node {
    const GroupedCount& count;
    const ToldCount& told;
  };
  Node invited() const { return At(invited_); }
  Node enrolled() const { return At(enrolled_); }
  Node looking() const { return At(looking_); }
  Node matched() const { return At(matched_); }
  Node unmatched() const { return At(unmatched_); }
  Node chat_booked() const { return At(chat_booked_); }
  Node offering() const { return At(offering_); }
  Node mentors() const { return At(mentors_); }
  // First matched in a period that was asked for, or that lies around a month in which somebody was.
  Node matched_in(const CalendarPeriod& period) const { return At(periods_.at(period)); }

  const std::vector<GroupedCount>& counts() const { return counts_; }
  const std::vector<ToldCount>& told() const { return told_; }

 private:
  Node At(int32_t index) const { return {counts_[index], told_[index]}; }
  template <class Counts>
  int32_t Add(int32_t parent, int32_t split, Counts counts);
  int32_t AddPeriod(int32_t parent, int32_t split, const CalendarPeriod& period);
  void AddPeriods(const CalendarPeriod& asked);

  const InsightInput& input_;
  const InsightGrouping& grouping_;
  int32_t invited_, enrolled_, looking_, matched_, unmatched_, chat_booked_, offering_, mentors_;
  std::map<CalendarPeriod, int32_t> periods_;
  std::vector<GroupedCount> counts_;
  std::vector<ToldCount> told_;
};

}  // namespace cortado::matching
