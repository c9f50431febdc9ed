#include "bench/import.h"

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <optional>
#include <sstream>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "common/status/status.h"
#include "common/testing/process.h"

namespace cortado::bench {
namespace {

constexpr int kSample = 1000;  // People whose own bytes are looked at.

int People() {
  const char* given = getenv("CORTADO_BENCH_PEOPLE");
  return given == nullptr ? 100'000 : std::max(100, atoi(given));
}

int64_t Number(absl::string_view text) {
  int64_t number = 0;
  (void)absl::SimpleAtoi(text, &number);
  return number;
}

// The number behind `name` in lines of "name:number" or "name: number kB"; 0 when it is not there.
int64_t ValueOf(const std::string& text, const std::string& name) {
  for (const absl::string_view line : absl::StrSplit(text, absl::ByAnyChar("\r\n"))) {
    if (!absl::StartsWith(line, absl::StrCat(name, ":"))) continue;
    const std::vector<absl::string_view> words =
        absl::StrSplit(line.substr(name.size() + 1), absl::ByAnyChar(" \t"), absl::SkipEmpty());
    return words.empty() ? 0 : Number(words[0]);
  }
  return 0;
}

// The most memory a process ever held, in bytes.
int64_t PeakMemory(pid_t pid) {
  std::ifstream file(absl::StrCat("/proc/", pid, "/status"));
  std::stringstream text;
  text << file.rdbuf();
  return ValueOf(text.str(), "VmHWM") * 1024;
}

int64_t StoreMemory(const Site& site) { return ValueOf(site.Ask({"INFO", "memory"}), "used_memory"); }

// The mean size of what a person is: the record itself, offer and destination.
double OwnBytes(const Site& site) {
  const std::string prefix = absl::StrCat("cortado:{", site.organization(), "}:profile:");
  const std::string ids = site.Ask({"ZRANGE", prefix + "people", "0", absl::StrCat(kSample - 1)});
  int64_t bytes = 0, people = 0;
  for (const absl::string_view id : absl::StrSplit(ids, '\n', absl::SkipEmpty())) {
    for (const char* part : {"person", "offer", "d:hr"}) {
      bytes += Number(site.Ask({"HSTRLEN", absl::StrCat(prefix, "person:", id), part}));
    }
    ++people;
  }
  return people == 0 ? 0 : static_cast<double>(bytes) / static_cast<double>(people);
}

absl::StatusOr<double> TimeImport(Site& site, const std::string& address, int people) {
  const std::string csv = site.Path("people.csv");
  const std::string ctl = testing::BinDirectory() + "/cortadoctl";
  testing::Process generate({ctl, "org", "generate", absl::StrCat(people), "--seed", "7", "--out", csv}, {},
                            site.Path("ctl.log"));
  if (generate.Wait(absl::Seconds(60)) != 0) return absl::InternalError("cortadoctl org generate failed");
  const absl::Time began = absl::Now();
  testing::Process import({ctl, "people", "import", csv, "--assume-open", "--json"},
                          {{"CORTADO_ADDRESS", address}, {"CORTADO_TOKEN", site.Token({"HR_ADMIN"})}},
                          site.Path("ctl.log"));
  if (import.Wait(absl::Minutes(5)) != 0) return absl::InternalError("cortadoctl people import failed");
  const double seconds = absl::ToDoubleSeconds(absl::Now() - began);
  const std::string count = site.Ask({"ZCARD", absl::StrCat("cortado:{", site.organization(), "}:profile:people")});
  if (count != absl::StrCat(people)) {
    return absl::InternalError(absl::StrCat("imported ", people, " people, the store holds ", count));
  }
  return seconds;
}

}  // namespace

absl::StatusOr<std::vector<Figure>> BenchImport(Site& site, const std::string& address) {
  const int people = People();
  const int64_t before = StoreMemory(site);
  ASSIGN_OR_RETURN(const double seconds, TimeImport(site, address, people));
  const double peak = static_cast<double>(PeakMemory(site.last_pid())) / 1e6;
  const double stored = static_cast<double>(StoreMemory(site) - before) / people;
  const double own = OwnBytes(site);
  const std::string scale = people == 100'000 ? absl::StrCat(people, " people, CLI and CSV included")
                                              : absl::StrCat(people, " people in ", seconds, " s, scaled to 100,000");
  std::vector<Figure> figures;
  figures.push_back({"import", seconds * 100'000 / people, "s", 10, true, scale});
  figures.push_back({"import.peak_memory", peak, "MB", 300, true, absl::StrCat("profile server, ", people, " people")});
  figures.push_back({"import.store", stored - own, "bytes a person", 1200, true,
                     absl::StrCat(static_cast<int64_t>(stored), " in all, ", static_cast<int64_t>(own),
                                  " of them the profile's own")});
  return figures;
}

}  // namespace cortado::bench
