// `cortado_dev`: `cortado --dev` with a clock that can be moved. For developers of Cortado and of what calls it; never
// packaged.
#include <memory>
#include <optional>
#include <string>

#include "absl/strings/str_cat.h"
#include "common/status/status.h"
#include "services/allinone/dev/clock_control.h"
#include "services/allinone/dev/dev_service.h"
#include "services/allinone/dev/manual_clock.h"
#include "services/allinone/program.h"

namespace cortado::allinone {
namespace {

class DevProgram : public Program {
 public:
  std::string name() const override { return "cortado_dev"; }
  std::string mark() const override { return "cortado_dev"; }
  std::string warning() const override {
    return absl::StrCat("THIS IS cortado_dev, FOR DEVELOPERS ALONE. Never put real data here: time can be moved.\n",
                        "It is ", absl::FormatTime("%Y-%m-%d %H:%M:%S UTC", clock_->Now(), absl::UTCTimeZone()),
                        " here, ", absl::FormatDuration(absl::Trunc(clock_->offset(), absl::Seconds(1))),
                        " ahead of this machine. Move it on with: cortadoctl dev advance 3d\n");
  }

  absl::StatusOr<const Clock*> OpenClock(const DataDirectory& data) override {
    ASSIGN_OR_RETURN(clock_, ManualClock::Open(data));
    return clock_.get();
  }

  void Furnish(Cluster& cluster) override {
    control_.emplace(
        *clock_,
        std::vector<jobs::Runner*>{&cluster.profile().jobs(), &cluster.matching().jobs(), &cluster.scheduling().jobs()},
        cluster.executors());
    cluster.server().Add(MakeDevService(cluster.server().binder(), *control_));
  }

 private:
  std::unique_ptr<ManualClock> clock_;
  std::optional<ClockControl> control_;
};

}  // namespace
}  // namespace cortado::allinone

int main(int argc, char** argv) {
  cortado::allinone::DevProgram program;
  return cortado::allinone::Run(argc, argv, program);
}
