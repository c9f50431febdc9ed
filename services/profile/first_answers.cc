#include "services/profile/first_answers.h"

#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/status/error.h"
#include "common/status/status.h"
#include "services/profile/offers.h"
#include "services/profile/role_store.h"
#include "services/profile/values.h"

namespace cortado::profile {
namespace {

constexpr int kMostSkills = 500;  // As the field says.

// What `text` may mean where it means no skill for certain.
v1::UnsettledSkill Unsettled(const SkillView& view, const std::string& text) {
  v1::UnsettledSkill unsettled;
  unsettled.set_text(text);
  std::vector<std::string> ids = view.catalog.Resolve(text);
  if (ids.empty()) {
    if (const std::optional<std::string> near = view.catalog.Nearest(text)) ids.push_back(*near);
  }
  for (const std::string& id : ids) {
    if (const auto found = view.by_id.find(id); found != view.by_id.end()) *unsettled.add_candidates() = found->second;
  }
  return unsettled;
}

// Adds what is to be learned to what is wanted; returns what could not be settled.
std::vector<v1::UnsettledSkill> Learn(const SkillView& view, const v1::StartProfileRequest& request,
                                      v1::Person& person) {
  std::vector<v1::UnsettledSkill> unsettled;
  std::set<std::string> wanted;
  for (const v1::WantedSkill& skill : person.skills_wanted()) wanted.insert(skill.skill());
  for (const std::string& text : request.learn()) {
    const std::optional<NamedSkill> skill = FindSkill(view, text);
    if (!skill) {
      unsettled.push_back(Unsettled(view, text));
    } else if (wanted.insert(skill->name).second) {
      v1::WantedSkill& added = *person.add_skills_wanted();
      added.set_skill(skill->name);
      added.set_display_name(skill->display_name);
    }
  }
  return unsettled;
}

// What the request makes of what is stored.
StartWrite MakeWrite(const v1::StartProfileRequest& request, PersonFile file, v1::Person person, absl::Time now) {
  StartWrite write;
  if (person.skills_wanted_size() != file.person.skills_wanted_size()) write.edited.push_back("skills_wanted");
  write.person = std::move(person);
  *write.person.mutable_update_time() = Stamp(now);
  if (request.has_destination()) {
    write.destination = request.destination();
    *write.destination->mutable_create_time() = Stamp(now);
    write.edited.push_back("destination");
  }
  if (request.has_weekly_minutes()) {
    write.time = file.time.value_or(DefaultTime());
    write.time->set_weekly_minutes(request.weekly_minutes());
  }
  if (!file.offer || !file.offer->mentee()) {
    write.offer = file.offer.value_or(v1::Offer());
    write.offer->set_mentee(true);
    write.edited.push_back("offer");
  }
  write.before = std::move(file);
  return write;
}

}  // namespace

Task<absl::StatusOr<v1::StartProfileResponse>> FirstAnswers::Show(rpc::Call call, std::string id,
                                                                  std::string resource) {
  std::vector<std::string> ids;
  ids.push_back(std::move(id));
  CO_ASSIGN_OR_RETURN(auto files, co_await people_.FindFiles(call, std::move(ids)));
  if (!files[0]) co_return NotFound();
  PersonFile& file = *files[0];
  v1::StartProfileResponse response;
  *response.mutable_time() = file.time ? *std::move(file.time) : DefaultTime();
  response.mutable_time()->set_name(absl::StrCat(file.person.name(), "/time"));
  for (StoredDestination& said : file.destinations) {
    if (said.destination.name() == resource) *response.mutable_destination() = std::move(said.destination);
  }
  *response.mutable_person() = std::move(file.person);
  co_return response;
}

Task<absl::StatusOr<v1::StartProfileResponse>> FirstAnswers::Write(rpc::Call call,
                                                                   const v1::StartProfileRequest& request) {
  const std::string id = PersonId(request.person());
  if (!call.IsSelf(id)) co_return AccessDenied();
  std::vector<std::string> ids;
  ids.push_back(id);
  CO_ASSIGN_OR_RETURN(auto files, co_await people_.FindFiles(call, std::move(ids)));
  if (!files[0]) co_return NotFound();
  CO_ASSIGN_OR_RETURN(const SkillViewPtr skills, co_await skills_.View(call));
  v1::Person person = files[0]->person;
  std::vector<v1::UnsettledSkill> unsettled = Learn(*skills, request, person);
  if (person.skills_wanted_size() > kMostSkills) {
    co_return InvalidField("learn", absl::StrCat("makes more than ", kMostSkills, " skills wanted"));
  }
  // The script compares the caller's etag, after it has looked whether this request was answered before.
  files[0]->person.set_etag(request.etag());
  StartWrite write = MakeWrite(request, *std::move(files[0]), std::move(person), clock_.Now());
  if (!request.destination().role().empty()) {
    write.role_key = RoleKey(people_.store(), call, RoleId(request.destination().role()));
  }
  write.request_id = request.request_id();
  write.fingerprint = store::Fingerprint(call, request);
  CO_ASSIGN_OR_RETURN(const store::Outcome outcome, co_await store_.Put(call, std::move(write)));
  CO_ASSIGN_OR_RETURN(v1::StartProfileResponse response, co_await Show(call, id, outcome.resource));
  for (v1::UnsettledSkill& one : unsettled) *response.add_unsettled() = std::move(one);
  co_return response;
}

}  // namespace cortado::profile
