#include "common/time/zone_data.h"

#include <cstdlib>
#include <fstream>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace cortado {
namespace {

constexpr char kSystem[] = "/usr/share/zoneinfo";
constexpr char kFirstWords[] = "# version ";

}  // namespace

std::string ZoneDataVersion() {
  const char* given = std::getenv("TZDIR");
  std::ifstream text(absl::StrCat(given == nullptr || *given == '\0' ? kSystem : given, "/tzdata.zi"));
  std::string line;
  if (!std::getline(text, line) || !absl::StartsWith(line, kFirstWords)) return "unknown";
  return line.substr(sizeof kFirstWords - 1);
}

std::string ZoneDataHealthName(absl::string_view version) { return absl::StrCat("cortado.zone_data.", version); }

}  // namespace cortado
