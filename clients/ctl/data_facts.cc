#include "clients/ctl/data_facts.h"

#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <cstdint>
#include <filesystem>
#include <system_error>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "clients/ctl/render/words.h"

namespace cortado::ctl {
namespace {

namespace fs = std::filesystem;

constexpr int64_t kLittleRoom = 1'000'000'000;

// Redis keeps its append-only file in parts, besides a snapshot; both end in these.
bool IsOfRedis(const fs::path& path) { return path.extension() == ".aof" || path.extension() == ".rdb"; }

DataFact RedisFact(const std::string& data) {
  std::error_code error;
  int64_t bytes = 0;
  int files = 0;
  for (fs::recursive_directory_iterator it(data, fs::directory_options::skip_permission_denied, error), end;
       !error && it != end; it.increment(error)) {
    std::error_code gone;  // Redis replaces files while we look.
    if (!IsOfRedis(it->path())) continue;
    const auto size = static_cast<int64_t>(it->file_size(gone));
    if (gone) continue;
    bytes += size;
    ++files;
  }
  if (files == 0) return {"redis", true, "has kept nothing yet"};
  return {"redis", true, absl::StrCat("keeps ", Bytes(bytes), " in ", Count(files, "file", "files"))};
}

DataFact RoomFact(const std::string& data) {
  struct statvfs room {};
  if (statvfs(data.c_str(), &room) != 0) return {"disk", true, "the room left is not known"};
  const auto bytes = static_cast<int64_t>(room.f_bavail) * static_cast<int64_t>(room.f_frsize);
  if (bytes < kLittleRoom) {
    return {"disk", false, absl::StrCat(Bytes(bytes), " left"),
            "make room: on a full disk Cortado stops taking writes"};
  }
  return {"disk", true, absl::StrCat(Bytes(bytes), " left")};
}

}  // namespace

std::vector<DataFact> LookAtData(const std::string& data) {
  struct stat folder {};
  if (stat(data.c_str(), &folder) != 0) {
    return {{"data", false, absl::StrCat(data, " is not there"), "`cortado` makes it at its first start"}};
  }
  std::vector<DataFact> facts;
  if (folder.st_uid != geteuid()) {
    facts.push_back({"data", false, absl::StrCat(data, " belongs to another user"), "run this as its owner"});
  } else if ((folder.st_mode & 077) != 0) {
    facts.push_back({"data", false, absl::StrFormat("%s is open to others (mode %o)", data, folder.st_mode & 0777),
                     absl::StrCat("chmod 700 ", data)});
  } else {
    facts.push_back({"data", true, data});
  }
  facts.push_back(RedisFact(data));
  facts.push_back(RoomFact(data));
  return facts;
}

}  // namespace cortado::ctl
