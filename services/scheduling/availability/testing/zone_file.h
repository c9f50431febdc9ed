// A second reading of the system's zone files, for tests: TZif as RFC 9636 defines it, its footer included, without
// Abseil. What it says is compared with what the product says. Values; thread-compatible.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace cortado::scheduling {

// The clocks of a zone jump at `when` from `before` to `after`, both in seconds east of UTC and never equal. All times
// are seconds since 1970, local ones as if the wall clock were UTC.
struct ClockChange {
  int64_t when = 0;
  int64_t before = 0;
  int64_t after = 0;

  bool IsGap() const { return after > before; }
  // The local times that are skipped or come twice: [start, end).
  int64_t LocalStart() const { return when + (IsGap() ? before : after); }
  int64_t LocalEnd() const { return when + (IsGap() ? after : before); }
};

class ZoneFile {
 public:
  // Reads the zone of that name from the system's zone data; nothing if there is no such file, or it is not TZif with a
  // 64-bit block. Aborts on a footer it does not understand.
  static std::optional<ZoneFile> Read(const std::string& name);

  // Seconds east of UTC at an instant.
  int64_t OffsetAt(int64_t instant) const;
  // All changes of the clocks from one year (UTC) to the end of another, in order.
  std::vector<ClockChange> ChangesIn(int first_year, int last_year) const;
  // The instant of a local time: the first of two; for one that is skipped what the offset before the gap makes of it.
  int64_t Resolve(int64_t local) const;

 private:
  struct Transition {
    int64_t when;
    int64_t offset;  // From then on.
  };
  // One of the two rules of a footer, as "M3.5.0/2".
  struct YearlyRule {
    enum class Kind { kMonthWeekDay, kJulian, kZeroBased };
    Kind kind = Kind::kMonthWeekDay;
    int month = 0;
    int week = 0;  // 5: the last.
    int day = 0;   // Of the week from Sunday, or of the year.
    int64_t seconds = 0;

    // Local time of the change in that year, in the offset before it.
    int64_t LocalIn(int year) const;
  };
  struct Footer {
    int64_t standard = 0;
    int64_t summer = 0;
    bool has_summer = false;
    YearlyRule to_summer;
    YearlyRule to_standard;
  };

  void ParseFooter(const std::string& text);
  // The changes of the footer's rules in a year, in order.
  std::vector<Transition> FromFooter(int year) const;
  // All that may matter from the start of one year to the end of another.
  std::vector<Transition> TransitionsIn(int first_year, int last_year) const;

  int64_t first_offset_ = 0;
  std::vector<Transition> transitions_;
  std::optional<Footer> footer_;
};

// The version of the system's zone data and all names it has, links included, by its text form; empty without it.
std::vector<std::string> AllZoneNames();

}  // namespace cortado::scheduling
