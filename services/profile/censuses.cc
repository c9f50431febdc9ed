#include "services/profile/censuses.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "common/status/status.h"

namespace cortado::profile {
namespace {

class CensusSource : public CopySource<Census> {
 public:
  CensusSource(PersonStore& people, Skills& skills) : people_(people), skills_(skills) {}

  std::string name() const override { return "profile.census"; }
  Task<absl::StatusOr<Changes>> ReadPeople(rpc::Call call, std::vector<std::string> ids) override;

 private:
  PersonStore& people_;
  Skills& skills_;
};

Task<absl::StatusOr<CensusSource::Changes>> CensusSource::ReadPeople(rpc::Call call, std::vector<std::string> ids) {
  CO_ASSIGN_OR_RETURN(auto files, co_await people_.FindFiles(call, ids));
  CO_ASSIGN_OR_RETURN(const SkillViewPtr view, co_await skills_.View(std::move(call)));
  Changes changes;
  for (size_t i = 0; i < ids.size(); ++i) {
    if (files[i]) FollowMerges(*view, files[i]->person);
    changes.push_back([id = std::move(ids[i]), file = std::move(files[i])](Census& there) {
      there.Put(id, file ? &*file : nullptr);
    });
  }
  co_return changes;
}

}  // namespace

std::unique_ptr<CopySource<Census>> NewCensusSource(PersonStore& people, Skills& skills) {
  return std::make_unique<CensusSource>(people, skills);
}

CopyOptions CensusOptions() {
  CopyOptions options;
  options.patience = absl::InfiniteDuration();
  return options;
}

}  // namespace cortado::profile
