// Matchers for Status and StatusOr, as Abseil has them in later versions.
#pragma once

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/status/error.h"
#include "gmock/gmock.h"

namespace cortado::testing {

inline const absl::Status& StatusOf(const absl::Status& status) { return status; }
template <class T>
const absl::Status& StatusOf(const absl::StatusOr<T>& or_status) {
  return or_status.status();
}

// EXPECT_THAT(status_or, IsOk()).
MATCHER(IsOk, "is OK") {
  *result_listener << StatusOf(arg).ToString();
  return StatusOf(arg).ok();
}

// EXPECT_THAT(status_or, FailsWith(absl::StatusCode::kAborted, "ETAG_MISMATCH")).
MATCHER_P2(FailsWith, code, reason, "fails with that code and reason") {
  *result_listener << StatusOf(arg).ToString() << " " << ReasonOf(StatusOf(arg));
  return StatusOf(arg).code() == code && ReasonOf(StatusOf(arg)) == reason;
}

// EXPECT_THAT(status_or, RefusesField("person.title")): INVALID_ARGUMENT naming the field.
MATCHER_P(RefusesField, path, "refuses the field") {
  *result_listener << StatusOf(arg).ToString() << " " << FieldsOf(StatusOf(arg));
  return StatusOf(arg).code() == absl::StatusCode::kInvalidArgument && FieldsOf(StatusOf(arg)) == path;
}

}  // namespace cortado::testing
