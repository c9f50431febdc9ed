#include "common/privacy/erasure_ledger.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "common/status/status.h"

namespace cortado::privacy {
namespace {

constexpr char kFirstLine[] = "cortado-erasures 1\n";

absl::Status CannotUse(const std::string& path) {
  return absl::UnavailableError(absl::StrCat("the erasure ledger ", path, " cannot be read or written"));
}

absl::Status Damaged(const std::string& path) {
  return absl::FailedPreconditionError(
      absl::StrCat("the erasure ledger ", path, " is damaged, so nobody knows whom to erase: bring a sound copy back"));
}

// An open file that is locked as long as this lives.
class LockedFile {
 public:
  LockedFile(const std::string& path, int flags)
      : descriptor_(open(path.c_str(), flags | O_CLOEXEC, S_IRUSR | S_IWUSR)) {
    locked_ = descriptor_ >= 0 && flock(descriptor_, (flags & O_ACCMODE) == O_RDONLY ? LOCK_SH : LOCK_EX) == 0;
  }
  ~LockedFile() {
    if (descriptor_ >= 0) close(descriptor_);
  }
  LockedFile(const LockedFile&) = delete;
  LockedFile& operator=(const LockedFile&) = delete;

  bool ok() const { return locked_; }

  bool ReadAll(std::string& text) const {
    char buffer[16384];
    off_t at = 0;
    for (;;) {
      const ssize_t got = pread(descriptor_, buffer, sizeof buffer, at);
      if (got < 0) return false;
      if (got == 0) return true;
      text.append(buffer, static_cast<size_t>(got));
      at += got;
    }
  }

  // Writes behind the first `size` bytes, which are kept, and syncs.
  bool WriteBehind(size_t size, absl::string_view text) const {
    if (ftruncate(descriptor_, static_cast<off_t>(size)) != 0) return false;
    while (!text.empty()) {
      const ssize_t put = pwrite(descriptor_, text.data(), text.size(), static_cast<off_t>(size));
      if (put <= 0) return false;
      size += static_cast<size_t>(put);
      text.remove_prefix(static_cast<size_t>(put));
    }
    return fsync(descriptor_) == 0;
  }

 private:
  const int descriptor_;
  bool locked_ = false;
};

// A new file is there for good only once its folder is on disk.
bool SyncFolderOf(const std::string& path) {
  const size_t slash = path.rfind('/');
  const std::string folder = slash == std::string::npos ? "." : slash == 0 ? "/" : path.substr(0, slash);
  const int descriptor = open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) return false;
  const bool synced = fsync(descriptor) == 0;
  close(descriptor);
  return synced;
}

// Without what a crash cut off.
absl::string_view WholeLines(absl::string_view text) {
  const size_t end = text.rfind('\n');
  return end == absl::string_view::npos ? absl::string_view() : text.substr(0, end + 1);
}

bool ParseLine(absl::string_view line, Erasure& erasure) {
  const std::vector<std::string> fields = absl::StrSplit(line, '\t');
  int64_t milliseconds = 0;
  if (fields.size() != 4 || !absl::SimpleAtoi(fields[3], &milliseconds)) return false;
  erasure = {fields[0], fields[1], fields[2], absl::FromUnixMillis(milliseconds)};
  return !erasure.organization.empty() && !erasure.person.empty() && !erasure.id.empty();
}

absl::StatusOr<std::vector<Erasure>> Parse(const std::string& path, absl::string_view text) {
  std::vector<Erasure> erasures;
  if (WholeLines(text).empty()) {
    if (!absl::StartsWith(kFirstLine, text)) return Damaged(path);
    return erasures;
  }
  text = WholeLines(text);
  if (!absl::ConsumePrefix(&text, kFirstLine)) return Damaged(path);
  for (absl::string_view line : absl::StrSplit(text, '\n', absl::SkipEmpty())) {
    if (!ParseLine(line, erasures.emplace_back())) return Damaged(path);
  }
  return erasures;
}

}  // namespace

absl::StatusOr<ErasureLedger> ErasureLedger::Open(std::string path) {
  {
    const LockedFile file(path, O_RDWR | O_CREAT);
    std::string text;
    if (!file.ok() || !file.ReadAll(text)) return CannotUse(path);
    RETURN_IF_ERROR(Parse(path, text).status());
    if (WholeLines(text).empty() && !(file.WriteBehind(0, kFirstLine) && SyncFolderOf(path))) return CannotUse(path);
  }
  return ErasureLedger(std::move(path));
}

absl::Status ErasureLedger::Append(const Erasure& erasure) const {
  const LockedFile file(path_, O_RDWR);
  std::string text;
  if (!file.ok() || !file.ReadAll(text)) return CannotUse(path_);
  ASSIGN_OR_RETURN(const std::vector<Erasure> known, Parse(path_, text));
  const bool is_there =
      std::any_of(known.begin(), known.end(), [&](const Erasure& one) { return one.id == erasure.id; });
  if (is_there) return absl::OkStatus();
  const std::string line = absl::StrCat(erasure.organization, "\t", erasure.person, "\t", erasure.id, "\t",
                                        absl::ToUnixMillis(erasure.time), "\n");
  return file.WriteBehind(WholeLines(text).size(), line) ? absl::OkStatus() : CannotUse(path_);
}

absl::StatusOr<std::vector<Erasure>> ErasureLedger::Read() const {
  const LockedFile file(path_, O_RDONLY);
  std::string text;
  if (!file.ok() || !file.ReadAll(text)) return CannotUse(path_);
  return Parse(path_, text);
}

}  // namespace cortado::privacy
