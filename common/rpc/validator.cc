#include "common/rpc/validator.h"

#include <algorithm>
#include <map>
#include <mutex>
#include <optional>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/status/error.h"
#include "common/status/status.h"
#include "google/protobuf/duration.pb.h"
#include "google/protobuf/field_mask.pb.h"
#include "google/protobuf/timestamp.pb.h"
#include "re2/re2.h"

namespace cortado::rpc {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

constexpr uint32_t kLongestText = 1000;
constexpr uint32_t kMostItems = 100;
// 1970 to 2100: what is outside is a mistake, not a meeting (reliability, case 29).
constexpr int64_t kLatestSecond = 4102444800;

size_t CountCharacters(const std::string& utf8) {
  return static_cast<size_t>(std::count_if(utf8.begin(), utf8.end(), [](char c) { return (c & 0xC0) != 0x80; }));
}

// The rule is for the user's sentence (error.field_invalid), the description for developers.
Error Broken(absl::string_view path, absl::string_view rule, absl::string_view description) {
  return InvalidField(path, description).Metadata("rule", rule);
}

Error OutOfRange(absl::string_view path, int64_t min, int64_t max, absl::string_view unit) {
  return Broken(path, "range", absl::StrCat("must be ", min, " to ", max, unit))
      .Metadata("min", absl::StrCat(min))
      .Metadata("max", absl::StrCat(max));
}

Error Missing(absl::string_view path) { return Broken(path, "required", "is required"); }

bool IsOurs(const google::protobuf::Descriptor& type) { return absl::StartsWith(type.full_name(), "cortado."); }

}  // namespace

struct Validator::Rule {
  const FieldDescriptor* field;
  api::v1::Field options;
  std::unique_ptr<RE2> pattern;
  const google::protobuf::Descriptor* nested = nullptr;  // A message of ours: its fields have rules too.

  absl::Status CheckNumber(int64_t value, const std::string& path) const {
    if ((options.has_min() && value < options.min()) || (options.has_max() && value > options.max())) {
      return OutOfRange(path, options.min(), options.max(), "");
    }
    return absl::OkStatus();
  }
  absl::Status CheckText(const std::string& value, const std::string& path) const;
  absl::Status CheckMessage(Message& value, const std::string& path) const;
  absl::Status CheckOne(Message& message, const google::protobuf::Reflection& reflection, int index,
                        const std::string& path) const;
};

absl::Status Validator::Rule::CheckText(const std::string& value, const std::string& path) const {
  uint32_t longest = options.max_length() > 0 ? options.max_length() : kLongestText;
  if (value.size() > longest && (field->type() == FieldDescriptor::TYPE_BYTES || CountCharacters(value) > longest)) {
    return Broken(path, "too_long", absl::StrCat("must be at most ", longest, " characters"))
        .Metadata("max", absl::StrCat(longest));
  }
  if (pattern != nullptr && (field->is_repeated() || !value.empty()) && !RE2::FullMatch(value, *pattern)) {
    return Broken(path, "pattern", absl::StrCat("must look like ", pattern->pattern()));
  }
  return absl::OkStatus();
}

absl::Status Validator::Rule::CheckMessage(Message& value, const std::string& path) const {
  if (nested != nullptr) return Validator::Of(*nested).CheckFields(value, path, nullptr);
  if (const auto* time = dynamic_cast<const google::protobuf::Timestamp*>(&value)) {
    if (time->seconds() < 0 || time->seconds() > kLatestSecond || time->nanos() < 0 || time->nanos() > 999'999'999) {
      return Broken(path, "instant", "must be an instant from 1970 to 2100");
    }
  }
  if (const auto* span = dynamic_cast<const google::protobuf::Duration*>(&value)) {
    absl::Duration length = absl::Seconds(span->seconds()) + absl::Nanoseconds(span->nanos());
    if ((options.has_min() && length < absl::Seconds(options.min())) ||
        (options.has_max() && length > absl::Seconds(options.max()))) {
      return OutOfRange(path, options.min(), options.max(), " seconds");
    }
  }
  return absl::OkStatus();
}

absl::Status Validator::Rule::CheckOne(Message& message, const google::protobuf::Reflection& reflection, int index,
                                       const std::string& path) const {
  bool repeated = field->is_repeated();
  switch (field->cpp_type()) {
    case FieldDescriptor::CPPTYPE_STRING: {
      std::string scratch;
      return CheckText(repeated ? reflection.GetRepeatedStringReference(message, field, index, &scratch)
                                : reflection.GetStringReference(message, field, &scratch),
                       path);
    }
    case FieldDescriptor::CPPTYPE_INT32:
      return CheckNumber(
          repeated ? reflection.GetRepeatedInt32(message, field, index) : reflection.GetInt32(message, field), path);
    case FieldDescriptor::CPPTYPE_INT64:
      return CheckNumber(
          repeated ? reflection.GetRepeatedInt64(message, field, index) : reflection.GetInt64(message, field), path);
    case FieldDescriptor::CPPTYPE_ENUM: {
      int value =
          repeated ? reflection.GetRepeatedEnumValue(message, field, index) : reflection.GetEnumValue(message, field);
      if (field->enum_type()->FindValueByNumber(value) == nullptr) {
        return Broken(path, "choice", absl::StrCat("must be a value of ", field->enum_type()->name()));
      }
      return absl::OkStatus();
    }
    case FieldDescriptor::CPPTYPE_MESSAGE:
      return CheckMessage(repeated ? *reflection.MutableRepeatedMessage(&message, field, index)
                                   : *reflection.MutableMessage(&message, field),
                          path);
    default:
      return absl::OkStatus();
  }
}

Validator::Validator(const google::protobuf::Descriptor& type) {
  for (int i = 0; i < type.field_count(); ++i) {
    const FieldDescriptor* field = type.field(i);
    Rule rule{field, field->options().GetExtension(api::v1::field), nullptr};
    if (!rule.options.pattern().empty()) {
      rule.pattern = std::make_unique<RE2>(rule.options.pattern());
    }
    if (field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE && !field->is_map()) {
      if (IsOurs(*field->message_type())) rule.nested = field->message_type();
      if (field->message_type() == google::protobuf::FieldMask::descriptor()) mask_ = field;
    }
    rules_.push_back(std::move(rule));
  }
  if (mask_ == nullptr) return;
  for (const Rule& rule : rules_) {
    if (rule.nested != nullptr && !rule.field->is_repeated()) masked_ = rule.field;
  }
}

Validator::~Validator() = default;

const Validator& Validator::Of(const google::protobuf::Descriptor& type) {
  static std::mutex mutex;
  static auto* validators = new std::map<const google::protobuf::Descriptor*, std::unique_ptr<const Validator>>;
  std::lock_guard lock(mutex);
  auto& validator = (*validators)[&type];
  if (validator == nullptr) validator.reset(new Validator(type));
  return *validator;
}

absl::Status Validator::CheckFields(Message& message, const std::string& path,
                                    const std::vector<std::string>* mask) const {
  const google::protobuf::Reflection& reflection = *message.GetReflection();
  for (const Rule& rule : rules_) {
    const FieldDescriptor* field = rule.field;
    if (rule.options.output_only()) {
      reflection.ClearField(&message, field);
      continue;
    }
    bool named = field->name() == "name" || field->name() == "etag";
    if (mask != nullptr && !named && std::find(mask->begin(), mask->end(), field->name()) == mask->end()) continue;
    bool required = rule.options.required() || (mask != nullptr && field->name() == "name");
    int count = field->is_repeated() ? reflection.FieldSize(message, field) : 1;
    bool present = field->is_repeated() ? count > 0 : reflection.HasField(message, field);
    if (!present) {
      if (required) return Missing(absl::StrCat(path, field->name()));
      continue;
    }
    if (field->is_repeated()) {
      int most = static_cast<int>(rule.options.max_items() > 0 ? rule.options.max_items() : kMostItems);
      if (count > most) {
        return Broken(absl::StrCat(path, field->name()), "too_many", absl::StrCat("must have at most ", most, " items"))
            .Metadata("max", absl::StrCat(most));
      }
      if (field->is_map()) continue;
    }
    for (int i = 0; i < count; ++i) {
      std::string here = absl::StrCat(path, field->name());
      if (field->is_repeated()) absl::StrAppend(&here, "[", i, "]");
      if (rule.nested != nullptr) absl::StrAppend(&here, ".");
      RETURN_IF_ERROR(rule.CheckOne(message, reflection, i, here));
    }
  }
  return absl::OkStatus();
}

absl::Status Validator::Check(Message& request) const {
  if (mask_ == nullptr || masked_ == nullptr) return CheckFields(request, "", nullptr);
  const google::protobuf::Reflection& reflection = *request.GetReflection();
  const auto& mask = static_cast<const google::protobuf::FieldMask&>(reflection.GetMessage(request, mask_));
  if (mask.paths().empty()) return InvalidField("update_mask", "must name at least one field");
  std::vector<std::string> paths(mask.paths().begin(), mask.paths().end());
  for (const std::string& path : paths) {
    const FieldDescriptor* field = masked_->message_type()->FindFieldByName(path);
    if (field == nullptr || path == "name" || path == "etag" ||
        field->options().GetExtension(api::v1::field).output_only()) {
      return InvalidField("update_mask", absl::StrCat("names ", Brief(path, 100), ", which is no field to write"));
    }
  }
  if (!reflection.HasField(request, masked_)) return Missing(masked_->name());
  Message& resource = *reflection.MutableMessage(&request, masked_);
  RETURN_IF_ERROR(Of(*masked_->message_type()).CheckFields(resource, absl::StrCat(masked_->name(), "."), &paths));
  for (const Rule& rule : rules_) {
    if (rule.field == mask_ || rule.field == masked_) continue;
    if (!reflection.HasField(request, rule.field)) {
      if (rule.options.required()) return Missing(rule.field->name());
      continue;
    }
    RETURN_IF_ERROR(rule.CheckOne(request, reflection, 0, rule.field->name()));
  }
  return absl::OkStatus();
}

}  // namespace cortado::rpc
