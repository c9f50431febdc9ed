// Pages of lists (AIP-158), the same for every list.
// Thread contract: pure functions.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/id/page_token.h"
#include "common/status/error.h"

namespace cortado::rpc {

// How many items a request asks for; 0 means 100.
inline int PageSize(int asked) { return asked == 0 ? 100 : asked; }

// The last item of the page before, empty for the first page. INVALID_ARGUMENT (PAGE_TOKEN_INVALID).
inline absl::StatusOr<std::string> PageStart(absl::string_view token, absl::string_view arguments) {
  absl::StatusOr<std::string> start = id::ParsePageToken(token, arguments);
  if (start.ok()) return start;
  return Error(absl::StatusCode::kInvalidArgument, api::v1::REASON_PAGE_TOKEN_INVALID, start.status().message())
      .Field("page_token", "must be the last page's, with the same other fields");
}

}  // namespace cortado::rpc
