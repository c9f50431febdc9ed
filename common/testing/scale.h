// How much of their random input, trials and load tests shall do: CORTADO_TEST_SCALE, a factor, 1 when unset.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdlib>

namespace cortado::testing {

// At least 0.01; what is no positive number counts as 1.
inline double Scale() {
  const char* text = std::getenv("CORTADO_TEST_SCALE");
  const double factor = text == nullptr ? 1.0 : std::atof(text);
  return factor > 0 ? std::max(factor, 0.01) : 1.0;
}

// `count` at full scale, and at least 1 at any.
inline int64_t Scaled(int64_t count) {
  return std::max<int64_t>(1, std::llround(static_cast<double>(count) * Scale()));
}

}  // namespace cortado::testing
