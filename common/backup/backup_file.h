// The backup of an organisation as a file: who and when, then service by service every piece of its snapshot, then how
// many there were. It lies in a sealed file (sealed_file.h). Owner of the format; docs/backup.md tells it.
//
// Opened, it is a row of entries: a letter, the length (4 bytes, the high one first), so many bytes.
//   I  {"format": 1, "organization": ..., "time": ..., "version": ...} as JSON; the first one
//   S  {"service": ..., "revision": ...} as JSON: what follows is of this service
//   P  a cortado.api.v1.SnapshotPiece
//   E  {"records": ..., "pieces": ...} as JSON: the service is at its end
//   Z  {"services": ...} as JSON; the last one
//
// One thread at a time.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "common/backup/sealed_file.h"
#include "cortado/api/v1/backup.pb.h"

namespace cortado::backup {

// Whose backup it is.
struct Title {
  std::string organization;
  absl::Time time;      // When it was frozen; to the second.
  std::string version;  // Of the program that wrote it.
};

// What a file holds of one service.
struct Section {
  std::string service;
  int64_t revision = 0;
  int64_t records = 0;
  int64_t pieces = 0;
  int64_t bytes = 0;                     // Of values.
  std::map<std::string, int64_t> kinds;  // Records by what their keys begin with.
};

class BackupWriter {
 public:
  // Errors of SealWriter::Begin.
  static absl::StatusOr<BackupWriter> Begin(absl::string_view passphrase, Sink sink, const Title& title,
                                            Cost cost = {});

  // What follows is of `service`, as it was at `revision`. Errors of SealWriter::Write, as all below.
  absl::Status BeginService(const std::string& service, int64_t revision);
  absl::Status Add(const api::v1::SnapshotPiece& piece);
  absl::Status EndService();
  absl::Status Finish();

  // The services so far; the last one may not be at its end.
  const std::vector<Section>& sections() const { return sections_; }

 private:
  explicit BackupWriter(SealWriter seal) : seal_(std::move(seal)) {}
  absl::Status Put(char letter, const std::string& bytes);

  SealWriter seal_;
  std::vector<Section> sections_;
};

class BackupReader {
 public:
  // What is told while a file is read; any may be null. An error ends the reading.
  struct Listener {
    std::function<absl::Status(const Section& section)> begin;  // With service and revision alone.
    std::function<absl::Status(api::v1::SnapshotPiece piece)> piece;
    std::function<absl::Status(const Section& section)> end;
  };

  // Errors of SealReader::Open; UNIMPLEMENTED also for entries of a newer format; DATA_LOSS.
  static absl::StatusOr<BackupReader> Open(absl::string_view passphrase, Source source);

  const Title& title() const { return title_; }

  // Reads all of it. Only what returns without an error was whole: DATA_LOSS when the file was changed, is cut off, or
  // does not hold what it says it does. Errors of the listener. Once.
  absl::StatusOr<std::vector<Section>> ReadAll(const Listener& listener);

 private:
  explicit BackupReader(SealReader seal) : seal_(std::move(seal)) {}
  struct Entry {
    char letter = 0;  // 0: the end.
    std::string bytes;
  };
  absl::StatusOr<Entry> Next();
  absl::StatusOr<std::string> ReadExactly(size_t count);
  absl::Status Take(const Entry& entry, const Listener& listener);

  SealReader seal_;
  Title title_;
  std::vector<Section> sections_;
  bool in_section_ = false;
  std::string open_;  // Key of the record that lacks its end.
};

}  // namespace cortado::backup
