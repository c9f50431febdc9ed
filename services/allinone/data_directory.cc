#include "services/allinone/data_directory.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <system_error>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "common/status/status.h"

namespace cortado::allinone {
namespace {

constexpr size_t kSecretBytes = 32;

absl::Status Failed(absl::string_view what, const std::string& path, int error) {
  return absl::UnavailableError(absl::StrCat("cannot ", what, " ", path, ": ", std::strerror(error)));
}

absl::Status MakeFolder(const std::string& path) {
  if (mkdir(path.c_str(), 0700) != 0 && errno != EEXIST) return Failed("make", path, errno);
  struct stat found {};
  if (stat(path.c_str(), &found) != 0) return Failed("look at", path, errno);
  if (!S_ISDIR(found.st_mode)) return absl::FailedPreconditionError(absl::StrCat(path, " is not a directory"));
  if (found.st_uid != geteuid()) {
    return absl::FailedPreconditionError(absl::StrCat(path, " belongs to another user; choose another with --data"));
  }
  return absl::OkStatus();
}

// Claims run/pid. The lock ends with the last descriptor, so with the process, however it dies; the number in the file
// is only for the message.
absl::StatusOr<int> Claim(const std::string& path) {
  int claim = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (claim < 0) return Failed("write", path, errno);
  if (flock(claim, LOCK_EX | LOCK_NB) != 0) {
    char owner[32] = {};
    ssize_t size = read(claim, owner, sizeof owner - 1);
    close(claim);
    absl::string_view pid =
        absl::StripAsciiWhitespace(absl::string_view(owner, size > 0 ? static_cast<size_t>(size) : 0));
    return absl::FailedPreconditionError(absl::StrCat("another cortado (process ", pid.empty() ? "unknown" : pid,
                                                      ") is running on this data directory"));
  }
  std::string text = absl::StrCat(getpid(), "\n");
  // On a full disk the number is missing, which is no reason not to start.
  [[maybe_unused]] bool told = ftruncate(claim, 0) == 0 && pwrite(claim, text.data(), text.size(), 0) > 0;
  return claim;
}

absl::Status WriteAll(int fd, absl::string_view text) {
  while (!text.empty()) {
    ssize_t written = write(fd, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return absl::UnavailableError(std::strerror(errno));
    text.remove_prefix(static_cast<size_t>(written));
  }
  if (fsync(fd) != 0) return absl::UnavailableError(std::strerror(errno));
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<DataDirectory> DataDirectory::Open(const std::string& path) {
  std::error_code error;
  std::filesystem::path absolute = std::filesystem::absolute(path, error).lexically_normal();
  if (error) return absl::UnavailableError(absl::StrCat("cannot use ", path, ": ", error.message()));
  if (!absolute.has_filename()) absolute = absolute.parent_path();
  std::filesystem::create_directories(absolute.parent_path(), error);
  if (error)
    return absl::UnavailableError(absl::StrCat("cannot make ", absolute.parent_path().string(), ": ", error.message()));
  RETURN_IF_ERROR(MakeFolder(absolute.string()));
  for (const char* folder : {"keys", "redis", "run"}) RETURN_IF_ERROR(MakeFolder((absolute / folder).string()));
  ASSIGN_OR_RETURN(int claim, Claim((absolute / "run" / "pid").string()));
  return DataDirectory(absolute.string(), claim);
}

DataDirectory::~DataDirectory() {
  if (claim_ >= 0) close(claim_);
}

DataDirectory::DataDirectory(DataDirectory&& other) noexcept
    : path_(std::move(other.path_)), claim_(std::exchange(other.claim_, -1)) {}

std::string DataDirectory::Path(absl::string_view rest) const { return absl::StrCat(path_, "/", rest); }

absl::Status DataDirectory::Write(absl::string_view rest, absl::string_view text) const {
  std::string path = Path(rest);
  std::string draft = absl::StrCat(path, ".new");
  int fd = open(draft.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (fd < 0) return Failed("write", path, errno);
  absl::Status written = WriteAll(fd, text);
  close(fd);
  if (!written.ok()) {
    unlink(draft.c_str());
    return absl::UnavailableError(absl::StrCat("cannot write ", path, ": ", written.message()));
  }
  if (rename(draft.c_str(), path.c_str()) != 0) return Failed("write", path, errno);
  std::string folder = std::filesystem::path(path).parent_path().string();
  int directory = open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (directory < 0) return Failed("write", path, errno);
  int synced = fsync(directory);
  int error = errno;
  close(directory);
  return synced == 0 ? absl::OkStatus() : Failed("write", path, error);
}

absl::StatusOr<std::string> DataDirectory::Read(absl::string_view rest) const {
  std::string path = Path(rest);
  int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
  if (fd < 0 && errno == ENOENT) return absl::NotFoundError(absl::StrCat("there is no ", path));
  if (fd < 0) return Failed("read", path, errno);
  std::string text;
  char part[4096];
  ssize_t got;
  while ((got = read(fd, part, sizeof part)) > 0) text.append(part, static_cast<size_t>(got));
  int error = errno;
  close(fd);
  if (got < 0) return Failed("read", path, error);
  return text;
}

void DataDirectory::Remove(absl::string_view rest) const { unlink(Path(rest).c_str()); }

absl::StatusOr<std::string> DataDirectory::Secret(absl::string_view name) const {
  std::string rest = absl::StrCat("keys/", name, ".secret");
  absl::StatusOr<std::string> kept = Read(rest);
  if (kept.ok()) {
    std::string secret(absl::StripAsciiWhitespace(*kept));
    if (secret.size() == 2 * kSecretBytes) return secret;
    return absl::UnavailableError(absl::StrCat(Path(rest), " is damaged; remove it, and a new one is made"));
  }
  if (!absl::IsNotFound(kept.status())) return kept.status();
  char bytes[kSecretBytes];
  if (getrandom(bytes, sizeof bytes, 0) != static_cast<ssize_t>(sizeof bytes)) {
    return absl::UnavailableError("the kernel gives no random numbers");
  }
  std::string secret = absl::BytesToHexString(absl::string_view(bytes, sizeof bytes));
  RETURN_IF_ERROR(Write(rest, secret + "\n"));
  return secret;
}

absl::StatusOr<uint64_t> DataDirectory::FreeBytes() const {
  struct statvfs space {};
  if (statvfs(path_.c_str(), &space) != 0) return Failed("look at the disk of", path_, errno);
  return static_cast<uint64_t>(space.f_bavail) * space.f_frsize;
}

}  // namespace cortado::allinone
