// Mail addresses and message ids in the forms we send: those that every mail server takes. Pure; any thread.
#pragma once

#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace cortado::mail {

// Who a mail is from or to.
struct Mailbox {
  std::string name = {};  // As people write it, any language; may be empty.
  std::string address;    // CheckAddress.
};

// Whether a mail can be sent to `address`: a dot-atom, "@" and a host name (RFC 5321 section 4.1.2) within the lengths
// of section 4.5.3.1 (64 octets before the "@", 254 in all) and of DNS (63 a label).
// INVALID_ARGUMENT, with a sentence that names what is wrong but not the address: anything else. So are forms that the
// standard has and hardly anybody uses (quotes, comments, [1.2.3.4] for a host), and letters outside ASCII: before the
// "@" they need SMTPUTF8 (RFC 6531), which not every server on the way has; a host in another script is written as its
// xn-- form (RFC 5890). Not an error: an address at which nobody reads.
absl::Status CheckAddress(absl::string_view address);

// Whether `id` is the inside of a Message-ID (RFC 5322 section 3.6.4, without angle brackets): two dot-atoms around an
// "@", at most 250 characters. INVALID_ARGUMENT: it is not.
absl::Status CheckMessageId(absl::string_view id);

}  // namespace cortado::mail
