// Page tokens of every List (AIP-158): opaque to the caller, and good only for the same question asked again. Any
// thread.
//
//   std::string arguments = absl::StrCat(organization, "\n", request.filter());
//   ASSIGN_OR_RETURN(std::string cursor, id::ParsePageToken(request.page_token(), arguments));
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace cortado::id {

// Returns a token for the page that begins at `cursor` (any bytes; empty only when there is no further page, for which
// the token is empty too). `arguments` are all other arguments of the question but the page size, in any fixed form.
std::string MakePageToken(absl::string_view cursor, absl::string_view arguments);

// Returns the cursor in `token`; the empty token is no error and means the first page: the empty cursor.
// INVALID_ARGUMENT: not a token of ours, damaged, or given for other arguments. The token is guarded against mistakes,
// not against forgery: a cursor must show nothing its caller may not read.
absl::StatusOr<std::string> ParsePageToken(absl::string_view token, absl::string_view arguments);

}  // namespace cortado::id
