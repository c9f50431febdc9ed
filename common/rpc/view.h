// What of an answer its reader may see (product rules 2): the rules that the protos state about people (`personal`,
// `readers` and `value_readers` in cortado/api/v1/options.proto), applied to every answer and every message of a stream
// in one place. Default deny: what a message about a person says to nobody is its person's alone.
//
//   const View& view = View::Of(*v1::ListPeopleResponse::descriptor());
//   view.Show(call, response);
//
// A view is constant and lives for ever; thread-safe.
#pragma once

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "common/rpc/call.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/message.h"

namespace cortado::rpc {

class View {
 public:
  // The view of one message type; made at the first use. Aborts the program, which no start survives, when the protos
  // contradict themselves (a field named that is not there, a reader's role of 0).
  static const View& Of(const google::protobuf::Descriptor& type);

  // Leaves of the message what the caller may see: the person it is about and services everything; others the fields,
  // values and parts that name one of their roles. Once per message.
  void Show(const Call& call, google::protobuf::Message& message) const;

  // Returns whether the caller may see the message at all, by its `shown_by`, where it is about the person with the id
  // `subject`.
  bool Allows(const Call& call, absl::string_view subject, const google::protobuf::Message& message) const;

  // Whether a message of this type may hold anything about a person.
  bool IsPersonal() const { return !fields_.empty() || subject_ != nullptr; }

 private:
  struct FieldRule {
    const google::protobuf::FieldDescriptor* field = nullptr;
    bool restricted = false;  // Only for `readers`.
    Roles readers;
    const View* part = nullptr;  // Of a message that is to be looked into.
    bool values = false;         // An enum some of whose values have readers of their own.
  };

  View() = default;
  void Build(const google::protobuf::Descriptor& type);
  // False, and the message empty, when the caller may not see it at all.
  bool ShowTo(const Call& call, absl::string_view subject, google::protobuf::Message& message) const;
  void ShowPart(const Call& call, absl::string_view subject, const FieldRule& rule,
                google::protobuf::Message& message) const;

  const google::protobuf::FieldDescriptor* subject_ = nullptr;
  std::vector<const google::protobuf::FieldDescriptor*> shown_by_;  // Each of them must let it be seen.
  const google::protobuf::EnumValueDescriptor* unsaid_ = nullptr;
  std::vector<FieldRule> fields_;  // Those that may have to be hidden or looked into.
};

}  // namespace cortado::rpc
