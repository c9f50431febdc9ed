#include "tests/own_data/text_leaf.h"

#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "cortado/api/v1/options.pb.h"

namespace cortado::testing {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

const api::v1::Field& RulesOf(const FieldDescriptor& field) { return field.options().GetExtension(api::v1::field); }

void Collect(const Descriptor& type, std::vector<const FieldDescriptor*>& way, std::vector<TextLeaf>& leaves) {
  for (int i = 0; i < type.field_count(); ++i) {
    const FieldDescriptor& field = *type.field(i);
    if (RulesOf(field).output_only()) continue;
    way.push_back(&field);
    if (field.type() == FieldDescriptor::TYPE_STRING) leaves.emplace_back(way);
    const bool ours =
        field.message_type() != nullptr && absl::StartsWith(field.message_type()->full_name(), "cortado.");
    if (ours) Collect(*field.message_type(), way, leaves);
    way.pop_back();
  }
}

}  // namespace

std::string TextLeaf::path() const {
  std::string path;
  for (const FieldDescriptor* field : way_) {
    absl::StrAppend(&path, path.empty() ? "" : ".", field->name(), field->is_repeated() ? "[0]" : "");
  }
  return path;
}

const FieldDescriptor& TextLeaf::below(absl::string_view subject) const {
  return *way_[way_[0]->name() == subject && way_.size() > 1 ? 1 : 0];
}

bool TextLeaf::IsWords() const {
  return RulesOf(field()).pattern().empty() && field().name() != "etag" && field().name() != "name";
}

void TextLeaf::Put(Message& message, const std::string& text) const {
  Message* at = &message;
  for (const FieldDescriptor* field : way_) {
    const auto& reflection = *at->GetReflection();
    const bool none = field->is_repeated() && reflection.FieldSize(*at, field) == 0;
    if (field->type() != FieldDescriptor::TYPE_STRING) {
      if (!field->is_repeated()) {
        at = reflection.MutableMessage(at, field);
      } else {
        at = none ? reflection.AddMessage(at, field) : reflection.MutableRepeatedMessage(at, field, 0);
      }
    } else if (!field->is_repeated()) {
      reflection.SetString(at, field, text);
    } else if (none) {
      reflection.AddString(at, field, text);
    } else {
      reflection.SetRepeatedString(at, field, 0, text);
    }
  }
}

std::string TextLeaf::Get(const Message& message) const {
  const Message* at = &message;
  for (const FieldDescriptor* field : way_) {
    const auto& reflection = *at->GetReflection();
    if (field->is_repeated() && reflection.FieldSize(*at, field) == 0) return "";
    if (field->type() == FieldDescriptor::TYPE_STRING) {
      return field->is_repeated() ? reflection.GetRepeatedString(*at, field, 0) : reflection.GetString(*at, field);
    }
    at = field->is_repeated() ? &reflection.GetRepeatedMessage(*at, field, 0) : &reflection.GetMessage(*at, field);
  }
  return "";
}

std::vector<TextLeaf> TextLeavesOf(const Descriptor& type) {
  std::vector<TextLeaf> leaves;
  std::vector<const FieldDescriptor*> way;
  Collect(type, way, leaves);
  return leaves;
}

}  // namespace cortado::testing
