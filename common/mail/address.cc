#include "common/mail/address.h"

#include <algorithm>
#include <cstddef>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_split.h"

namespace cortado::mail {
namespace {

constexpr size_t kLongestAddress = 254;  // RFC 5321 section 4.5.3.1.3: 256 with the angle brackets.
constexpr size_t kLongestLocalPart = 64;
constexpr size_t kLongestLabel = 63;       // RFC 1035 section 2.3.4.
constexpr size_t kLongestMessageId = 250;  // So that a References line stays below the 998 octets of a line.

bool IsAtom(absl::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return absl::ascii_isalnum(static_cast<unsigned char>(c)) || absl::StrContains("!#$%&'*+-/=?^_`{|}~", c);
  });
}

bool IsDotAtom(absl::string_view text) {
  const std::vector<absl::string_view> atoms = absl::StrSplit(text, '.');
  return std::all_of(atoms.begin(), atoms.end(), IsAtom);
}

bool IsLabel(absl::string_view text) {
  const auto allowed = [](char c) { return absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '-'; };
  return !text.empty() && text.size() <= kLongestLabel && text.front() != '-' && text.back() != '-' &&
         std::all_of(text.begin(), text.end(), allowed);
}

bool IsHostName(absl::string_view text) {
  const std::vector<absl::string_view> labels = absl::StrSplit(text, '.');
  return std::all_of(labels.begin(), labels.end(), IsLabel);
}

bool IsAscii(absl::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return absl::ascii_isascii(static_cast<unsigned char>(c)); });
}

}  // namespace

absl::Status CheckAddress(absl::string_view address) {
  const size_t at = address.rfind('@');
  if (at == absl::string_view::npos) return absl::InvalidArgumentError("a mail address has the form name@host");
  const absl::string_view local = address.substr(0, at), host = address.substr(at + 1);
  if (!IsAscii(local)) {
    return absl::InvalidArgumentError("mail to an address with letters outside a-z before the @ cannot be sent");
  }
  if (!IsAscii(host)) {
    return absl::InvalidArgumentError("the host of a mail address must be written in its xn-- form");
  }
  if (address.size() > kLongestAddress || local.size() > kLongestLocalPart) {
    return absl::InvalidArgumentError("a mail address has at most 254 characters, 64 of them before the @");
  }
  if (!IsDotAtom(local)) {
    return absl::InvalidArgumentError("the part of a mail address before the @ holds what mail cannot be sent to");
  }
  if (!IsHostName(host)) return absl::InvalidArgumentError("the part of a mail address after the @ is no host name");
  return absl::OkStatus();
}

absl::Status CheckMessageId(absl::string_view id) {
  const size_t at = id.find('@');
  const bool good = at != absl::string_view::npos && id.size() <= kLongestMessageId && IsDotAtom(id.substr(0, at)) &&
                    IsDotAtom(id.substr(at + 1));
  if (!good) return absl::InvalidArgumentError("a message id has the form left@right, of visible ASCII characters");
  return absl::OkStatus();
}

}  // namespace cortado::mail
