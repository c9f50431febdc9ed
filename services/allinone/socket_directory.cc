#include "services/allinone/socket_directory.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "common/status/status.h"

namespace cortado::allinone {
namespace {

constexpr size_t kLongestPath = 90;  // Leaves room for the socket's own name.

bool IsOursAlone(const std::string& path) {
  struct stat found {};
  return lstat(path.c_str(), &found) == 0 && S_ISDIR(found.st_mode) && found.st_uid == geteuid() &&
         (found.st_mode & 0777) == 0700;
}

std::vector<std::string> Places() {
  std::vector<std::string> places;
  if (const char* runtime = getenv("XDG_RUNTIME_DIR"); runtime != nullptr && *runtime == '/') places.push_back(runtime);
  std::error_code error;
  std::filesystem::path temporary = std::filesystem::temp_directory_path(error);
  if (!error) places.push_back(temporary.string());
  places.push_back(P_tmpdir);  // Short, where $TMPDIR may be long.
  return places;
}

}  // namespace

absl::StatusOr<std::string> OpenSocketDirectory(const DataDirectory& data) {
  absl::StatusOr<std::string> recorded = data.Read(kSocketRecord);
  if (recorded.ok()) {
    std::string path(absl::StripAsciiWhitespace(*recorded));
    if (path.size() <= kLongestPath && IsOursAlone(path)) return path;
  }
  for (const std::string& place : Places()) {
    std::string path = absl::StrCat(place, "/cortado-XXXXXX");
    if (path.size() > kLongestPath || mkdtemp(path.data()) == nullptr) continue;
    RETURN_IF_ERROR(data.Write(kSocketRecord, path + "\n"));
    return path;
  }
  return absl::UnavailableError("there is no place for a socket: $XDG_RUNTIME_DIR and $TMPDIR are missing or too long");
}

}  // namespace cortado::allinone
