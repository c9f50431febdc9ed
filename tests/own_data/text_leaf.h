// The string fields of a message, found by its schema, so that a new one is tried like the others.
//
//   for (const TextLeaf& leaf : TextLeavesOf(*request.GetDescriptor())) leaf.Put(request, "Zoë");
//
// Thread contract: values.
#pragma once

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace cortado::testing {

class TextLeaf {
 public:
  explicit TextLeaf(std::vector<const google::protobuf::FieldDescriptor*> way) : way_(std::move(way)) {}

  // As errors name it: "person.interests[0].topic".
  std::string path() const;
  // The field itself, and the first on the way to it that is not `subject`.
  const google::protobuf::FieldDescriptor& field() const { return *way_.back(); }
  const google::protobuf::FieldDescriptor& below(absl::string_view subject) const;
  // Whether it holds words, and no name, id or etag that has a form of its own.
  bool IsWords() const;

  // Sets it, in the first item of each list on the way.
  void Put(google::protobuf::Message& message, const std::string& text) const;
  // What it holds; empty where there is none.
  std::string Get(const google::protobuf::Message& message) const;

 private:
  std::vector<const google::protobuf::FieldDescriptor*> way_;
};

// Every string field that callers write, in nested messages of ours too.
std::vector<TextLeaf> TextLeavesOf(const google::protobuf::Descriptor& type);

}  // namespace cortado::testing
