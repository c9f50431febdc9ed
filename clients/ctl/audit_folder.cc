#include "clients/ctl/audit_folder.h"

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/time/time.h"
#include "clients/ctl/discovery.h"
#include "common/status/status.h"

namespace cortado::ctl {
namespace {

using nlohmann::json;

std::string FileOf(const std::string& path, const std::string& service, int64_t segment) {
  if (segment == 0) return absl::StrCat(path, "/", service, "/heads");
  return absl::StrFormat("%s/%s/segment-%06d", path, service, segment);
}

// An absent file is empty: what is missing of it is for the verifier to say.
std::string ReadAll(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream bytes;
  bytes << file.rdbuf();
  return bytes.str();
}

absl::StatusOr<json> ReadIndex(const std::string& path) {
  if (!std::filesystem::exists(path + "/audit.json")) {
    return absl::NotFoundError(absl::StrCat(path, " holds no export: there is no audit.json"));
  }
  json index = json::parse(ReadAll(path + "/audit.json"), nullptr, false);
  if (!index.is_object() || !index["organization"].is_string() || !index["services"].is_array()) {
    return absl::InvalidArgumentError(absl::StrCat(path, "/audit.json is not one of an export"));
  }
  return index;
}

absl::StatusOr<FolderVerdict> VerifyService(const std::string& path, const std::string& organization,
                                            const json& service, const std::string& key_pem,
                                            const std::function<void(const std::string&, const audit::Entry&)>& sink,
                                            const std::function<void(int64_t)>& read) {
  FolderVerdict found;
  found.service = service.value("service", "");
  if (found.service.empty() || found.service.find_first_not_of("abcdefghijklmnopqrstuvwxyz") != std::string::npos) {
    return absl::InvalidArgumentError(absl::StrCat(path, "/audit.json names no service where it should"));
  }
  found.sealed = service.value("sealed", true);
  if (!found.sealed) return found;
  ASSIGN_OR_RETURN(const auth::PublicKey key,
                   auth::PublicKey::FromPem(key_pem.empty() ? service.value("public_key", "") : key_pem));
  found.key_id = key.KeyId();
  std::optional<audit::Anchor> anchor;
  if (service.contains("anchor") && service["anchor"].is_object()) {
    anchor = audit::Anchor{service["anchor"].value("count", int64_t{0}), service["anchor"].value("hash", "")};
  }
  audit::Verifier verifier({organization, found.service}, key, ReadAll(FileOf(path, found.service, 0)), anchor);
  verifier.OnEntry([&](const audit::Entry& entry) { sink(found.service, entry); });
  for (int64_t segment = 1; std::filesystem::exists(FileOf(path, found.service, segment)); ++segment) {
    const std::string bytes = ReadAll(FileOf(path, found.service, segment));
    verifier.Add(bytes);
    read(static_cast<int64_t>(bytes.size()));
  }
  found.verdict = verifier.Finish();
  return found;
}

}  // namespace

absl::StatusOr<AuditFolder> AuditFolder::Create(const std::string& path, const std::string& organization) {
  if (std::filesystem::exists(path)) {
    return absl::FailedPreconditionError(absl::StrCat(path, " is there already; name a new folder"));
  }
  return AuditFolder(path, organization);
}

absl::Status AuditFolder::Add(const api::v1::AuditPart& part) {
  const bool begins = services_.empty() || services_.back().name != part.service();
  if (begins) {
    services_.push_back({part.service(), part.public_key(), std::nullopt, 0});
    if (part.has_anchor()) services_.back().anchor = audit::Anchor{part.anchor().count(), part.anchor().hash()};
  }
  if (!part.sealed()) return absl::OkStatus();
  Service& service = services_.back();
  const std::string file = FileOf(path_, service.name, part.segment());
  if (begins || part.segment() > service.segments) {
    service.segments = part.segment();
    return WriteFile(file, part.content(), 0600);
  }
  std::ofstream more(file, std::ios::binary | std::ios::app);
  more << part.content();
  more.close();
  return more ? absl::OkStatus() : absl::UnavailableError(absl::StrCat("cannot write ", file));
}

absl::Status AuditFolder::Finish() {
  json index = {{"organization", organization_}, {"services", json::array()}};
  for (const Service& service : services_) {
    json line = {{"service", service.name}, {"sealed", !service.public_key.empty()}};
    if (!service.public_key.empty()) {
      ASSIGN_OR_RETURN(const auth::PublicKey key, auth::PublicKey::FromRaw(service.public_key));
      line["public_key"] = key.Pem();
      line["key_id"] = key.KeyId();
      line["segments"] = service.segments;
    }
    if (service.anchor) line["anchor"] = {{"count", service.anchor->count}, {"hash", service.anchor->hash}};
    index["services"].push_back(std::move(line));
  }
  return WriteFile(path_ + "/audit.json", index.dump(1) + "\n", 0600);
}

absl::StatusOr<std::vector<FolderVerdict>> VerifyFolder(
    const std::string& path, const std::string& key_pem,
    const std::function<void(const std::string& service, const audit::Entry&)>& sink,
    const std::function<void(int64_t bytes)>& read) {
  ASSIGN_OR_RETURN(const json index, ReadIndex(path));
  std::vector<FolderVerdict> verdicts;
  for (const json& service : index["services"]) {
    ASSIGN_OR_RETURN(FolderVerdict verdict,
                     VerifyService(path, index["organization"].get<std::string>(), service, key_pem, sink, read));
    verdicts.push_back(std::move(verdict));
  }
  return verdicts;
}

std::string EntryJson(const std::string& service, const audit::Entry& entry) {
  json line = {
      {"service", service},
      {"id", entry.id.Format()},
      {"time", absl::FormatTime("%Y-%m-%dT%H:%M:%E3SZ", absl::FromUnixMillis(entry.time_ms), absl::UTCTimeZone())},
      {"subject", entry.subject},
      {"actor", entry.actor},
      {"method", entry.method},
      {"object", entry.object},
      {"request_id", entry.request_id},
      {"people", entry.people}};
  return line.dump(-1, ' ', false, json::error_handler_t::replace);
}

}  // namespace cortado::ctl
