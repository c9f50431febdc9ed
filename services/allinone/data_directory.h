// The directory that holds everything of one installation, and the claim of this process on it:
//
//   keys/          token.pem and the secrets of the Redis users (0600)
//   redis/         the append-only file: all that people told us
//   run/           what a client on this machine needs to find us: address, operator.token, organization
//   mode           production, dev or cortado_dev: what it was made for
//   clock          of a cortado_dev alone: how far its clock is ahead of the machine's, as 72h0m0.5s
//   organization   the id of the organisation made at the first start
//   lock           held by redis-server (and by us), so that no second one ever opens redis/
//
// Every folder of it is 0700. Not thread-safe; movable.
#pragma once

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace cortado::allinone {

class DataDirectory {
 public:
  // Makes what is missing of the directory `path` and claims it until the object ends or the process dies.
  // FAILED_PRECONDITION: another living process has claimed it, or the directory is not ours. UNAVAILABLE: it cannot be
  // made or written. The message is meant for whoever starts the program.
  static absl::StatusOr<DataDirectory> Open(const std::string& path);
  ~DataDirectory();
  DataDirectory(DataDirectory&& other) noexcept;
  DataDirectory& operator=(DataDirectory&&) = delete;

  // The absolute path.
  const std::string& path() const { return path_; }
  // The absolute path of `rest` ("run/address") within it.
  std::string Path(absl::string_view rest) const;

  // Writes the file `rest` (0600), complete or not at all, and durable when it returns. UNAVAILABLE: it cannot be
  // written.
  absl::Status Write(absl::string_view rest, absl::string_view text) const;
  // Returns what the file `rest` holds. NOT_FOUND: there is none. UNAVAILABLE: it cannot be read.
  absl::StatusOr<std::string> Read(absl::string_view rest) const;
  // Removes the file `rest`; one that is not there is no error.
  void Remove(absl::string_view rest) const;

  // Returns the secret keys/NAME.secret, 256 random bits as 64 hexadecimal digits, made at the first call ever.
  // UNAVAILABLE: it cannot be read or written.
  absl::StatusOr<std::string> Secret(absl::string_view name) const;

  // Bytes an ordinary user may still write here. UNAVAILABLE: the file system does not say.
  absl::StatusOr<uint64_t> FreeBytes() const;

 private:
  DataDirectory(std::string path, int claim) : path_(std::move(path)), claim_(claim) {}

  std::string path_;
  int claim_;  // A descriptor that holds the lock on run/pid.
};

}  // namespace cortado::allinone
