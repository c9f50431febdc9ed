// An error with its reason: an absl::Status that carries ErrorInfo, field violations and a retry hint as payloads,
// under the type URLs of google.rpc, so that the binder only copies them out.
//
//   return Error(absl::StatusCode::kAlreadyExists, scheduling::v1::REASON_SLOT_TAKEN, "the time is taken")
//       .Metadata("times", "...");
//   return InvalidField("duration", "must be 10 to 240 minutes");
#pragma once

#include <map>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "cortado/api/v1/errors.pb.h"
#include "google/protobuf/generated_enum_reflection.h"

namespace cortado {

class Error {
 public:
  // `reason` is a value of a `Reason` enum of the protos. The message is for developers: brief, what to do, no
  // internals, no personal data.
  template <class ReasonEnum>
  Error(absl::StatusCode code, ReasonEnum reason, absl::string_view message)
      : Error(code, google::protobuf::GetEnumDescriptor<ReasonEnum>()->FindValueByNumber(reason)->name(), message) {}

  // Says which field is wrong, by its path, and what to do. Ten fields are said; texts are cut after 200 bytes.
  Error& Field(absl::string_view path, absl::string_view description);
  // Adds what the reason speaks of.
  Error& Metadata(absl::string_view key, absl::string_view value);
  // Says how long to wait before trying again.
  Error& RetryAfter(absl::Duration delay);

  operator absl::Status() const;  // NOLINT: an Error is returned where a Status is.
  template <class T>
  operator absl::StatusOr<T>() const {  // NOLINT: likewise.
    return static_cast<absl::Status>(*this);
  }

 private:
  Error(absl::StatusCode code, const std::string& reason_name, absl::string_view message);

  absl::StatusCode code_;
  std::string message_;
  api::v1::ErrorInfo info_;
  api::v1::BadRequest bad_request_;
  absl::Duration retry_ = absl::ZeroDuration();
};

// The text for an error to quote: cut before the character that would make it longer than `longest` bytes.
std::string Brief(absl::string_view text, size_t longest = 200);

// INVALID_ARGUMENT (FIELD_INVALID) for one field.
Error InvalidField(absl::string_view path, absl::string_view description);
// NOT_FOUND, the same bytes for what is absent and what is foreign.
Error NotFound();
// ABORTED (ETAG_MISMATCH).
Error EtagMismatch();
// PERMISSION_DENIED (ACCESS_DENIED).
Error AccessDenied();
// FAILED_PRECONDITION (NOT_AVAILABLE): one answer, the same bytes whatever the cause (product rules 1.5).
Error NotAvailable();

// The reason an error carries, as SLOT_TAKEN; empty when it carries none.
std::string ReasonOf(const absl::Status& status);
// What its reason speaks of; empty when absent.
std::string MetadataOf(const absl::Status& status, absl::string_view key);
// How long it says to wait before trying again; zero when it does not say.
absl::Duration RetryAfterOf(const absl::Status& status);
// The paths of the fields it names, comma separated.
std::string FieldsOf(const absl::Status& status);

inline constexpr char kErrorInfoUrl[] = "type.googleapis.com/google.rpc.ErrorInfo";
inline constexpr char kBadRequestUrl[] = "type.googleapis.com/google.rpc.BadRequest";
inline constexpr char kRetryInfoUrl[] = "type.googleapis.com/google.rpc.RetryInfo";
inline constexpr char kUserMessageUrl[] = "type.googleapis.com/cortado.type.v1.UserMessage";

}  // namespace cortado
