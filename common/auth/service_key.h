// The text of a service key: what a program sends instead of logging in. `cortado-key.ORGANIZATION.ID.SECRET`; a server
// keeps its SHA-256 alone. Thread contract: pure functions.
#pragma once

#include <optional>
#include <string>

#include "absl/strings/string_view.h"

namespace cortado::auth {

struct ServiceKey {
  std::string organization;
  std::string id;
  std::string secret;
};

std::string WriteServiceKey(const ServiceKey& key);

// Nothing when the text has another form. Whether the key is good is not judged.
std::optional<ServiceKey> ReadServiceKey(absl::string_view text);

// The subject of a token that a key got: no person's id, for it holds a colon.
std::string ServiceKeySubject(absl::string_view id);

}  // namespace cortado::auth
