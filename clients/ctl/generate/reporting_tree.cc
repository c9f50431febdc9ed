#include "clients/ctl/generate/reporting_tree.h"

#include <algorithm>

#include "clients/ctl/generate/vocabulary.h"

namespace cortado::ctl {
namespace {

constexpr int kLargestTeam = 10;
constexpr int kUsualTeam = 7;

class Grower {
 public:
  explicit Grower(Dice& dice) : dice_(dice) {}

  std::vector<Position> Grow(int count) {
    if (count <= 0) return {};
    positions_.reserve(count);
    positions_.push_back({});
    const std::vector<int> sizes = DepartmentSizes(count - 1);
    for (size_t department = 0; department < sizes.size(); ++department) {
      if (sizes[department] == 0) continue;
      const int head = Add(0, static_cast<int>(department));
      Fill(head, sizes[department] - 1);
    }
    // Managers come before their people, so one pass from the back sees every height complete.
    for (size_t i = positions_.size(); i-- > 1;) {
      int& above = positions_[positions_[i].manager].height;
      above = std::max(above, positions_[i].height + 1);
    }
    return std::move(positions_);
  }

 private:
  int Add(int manager, int department) {
    positions_.push_back({manager, department, 0});
    return static_cast<int>(positions_.size()) - 1;
  }

  static std::vector<int> DepartmentSizes(int people) {
    const std::vector<Department>& departments = Departments();
    int sum = 0;
    for (const Department& department : departments) sum += department.weight;
    std::vector<int> sizes;
    int given = 0;
    for (const Department& department : departments) {
      sizes.push_back(static_cast<int>(static_cast<int64_t>(people) * department.weight / sum));
      given += sizes.back();
    }
    // The rest goes to the largest departments first, which the list begins with: a company of three makes something.
    for (size_t i = 0; given < people; i = (i + 1) % sizes.size(), ++given) ++sizes[i];
    return sizes;
  }

  // Puts `people` below `manager`: directly while they are few, else in groups of about equal size that do the same.
  void Fill(int manager, int people) {
    const int department = positions_[manager].department;
    if (people <= dice_.Between(kUsualTeam, kLargestTeam)) {
      for (int i = 0; i < people; ++i) Add(manager, department);
      return;
    }
    const int alone = dice_.Below(3);
    for (int i = 0; i < alone; ++i) Add(manager, department);
    people -= alone;
    const int span = dice_.Between(4, 8);
    const int groups = std::min(span, std::max(2, (people + kUsualTeam / 2) / (kUsualTeam + 1)));
    for (int left = groups; left > 0; --left) {
      const int even = people / left;
      const int jitter = left == 1 || even < 6 ? 0 : dice_.Between(-even / 5, even / 5);
      const int size = even + jitter;
      people -= size;
      Fill(Add(manager, department), size - 1);
    }
  }

  Dice& dice_;
  std::vector<Position> positions_;
};

}  // namespace

std::vector<Position> GrowReportingTree(int count, Dice& dice) { return Grower(dice).Grow(count); }

}  // namespace cortado::ctl
