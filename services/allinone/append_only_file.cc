#include "services/allinone/append_only_file.h"

#include <fcntl.h>
#include <strings.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstring>

#include "absl/strings/string_view.h"

namespace cortado::allinone {
namespace {

constexpr char kFolder[] = "appendonlydir";
constexpr char kManifest[] = "appendonly.aof.manifest";
constexpr size_t kLongestCount = 32;

enum class Found { kWhole, kCutOff, kForeign };

// Takes "MARK NUMBER \r\n" off the front.
Found TakeCount(absl::string_view& rest, char mark, size_t& count) {
  if (rest.empty()) return Found::kCutOff;
  if (rest.front() != mark) return Found::kForeign;
  const size_t end = rest.substr(0, kLongestCount).find('\n');
  if (end == absl::string_view::npos) return rest.size() < kLongestCount ? Found::kCutOff : Found::kForeign;
  if (end < 3 || end > 18 || rest[end - 1] != '\r') return Found::kForeign;
  count = 0;
  for (const char digit : rest.substr(1, end - 2)) {
    if (digit < '0' || digit > '9') return Found::kForeign;
    count = count * 10 + static_cast<size_t>(digit - '0');
  }
  rest.remove_prefix(end + 1);
  return Found::kWhole;
}

// Takes "$LENGTH\r\nBYTES\r\n" off the front.
Found TakeText(absl::string_view& rest, absl::string_view& text) {
  size_t length = 0;
  const Found found = TakeCount(rest, '$', length);
  if (found != Found::kWhole) return found;
  if (rest.size() < length + 2) return Found::kCutOff;
  if (rest.substr(length, 2) != "\r\n") return Found::kForeign;
  text = rest.substr(0, length);
  rest.remove_prefix(length + 2);
  return Found::kWhole;
}

// Takes one command off the front, and gives its name.
Found TakeCommand(absl::string_view& rest, absl::string_view& name) {
  size_t words = 0;
  Found found = TakeCount(rest, '*', words);
  for (size_t i = 0; found == Found::kWhole && i < words; ++i) {
    absl::string_view word;
    found = TakeText(rest, word);
    if (i == 0) name = word;
  }
  return found;
}

bool IsCalled(absl::string_view name, absl::string_view wanted) {
  return name.size() == wanted.size() && strncasecmp(name.data(), wanted.data(), wanted.size()) == 0;
}

// How many bytes of the file are whole commands and whole transactions.
size_t WholeBytes(absl::string_view bytes) {
  absl::string_view rest = bytes;
  size_t whole = 0;
  bool is_within = false;  // A transaction.
  for (;;) {
    absl::string_view name;
    const Found found = TakeCommand(rest, name);
    if (found == Found::kForeign) return bytes.size();
    if (found == Found::kCutOff) return whole;
    if (IsCalled(name, "MULTI")) is_within = true;
    if (IsCalled(name, "EXEC")) is_within = false;
    if (!is_within) whole = bytes.size() - rest.size();
  }
}

// The name of the newest file of commands, from a line "file NAME seq NUMBER type i".
absl::string_view NewestIn(absl::string_view manifest) {
  const size_t type = manifest.rfind(" type i");
  if (type == absl::string_view::npos) return "";
  const size_t line = manifest.rfind("file ", type);
  if (line == absl::string_view::npos) return "";
  const absl::string_view name = manifest.substr(line + 5);
  return name.substr(0, name.find(' '));
}

// Opens the newest file; -1 when there is none.
int OpenNewest(const char* directory) {
  char path[4096];
  std::snprintf(path, sizeof path, "%s/%s/%s", directory, kFolder, kManifest);
  const int manifest = open(path, O_RDONLY | O_CLOEXEC);
  if (manifest < 0) return -1;
  char text[4096];
  const ssize_t size = read(manifest, text, sizeof text);
  close(manifest);
  const absl::string_view name = NewestIn({text, static_cast<size_t>(std::max<ssize_t>(size, 0))});
  if (name.empty()) return -1;
  std::snprintf(path, sizeof path, "%s/%s/%.*s", directory, kFolder, static_cast<int>(name.size()), name.data());
  return open(path, O_RDWR | O_CLOEXEC);
}

int64_t CutTail(int file) {
  struct stat found {};
  if (fstat(file, &found) != 0) return -1;
  const auto size = static_cast<size_t>(found.st_size);
  if (size == 0) return 0;
  void* bytes = mmap(nullptr, size, PROT_READ, MAP_PRIVATE, file, 0);
  if (bytes == MAP_FAILED) return -1;
  const size_t whole = WholeBytes({static_cast<const char*>(bytes), size});
  munmap(bytes, size);
  if (whole == size) return 0;
  if (ftruncate(file, static_cast<off_t>(whole)) != 0 || fsync(file) != 0) return -1;
  return static_cast<int64_t>(size - whole);
}

}  // namespace

int64_t CutIncompleteTail(const char* directory) {
  const int file = OpenNewest(directory);
  if (file < 0) return 0;
  const int64_t cut = CutTail(file);
  close(file);
  return cut;
}

}  // namespace cortado::allinone
