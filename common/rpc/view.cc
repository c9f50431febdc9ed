#include "common/rpc/view.h"

#include <algorithm>
#include <map>
#include <memory>
#include <mutex>
#include <set>

#include "absl/algorithm/container.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/log/check.h"

namespace cortado::rpc {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::EnumDescriptor;
using google::protobuf::EnumValueDescriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

// The P of people/P and of everything below it.
absl::string_view PersonOf(absl::string_view name) {
  constexpr absl::string_view kPeople = "people/";
  if (!absl::StartsWith(name, kPeople)) return "";
  name.remove_prefix(kPeople.size());
  return name.substr(0, name.find('/'));
}

const api::v1::Personal* PersonalOf(const Descriptor& type) {
  return type.options().HasExtension(api::v1::personal) ? &type.options().GetExtension(api::v1::personal) : nullptr;
}

bool HasReaders(const EnumDescriptor& type) {
  for (int i = 0; i < type.value_count(); ++i) {
    if (type.value(i)->options().HasExtension(api::v1::value_readers)) return true;
  }
  return false;
}

// Whether the type, or any within it, is about a person. A type within itself is looked at once.
bool IsAboutSomebody(const Descriptor& type, std::set<const Descriptor*>& seen) {
  if (!seen.insert(&type).second) return false;
  if (PersonalOf(type) != nullptr) return true;
  for (int i = 0; i < type.field_count(); ++i) {
    const Descriptor* part = type.field(i)->message_type();
    if (part != nullptr && IsAboutSomebody(*part, seen)) return true;
  }
  return false;
}

bool IsAboutSomebody(const Descriptor& type) {
  std::set<const Descriptor*> seen;
  return IsAboutSomebody(type, seen);
}

const FieldDescriptor* Named(const Descriptor& type, const std::string& name) {
  if (name.empty()) return nullptr;
  const FieldDescriptor* field = type.FindFieldByName(name);
  CORTADO_CHECK(field != nullptr);
  return field;
}

bool MayRead(const Call& call, const Message& message, const EnumValueDescriptor& value) {
  if (!value.options().HasExtension(api::v1::value_readers)) return true;
  const api::v1::Readers& readers = value.options().GetExtension(api::v1::value_readers);
  for (int role : readers.roles()) {
    if (call.Has(static_cast<api::v1::Role>(role))) return true;
  }
  const FieldDescriptor* one = message.GetDescriptor()->FindFieldByName(readers.person_field());
  if (one == nullptr) return false;
  const std::string name = message.GetReflection()->GetString(message, one);
  return !PersonOf(name).empty() && call.IsSelf(PersonOf(name));
}

}  // namespace

const View& View::Of(const Descriptor& type) {
  static std::recursive_mutex mutex;
  static auto* views = new std::map<const Descriptor*, std::unique_ptr<View>>;
  std::lock_guard lock(mutex);
  auto& view = (*views)[&type];
  if (view == nullptr) {
    view.reset(new View());  // There before it is built: a type may hold itself.
    view->Build(type);
  }
  return *view;
}

void View::Build(const Descriptor& type) {
  const api::v1::Personal* personal = PersonalOf(type);
  if (personal != nullptr) {
    subject_ = Named(type, personal->subject());
    for (const std::string& name : personal->shown_by()) {
      const FieldDescriptor* said = Named(type, name);
      shown_by_.push_back(said);
      if (said->enum_type() != nullptr) unsaid_ = said->enum_type()->FindValueByName(personal->unsaid());
    }
  }
  for (int i = 0; i < type.field_count(); ++i) {
    FieldRule rule;
    rule.field = type.field(i);
    if (subject_ != nullptr) {
      const api::v1::Field& said = rule.field->options().GetExtension(api::v1::field);
      rule.restricted = true;
      for (int role : said.readers()) rule.readers.Add(static_cast<api::v1::Role>(role));
    }
    if (rule.field->message_type() != nullptr && IsAboutSomebody(*rule.field->message_type())) {
      rule.part = &Of(*rule.field->message_type());
    }
    rule.values = rule.field->enum_type() != nullptr && !rule.field->is_repeated() &&
                  HasReaders(*rule.field->enum_type()) && !absl::c_linear_search(shown_by_, rule.field);
    if (rule.restricted || rule.part != nullptr || rule.values) fields_.push_back(rule);
  }
}

bool View::Allows(const Call& call, absl::string_view subject, const Message& message) const {
  if (shown_by_.empty() || call.IsService() || call.IsSelf(subject)) return true;
  const google::protobuf::Reflection& reflection = *message.GetReflection();
  return absl::c_all_of(shown_by_, [&](const FieldDescriptor* said) {
    if (said->enum_type() == nullptr) return reflection.GetBool(message, said);
    const EnumValueDescriptor* value = reflection.GetEnum(message, said);
    return MayRead(call, message, value->number() == 0 && unsaid_ != nullptr ? *unsaid_ : *value);
  });
}

void View::Show(const Call& call, Message& message) const {
  if (call.IsService() || !IsPersonal()) return;
  ShowTo(call, "", message);
}

bool View::ShowTo(const Call& call, absl::string_view subject, Message& message) const {
  const google::protobuf::Reflection& reflection = *message.GetReflection();
  std::string scratch;
  if (subject_ != nullptr) subject = PersonOf(reflection.GetStringReference(message, subject_, &scratch));
  // The name itself may be hidden below.
  const std::string id(subject);
  if (!Allows(call, id, message)) {
    message.Clear();
    return false;
  }
  const bool all = call.IsSelf(id);
  for (const FieldRule& rule : fields_) {
    if (!all && rule.restricted && !call.HasAny(rule.readers)) {
      reflection.ClearField(&message, rule.field);
    } else if (rule.part != nullptr) {
      ShowPart(call, id, rule, message);
    } else if (!all && rule.values && !MayRead(call, message, *reflection.GetEnum(message, rule.field))) {
      reflection.ClearField(&message, rule.field);
    }
  }
  return true;
}

void View::ShowPart(const Call& call, absl::string_view subject, const FieldRule& rule, Message& message) const {
  const google::protobuf::Reflection& reflection = *message.GetReflection();
  if (!rule.field->is_repeated()) {
    if (!reflection.HasField(message, rule.field)) return;
    const bool shown = rule.part->ShowTo(call, subject, *reflection.MutableMessage(&message, rule.field));
    if (!shown) reflection.ClearField(&message, rule.field);
    return;
  }
  int kept = 0;
  const int count = reflection.FieldSize(message, rule.field);
  for (int i = 0; i < count; ++i) {
    Message& one = *reflection.MutableRepeatedMessage(&message, rule.field, i);
    if (!rule.part->ShowTo(call, subject, one)) continue;
    if (i != kept) reflection.SwapElements(&message, rule.field, i, kept);
    ++kept;
  }
  for (int i = kept; i < count; ++i) reflection.RemoveLast(&message, rule.field);
}

}  // namespace cortado::rpc
