// What a mail says, before it is text: one value that is written as plain text and as HTML, so that the two never
// differ. The HTML is one column, readable on a phone and in dark mode, and loads nothing from anywhere: nobody learns
// when it was opened. Everything in a letter is text; whatever looks like HTML is shown as it was written. Pure; any
// thread.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"

namespace cortado::mail {

struct Paragraph {
  std::string text;     // Line breaks stay.
  bool quoted = false;  // Words of somebody else, set apart as such.
};

struct Fact {
  std::string label;  // "When"
  std::string value;  // "Tuesday, 4 March 2025, 14:00-14:30 (Europe/Berlin)"
};

struct Action {
  std::string label;  // "Accept"
  std::string url;    // https://, or http:// on this machine; visible ASCII, at most 2000 characters.
};

struct Letter {
  std::string language = "en";  // BCP 47; anything that is none becomes "en".
  std::string title;            // The subject; the page's title in HTML, not shown again.
  std::string greeting;         // As all texts: UTF-8; empty ones are left out.
  std::vector<Paragraph> paragraphs = {};
  std::vector<Fact> facts = {};
  std::vector<Action> actions = {};
  std::string footer = {};
};

struct Rendered {
  std::string text;  // "\n" line ends; the URLs of actions in full, each on a line of its own.
  std::string html;
};

// Returns both. Control characters are dropped, as are those that turn the direction of what follows them.
// INVALID_ARGUMENT: the URL of an action is none of those above.
absl::StatusOr<Rendered> Render(const Letter& letter);

}  // namespace cortado::mail
