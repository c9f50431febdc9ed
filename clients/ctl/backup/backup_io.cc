#include "clients/ctl/backup/backup_io.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "clients/ctl/discovery.h"
#include "common/status/status.h"

namespace cortado::ctl {
namespace {

namespace fs = std::filesystem;

constexpr size_t kShortestPassphrase = 12;

absl::Status Failed(absl::string_view doing, const std::string& path, int error) {
  const std::string text = absl::StrCat("cannot ", doing, " ", path, ": ", std::strerror(error));
  if (error == ENOENT) return absl::NotFoundError(text);
  if (error == EACCES || error == EPERM) return absl::PermissionDeniedError(text);
  return absl::UnavailableError(text);
}

}  // namespace

absl::StatusOr<DraftFile> DraftFile::Create(const std::string& path) {
  std::error_code ignored;
  if (fs::exists(path, ignored)) return absl::AlreadyExistsError(absl::StrCat(path, " is there already"));
  DraftFile file;
  file.path_ = path;
  file.draft_ = absl::StrCat(path, ".part.", getpid());
  file.descriptor_ = open(file.draft_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (file.descriptor_ < 0) return Failed("write", path, errno);
  return file;
}

DraftFile::DraftFile(DraftFile&& other) noexcept
    : path_(std::move(other.path_)),
      draft_(std::exchange(other.draft_, "")),
      descriptor_(std::exchange(other.descriptor_, -1)) {}

DraftFile::~DraftFile() {
  if (descriptor_ >= 0) close(descriptor_);
  if (!draft_.empty()) unlink(draft_.c_str());
}

absl::Status DraftFile::Write(absl::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t wrote = write(descriptor_, bytes.data(), bytes.size());
    if (wrote < 0 && errno == EINTR) continue;
    if (wrote < 0) return Failed("write", path_, errno);
    bytes.remove_prefix(static_cast<size_t>(wrote));
  }
  return absl::OkStatus();
}

absl::Status DraftFile::Sync() { return fsync(descriptor_) == 0 ? absl::OkStatus() : Failed("write", path_, errno); }

absl::Status DraftFile::Keep() {
  if (std::rename(draft_.c_str(), path_.c_str()) != 0) return Failed("write", path_, errno);
  draft_.clear();
  const fs::path folder = fs::path(path_).parent_path();
  const int descriptor = open(folder.empty() ? "." : folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) return Failed("write", path_, errno);
  const int failed = fsync(descriptor) == 0 ? 0 : errno;
  close(descriptor);
  return failed == 0 ? absl::OkStatus() : Failed("write", path_, failed);
}

absl::StatusOr<backup::Source> OpenSource(const std::string& path, std::function<void(int64_t bytes)> advance) {
  const int opened = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (opened < 0) return Failed("read", path, errno);
  const std::shared_ptr<const int> file(new int(opened), [](const int* descriptor) {
    close(*descriptor);
    delete descriptor;
  });
  return [path, file, advance = std::move(advance)](size_t most) -> absl::StatusOr<std::string> {
    std::string bytes(most, '\0');
    ssize_t got = 0;
    do {
      got = read(*file, bytes.data(), bytes.size());
    } while (got < 0 && errno == EINTR);
    if (got < 0) return Failed("read", path, errno);
    bytes.resize(static_cast<size_t>(got));
    if (advance && got > 0) advance(got);
    return bytes;
  };
}

absl::StatusOr<std::string> ReadPassphrase(const std::string& path) {
  ASSIGN_OR_RETURN(const std::string text, ReadSmallFile(path));
  std::string passphrase = text.substr(0, text.find('\n'));
  while (!passphrase.empty() && passphrase.back() == '\r') passphrase.pop_back();
  if (passphrase.size() >= kShortestPassphrase) return passphrase;
  return absl::InvalidArgumentError(absl::StrCat("the passphrase in ", path, " is shorter than ", kShortestPassphrase,
                                                 " characters: make a new one, as with `openssl rand -base64 24`"));
}

}  // namespace cortado::ctl
