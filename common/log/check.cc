#include "common/log/check.h"

#include <cstdio>
#include <cstdlib>

namespace cortado::log {

void CheckFailed(const char* condition, const char* file, int line) {
  std::fprintf(stderr, "%s:%d: CORTADO_CHECK failed: %s\n", file, line, condition);
  std::fflush(stderr);
  std::abort();
}

}  // namespace cortado::log
