#include "services/scheduling/availability/testing/zone_file.h"

#include <algorithm>
#include <cctype>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <sstream>

namespace cortado::scheduling {
namespace {

constexpr char kZones[] = "/usr/share/zoneinfo/";
constexpr int64_t kDay = 86'400;

[[noreturn]] void GiveUp(const std::string& what) {
  std::fprintf(stderr, "zone_file: %s\n", what.c_str());
  std::abort();
}

int64_t StartOf(int year) {
  using namespace std::chrono;
  return sys_days(std::chrono::year(year) / January / 1).time_since_epoch().count() * kDay;
}

int YearOf(int64_t seconds) {
  using namespace std::chrono;
  const sys_days day = floor<days>(sys_seconds(std::chrono::seconds(seconds)));
  return static_cast<int>(year_month_day(day).year());
}

// Takes bytes off the front of a file.
class Bytes {
 public:
  explicit Bytes(std::string bytes) : bytes_(std::move(bytes)) {}

  // A signed number of so many bytes, the highest first (RFC 9636 section 3).
  int64_t Number(size_t size) {
    if (at_ + size > bytes_.size()) GiveUp("a file ends too early");
    int64_t number = size > 0 && (bytes_[at_] & 0x80) != 0 ? -1 : 0;
    for (size_t i = 0; i < size; ++i) number = number * 256 + static_cast<unsigned char>(bytes_[at_++]);
    return number;
  }
  void Skip(int64_t size) { at_ += static_cast<size_t>(size); }
  bool StartsWith(const std::string& text) const { return bytes_.compare(at_, text.size(), text) == 0; }
  std::string Rest() const { return at_ < bytes_.size() ? bytes_.substr(at_) : ""; }

 private:
  const std::string bytes_;
  size_t at_ = 0;
};

// The counts of a header, in the order of the file.
struct Header {
  explicit Header(Bytes& bytes) {
    bytes.Skip(4);  // "TZif"
    version = static_cast<char>(bytes.Number(1));
    bytes.Skip(15);
    for (int64_t* count : {&utc, &standard, &leaps, &times, &types, &letters}) *count = bytes.Number(4);
  }
  // Of the data behind it, with times of so many bytes.
  int64_t Size(int64_t time) const {
    return times * (time + 1) + types * 6 + letters + leaps * (time + 4) + standard + utc;
  }

  char version = 0;
  int64_t utc = 0, standard = 0, leaps = 0, times = 0, types = 0, letters = 0;
};

// Takes a POSIX TZ text apart (RFC 9636 section 3.3.1).
class TzText {
 public:
  explicit TzText(const std::string& text) : text_(text) {}

  bool AtEnd() const { return at_ == text_.size(); }
  bool Take(char c) {
    if (AtEnd() || text_[at_] != c) return false;
    ++at_;
    return true;
  }
  void Name() {
    if (Take('<')) {
      while (!Take('>')) Advance();
      return;
    }
    while (!AtEnd() && std::isalpha(static_cast<unsigned char>(text_[at_])) != 0) ++at_;
  }
  int Number() {
    const size_t began = at_;
    while (!AtEnd() && std::isdigit(static_cast<unsigned char>(text_[at_])) != 0) ++at_;
    if (at_ == began) GiveUp("no number in " + text_);
    return std::atoi(text_.substr(began, at_ - began).c_str());
  }
  // "[+-]hh[:mm[:ss]]" in seconds.
  int64_t Clock() {
    const bool is_negative = Take('-');
    if (!is_negative) Take('+');
    int64_t seconds = Number() * 3600;
    if (Take(':')) seconds += Number() * 60;
    if (Take(':')) seconds += Number();
    return is_negative ? -seconds : seconds;
  }
  bool IsAtClock() const { return !AtEnd() && text_[at_] != ','; }

 private:
  void Advance() {
    if (AtEnd()) GiveUp("an open name in " + text_);
    ++at_;
  }

  const std::string& text_;
  size_t at_ = 0;
};

}  // namespace

int64_t ZoneFile::YearlyRule::LocalIn(int year) const {
  using namespace std::chrono;
  const sys_days first = sys_days(std::chrono::year(year) / January / 1);
  sys_days on = first;
  if (kind == Kind::kMonthWeekDay) {
    const auto in_month = std::chrono::year(year) / std::chrono::month(static_cast<unsigned>(month));
    const weekday wanted(static_cast<unsigned>(day));
    on = week == 5 ? sys_days(in_month / wanted[last]) : sys_days(in_month / wanted[static_cast<unsigned>(week)]);
  } else if (kind == Kind::kZeroBased) {
    on += days(day);
  } else {  // 1 to 365, the 29th of February never counted.
    on += days(day - 1 + (std::chrono::year(year).is_leap() && day >= 60 ? 1 : 0));
  }
  return on.time_since_epoch().count() * kDay + seconds;
}

void ZoneFile::ParseFooter(const std::string& text) {
  if (text.empty()) return;
  TzText tz(text);
  Footer footer;
  tz.Name();
  footer.standard = -tz.Clock();  // POSIX counts westwards.
  if (!tz.AtEnd()) {
    footer.has_summer = true;
    tz.Name();
    footer.summer = tz.IsAtClock() ? -tz.Clock() : footer.standard + 3600;
    for (YearlyRule* rule : {&footer.to_summer, &footer.to_standard}) {
      if (!tz.Take(',')) GiveUp("no rule in " + text);
      if (tz.Take('M')) {
        rule->month = tz.Number();
        tz.Take('.');
        rule->week = tz.Number();
        tz.Take('.');
      } else {
        rule->kind = tz.Take('J') ? YearlyRule::Kind::kJulian : YearlyRule::Kind::kZeroBased;
      }
      rule->day = tz.Number();
      rule->seconds = tz.Take('/') ? tz.Clock() : 2 * 3600;
    }
  }
  if (!tz.AtEnd()) GiveUp("more than expected in " + text);
  footer_ = footer;
}

std::optional<ZoneFile> ZoneFile::Read(const std::string& name) {
  std::ifstream file(kZones + name, std::ios::binary);
  std::stringstream text;
  text << file.rdbuf();
  if (!file) return std::nullopt;
  Bytes bytes(text.str());
  if (!bytes.StartsWith("TZif")) return std::nullopt;
  const Header small(bytes);
  if (small.version < '2') return std::nullopt;
  bytes.Skip(small.Size(4));
  const Header header(bytes);
  ZoneFile zone;
  for (int64_t i = 0; i < header.times; ++i) zone.transitions_.push_back({bytes.Number(8), 0});
  for (Transition& transition : zone.transitions_) transition.offset = bytes.Number(1);  // Its type, for now.
  std::vector<int64_t> offsets;
  for (int64_t i = 0; i < header.types; ++i) {
    offsets.push_back(bytes.Number(4));
    bytes.Skip(2);
  }
  for (Transition& transition : zone.transitions_) {
    transition.offset = offsets[static_cast<size_t>(transition.offset & 0xff)];
  }
  zone.first_offset_ = offsets.front();
  bytes.Skip(header.Size(8) - header.times * 9 - header.types * 6);
  std::string footer = bytes.Rest();  // Between two line ends.
  footer.erase(std::remove(footer.begin(), footer.end(), '\n'), footer.end());
  zone.ParseFooter(footer);
  return zone;
}

std::vector<ZoneFile::Transition> ZoneFile::FromFooter(int year) const {
  if (!footer_.has_value() || !footer_->has_summer) return {};
  std::vector<Transition> changes = {{footer_->to_summer.LocalIn(year) - footer_->standard, footer_->summer},
                                     {footer_->to_standard.LocalIn(year) - footer_->summer, footer_->standard}};
  std::sort(changes.begin(), changes.end(), [](const Transition& a, const Transition& b) { return a.when < b.when; });
  return changes;
}

std::vector<ZoneFile::Transition> ZoneFile::TransitionsIn(int first_year, int last_year) const {
  std::vector<Transition> all = transitions_;
  const int64_t last_listed = all.empty() ? INT64_MIN : all.back().when;
  for (int year = first_year - 1; year <= last_year + 1; ++year) {
    for (const Transition& change : FromFooter(year)) {
      if (change.when > last_listed) all.push_back(change);
    }
  }
  return all;
}

int64_t ZoneFile::OffsetAt(int64_t instant) const {
  const int year = YearOf(instant);
  int64_t offset = transitions_.empty() && footer_.has_value() ? footer_->standard : first_offset_;
  for (const Transition& change : TransitionsIn(year, year)) {
    if (change.when <= instant) offset = change.offset;
  }
  return offset;
}

std::vector<ClockChange> ZoneFile::ChangesIn(int first_year, int last_year) const {
  std::vector<ClockChange> changes;
  int64_t before = transitions_.empty() && footer_.has_value() ? footer_->standard : first_offset_;
  for (const Transition& change : TransitionsIn(first_year, last_year)) {
    const bool is_in = change.when >= StartOf(first_year) && change.when < StartOf(last_year + 1);
    if (is_in && change.offset != before) changes.push_back({change.when, before, change.offset});
    before = change.offset;
  }
  return changes;
}

int64_t ZoneFile::Resolve(int64_t local) const {
  // No zone is further than a day from UTC; what its clocks did within two days around is all that can matter.
  const int year = YearOf(local);
  std::vector<int64_t> readings;
  for (const ClockChange& change : ChangesIn(year - 1, year + 1)) {
    if (change.IsGap() && change.LocalStart() <= local && local < change.LocalEnd()) return local - change.before;
    readings.push_back(local - change.before);
    readings.push_back(local - change.after);
  }
  readings.push_back(local - OffsetAt(local));
  std::sort(readings.begin(), readings.end());
  for (const int64_t instant : readings) {
    if (instant + OffsetAt(instant) == local) return instant;
  }
  GiveUp("a local time that no instant shows");
}

std::vector<std::string> AllZoneNames() {
  std::vector<std::string> names;
  std::ifstream text(std::string(kZones) + "tzdata.zi");
  for (std::string line; std::getline(text, line);) {
    std::istringstream words(line);
    std::string kind, first, second;
    words >> kind >> first >> second;
    if (kind == "Z") names.push_back(first);
    if (kind == "L") names.push_back(second);
  }
  std::sort(names.begin(), names.end());
  return names;
}

}  // namespace cortado::scheduling
