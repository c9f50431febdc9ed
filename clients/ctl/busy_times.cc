#include "clients/ctl/busy_times.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "clients/ctl/hours_text.h"
#include "clients/ctl/render/words.h"
#include "common/csv/csv_reader.h"
#include "common/status/status.h"

namespace cortado::ctl {
namespace {

using scheduling::v1::BusyTime;

constexpr absl::string_view kKeys[] = {"start", "end", "uid"};
constexpr size_t kAbsent = static_cast<size_t>(-1);

absl::Status Bad(int64_t line, absl::string_view what) {
  return absl::InvalidArgumentError(absl::StrCat("line ", line, ": ", what));
}

absl::StatusOr<BusyTime> BusyOf(int64_t line, absl::string_view start, absl::string_view end, std::string uid,
                                absl::TimeZone zone) {
  const absl::StatusOr<absl::Time> from = ParseInstant(absl::StripAsciiWhitespace(start), zone);
  if (!from.ok()) return Bad(line, from.status().message());
  const absl::StatusOr<absl::Time> to = ParseInstant(absl::StripAsciiWhitespace(end), zone);
  if (!to.ok()) return Bad(line, to.status().message());
  if (*to < *from) return Bad(line, "the end lies before the start; change them round");
  BusyTime busy;
  *busy.mutable_start_time() = ToTimestamp(*from);
  *busy.mutable_end_time() = ToTimestamp(*to);
  busy.set_uid(std::move(uid));
  return busy;
}

absl::StatusOr<std::vector<BusyTime>> ParseCsv(absl::string_view text, absl::TimeZone zone) {
  csv::CsvReader reader(csv::StringSource(text));
  csv::CsvRecord record;
  std::vector<BusyTime> times;
  size_t columns[] = {kAbsent, kAbsent, kAbsent};
  for (bool is_header = true;; is_header = false) {
    ASSIGN_OR_RETURN(const bool more, reader.Next(record));
    if (!more && is_header) return absl::InvalidArgumentError("the file is empty; its first line must be start,end");
    if (!more) return times;
    if (record.problem) return Bad(record.problem->line, absl::StrCat(record.problem->what, "; ", record.problem->fix));
    if (is_header) {
      for (size_t i = 0; i < std::size(kKeys); ++i) {
        const auto found = std::find(record.cells.begin(), record.cells.end(), kKeys[i]);
        if (found != record.cells.end()) columns[i] = static_cast<size_t>(found - record.cells.begin());
      }
      if (columns[0] == kAbsent || columns[1] == kAbsent)
        return Bad(record.line, "the columns start and end are needed");
      continue;
    }
    std::string uid = columns[2] == kAbsent ? "" : record.cells[columns[2]];
    ASSIGN_OR_RETURN(BusyTime busy,
                     BusyOf(record.line, record.cells[columns[0]], record.cells[columns[1]], std::move(uid), zone));
    times.push_back(std::move(busy));
  }
}

absl::StatusOr<std::vector<BusyTime>> ParseLines(absl::string_view text, absl::TimeZone zone) {
  std::vector<BusyTime> times;
  int64_t number = 0;
  for (const absl::string_view line : absl::StrSplit(text, '\n')) {
    ++number;
    if (absl::StripAsciiWhitespace(line).empty()) continue;
    const nlohmann::json object = nlohmann::json::parse(line.begin(), line.end(), nullptr, /*allow_exceptions=*/false);
    std::string values[std::size(kKeys)];
    if (!object.is_object()) return Bad(number, "this is no JSON object, as {\"start\": \"...\", \"end\": \"...\"}");
    for (size_t i = 0; i < std::size(kKeys); ++i) {
      const auto found = object.find(std::string(kKeys[i]));
      if (found == object.end() && kKeys[i] == "uid") continue;
      if (found == object.end() || !found->is_string()) return Bad(number, absl::StrCat(kKeys[i], " must be a text"));
      values[i] = found->get<std::string>();
    }
    ASSIGN_OR_RETURN(BusyTime busy, BusyOf(number, values[0], values[1], std::move(values[2]), zone));
    times.push_back(std::move(busy));
  }
  return times;
}

}  // namespace

absl::StatusOr<std::vector<BusyTime>> ParseBusyTimes(absl::string_view text, absl::TimeZone zone) {
  const bool is_json = absl::StartsWith(absl::StripLeadingAsciiWhitespace(text), "{");
  return is_json ? ParseLines(text, zone) : ParseCsv(text, zone);
}

}  // namespace cortado::ctl
