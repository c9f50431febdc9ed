#include "clients/ctl/render/style.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdlib>

#include "absl/strings/str_cat.h"

namespace cortado::ctl {
namespace {

bool IsSet(const char* value) { return value != nullptr && *value != '\0'; }

}  // namespace

const char* ProcessEnvironment(const char* name) { return std::getenv(name); }

bool WantsColour(bool is_terminal, const Environment& environment) {
  if (IsSet(environment("NO_COLOR"))) return false;
  const char* force = environment("CLICOLOR_FORCE");
  if (IsSet(force) && absl::string_view(force) != "0") return true;
  const char* terminal = environment("TERM");
  return is_terminal && (terminal == nullptr || absl::string_view(terminal) != "dumb");
}

std::string Style::Wrapped(absl::string_view text, absl::string_view code) const {
  if (!coloured_ || text.empty()) return std::string(text);
  return absl::StrCat("\x1b[", code, "m", text, "\x1b[0m");
}

Style StyleFor(int descriptor) { return Style(WantsColour(isatty(descriptor) == 1, &ProcessEnvironment)); }

int TerminalColumns(int descriptor) {
  winsize size{};
  if (isatty(descriptor) != 1 || ioctl(descriptor, TIOCGWINSZ, &size) != 0) return 0;
  return size.ws_col;
}

}  // namespace cortado::ctl
