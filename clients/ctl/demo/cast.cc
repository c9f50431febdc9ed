#include "clients/ctl/demo/cast.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/time/civil_time.h"

namespace cortado::ctl {
namespace {

constexpr int kFewestHeld = 3;
constexpr int kFewestMissing = 2;
constexpr int kMostMissing = 6;

std::set<std::string> HeldSkills(const ImportRow& row) {
  std::set<std::string> held;
  for (const auto& skill : row.person().skills_held()) held.insert(absl::AsciiStrToLower(skill.skill()));
  return held;
}

bool HasJoined(const ImportRow& row, bool everybody) { return everybody || row.has_offer(); }

// -1 for somebody without a story.
int StoryWorth(const ImportRow& row, bool everybody) {
  const auto& person = row.person();
  const auto missing = static_cast<int>(MissingSkills(row).size());
  const bool tellable = HasJoined(row, everybody) && !person.title().empty() && !person.time_zone().empty() &&
                        !person.department().empty() && person.skills_held_size() >= kFewestHeld &&
                        missing >= kFewestMissing && missing <= kMostMissing;
  if (!tellable) return -1;
  int worth = 0;
  if (row.has_destination()) worth += row.destination().text().empty() ? 4 : 8;
  if (row.destination().motives_size() > 0) worth += 1;
  if (person.journey_size() > 1) worth += 3;
  if (person.interests_size() > 0) worth += 2;
  if (missing >= 3 && missing <= 5) worth += 2;
  return worth;
}

// The first `limit` indices of those with a worth of 0 or more, by worth, then by their place in the file.
std::vector<size_t> Best(const std::vector<int>& worth, size_t limit) {
  std::vector<size_t> order;
  for (size_t i = 0; i < worth.size(); ++i) {
    if (worth[i] >= 0) order.push_back(i);
  }
  std::stable_sort(order.begin(), order.end(), [&](size_t a, size_t b) { return worth[a] > worth[b]; });
  if (order.size() > limit) order.resize(limit);
  return order;
}

// The default time of a person, as far as a chat of half an hour goes.
bool IsUsualTime(absl::Time start, const std::string& zone_name) {
  absl::TimeZone zone;
  if (zone_name.empty() || !absl::LoadTimeZone(zone_name, &zone)) return false;
  const absl::CivilMinute local = absl::ToCivilMinute(start, zone);
  const absl::Weekday day = absl::GetWeekday(local);
  const int64_t minutes = local.hour() * 60 + local.minute();
  return day != absl::Weekday::saturday && day != absl::Weekday::sunday && minutes >= 9 * 60 && minutes <= 16 * 60 + 30;
}

}  // namespace

std::vector<std::string> MissingSkills(const ImportRow& row) {
  const std::set<std::string> held = HeldSkills(row);
  std::vector<std::string> missing;
  for (const auto& skill : row.person().skills_wanted()) {
    if (held.count(absl::AsciiStrToLower(skill.skill())) == 0) missing.push_back(skill.skill());
  }
  return missing;
}

std::vector<size_t> StoryCandidates(absl::Span<const ImportRow> rows, bool everybody, size_t limit) {
  std::vector<int> worth;
  worth.reserve(rows.size());
  for (const ImportRow& row : rows) worth.push_back(StoryWorth(row, everybody));
  return Best(worth, limit);
}

std::string TitleWhereSkillsAre(absl::Span<const ImportRow> rows, const ImportRow& row) {
  struct Tally {
    int people = 0;
    int64_t hits = 0;
  };
  const std::vector<std::string> missing = MissingSkills(row);
  std::map<std::string, Tally> by_title;
  for (const ImportRow& other : rows) {
    if (other.person().title().empty() || other.person().title() == row.person().title()) continue;
    Tally& tally = by_title[other.person().title()];
    ++tally.people;
    const std::set<std::string> held = HeldSkills(other);
    for (const std::string& skill : missing)
      tally.hits += static_cast<int64_t>(held.count(absl::AsciiStrToLower(skill)));
  }
  std::string best;
  Tally most;
  for (const auto& [title, tally] : by_title) {
    if (tally.people < kFewestHolders || tally.hits == 0) continue;
    // hits / people, compared without division.
    if (!best.empty() && tally.hits * most.people <= most.hits * tally.people) continue;
    best = title;
    most = tally;
  }
  return best;
}

std::vector<size_t> Rivals(absl::Span<const ImportRow> rows, const ImportRow& row, absl::Time start, bool everybody,
                           size_t limit) {
  std::set<std::string> wanted;
  for (const std::string& skill : MissingSkills(row)) wanted.insert(absl::AsciiStrToLower(skill));
  std::map<std::string, bool> works_then;  // By zone: a file of many people has few.
  std::vector<int> worth;
  worth.reserve(rows.size());
  for (const ImportRow& other : rows) {
    const std::string& zone = other.person().time_zone();
    const auto [found, is_new] = works_then.try_emplace(zone);
    if (is_new) found->second = IsUsualTime(start, zone);
    if (!found->second || !HasJoined(other, everybody) || other.person().external_id() == row.person().external_id()) {
      worth.push_back(-1);
      continue;
    }
    int shared = 0;
    for (const std::string& skill : MissingSkills(other)) {
      shared += static_cast<int>(wanted.count(absl::AsciiStrToLower(skill)));
    }
    worth.push_back(shared);
  }
  return Best(worth, limit);
}

}  // namespace cortado::ctl
