#include "clients/ctl/import/people_file.h"

#include <zlib.h>

#include <cerrno>
#include <filesystem>
#include <memory>

#include "absl/strings/str_cat.h"

namespace cortado::ctl {

absl::StatusOr<csv::ByteSource> OpenPeopleFile(const std::string& path) {
  std::error_code ignored;
  if (std::filesystem::is_directory(path, ignored))
    return absl::InvalidArgumentError(absl::StrCat(path, " is a folder"));
  errno = 0;
  // zlib reads a file that is not gzip as it is.
  std::shared_ptr<gzFile_s> file(gzopen(path.c_str(), "rb"), [](gzFile_s* opened) {
    if (opened != nullptr) gzclose_r(opened);
  });
  if (file == nullptr) return absl::ErrnoToStatus(errno == 0 ? ENOMEM : errno, absl::StrCat("cannot read ", path));
  gzbuffer(file.get(), 128 * 1024);
  return [file, path](char* buffer, size_t capacity) -> absl::StatusOr<size_t> {
    const int count = gzread(file.get(), buffer, static_cast<unsigned>(capacity));
    int error = Z_OK;
    gzerror(file.get(), &error);
    // A truncated file shows only as Z_BUF_ERROR after its last good byte.
    if (count < 0 || (count == 0 && error != Z_OK)) {
      return absl::DataLossError(absl::StrCat(path, " is damaged or cut short: compress it again"));
    }
    return static_cast<size_t>(count);
  };
}

}  // namespace cortado::ctl
