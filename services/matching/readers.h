// Who asks of a view, and in which language they read. Safe from any thread, as long as the view does not change.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "common/rpc/call.h"
#include "services/matching/affinity/query.h"
#include "services/matching/organization_view.h"

namespace cortado::matching {

// Returns the index of the active person with this id, or nothing.
std::optional<int32_t> FindActive(const OrganizationView& view, absl::string_view id);

// Returns the language of sentences for the caller: what the call asks for, else their own.
std::string LanguageFor(const rpc::Call& call, const OrganizationView& view);

// Returns a query of that instant for the ISO week of `ranking_time`, with the organisation's own weights.
Query QueryAt(const OrganizationView& view, absl::Time now, absl::Time ranking_time);

}  // namespace cortado::matching
