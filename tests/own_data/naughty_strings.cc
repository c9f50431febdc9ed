#include "tests/own_data/naughty_strings.h"

#include <fstream>
#include <nlohmann/json.hpp>

#include "common/testing/scale.h"

namespace cortado::testing {
namespace {

constexpr char kList[] = "../shared/data/adversarial/blns/blns.json";
constexpr size_t kStride = 8;

}  // namespace

std::vector<std::string> NaughtyStrings() {
  std::vector<std::string> strings = {"",
                                      "\t",
                                      " spaced ",
                                      "null",
                                      "<script>alert(1)</script>",
                                      "Zoë",
                                      "\u202etxt",
                                      "\r\nX: y",
                                      "a\xcc\x81",
                                      "%0d%0a",
                                      "\xf0\x9f\x92\xa9",
                                      std::string(300, 'x'),
                                      "=cmd|' /C calc'!A0"};
  strings.push_back(std::string("nul\0inside", 10));
  std::ifstream file(kList);
  if (file) {
    for (const auto& one : nlohmann::json::parse(file)) strings.push_back(one.get<std::string>());
  }
  return strings;
}

std::vector<std::string> NaughtyStringsFor(int field) {
  const std::vector<std::string> all = NaughtyStrings();
  if (Scale() >= 3) return all;
  std::vector<std::string> some;
  for (size_t i = static_cast<size_t>(field) % kStride; i < all.size(); i += kStride) some.push_back(all[i]);
  return some;
}

}  // namespace cortado::testing
