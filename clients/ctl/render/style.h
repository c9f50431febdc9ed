// Colours and weights of terminal text; none at all where they are not wanted.
// Thread contract: immutable; any thread.
#pragma once

#include <functional>
#include <string>

#include "absl/strings/string_view.h"

namespace cortado::ctl {

// Looks an environment variable up: null when it is not set.
using Environment = std::function<const char*(const char* name)>;

// The environment of this process.
const char* ProcessEnvironment(const char* name);

// Returns whether to colour: on a terminal unless NO_COLOR is set (to anything but nothing) or TERM is "dumb";
// elsewhere only with CLICOLOR_FORCE set to other than "0". NO_COLOR wins.
bool WantsColour(bool is_terminal, const Environment& environment);

class Style {
 public:
  explicit Style(bool coloured) : coloured_(coloured) {}

  std::string Bold(absl::string_view text) const { return Wrapped(text, "1"); }
  std::string Dim(absl::string_view text) const { return Wrapped(text, "2"); }
  std::string Red(absl::string_view text) const { return Wrapped(text, "31"); }
  std::string Green(absl::string_view text) const { return Wrapped(text, "32"); }
  std::string Yellow(absl::string_view text) const { return Wrapped(text, "33"); }
  std::string Cyan(absl::string_view text) const { return Wrapped(text, "36"); }

  bool coloured() const { return coloured_; }

 private:
  std::string Wrapped(absl::string_view text, absl::string_view code) const;

  bool coloured_;
};

// The style for a file descriptor of this process.
Style StyleFor(int descriptor);

// Returns the columns of the terminal behind `descriptor`, or 0 when there is none.
int TerminalColumns(int descriptor);

}  // namespace cortado::ctl
