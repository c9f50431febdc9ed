// A disk that fills up while people book: nothing that was acknowledged is lost, nothing is there by halves, and all
// goes on by itself once there is room.
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/statvfs.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include "absl/strings/str_cat.h"
#include "common/testing/matchers.h"
#include "services/allinone/testing/prompt.h"
#include "tests/faults/booking_load.h"
#include "tests/faults/running_cortado.h"

namespace cortado::testing {
namespace {

namespace fs = std::filesystem;

constexpr uint64_t kSeed = 20260601;

// A small disk of its own, which everything temporary goes to while it is there.
class SmallDisk {
 public:
  SmallDisk() {
    std::string name = (fs::temp_directory_path() / "cortado-disk-XXXXXX").string();
    path_ = mkdtemp(name.data()) != nullptr ? name : "";
    mounted_ = mount("cortado", path_.c_str(), "tmpfs", 0, "size=16m,mode=0700") == 0;
    if (mounted_) setenv("TMPDIR", path_.c_str(), 1);
  }
  ~SmallDisk() {
    unsetenv("TMPDIR");
    if (mounted_) umount2(path_.c_str(), MNT_DETACH);
    std::error_code ignored;
    fs::remove(path_, ignored);
  }
  SmallDisk(const SmallDisk&) = delete;
  SmallDisk& operator=(const SmallDisk&) = delete;

  // Only root can mount one.
  bool mounted() const { return mounted_; }
  uint64_t Free() const {
    struct statvfs space {};
    return statvfs(path_.c_str(), &space) == 0 ? space.f_bavail * space.f_frsize : 0;
  }
  // Leaves so many bytes.
  void FillUpTo(uint64_t left) const { std::ofstream(path_ + "/filler") << std::string(Free() - left, 'x'); }
  void Enlarge() const { mount("cortado", path_.c_str(), "tmpfs", MS_REMOUNT, "size=64m,mode=0700"); }

 private:
  std::string path_;
  bool mounted_ = false;
};

TEST(DiskTest, AFullDiskLosesNothingAndAllGoesOnOnceThereIsRoom) {
  SmallDisk disk;
  if (!disk.mounted()) {
    std::printf("no small disk can be mounted here: AFileThatMayNotGrow stands alone\n");
    return;
  }
  RunningCortado cortado;
  BookingLoad load(cortado, 24, 8, kSeed);
  disk.FillUpTo(400'000);
  load.Start();
  ASSERT_TRUE(Eventually([&] { return cortado.redis() == 0; }, absl::Minutes(2)));
  const int acknowledged = load.acknowledged();
  std::printf("%d writes acknowledged when the disk was full, %ju bytes left\n", acknowledged,
              static_cast<uintmax_t>(disk.Free()));
  EXPECT_GT(acknowledged, 0);
  // The answers that were on their way then; from now on there are none.
  EXPECT_TRUE(Eventually([&] { return load.acknowledged() <= acknowledged + 8; }));
  disk.Enlarge();
  ASSERT_TRUE(load.AwaitMore(50));
  load.Finish();
  load.CheckHistory();
}

// What root has no part in: a file that may not grow further, and a process that dies of trying.
TEST(DiskTest, AFileThatMayNotGrowLosesNothing) {
  RunningCortado cortado;
  BookingLoad load(cortado, 24, 8, kSeed + 1);
  load.Start();
  for (int i = 0; i < 3; ++i) {
    ASSERT_TRUE(load.AwaitMore(40));
    const pid_t redis = cortado.redis();
    ASSERT_GT(redis, 0);
    uintmax_t size = 0;
    for (const auto& entry : fs::recursive_directory_iterator(cortado.data() + "/redis")) {
      if (entry.path().extension() == ".aof") size = std::max(size, entry.file_size());
    }
    ASSERT_GT(size, 0u);
    const rlimit limit = {size + 10'007, size + 10'007};
    ASSERT_EQ(prlimit(redis, RLIMIT_FSIZE, &limit, nullptr), 0);
    ASSERT_TRUE(Eventually([&] { return cortado.redis() != redis; }, absl::Minutes(1)));
  }
  ASSERT_TRUE(load.AwaitMore(20));
  load.Finish();
  load.CheckHistory();
}

}  // namespace
}  // namespace cortado::testing
