// The flags of a server that sends mail: --smtp, --smtp_security, --smtp_user, --smtp_password_file, --smtp_ca and
// --mail_from. Once, after the flags are parsed.
#pragma once

#include "absl/status/statusor.h"
#include "services/scheduling/courier/dispatcher.h"

namespace cortado::scheduling {

// A mail room as the flags say; without --smtp one that sends nothing. INVALID_ARGUMENT naming the flag: an address
// that is none, no --mail_from, no TLS beyond this machine.
absl::StatusOr<MailRoom> MailRoomFromFlags();

}  // namespace cortado::scheduling
