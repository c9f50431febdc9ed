// The flags of a server that sends mail: --smtp, --smtp_security, --smtp_user, --smtp_password_file, --smtp_ca,
// --mail_from and --web_url. Once, after the flags are parsed.
#pragma once

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "common/auth/key_ring.h"
#include "common/time/clock.h"
#include "services/scheduling/courier/dispatcher.h"

namespace cortado::scheduling {

// A mail room as the flags say; without --smtp one that sends nothing, without --web_url one whose mails have no links.
// `keys` sign the links; `clock` outlives the mail room. INVALID_ARGUMENT naming the flag: an address
// that is none, no --mail_from, no TLS beyond this machine.
absl::StatusOr<MailRoom> MailRoomFromFlags(std::shared_ptr<const auth::KeyRing> keys, const Clock& clock);

// Makes addresses of the answer page below `web` ("https://cortado.example.com"), each with a link that `keys` signs,
// good until what it is about expires. `clock` outlives it.
decltype(MailRoom::answer_url) AnswerUrls(std::string web, std::shared_ptr<const auth::KeyRing> keys,
                                          const Clock& clock);

}  // namespace cortado::scheduling
