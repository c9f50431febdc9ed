// Whether anybody was booked twice, read from Redis itself.
#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/str_split.h"
#include "services/scheduling/testing/site.h"

namespace cortado::scheduling {

// How many pairs of the person's busy times overlap.
inline int Overlaps(Site& site, const std::string& id) {
  const std::string members = site.server.Ask({"ZRANGE", "cortado:{acme}:scheduling:busy:" + id, "0", "-1"});
  int64_t last_end = 0;
  int overlaps = 0;
  for (const absl::string_view member : absl::StrSplit(members, '\n', absl::SkipEmpty())) {
    const std::vector<std::string> parts = absl::StrSplit(member, ':');
    overlaps += std::stoll(parts[0]) < last_end ? 1 : 0;
    last_end = std::max<int64_t>(last_end, std::stoll(parts[1]));
  }
  return overlaps;
}

}  // namespace cortado::scheduling
