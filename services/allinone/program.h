// What `cortado` does from its flags to its end, and where another program made of the same parts may differ from it.
// Thread contract: Run is called once, first thing in main(); what it calls of the program is called on that thread.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "common/time/clock.h"
#include "services/allinone/cluster.h"
#include "services/allinone/data_directory.h"

namespace cortado::allinone {

// `cortado` itself.
class Program {
 public:
  virtual ~Program() = default;

  virtual std::string name() const { return "cortado"; }
  // Other than empty: serves as with --dev always, on directories marked with this word and on no others, and says
  // this when it is up. A program that is not released.
  virtual std::string mark() const { return ""; }
  virtual std::string warning() const { return ""; }

  // Returns the clock that everything reads the time of the world by. Errors end the start.
  virtual absl::StatusOr<const Clock*> OpenClock(const DataDirectory& data);
  // May add services before the cluster starts.
  virtual void Furnish(Cluster& cluster);
};

// Parses the command line, serves until SIGTERM or SIGINT, and returns what main() returns: 0, 1 when it failed (stderr
// says why), 2 when the flags are not understood.
int Run(int argc, char** argv, Program& program);

}  // namespace cortado::allinone
