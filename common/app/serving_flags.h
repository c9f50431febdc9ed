// The flags that every server of ours has: its limits and its TLS. Read after the command line was parsed.
//
// --limit_caller_per_second --limit_organization_per_second --limit_service_per_second --limit_reads_in_flight
// --limit_writes_in_flight --limit_bulk_in_flight --limit_watches_in_flight --limit_streams_per_connection
// --tls_cert --tls_key --tls_client_ca
#pragma once

#include "absl/status/statusor.h"
#include "common/app/server.h"
#include "common/app/tls_files.h"

namespace cortado::app {

// Puts what the flags say into `options`. INVALID_ARGUMENT: a limit is negative or beyond 1,000,000,000.
absl::Status ReadServingFlags(ServerOptions& options);

// What --tls_cert, --tls_key and --tls_client_ca say.
TlsFiles ServerTlsFromFlags();

}  // namespace cortado::app
