#include "services/matching/testing/life_model.h"

#include <algorithm>

#include "services/matching/request_rules.h"
#include "services/matching/working_days.h"

namespace cortado::matching::testing {
namespace {

absl::Time AnswerBy(absl::Time now) { return AfterWorkingDays(now, kDaysToAnswer, {{}, absl::UTCTimeZone()}); }

}  // namespace

int LifeModel::OpenBy(int person) const {
  return static_cast<int>(std::count_if(
      all.begin(), all.end(), [=](const Asked& one) { return one.asker == person && one.state == State::kOpen; }));
}

int LifeModel::OpenTo(int person) const {
  return static_cast<int>(std::count_if(
      all.begin(), all.end(), [=](const Asked& one) { return one.mentor == person && one.state == State::kOpen; }));
}

int LifeModel::ActiveOf(int mentor) const {
  return static_cast<int>(std::count_if(matches.begin(), matches.end(),
                                        [=](const Matched& one) { return one.mentor == mentor && one.active; }));
}

bool LifeModel::AreMatched(int one, int other) const {
  return std::any_of(matches.begin(), matches.end(), [=](const Matched& match) {
    return match.active && std::minmax(match.mentee, match.mentor) == std::minmax(one, other);
  });
}

bool LifeModel::AreApart(int one, int other) const {
  return !people[one].here || !people[other].here || people[one].blocks.count(other) > 0 ||
         people[other].blocks.count(one) > 0;
}

bool LifeModel::CanMeet(int asker, int mentor, bool now_free) const {
  const bool is_free = !people[mentor].on_a_break && !people[mentor].door_closed;
  return !AreApart(asker, mentor) && (is_free || !now_free);
}

std::string LifeModel::Obstacle(int asker, int mentor, int spare, absl::Time now) const {
  if (AreMatched(asker, mentor)) return "ALREADY_MATCHED";
  for (int i = 0; i < static_cast<int>(all.size()); ++i) {
    if (all[i].asker == asker && all[i].mentor == mentor && Waits(i)) return "REQUEST_PENDING";
  }
  if (OpenBy(asker) - spare >= kOpenRequests) return "TOO_MANY_REQUESTS";
  for (const Asked& one : all) {
    const bool came_to_nothing = one.state == State::kClosed || one.state == State::kWithdrawn;
    const bool is_this_pair = one.asker == asker && one.mentor == mentor;
    if (came_to_nothing && is_this_pair && now < one.until + kAskAgainAfter) return "ASKED_RECENTLY";
  }
  if (OpenTo(mentor) + ActiveOf(mentor) >= people[mentor].places) return "NO_PLACE_LEFT";
  return "";
}

std::string LifeModel::WrongPerson(int person, int request, bool asker) const {
  const Asked& one = all[request];
  if (one.gone || (person != one.asker && person != one.mentor)) return "RESOURCE_NOT_FOUND";
  return (person == one.asker) == asker ? "" : "ACCESS_DENIED";
}

void LifeModel::Add(int asker, int mentor, std::vector<int> next_choices, int origin, absl::Time now) {
  Asked one;
  one.asker = asker;
  one.mentor = mentor;
  one.next_choices = std::move(next_choices);
  one.until = AnswerBy(now);
  one.origin = origin;
  one.made = now;
  all.push_back(std::move(one));
}

std::string LifeModel::Ask(int person, int mentor, std::vector<int> next_choices, absl::Time now) {
  if (person == mentor) return "REQUEST_SELF";
  if (!people[person].here) return "ACCESS_DENIED";
  if (!CanMeet(person, mentor, true)) return "NOT_AVAILABLE";
  std::string obstacle = Obstacle(person, mentor, 0, now);
  if (obstacle.empty()) Add(person, mentor, std::move(next_choices), -1, now);
  return obstacle;
}

std::string LifeModel::Accept(int person, int request) {
  if (std::string wrong = WrongPerson(person, request, false); !wrong.empty()) return wrong;
  Asked& one = all[request];
  if (!Waits(request)) return "REQUEST_ANSWERED";
  if (AreApart(one.asker, one.mentor)) return "NOT_AVAILABLE";
  if (AreMatched(one.asker, one.mentor)) return "ALREADY_MATCHED";
  const int others = one.state == State::kOpen ? 0 : OpenTo(one.mentor);
  if (ActiveOf(one.mentor) + others >= people[one.mentor].places) return "NO_PLACE_LEFT";
  one.state = State::kAccepted;
  one.match = static_cast<int>(matches.size());
  matches.push_back({"", one.asker, one.mentor, true});
  return "";
}

void LifeModel::Close(int request, absl::Time now) {
  const int asker = all[request].asker;
  const std::vector<int> choices = all[request].next_choices;
  all[request].state = State::kClosed;
  all[request].until = now;
  for (size_t i = 0; i < choices.size(); ++i) {
    if (!CanMeet(asker, choices[i], true) || !Obstacle(asker, choices[i], 0, now).empty()) continue;
    all[request].next = static_cast<int>(all.size());
    Add(asker, choices[i], {choices.begin() + static_cast<std::ptrdiff_t>(i) + 1, choices.end()}, request, now);
    return;
  }
}

std::string LifeModel::Decline(int person, int request, absl::Time now) {
  if (std::string wrong = WrongPerson(person, request, false); !wrong.empty()) return wrong;
  if (!Waits(request)) return "REQUEST_ANSWERED";
  Close(request, now);
  return "";
}

std::string LifeModel::Question(int person, int request, absl::Time now) {
  if (std::string wrong = WrongPerson(person, request, false); !wrong.empty()) return wrong;
  Asked& one = all[request];
  if (one.state != State::kOpen) return "REQUEST_ANSWERED";
  if (one.waits_for_asker) return "QUESTION_PENDING";
  if (one.questions == 5) return "TOO_MANY_QUESTIONS";
  ++one.questions;
  one.waits_for_asker = true;
  one.until = AnswerBy(now);
  return "";
}

std::string LifeModel::Reply(int person, int request, absl::Time now) {
  if (std::string wrong = WrongPerson(person, request, true); !wrong.empty()) return wrong;
  Asked& one = all[request];
  if (one.state != State::kOpen) return "REQUEST_ANSWERED";
  if (!one.waits_for_asker) return "NO_QUESTION";
  one.waits_for_asker = false;
  one.until = AnswerBy(now);
  return "";
}

std::string LifeModel::Postpone(int person, int request, absl::Time until) {
  if (std::string wrong = WrongPerson(person, request, false); !wrong.empty()) return wrong;
  if (all[request].state != State::kOpen) return "REQUEST_ANSWERED";
  all[request].state = State::kPostponed;
  all[request].until = until;
  all[request].waits_for_asker = false;
  return "";
}

std::string LifeModel::Withdraw(int person, int request, absl::Time now) {
  if (std::string wrong = WrongPerson(person, request, true); !wrong.empty()) return wrong;
  if (!Waits(request)) return "REQUEST_ANSWERED";
  all[request].state = State::kWithdrawn;
  all[request].until = now;
  return "";
}

std::string LifeModel::End(int person, int match) {
  Matched& one = matches[match];
  if (person != one.mentee && person != one.mentor) return "RESOURCE_NOT_FOUND";
  if (!one.active) return "MATCH_ENDED";
  one.active = false;
  return "";
}

void LifeModel::Look(int request, absl::Time now) {
  Asked& one = all[request];
  if (one.state == State::kAccepted || one.gone) return;
  if (!Waits(request)) {
    one.gone = now >= one.until + kAskAgainAfter + absl::Seconds(1);
    return;
  }
  const bool is_open = one.state == State::kOpen;
  if (!CanMeet(one.asker, one.mentor, is_open)) return Close(request, now);
  if (now < one.until) return;
  const bool has_room = OpenTo(one.mentor) + ActiveOf(one.mentor) < people[one.mentor].places;
  const bool has_slot = OpenBy(one.asker) < kOpenRequests;
  if (is_open || !has_room || !has_slot || !CanMeet(one.asker, one.mentor, true)) return Close(request, now);
  one.state = State::kOpen;
  one.until = AnswerBy(now);
}

// The newest first, as everybody sees their own.
void LifeModel::LookAt(int person, absl::Time now) {
  const Somebody& who = people[person];
  const bool is_all = !who.here || !who.blocks.empty();
  const bool is_away = who.on_a_break || who.door_closed;
  if (!is_all && (!is_away || OpenTo(person) == 0)) return;
  std::vector<int> theirs;
  for (int i = 0; i < static_cast<int>(all.size()); ++i) {
    if ((all[i].asker == person || all[i].mentor == person) && Waits(i)) theirs.push_back(i);
  }
  std::sort(theirs.begin(), theirs.end(), [this](int one, int other) {
    return std::pair(all[one].made, all[one].name) > std::pair(all[other].made, all[other].name);
  });
  for (const int request : theirs) Look(request, now);
  for (Matched& match : matches) {
    if (match.mentee != person && match.mentor != person) continue;
    if (AreApart(match.mentee, match.mentor)) match.active = false;
  }
}

// What is longest due first.
void LifeModel::RunDue(absl::Time now) {
  std::vector<int> due;
  for (int i = 0; i < static_cast<int>(all.size()); ++i) due.push_back(i);
  const auto time_of = [this](int i) { return Waits(i) ? all[i].until : all[i].until + kAskAgainAfter; };
  due.erase(std::remove_if(due.begin(), due.end(), [&](int i) { return time_of(i) > now; }), due.end());
  std::sort(due.begin(), due.end(), [&](int one, int other) {
    return std::pair(time_of(one), all[one].name) < std::pair(time_of(other), all[other].name);
  });
  for (const int request : due) Look(request, now);
}

}  // namespace cortado::matching::testing
