#include "common/app/serving_flags.h"

#include <cstdint>
#include <string>

#include "absl/flags/flag.h"
#include "absl/strings/str_cat.h"
#include "common/status/status.h"

// A person at a screen makes tens of calls a second for a moment, a script of HR's hundreds. An organisation of 100,000
// makes a few thousand at nine on a Monday.
ABSL_FLAG(int64_t, limit_caller_per_second, 500,
          "Calls a second that one person may make, and as many at once after a pause; 0: any number.");
ABSL_FLAG(int64_t, limit_organization_per_second, 10'000,
          "Calls a second that all people of one organisation may make; 0: any number.");
ABSL_FLAG(int64_t, limit_service_per_second, 100'000,
          "Calls a second of one service, and of one program that acts for people of one organisation; 0: any number.");
ABSL_FLAG(int64_t, limit_reads_in_flight, 4'000,
          "Reads under way at once; 0: any number. Services have as many again.");
ABSL_FLAG(int64_t, limit_writes_in_flight, 4'000, "Writes under way at once; 0: any number.");
ABSL_FLAG(int64_t, limit_bulk_in_flight, 32, "Imports and the like under way at once; 0: any number.");
ABSL_FLAG(int64_t, limit_watches_in_flight, 10'000, "Streams that stay open, at once; 0: any number.");
ABSL_FLAG(int, limit_streams_per_connection, 100,
          "Calls under way on one connection; more wait at the client. 1 to 10,000.");
ABSL_FLAG(std::string, tls_cert, "",
          "PEM file with the server's certificate, intermediates after it. Read again when it changes.");
ABSL_FLAG(std::string, tls_key, "", "PEM file (0600) with the certificate's key.");
ABSL_FLAG(std::string, tls_client_ca, "", "PEM file: clients must show a certificate signed by one of these (mTLS).");

namespace cortado::app {
namespace {

constexpr int64_t kMost = 1'000'000'000;

absl::Status CheckRange(const char* name, int64_t value, int64_t least, int64_t most) {
  if (value >= least && value <= most) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat("--", name, " must be ", least, " to ", most));
}

}  // namespace

absl::Status ReadServingFlags(ServerOptions& options) {
  struct Limit {
    const char* name;
    int64_t value;
    int64_t& option;
  };
  rpc::LimitOptions& limits = options.limits;
  const Limit all[] = {
      {"limit_caller_per_second", absl::GetFlag(FLAGS_limit_caller_per_second), limits.caller_per_second},
      {"limit_organization_per_second", absl::GetFlag(FLAGS_limit_organization_per_second),
       limits.organization_per_second},
      {"limit_service_per_second", absl::GetFlag(FLAGS_limit_service_per_second), limits.service_per_second},
      {"limit_reads_in_flight", absl::GetFlag(FLAGS_limit_reads_in_flight), limits.reads_in_flight},
      {"limit_writes_in_flight", absl::GetFlag(FLAGS_limit_writes_in_flight), limits.writes_in_flight},
      {"limit_bulk_in_flight", absl::GetFlag(FLAGS_limit_bulk_in_flight), limits.bulk_in_flight},
      {"limit_watches_in_flight", absl::GetFlag(FLAGS_limit_watches_in_flight), limits.watches_in_flight}};
  for (const Limit& limit : all) {
    RETURN_IF_ERROR(CheckRange(limit.name, limit.value, 0, kMost));
    limit.option = limit.value;
  }
  options.streams_per_connection = absl::GetFlag(FLAGS_limit_streams_per_connection);
  RETURN_IF_ERROR(CheckRange("limit_streams_per_connection", options.streams_per_connection, 1, 10'000));
  options.tls = ServerTlsFromFlags();
  return absl::OkStatus();
}

TlsFiles ServerTlsFromFlags() {
  return {.certificate = absl::GetFlag(FLAGS_tls_cert),
          .key = absl::GetFlag(FLAGS_tls_key),
          .authority = absl::GetFlag(FLAGS_tls_client_ca)};
}

}  // namespace cortado::app
