#include "common/auth/service_key.h"

#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "common/id/id.h"

namespace cortado::auth {
namespace {

constexpr char kForm[] = "cortado-key";

}  // namespace

std::string WriteServiceKey(const ServiceKey& key) {
  return absl::StrCat(kForm, ".", key.organization, ".", key.id, ".", key.secret);
}

std::optional<ServiceKey> ReadServiceKey(absl::string_view text) {
  const std::vector<std::string> parts = absl::StrSplit(text, '.');
  const bool formed = parts.size() == 4 && parts[0] == kForm && id::IsOrganizationId(parts[1]) &&
                      id::IsResourceId(parts[2]) && !parts[3].empty();
  if (!formed) return std::nullopt;
  return ServiceKey{parts[1], parts[2], parts[3]};
}

std::string ServiceKeySubject(absl::string_view id) { return absl::StrCat("key:", id); }

}  // namespace cortado::auth
