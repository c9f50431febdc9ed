#include "services/scheduling/people_memory.h"

#include <utility>

#include "absl/strings/str_cat.h"

namespace cortado::scheduling {
namespace {

std::string KeyOf(absl::string_view organization, absl::string_view person) {
  return absl::StrCat(organization, "/", person);
}

}  // namespace

void PeopleMemory::Keep(const std::string& key, std::shared_ptr<const Participant> person) {
  if (young_.size() >= most_ && !young_.contains(key)) {
    old_ = std::move(young_);
    young_.clear();
  }
  young_[key] = std::move(person);
}

void PeopleMemory::Remember(absl::string_view organization, const Participant& person) {
  auto kept = std::make_shared<Participant>();
  kept->id = person.id;
  kept->revision = person.revision;
  kept->snapshot = person.snapshot;
  kept->time = person.time;
  kept->time.busy = IntervalSet();
  kept->time.minutes_spent.clear();
  sync::MutexLock lock(mutex_);
  Keep(KeyOf(organization, person.id), std::move(kept));
}

void PeopleMemory::Forget(absl::string_view organization, absl::string_view person) {
  const std::string key = KeyOf(organization, person);
  sync::MutexLock lock(mutex_);
  young_.erase(key);
  old_.erase(key);
}

std::optional<std::vector<Participant>> PeopleMemory::Recall(absl::string_view organization,
                                                             const std::vector<std::string>& ids) {
  std::vector<std::shared_ptr<const Participant>> found;
  found.reserve(ids.size());
  {
    sync::MutexLock lock(mutex_);
    for (const std::string& id : ids) {
      const std::string key = KeyOf(organization, id);
      const auto young = young_.find(key);
      if (young != young_.end()) {
        found.push_back(young->second);
        continue;
      }
      const auto old = old_.find(key);
      if (old == old_.end()) return std::nullopt;
      found.push_back(old->second);
      Keep(key, found.back());
    }
  }
  std::vector<Participant> people;
  people.reserve(found.size());
  for (const auto& person : found) people.push_back(*person);
  return people;
}

}  // namespace cortado::scheduling
