// The references that are made of the protos, so that they cannot differ from what the servers enforce: who may call
// what and read what (docs/access.md), and every error (docs/errors.md). Pure functions of the protos and of the
// catalogue of sentences.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/descriptor.pb.h"

namespace cortado::reference {

// The protos of Cortado with their comments, from protoc's --include_source_info. INVALID_ARGUMENT when the set does
// not hold all it names.
class Protos {
 public:
  static absl::StatusOr<Protos> Of(const google::protobuf::FileDescriptorSet& set);

  // Those under cortado/, by name.
  const std::vector<const google::protobuf::FileDescriptor*>& files() const { return files_; }

 private:
  std::unique_ptr<google::protobuf::DescriptorPool> pool_;
  std::vector<const google::protobuf::FileDescriptor*> files_;
};

// Every method with who may call it, and every field about a person with who may read it, as Markdown.
std::string AccessReference(const Protos& protos);

// Every reason of an error with its code, cause and sentence, as Markdown. INVALID_ARGUMENT naming the first reason
// whose comment does not begin with a code, or that has no sentence in both languages.
absl::StatusOr<std::string> ErrorReference(const Protos& protos);

}  // namespace cortado::reference
