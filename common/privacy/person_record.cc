#include "common/privacy/person_record.h"

#include <memory>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/id/id.h"
#include "common/status/status.h"
#include "common/text/unicode.h"
#include "cortado/api/v1/belonging.pb.h"
#include "google/protobuf/struct.pb.h"
#include "google/protobuf/util/json_util.h"

namespace cortado::privacy {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

// The person that the field `name` of `message` names: a string, or a message whose field `person` is one.
std::string PersonNamedBy(const Message& message, const std::string& name) {
  const FieldDescriptor* field = message.GetDescriptor()->FindFieldByName(name);
  if (field == nullptr || field->is_repeated()) return "";
  const Reflection& reflection = *message.GetReflection();
  if (field->cpp_type() == FieldDescriptor::CPPTYPE_STRING) return reflection.GetString(message, field);
  if (field->cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE) return "";
  return PersonNamedBy(reflection.GetMessage(message, field), "person");
}

absl::StatusOr<std::string> JsonOf(const Message& message) {
  std::string json;
  const auto printed = google::protobuf::util::MessageToJsonString(message, &json);
  if (!printed.ok()) return absl::InternalError("a stored record cannot be shown");
  return json;
}

}  // namespace

void LeaveOutOthers(absl::string_view person, Message& message) {
  const Reflection& reflection = *message.GetReflection();
  const std::string self = absl::StrCat("people/", person);
  std::vector<const FieldDescriptor*> fields;
  reflection.ListFields(message, &fields);
  for (const FieldDescriptor* field : fields) {
    const std::string& owner = field->options().GetExtension(api::v1::belongs_to);
    if (!owner.empty() && PersonNamedBy(message, owner) != self) {
      reflection.ClearField(&message, field);
    } else if (field->cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE) {
      continue;
    } else if (field->is_repeated()) {
      for (int i = 0; i < reflection.FieldSize(message, field); ++i) {
        LeaveOutOthers(person, *reflection.MutableRepeatedMessage(&message, field, i));
      }
    } else {
      LeaveOutOthers(person, *reflection.MutableMessage(&message, field));
    }
  }
}

absl::StatusOr<api::v1::PersonRecord> MakePersonRecord(absl::string_view service, std::string name,
                                                       const Message& message, absl::string_view person) {
  const std::unique_ptr<Message> own(message.New());
  own->CopyFrom(message);
  LeaveOutOthers(person, *own);
  api::v1::PersonRecord record;
  record.set_service(std::string(service));
  record.set_type(message.GetDescriptor()->full_name());
  record.set_name(std::move(name));
  ASSIGN_OR_RETURN(*record.mutable_json(), JsonOf(*own));
  return record;
}

absl::StatusOr<api::v1::PersonRecord> MakeFactsRecord(absl::string_view service, std::string name,
                                                      const std::map<std::string, std::string>& facts) {
  google::protobuf::Struct shown;
  for (const auto& [fact, value] : facts) {
    const std::string key = text::IsValidUtf8(fact) ? fact : id::Base64UrlEncode(fact);
    (*shown.mutable_fields())[key].set_string_value(text::IsValidUtf8(value) ? value : id::Base64UrlEncode(value));
  }
  return MakePersonRecord(service, std::move(name), shown, "");
}

}  // namespace cortado::privacy
