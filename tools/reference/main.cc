// Writes the references: cortado_reference SET DIRECTORY, where SET is protoc's descriptor set with source info.
#include <cstdio>
#include <fstream>
#include <string>

#include "absl/strings/str_cat.h"
#include "tools/reference/reference.h"

namespace {

absl::Status Write(const std::string& path, const std::string& text) {
  std::ofstream file(path, std::ios::binary);
  file << text;
  file.close();
  return file ? absl::OkStatus() : absl::UnavailableError(absl::StrCat(path, " cannot be written"));
}

absl::Status Run(const std::string& set_path, const std::string& directory) {
  google::protobuf::FileDescriptorSet set;
  std::ifstream file(set_path, std::ios::binary);
  if (!set.ParseFromIstream(&file)) return absl::InvalidArgumentError(absl::StrCat(set_path, " is no descriptor set"));
  const absl::StatusOr<cortado::reference::Protos> protos = cortado::reference::Protos::Of(set);
  if (!protos.ok()) return protos.status();
  const absl::StatusOr<std::string> errors = cortado::reference::ErrorReference(*protos);
  if (!errors.ok()) return errors.status();
  if (absl::Status written = Write(absl::StrCat(directory, "/errors.md"), *errors); !written.ok()) return written;
  return Write(absl::StrCat(directory, "/access.md"), cortado::reference::AccessReference(*protos));
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) {
    std::fprintf(stderr, "usage: cortado_reference SET DIRECTORY\n");
    return 2;
  }
  const absl::Status status = Run(argv[1], argv[2]);
  if (status.ok()) return 0;
  std::fprintf(stderr, "%s\n", std::string(status.message()).c_str());
  return 1;
}
