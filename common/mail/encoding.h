// How text of any language travels in mail, which carries lines of ASCII. Whatever goes in, nothing that comes out has
// a line over 76 characters, a NUL, or a line end other than CRLF. Pure; any thread.
#pragma once

#include <string>

#include "absl/strings/string_view.h"

namespace cortado::mail {

// Returns `text` (UTF-8) as encoded words (RFC 2047, "B"), each at most 75 characters and cut between code points,
// joined by CRLF and a space: what a header holds. The first is at most 50 long, so that the header's name fits before.
std::string EncodeWords(absl::string_view text);

// Returns whether `text` may stand in a header as it is: printable ASCII of at most 60 characters that no reader would
// take for an encoded word.
bool IsPlainHeader(absl::string_view text);

// Returns `text` in quoted-printable (RFC 2045 section 6.7), ending with a line end. Line ends ("\n" or CRLF) stay line
// ends. A dot or "From " at the start of a line is encoded, since some relays change those.
std::string QuotedPrintable(absl::string_view text);

// Returns `bytes` in base64 (RFC 2045 section 6.8): lines of 76 characters.
std::string Base64Lines(absl::string_view bytes);

}  // namespace cortado::mail
