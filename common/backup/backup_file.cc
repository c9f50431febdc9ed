#include "common/backup/backup_file.h"

#include <nlohmann/json.hpp>

#include "absl/strings/str_cat.h"
#include "common/status/status.h"

namespace cortado::backup {
namespace {

using nlohmann::json;

constexpr int kFormat = 1;
constexpr size_t kMostBytes = 1 << 20;  // Of an entry; a piece is a quarter of that.
constexpr size_t kPrefixBytes = 5;

absl::Status Damaged() {
  return absl::DataLossError("the file does not hold what it says it does: nothing in it can be trusted");
}

// Whether `object` has a string or a number under `name`, and which.
bool Read(const json& object, const char* name, std::string& value) {
  const auto found = object.find(name);
  if (found == object.end() || !found->is_string()) return false;
  value = found->get<std::string>();
  return true;
}

bool Read(const json& object, const char* name, int64_t& value) {
  const auto found = object.find(name);
  if (found == object.end() || !found->is_number_integer()) return false;
  value = found->get<int64_t>();
  return value >= 0;
}

absl::StatusOr<json> Parse(const std::string& text) {
  json object = json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (!object.is_object()) return Damaged();
  return object;
}

// `person` for `person:e1`, all of a key that has no colon.
std::string KindOf(const std::string& key) { return key.substr(0, key.find(':')); }

void Count(const api::v1::SnapshotPiece& piece, Section& section) {
  ++section.pieces;
  section.bytes += static_cast<int64_t>(piece.value().size());
  if (!piece.last()) return;
  ++section.records;
  ++section.kinds[KindOf(piece.key())];
}

}  // namespace

absl::StatusOr<BackupWriter> BackupWriter::Begin(absl::string_view passphrase, Sink sink, const Title& title,
                                                 Cost cost) {
  ASSIGN_OR_RETURN(SealWriter seal, SealWriter::Begin(passphrase, std::move(sink), cost));
  BackupWriter writer(std::move(seal));
  const json first = {{"format", kFormat},
                      {"organization", title.organization},
                      {"time", absl::FormatTime(absl::RFC3339_sec, title.time, absl::UTCTimeZone())},
                      {"version", title.version}};
  RETURN_IF_ERROR(writer.Put('I', first.dump()));
  return writer;
}

absl::Status BackupWriter::Put(char letter, const std::string& bytes) {
  std::string prefix(1, letter);
  for (int shift = 24; shift >= 0; shift -= 8) prefix.push_back(static_cast<char>(bytes.size() >> shift & 0xff));
  RETURN_IF_ERROR(seal_.Write(prefix));
  return seal_.Write(bytes);
}

absl::Status BackupWriter::BeginService(const std::string& service, int64_t revision) {
  Section& section = sections_.emplace_back();
  section.service = service;
  section.revision = revision;
  return Put('S', json({{"service", service}, {"revision", revision}}).dump());
}

absl::Status BackupWriter::Add(const api::v1::SnapshotPiece& piece) {
  Count(piece, sections_.back());
  return Put('P', piece.SerializeAsString());
}

absl::Status BackupWriter::EndService() {
  const Section& section = sections_.back();
  return Put('E', json({{"records", section.records}, {"pieces", section.pieces}}).dump());
}

absl::Status BackupWriter::Finish() {
  RETURN_IF_ERROR(Put('Z', json({{"services", sections_.size()}}).dump()));
  return seal_.Finish();
}

absl::StatusOr<BackupReader> BackupReader::Open(absl::string_view passphrase, Source source) {
  ASSIGN_OR_RETURN(SealReader seal, SealReader::Open(passphrase, std::move(source)));
  BackupReader reader(std::move(seal));
  ASSIGN_OR_RETURN(const Entry first, reader.Next());
  if (first.letter != 'I') return Damaged();
  ASSIGN_OR_RETURN(const json title, Parse(first.bytes));
  int64_t format = 0;
  if (!Read(title, "format", format)) return Damaged();
  if (format > kFormat) {
    return absl::UnimplementedError(
        absl::StrCat("the file is of format ", format, ", this program knows ", kFormat, ": open it with a newer one"));
  }
  std::string time;
  if (!Read(title, "organization", reader.title_.organization) || !Read(title, "version", reader.title_.version) ||
      !Read(title, "time", time) || !absl::ParseTime(absl::RFC3339_sec, time, &reader.title_.time, nullptr)) {
    return Damaged();
  }
  return reader;
}

absl::StatusOr<std::string> BackupReader::ReadExactly(size_t count) {
  std::string bytes;
  while (bytes.size() < count) {
    ASSIGN_OR_RETURN(const std::string some, seal_.Read(count - bytes.size()));
    if (some.empty()) break;
    bytes += some;
  }
  return bytes;
}

absl::StatusOr<BackupReader::Entry> BackupReader::Next() {
  ASSIGN_OR_RETURN(const std::string prefix, ReadExactly(kPrefixBytes));
  Entry entry;
  if (prefix.empty()) return entry;
  if (prefix.size() < kPrefixBytes) return Damaged();
  size_t length = 0;
  for (size_t i = 1; i < kPrefixBytes; ++i) length = length << 8 | static_cast<unsigned char>(prefix[i]);
  if (length > kMostBytes) return Damaged();
  entry.letter = prefix[0];
  ASSIGN_OR_RETURN(entry.bytes, ReadExactly(length));
  if (entry.bytes.size() < length) return Damaged();
  return entry;
}

absl::StatusOr<std::vector<Section>> BackupReader::ReadAll(const Listener& listener) {
  for (;;) {
    ASSIGN_OR_RETURN(const Entry entry, Next());
    if (entry.letter != 'Z') {
      RETURN_IF_ERROR(Take(entry, listener));
      continue;
    }
    ASSIGN_OR_RETURN(const json last, Parse(entry.bytes));
    int64_t services = 0;
    if (in_section_ || !Read(last, "services", services) || services != static_cast<int64_t>(sections_.size())) {
      return Damaged();
    }
    ASSIGN_OR_RETURN(const Entry behind, Next());
    if (behind.letter != 0) return Damaged();
    return sections_;
  }
}

absl::Status BackupReader::Take(const Entry& entry, const Listener& listener) {
  if (entry.letter == 'P' && in_section_) {
    api::v1::SnapshotPiece piece;
    if (!piece.ParseFromString(entry.bytes)) return Damaged();
    if (!open_.empty() && open_ != piece.key()) return Damaged();
    open_ = piece.last() ? "" : piece.key();
    Count(piece, sections_.back());
    return listener.piece ? listener.piece(std::move(piece)) : absl::OkStatus();
  }
  if (entry.letter == 'S' && !in_section_) {
    ASSIGN_OR_RETURN(const json begun, Parse(entry.bytes));
    Section& section = sections_.emplace_back();
    if (!Read(begun, "service", section.service) || !Read(begun, "revision", section.revision)) return Damaged();
    in_section_ = true;
    return listener.begin ? listener.begin(section) : absl::OkStatus();
  }
  if (entry.letter != 'E' || !in_section_ || !open_.empty()) return Damaged();
  ASSIGN_OR_RETURN(const json ended, Parse(entry.bytes));
  int64_t records = 0;
  int64_t pieces = 0;
  if (!Read(ended, "records", records) || !Read(ended, "pieces", pieces)) return Damaged();
  if (records != sections_.back().records || pieces != sections_.back().pieces) return Damaged();
  in_section_ = false;
  return listener.end ? listener.end(sections_.back()) : absl::OkStatus();
}

}  // namespace cortado::backup
