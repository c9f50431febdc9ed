#include "bench/results.h"

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>

#include "absl/strings/str_cat.h"
#include "fmt/format.h"
#include "nlohmann/json.hpp"

namespace cortado::bench {

void Print(const std::vector<Figure>& figures) {
  bool colour = isatty(STDOUT_FILENO) != 0;
  fmt::print("\n{:<24} {:>12} {:<8} {:>10}  {:<4} {}\n", "figure", "value", "unit", "goal", "met", "note");
  for (const Figure& figure : figures) {
    const char* mark =
        figure.met() ? (colour ? "\033[32myes\033[0m " : "yes ") : (colour ? "\033[31mno\033[0m  " : "no  ");
    fmt::print("{:<24} {:>12.3f} {:<8} {:>10}  {} {}\n", figure.figure, figure.value, figure.unit,
               fmt::format("{} {:g}", figure.at_most ? "<=" : ">=", figure.goal), mark, figure.note);
  }
}

absl::Status Write(const std::vector<Figure>& figures, const std::string& path) {
  nlohmann::json list = nlohmann::json::array();
  for (const Figure& figure : figures) {
    list.push_back({{"figure", figure.figure},
                    {"value", figure.value},
                    {"unit", figure.unit},
                    {"goal", figure.goal},
                    {"met", figure.met()},
                    {"note", figure.note}});
  }
  std::error_code error;
  std::filesystem::create_directories(std::filesystem::path(path).parent_path(), error);
  std::ofstream file(path);
  file << list.dump(2) << "\n";
  file.close();
  if (!file) return absl::UnavailableError(absl::StrCat("cannot write ", path));
  return absl::OkStatus();
}

double Median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  size_t middle = values.size() / 2;
  return values.size() % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
}

}  // namespace cortado::bench
