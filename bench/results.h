// What a run of the benchmarks found: shown as a table, written as a list of {figure, value, unit, goal, met, note}.
#pragma once

#include <string>
#include <vector>

#include "absl/status/status.h"

namespace cortado::bench {

struct Figure {
  std::string figure;  // Named exactly as in the goals.
  double value = 0;
  std::string unit;
  double goal = 0;
  bool at_most = false;  // The goal is an upper bound.
  std::string note;

  bool met() const { return at_most ? value <= goal : value >= goal; }
};

// Prints the table to stdout, with colours only on a terminal.
void Print(const std::vector<Figure>& figures);
// Writes build/bench/results.json (or another path). UNAVAILABLE when it cannot be written.
absl::Status Write(const std::vector<Figure>& figures, const std::string& path);

double Median(std::vector<double> values);

}  // namespace cortado::bench
