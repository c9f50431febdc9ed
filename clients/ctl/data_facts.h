// What can be seen of a local server's data directory from outside: who may read it, what Redis keeps there, the room
// left. Thread contract: pure functions but for the files they look at.
#pragma once

#include <string>
#include <vector>

namespace cortado::ctl {

struct DataFact {
  std::string name;
  bool good = false;
  std::string detail;
  std::string fix = {};  // Where it is not good.
};

// Returns what there is to say of `data`, whether or not it is there.
std::vector<DataFact> LookAtData(const std::string& data);

}  // namespace cortado::ctl
