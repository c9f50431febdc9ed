#include "common/status/error.h"

#include <utility>
#include <vector>

#include "absl/strings/cord.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"

namespace cortado {
namespace {

template <class Message>
std::optional<Message> Payload(const absl::Status& status, const char* url) {
  absl::optional<absl::Cord> bytes = status.GetPayload(url);
  Message message;
  if (!bytes.has_value() || !message.ParseFromString(std::string(*bytes))) return std::nullopt;
  return message;
}

// An error must fit into 8 KB of metadata, whatever the caller sent that it speaks of: a longer one arrives without its
// details.
constexpr int kMostFields = 10;

}  // namespace

std::string Brief(absl::string_view text, size_t longest) {
  if (text.size() <= longest) return std::string(text);
  size_t end = longest;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80) --end;
  return absl::StrCat(text.substr(0, end), "...");
}

Error::Error(absl::StatusCode code, const std::string& reason_name, absl::string_view message)
    : code_(code), message_(Brief(message)) {
  info_.set_reason(std::string(absl::StripPrefix(reason_name, "REASON_")));
  info_.set_domain("cortado");
}

Error& Error::Field(absl::string_view path, absl::string_view description) {
  if (bad_request_.field_violations_size() == kMostFields) return *this;
  auto* violation = bad_request_.add_field_violations();
  violation->set_field(Brief(path));
  violation->set_description(Brief(description));
  return *this;
}

Error& Error::Metadata(absl::string_view key, absl::string_view value) {
  (*info_.mutable_metadata())[std::string(key)] = std::string(value);
  return *this;
}

Error& Error::RetryAfter(absl::Duration delay) {
  retry_ = delay;
  return *this;
}

Error::operator absl::Status() const {
  absl::Status status(code_, message_);
  status.SetPayload(kErrorInfoUrl, absl::Cord(info_.SerializeAsString()));
  if (bad_request_.field_violations_size() > 0) {
    status.SetPayload(kBadRequestUrl, absl::Cord(bad_request_.SerializeAsString()));
  }
  if (retry_ > absl::ZeroDuration()) {
    api::v1::RetryInfo retry;
    retry.mutable_retry_delay()->set_seconds(absl::ToInt64Seconds(retry_));
    retry.mutable_retry_delay()->set_nanos(
        static_cast<int32_t>(absl::ToInt64Nanoseconds(retry_ - absl::Seconds(absl::ToInt64Seconds(retry_)))));
    status.SetPayload(kRetryInfoUrl, absl::Cord(retry.SerializeAsString()));
  }
  return status;
}

Error InvalidField(absl::string_view path, absl::string_view description) {
  return Error(absl::StatusCode::kInvalidArgument, api::v1::REASON_FIELD_INVALID, absl::StrCat(path, " ", description))
      .Field(path, description);
}

Error NotFound() {
  return Error(absl::StatusCode::kNotFound, api::v1::REASON_RESOURCE_NOT_FOUND, "there is no such resource");
}

Error EtagMismatch() {
  return Error(absl::StatusCode::kAborted, api::v1::REASON_ETAG_MISMATCH,
               "the resource changed since it was read; read it again");
}

Error AccessDenied() {
  return Error(absl::StatusCode::kPermissionDenied, api::v1::REASON_ACCESS_DENIED,
               "the caller's roles do not allow this call");
}

Error NotAvailable() {
  return Error(absl::StatusCode::kFailedPrecondition, api::v1::REASON_NOT_AVAILABLE, "not available");
}

std::string ReasonOf(const absl::Status& status) {
  auto info = Payload<api::v1::ErrorInfo>(status, kErrorInfoUrl);
  return info.has_value() ? info->reason() : "";
}

std::string MetadataOf(const absl::Status& status, absl::string_view key) {
  auto info = Payload<api::v1::ErrorInfo>(status, kErrorInfoUrl);
  if (!info.has_value()) return "";
  auto found = info->metadata().find(std::string(key));
  return found == info->metadata().end() ? "" : found->second;
}

absl::Duration RetryAfterOf(const absl::Status& status) {
  auto retry = Payload<api::v1::RetryInfo>(status, kRetryInfoUrl);
  if (!retry.has_value()) return absl::ZeroDuration();
  return absl::Seconds(retry->retry_delay().seconds()) + absl::Nanoseconds(retry->retry_delay().nanos());
}

std::string FieldsOf(const absl::Status& status) {
  auto bad = Payload<api::v1::BadRequest>(status, kBadRequestUrl);
  std::vector<std::string> paths;
  if (bad.has_value()) {
    for (const auto& violation : bad->field_violations()) paths.push_back(violation.field());
  }
  return absl::StrJoin(paths, ",");
}

}  // namespace cortado
