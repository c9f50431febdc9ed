// What one could tell one's manager: a draft, from where one wants to go and what is missing on the way. Pure; any
// thread.
#pragma once

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "cortado/profile/v1/person.pb.h"

namespace cortado::profile {

// What a note is made of.
struct NoteParts {
  std::string language;  // "en" or "de".
  std::string name;      // Of the person.
  std::string manager;   // Name; empty when there is none.
  v1::Destination destination;
  std::string role;                  // Name of the role the destination names; empty: its words count.
  std::vector<std::string> missing;  // Names of the skills missing, the weightiest first.
};

struct Note {
  std::string subject;
  std::string body;  // Paragraphs with an empty line between.
};

// Names at most the three weightiest skills missing.
Note MakeManagerNote(const NoteParts& parts);

}  // namespace cortado::profile
