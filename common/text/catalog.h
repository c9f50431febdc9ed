// Every sentence Cortado says to people, in English and German: a code, its parameters, and the ready text (ICU
// MessageFormat). The sentences stand in common/text/catalog. Any thread.
//
//   Message m = MakeMessage("reason.gap_covered", "de", {{"skills", JoinList({"Go", "SQL"}, "de")}, {"count", "2"}});
#pragma once

#include <map>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace cortado::text {

using Parameters = std::map<std::string, std::string>;

// What goes into the proto Text.
struct Message {
  std::string code = {};
  Parameters parameters = {};
  std::string text = {};
};

// Returns the sentence `code` in `language` ("en" or "de"; anything else is "en"). Whole numbers are passed as decimal
// text ({"count", "3"}). A parameter the sentence knows and `parameters` lacks (or has empty) is left out of it; one it
// does not know is ignored. An unknown code gives the code itself: a caller sees a dull word instead of a failed call,
// and a test of ours sees it first.
std::string Render(absl::string_view code, absl::string_view language, const Parameters& parameters = {});

// Returns the sentence with `{NAME}` where its parameter NAME goes, and 3 for a number: what a reference shows. Empty
// for an unknown code.
std::string Sample(absl::string_view code, absl::string_view language);

// Render, with what was rendered.
Message MakeMessage(absl::string_view code, absl::string_view language, Parameters parameters = {});

// Returns "en" or "de": the best of the Accept-Language header (RFC 9110 section 12.5.4: quality, then order), else the
// person's language, else the organisation's (BCP 47 tags such as "de-AT"; empty when unknown), else "en".
std::string ChooseLanguage(absl::string_view accept_language, absl::string_view person_language,
                           absl::string_view organization_language);

// Returns the items as one phrase: "Go, Rust and SQL", "Go, Rust und SQL". No items give the empty text.
std::string JoinList(const std::vector<std::string>& items, absl::string_view language);

// Returns the span in the local time of `zone`: "Tuesday, 4 March 2025, 14:00-14:30 (Europe/Berlin)", by "chat.time".
std::string FormatTimeSpan(absl::Time start, absl::Time end, absl::TimeZone zone, absl::string_view language);

}  // namespace cortado::text
