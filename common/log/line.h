// How one line of the log is written as JSON (RFC 8259). Any thread.
#pragma once

#include <initializer_list>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "common/log/log.h"

namespace cortado::log {

// Appends `bytes` as a JSON string with its quotes. Bytes that are not UTF-8 become U+FFFD, one for each maximal part
// (Unicode 15, section 3.9); control characters and quotes are escaped.
void AppendJsonString(absl::string_view bytes, std::string& out);

// Appends the line with its newline.
void AppendLine(absl::Time now, Severity severity, absl::string_view event, std::initializer_list<Field> fields,
                std::string& out);

}  // namespace cortado::log
