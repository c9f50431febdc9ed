#include "clients/ctl/discovery.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <system_error>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/time/clock.h"
#include "clients/ctl/tokens.h"
#include "common/auth/service_key.h"
#include "common/status/status.h"

namespace cortado::ctl {
namespace {

namespace fs = std::filesystem;

std::string Value(const Environment& environment, const char* name) {
  const char* value = environment(name);
  return value == nullptr ? "" : value;
}

absl::Status FileError(int error, absl::string_view doing, const std::string& path) {
  const std::string text = absl::StrCat("cannot ", doing, " ", path, ": ", std::strerror(error));
  if (error == ENOENT) return absl::NotFoundError(text);
  if (error == EACCES || error == EPERM) return absl::PermissionDeniedError(text);
  return absl::UnavailableError(text);
}

bool IsDialable(absl::string_view address) {
  if (absl::StartsWith(address, "unix:")) return address.size() > 5;
  const size_t colon = address.rfind(':');
  return colon != absl::string_view::npos && colon > 0 && colon + 1 < address.size() &&
         address.find_first_not_of("0123456789", colon + 1) == absl::string_view::npos;
}

absl::Status BadAddress(absl::string_view text) {
  return absl::InvalidArgumentError(
      absl::StrCat("\"", text, "\" is not an address: write unix:/path or host:port, for three servers ",
                   "profile=host:port,matching=host:port,scheduling=host:port"));
}

absl::Status FindAddresses(const Given& given, const Environment& environment, Target& target) {
  std::string text = given.address;
  target.addresses_from = "--address";
  // A data directory named on the command line is meant more than an address left in the environment.
  if (text.empty() && given.data.empty()) {
    text = Value(environment, "CORTADO_ADDRESS");
    target.addresses_from = "CORTADO_ADDRESS";
  }
  if (text.empty()) {
    target.addresses_from = absl::StrCat(target.data, "/run/address");
    absl::StatusOr<std::string> file = ReadSmallFile(target.addresses_from);
    if (!file.ok()) {
      target.missing = absl::IsNotFound(file.status())
                           ? absl::StrCat("no Cortado runs on ", target.data, " (there is no run/address)")
                           : std::string(file.status().message());
      return absl::OkStatus();
    }
    text = *std::move(file);
    target.data_is_used = true;
  }
  ASSIGN_OR_RETURN(target.addresses, ParseAddresses(text));
  return absl::OkStatus();
}

void FindToken(const Environment& environment, const Given& given, Target& target) {
  if (given.data.empty()) target.token = Value(environment, "CORTADO_TOKEN");
  target.token_from = "CORTADO_TOKEN";
  if (!target.token.empty()) return;
  target.token_from = absl::StrCat(target.data, "/run/operator.token");
  // The operator's token is for the data directory's own server, and for no other.
  if (!target.data_is_used) return;
  if (absl::StatusOr<std::string> token = ReadSmallFile(target.token_from); token.ok())
    target.token = *std::move(token);
}

absl::Status FindTls(const Given& given, const Environment& environment, Target& target) {
  auto choose = [&](const std::string& said, const char* variable) {
    return said.empty() ? Value(environment, variable) : said;
  };
  target.tls = {.certificate = choose(given.tls.certificate, "CORTADO_TLS_CERT"),
                .key = choose(given.tls.key, "CORTADO_TLS_KEY"),
                .authority = choose(given.tls.authority, "CORTADO_TLS_CA")};
  if (!target.missing.empty()) return absl::OkStatus();
  for (const std::string* address :
       {&target.addresses.profile, &target.addresses.matching, &target.addresses.scheduling}) {
    RETURN_IF_ERROR(app::CheckClientFiles(target.tls, *address));
  }
  return absl::OkStatus();
}

// A `cortado_dev` writes into its data directory how far it moved its clock.
absl::Status FindClock(Target& target) {
  const bool is_own_key = target.key_file == absl::StrCat(target.data, "/keys/token.pem");
  if (!is_own_key) return absl::OkStatus();
  const std::string path = absl::StrCat(target.data, "/clock");
  const absl::StatusOr<std::string> text = ReadSmallFile(path);
  if (!text.ok() || absl::ParseDuration(*text, &target.clock_offset)) return absl::OkStatus();
  return absl::UnavailableError(absl::StrCat(path, " says no time, as 72h"));
}

}  // namespace

absl::Time Target::Now() const { return absl::Now() + clock_offset; }

absl::StatusOr<std::string> DataDirectory(const Given& given, const Environment& environment) {
  if (!given.data.empty()) return given.data;
  if (std::string data = Value(environment, "CORTADO_DATA"); !data.empty()) return data;
  if (std::string share = Value(environment, "XDG_DATA_HOME"); !share.empty()) return absl::StrCat(share, "/cortado");
  if (std::string home = Value(environment, "HOME"); !home.empty()) return absl::StrCat(home, "/.local/share/cortado");
  return absl::FailedPreconditionError("no data directory: set CORTADO_DATA, or give one with --data");
}

absl::StatusOr<Addresses> ParseAddresses(absl::string_view text) {
  if (!absl::StrContains(text, '=')) {
    const std::string address(absl::StripAsciiWhitespace(text));
    if (!IsDialable(address)) return BadAddress(text);
    return Addresses{address, address, address};
  }
  Addresses addresses;
  for (absl::string_view part : absl::StrSplit(text, ',')) {
    const std::vector<std::string> pair = absl::StrSplit(absl::StripAsciiWhitespace(part), absl::MaxSplits('=', 1));
    if (pair.size() != 2 || !IsDialable(pair[1])) return BadAddress(part);
    std::string* service = pair[0] == "profile"      ? &addresses.profile
                           : pair[0] == "matching"   ? &addresses.matching
                           : pair[0] == "scheduling" ? &addresses.scheduling
                                                     : nullptr;
    if (service == nullptr || !service->empty()) return BadAddress(part);
    *service = pair[1];
  }
  if (addresses.profile.empty() || addresses.matching.empty() || addresses.scheduling.empty()) return BadAddress(text);
  return addresses;
}

absl::StatusOr<Target> Discover(const Given& given, const Environment& environment) {
  Target target;
  ASSIGN_OR_RETURN(target.data, DataDirectory(given, environment));
  RETURN_IF_ERROR(FindAddresses(given, environment, target));
  RETURN_IF_ERROR(FindTls(given, environment, target));
  FindToken(environment, given, target);
  target.key_file = given.key_file;
  if (target.key_file.empty()) target.key_file = Value(environment, "CORTADO_KEY_FILE");
  if (target.key_file.empty()) target.key_file = absl::StrCat(target.data, "/keys/token.pem");
  RETURN_IF_ERROR(FindClock(target));
  target.organization = given.organization;
  if (target.organization.empty()) target.organization = Value(environment, "CORTADO_ORGANIZATION");
  if (target.organization.empty() && !target.token.empty()) {
    const absl::StatusOr<auth::Claims> claims = ClaimsOf(target.token);
    if (claims.ok() && claims->organization != auth::kAnyOrganization) target.organization = claims->organization;
    if (const auto key = auth::ReadServiceKey(target.token)) target.organization = key->organization;
  }
  return target;
}

absl::StatusOr<std::string> ReadSmallFile(const std::string& path) {
  errno = 0;
  std::ifstream file(path);
  std::stringstream text;
  if (!file || !(text << file.rdbuf())) return FileError(errno == 0 ? EIO : errno, "read", path);
  return std::string(absl::StripAsciiWhitespace(text.str()));
}

absl::Status WriteFile(const std::string& path, absl::string_view text, unsigned mode) {
  std::error_code error;
  const fs::path folder = fs::path(path).parent_path();
  if (!folder.empty()) fs::create_directories(folder, error);
  const std::string draft = absl::StrCat(path, ".new.", getpid());
  const int file = open(draft.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode);
  if (file < 0) return FileError(errno, "write", path);
  int failed = 0;
  while (!text.empty() && failed == 0) {
    const ssize_t wrote = write(file, text.data(), text.size());
    if (wrote < 0) {
      failed = errno;
    } else {
      text.remove_prefix(static_cast<size_t>(wrote));
    }
  }
  if (close(file) != 0 && failed == 0) failed = errno;
  if (failed == 0 && std::rename(draft.c_str(), path.c_str()) != 0) failed = errno;
  if (failed == 0) return absl::OkStatus();
  unlink(draft.c_str());
  return FileError(failed, "write", path);
}

}  // namespace cortado::ctl
