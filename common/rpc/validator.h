// The rules that the protos state on their fields (cortado/api/v1/options.proto), enforced for every request in one
// place.
//
// A request with an `update_mask` is checked in the fields the mask names, and its mask is checked itself. Thread-safe.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "cortado/api/v1/options.pb.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/message.h"

namespace cortado::rpc {

class Validator {
 public:
  // The validator of one message type; made at the first use, kept for ever.
  static const Validator& Of(const google::protobuf::Descriptor& type);

  // Clears output-only fields and checks the rest. INVALID_ARGUMENT (FIELD_INVALID) naming the first field found wrong,
  // by its path. Changes nothing else.
  absl::Status Check(google::protobuf::Message& request) const;

  ~Validator();

 private:
  struct Rule;
  explicit Validator(const google::protobuf::Descriptor& type);
  absl::Status CheckFields(google::protobuf::Message& message, const std::string& path,
                           const std::vector<std::string>* mask) const;

  std::vector<Rule> rules_;
  const google::protobuf::FieldDescriptor* mask_ = nullptr;
  const google::protobuf::FieldDescriptor* masked_ = nullptr;  // The resource that the mask speaks of.
};

}  // namespace cortado::rpc
