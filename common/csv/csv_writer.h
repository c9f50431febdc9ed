// Writes CSV as RFC 4180 has it, safe to open in a spreadsheet: a cell that one would take for a formula is neutralised
// by a quotation mark before it, which reading takes away again (CWE-1236).
// Thread contract: pure functions.
#pragma once

#include <string>

#include "absl/strings/string_view.h"

namespace cortado::csv {

// Returns the cell with a ' before it where it begins, behind any number of ', with one of = + - @ TAB CR.
std::string Neutralised(absl::string_view cell);

// Returns the cell without the ' that Neutralised put before it: for every cell Plain(Neutralised(cell)) == cell.
absl::string_view Plain(absl::string_view cell);

// Appends one cell, neutralised, and quoted where it must be.
void AppendCell(absl::string_view cell, std::string& out);

}  // namespace cortado::csv
