#include "common/audit/ledger.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <system_error>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "common/status/status.h"

namespace cortado::audit {
namespace {

absl::Status Failed(absl::string_view what, const std::string& path) {
  return absl::UnavailableError(absl::StrCat("cannot ", what, " ", path, ": ", strerror(errno)));
}

absl::Status Damaged(const std::string& path) {
  return absl::FailedPreconditionError(
      absl::StrCat("the audit trail is not what was sealed, so nothing is added to it: ", path));
}

class File {
 public:
  File() = default;
  explicit File(int descriptor) : descriptor_(descriptor) {}
  File(File&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
  File& operator=(File&& other) noexcept {
    std::swap(descriptor_, other.descriptor_);
    return *this;
  }
  ~File() {
    if (descriptor_ >= 0) close(descriptor_);
  }
  int get() const { return descriptor_; }
  bool valid() const { return descriptor_ >= 0; }

 private:
  int descriptor_ = -1;
};

File OpenFile(const std::string& path, int flags) { return File(open(path.c_str(), flags | O_CLOEXEC, 0600)); }

std::string Folder(const Archive& archive, const Scope& scope) {
  return absl::StrCat(archive.directory, "/", scope.organization, "/", scope.service);
}
std::string DraftFolder(const Archive& archive, const Scope& scope) {
  return absl::StrCat(Folder(archive, scope), ".restore");
}
std::string HeadsPath(const std::string& folder) { return folder + "/heads"; }
std::string SegmentPath(const std::string& folder, int64_t number) {
  return absl::StrFormat("%s/segment-%06d", folder, number);
}

absl::Status MakeFolder(const std::string& path) {
  if (mkdir(path.c_str(), 0700) != 0 && errno != EEXIST) return Failed("make", path);
  return absl::OkStatus();
}

absl::Status MakeFolders(const Archive& archive, const Scope& scope) {
  RETURN_IF_ERROR(MakeFolder(absl::StrCat(archive.directory, "/", scope.organization)));
  return MakeFolder(Folder(archive, scope));
}

// Waits for the lock on a folder, which ends with the file returned.
absl::StatusOr<File> Lock(const std::string& folder, int how) {
  const std::string path = folder + "/lock";
  File lock = OpenFile(path, O_RDWR | O_CREAT);
  if (!lock.valid()) return Failed("open", path);
  while (flock(lock.get(), how) != 0) {
    if (errno != EINTR) return Failed("lock", path);
  }
  return lock;
}

// Returns up to `limit` bytes from `offset`; an absent file is empty.
absl::StatusOr<std::string> Read(const std::string& path, int64_t offset, int64_t limit) {
  File file = OpenFile(path, O_RDONLY);
  if (!file.valid() && errno == ENOENT) return std::string();
  if (!file.valid()) return Failed("open", path);
  struct stat status;
  if (fstat(file.get(), &status) != 0) return Failed("read", path);
  const int64_t there = static_cast<int64_t>(status.st_size) - offset;
  std::string bytes(static_cast<size_t>(std::clamp<int64_t>(there, 0, limit)), '\0');
  size_t got = 0;
  while (got < bytes.size()) {
    const ssize_t now = pread(file.get(), bytes.data() + got, bytes.size() - got, offset + static_cast<int64_t>(got));
    if (now < 0 && errno == EINTR) continue;
    if (now < 0) return Failed("read", path);
    if (now == 0) break;
    got += static_cast<size_t>(now);
  }
  bytes.resize(got);
  return bytes;
}

int64_t SizeOf(const std::string& path) {
  struct stat status;
  return stat(path.c_str(), &status) == 0 ? static_cast<int64_t>(status.st_size) : -1;
}

absl::Status Sync(const File& file, const std::string& path) {
  return fsync(file.get()) == 0 ? absl::OkStatus() : Failed("sync", path);
}

// Makes the file as long as `size`, then adds `bytes`, then sees to it that both stay.
absl::Status Replace(const std::string& path, int64_t size, absl::string_view bytes) {
  File file = OpenFile(path, O_WRONLY | O_CREAT);
  if (!file.valid()) return Failed("open", path);
  if (ftruncate(file.get(), size) != 0 || lseek(file.get(), size, SEEK_SET) != size) return Failed("write", path);
  while (!bytes.empty()) {
    const ssize_t now = write(file.get(), bytes.data(), bytes.size());
    if (now < 0 && errno == EINTR) continue;
    if (now < 0) return Failed("write", path);
    bytes.remove_prefix(static_cast<size_t>(now));
  }
  return Sync(file, path);
}

absl::Status Move(const std::string& from, const std::string& to) {
  return rename(from.c_str(), to.c_str()) == 0 ? absl::OkStatus() : Failed("move", from);
}

absl::Status SyncFolder(const std::string& folder) {
  File file = OpenFile(folder, O_RDONLY | O_DIRECTORY);
  if (!file.valid()) return Failed("open", folder);
  return Sync(file, folder);
}

// Where the sealed part of the files ends.
struct End {
  Chain chain;
  int64_t segment = 0;  // 0: there is none yet.
  int64_t bytes = 0;    // Of that segment.
  int64_t heads = 0;    // Bytes of whole lines in the heads.
  std::string before;   // Hash of the last head's line.
};

constexpr int64_t kLongestHead = 1000;

// Under the lock.
absl::StatusOr<End> FindEnd(const std::string& folder, const Scope& scope, const std::optional<Anchor>& anchor) {
  End end;
  end.chain = Genesis(scope);
  end.before = end.chain.hash;
  const int64_t size = std::max<int64_t>(0, SizeOf(HeadsPath(folder)));
  const int64_t from = std::max<int64_t>(0, size - 2 * kLongestHead);
  ASSIGN_OR_RETURN(const std::string tail, Read(HeadsPath(folder), from, size - from));
  const size_t feed = tail.rfind('\n');
  if (feed != std::string::npos) {
    const size_t start = feed == 0 ? 0 : tail.rfind('\n', feed - 1) + 1;  // npos + 1 is 0.
    const std::string line = tail.substr(start, feed - start);
    const absl::StatusOr<Head> head = ParseHead(line);
    if (!head.ok()) return Damaged(HeadsPath(folder));
    end = End{head->chain, head->segment, head->bytes, from + static_cast<int64_t>(feed) + 1, HashOfHead(line)};
  }
  if (anchor && anchor->count > end.chain.count) return Damaged(folder);
  if (anchor && anchor->count == end.chain.count && anchor->hash != end.chain.hash) return Damaged(folder);
  if (end.segment == 0) return end;
  const std::string path = SegmentPath(folder, end.segment);
  ASSIGN_OR_RETURN(std::string segment, Read(path, 0, end.bytes));
  if (static_cast<int64_t>(segment.size()) != end.bytes || segment.empty() || segment.back() != '\n') {
    return Damaged(path);
  }
  segment.pop_back();
  const size_t last = segment.rfind('\n');
  if (last == std::string::npos || !absl::StartsWith(segment.substr(last + 1), end.chain.hash)) return Damaged(path);
  return end;
}

// What stands behind the end has no head: it goes, and comes again from where it is kept.
absl::Status DropSegmentsBehind(const std::string& folder, int64_t number) {
  for (int64_t next = number + 1; SizeOf(SegmentPath(folder, next)) >= 0; ++next) {
    const std::string path = SegmentPath(folder, next);
    if (unlink(path.c_str()) != 0) return Failed("remove", path);
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<Archive> OpenArchive(const std::string& directory) {
  RETURN_IF_ERROR(MakeFolder(directory));
  ASSIGN_OR_RETURN(auth::SigningKey key, auth::SigningKey::LoadOrCreate(directory + "/key.pem"));
  return Archive{directory, std::move(key)};
}

absl::StatusOr<Chain> SealedChain(const Archive& archive, const Scope& scope, const std::optional<Anchor>& anchor) {
  RETURN_IF_ERROR(MakeFolders(archive, scope));
  const std::string folder = Folder(archive, scope);
  ASSIGN_OR_RETURN(const File lock, Lock(folder, LOCK_SH));
  ASSIGN_OR_RETURN(End end, FindEnd(folder, scope, anchor));
  return end.chain;
}

absl::StatusOr<Chain> AppendSealed(const Archive& archive, const Scope& scope, const std::optional<Anchor>& anchor,
                                   EntryId after, const std::vector<Entry>& entries, int64_t now_ms) {
  RETURN_IF_ERROR(MakeFolders(archive, scope));
  const std::string folder = Folder(archive, scope);
  ASSIGN_OR_RETURN(const File lock, Lock(folder, LOCK_EX));
  ASSIGN_OR_RETURN(End end, FindEnd(folder, scope, anchor));
  if (end.chain.last != after) return absl::AbortedError("somebody else sealed meanwhile");
  RETURN_IF_ERROR(DropSegmentsBehind(folder, end.segment));
  const bool begins = end.segment == 0 || end.bytes >= kSegmentBytes;
  if (begins) ++end.segment;
  if (begins) end.bytes = 0;
  std::string bytes = begins ? SegmentHeader(scope, end.segment, end.chain) : "";
  for (const Entry& entry : entries) {
    const std::string canonical = Canonical(scope, entry);
    Extend(end.chain, entry.id, canonical);
    bytes += RecordLine(end.chain, canonical);
  }
  RETURN_IF_ERROR(Replace(SegmentPath(folder, end.segment), end.bytes, bytes));
  if (begins) RETURN_IF_ERROR(SyncFolder(folder));
  const Head head{end.chain, end.segment, end.bytes + static_cast<int64_t>(bytes.size()), now_ms, end.before};
  RETURN_IF_ERROR(Replace(HeadsPath(folder), end.heads, SignHead(scope, head, archive.key) + "\n"));
  if (end.heads == 0) RETURN_IF_ERROR(SyncFolder(folder));
  return end.chain;
}

absl::StatusOr<Piece> ReadPiece(const Archive& archive, const Scope& scope, Place place, int64_t limit) {
  const std::string folder = Folder(archive, scope);
  Piece piece;
  piece.segment = place.segment;
  if (SizeOf(folder) < 0) return piece;
  ASSIGN_OR_RETURN(const File lock, Lock(folder, LOCK_SH));
  const std::string path = place.segment == 0 ? HeadsPath(folder) : SegmentPath(folder, place.segment);
  ASSIGN_OR_RETURN(piece.bytes, Read(path, place.offset, limit));
  const int64_t end = place.offset + static_cast<int64_t>(piece.bytes.size());
  if (end < SizeOf(path)) {
    piece.next = Place{place.segment, end};
  } else if (SizeOf(SegmentPath(folder, place.segment + 1)) >= 0) {
    piece.next = Place{place.segment + 1, 0};
  }
  return piece;
}

absl::Status AddToDraft(const Archive& archive, const Scope& scope, int64_t segment, absl::string_view bytes) {
  RETURN_IF_ERROR(MakeFolder(absl::StrCat(archive.directory, "/", scope.organization)));
  const std::string folder = DraftFolder(archive, scope);
  RETURN_IF_ERROR(MakeFolder(folder));
  const std::string path = segment == 0 ? HeadsPath(folder) : SegmentPath(folder, segment);
  return Replace(path, std::max<int64_t>(0, SizeOf(path)), bytes);
}

absl::Status DropDrafts(const Archive& archive, const Scope& scope) {
  const std::string folder = DraftFolder(archive, scope);
  std::error_code error;
  std::filesystem::remove_all(folder, error);
  return error ? absl::UnavailableError(absl::StrCat("cannot remove ", folder)) : absl::OkStatus();
}

// The heads last: segments without them are what a crash left, and are dropped by the next to append.
absl::Status AdoptDrafts(const Archive& archive, const Scope& scope) {
  const std::string drafts = DraftFolder(archive, scope);
  if (SizeOf(HeadsPath(drafts)) < 0) return absl::OkStatus();
  RETURN_IF_ERROR(MakeFolders(archive, scope));
  const std::string folder = Folder(archive, scope);
  ASSIGN_OR_RETURN(const File lock, Lock(folder, LOCK_EX));
  for (int64_t number = 1; SizeOf(SegmentPath(drafts, number)) >= 0; ++number) {
    RETURN_IF_ERROR(Move(SegmentPath(drafts, number), SegmentPath(folder, number)));
  }
  RETURN_IF_ERROR(SyncFolder(folder));
  RETURN_IF_ERROR(Move(HeadsPath(drafts), HeadsPath(folder)));
  return SyncFolder(folder);
}

int64_t LastSegment(const Archive& archive, const Scope& scope) {
  const std::string folder = Folder(archive, scope);
  int64_t number = 0;
  while (SizeOf(SegmentPath(folder, number + 1)) >= 0) ++number;
  return number;
}

}  // namespace cortado::audit
