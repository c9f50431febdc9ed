#include "services/profile/group_answers.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/status/error.h"
#include "common/status/status.h"
#include "services/profile/group_rules.h"
#include "services/profile/person_keys.h"
#include "services/profile/values.h"

namespace cortado::profile {
namespace {

constexpr int kPeopleAtOnce = 250;

// K: hash of what the job knows: `seen`, the questions it met last, `kept`, those whose answers alone are there.
// A: field, digest of the questions.
const store::WriteScript kNote("profile.note_questions", R"lua(
  redis.call('HSET', K[1], A[1], A[2])
  resource = 'groups'
)lua");

v1::Groups WithNames(v1::Groups groups, const std::string& person) {
  groups.set_name(absl::StrCat("people/", person, "/groups"));
  return groups;
}

const v1::GroupAnswer* Find(const v1::Groups& groups, const v1::GroupAnswer& answer) {
  const auto same = [&answer](const v1::GroupAnswer& held) {
    return held.question() == answer.question() && held.choice() == answer.choice();
  };
  const auto found = std::find_if(groups.answers().begin(), groups.answers().end(), same);
  return found == groups.answers().end() ? nullptr : &*found;
}

// What of them is left when only what is asked counts; nothing: all of it.
std::optional<v1::Groups> Asked(const v1::Groups& groups, const v1::Organization& organization) {
  v1::Groups left = groups;
  left.clear_answers();
  for (const v1::GroupAnswer& answer : groups.answers()) {
    if (IsAsked(answer, organization)) *left.add_answers() = answer;
  }
  if (left.answers_size() == groups.answers_size()) return std::nullopt;
  return left;
}

std::string NotesKey(const store::Store& store, const rpc::Call& call) {
  return store.Key(call.organization(), "groups");
}

PartWrite MakeWrite(const std::string& person, const v1::Groups& groups) {
  PartWrite write;
  write.id = person;
  write.field = "groups";
  write.etag = groups.etag();
  if (!groups.answers().empty()) write.bytes = StoredBytes(groups);
  write.resource = absl::StrCat("people/", person, "/groups");
  return write;
}

}  // namespace

void GroupAnswers::Register(jobs::Runner& runner) {
  runner.Add({kJob, kPeriod, [this](rpc::Call call, jobs::Fence) { return RemoveUnasked(std::move(call)); }});
  parts_.store.BeforeFirstWrite(
      [this, &runner](rpc::Call call) { return runner.Schedule(call, kJob, parts_.clock.Now() + kPeriod); });
}

Task<absl::StatusOr<v1::Groups>> GroupAnswers::Read(rpc::Call call, std::string person) {
  CO_ASSIGN_OR_RETURN(const auto files, co_await parts_.people.FindFiles(std::move(call), Words(person)));
  if (!files[0]) co_return NotFound();
  co_return WithNames(files[0]->groups.value_or(v1::Groups()), person);
}

Task<absl::StatusOr<v1::Groups>> GroupAnswers::Get(rpc::Call call, const v1::GetGroupsRequest& request) {
  const std::string owner = OwnerId(request.name());
  if (!call.IsSelf(owner)) co_return AccessDenied();
  co_return co_await Read(std::move(call), owner);
}

Task<absl::StatusOr<v1::Groups>> GroupAnswers::Update(rpc::Call call, const v1::UpdateGroupsRequest& request) {
  const std::string owner = OwnerId(request.groups().name());
  if (!call.IsSelf(owner)) co_return AccessDenied();
  CO_ASSIGN_OR_RETURN(const v1::Groups before, co_await Read(call, owner));
  v1::GetOrganizationRequest get;
  CO_ASSIGN_OR_RETURN(const v1::Organization organization, co_await parts_.organizations.Get(call, get));
  CO_RETURN_IF_ERROR(CheckAnswers(request.groups(), organization));
  v1::Groups groups = request.groups();
  for (v1::GroupAnswer& answer : *groups.mutable_answers()) {
    const v1::GroupAnswer* held = Find(before, answer);
    *answer.mutable_create_time() = held != nullptr ? held->create_time() : Stamp(parts_.clock.Now());
  }
  PartWrite write = MakeWrite(owner, groups);
  write.request_id = request.request_id();
  write.fingerprint = store::Fingerprint(call, request);
  const absl::StatusOr<store::Outcome> outcome = co_await parts_.people.PutPart(call, std::move(write));
  // The person was there a moment ago: what is gone is what the caller had read.
  if (absl::IsNotFound(outcome.status())) co_return EtagMismatch();
  CO_RETURN_IF_ERROR(outcome.status());
  if (outcome->replayed()) co_return co_await Read(std::move(call), owner);
  groups.clear_etag();
  if (!groups.answers().empty()) groups.set_etag(absl::StrCat(outcome->revision));
  co_return WithNames(std::move(groups), owner);
}

Task<absl::Status> GroupAnswers::Sweep(rpc::Call call, v1::Organization organization) {
  std::string after;
  for (bool more = true; more;) {
    CO_ASSIGN_OR_RETURN(const std::vector<std::string> ids,
                        co_await parts_.people.ListIds(call, after, kPeopleAtOnce, ""));
    more = static_cast<int>(ids.size()) == kPeopleAtOnce;
    if (more) after = ids.back();
    CO_ASSIGN_OR_RETURN(const auto files, co_await parts_.people.FindFiles(call, ids));
    for (size_t i = 0; i < files.size(); ++i) {
      if (!files[i] || !files[i]->groups) continue;
      const std::optional<v1::Groups> left = Asked(*files[i]->groups, organization);
      if (!left) continue;
      const absl::StatusOr<store::Outcome> gone = co_await parts_.people.PutPart(call, MakeWrite(ids[i], *left));
      // Its owner was faster, and could only say what is asked now.
      if (absl::IsNotFound(gone.status()) || absl::IsAborted(gone.status())) continue;
      CO_RETURN_IF_ERROR(gone.status());
    }
  }
  co_return absl::OkStatus();
}

Task<absl::Status> GroupAnswers::RemoveUnasked(rpc::Call call) {
  v1::GetOrganizationRequest get;
  const absl::StatusOr<v1::Organization> organization = co_await parts_.organizations.Get(call, get);
  if (absl::IsNotFound(organization.status())) co_return absl::OkStatus();
  CO_RETURN_IF_ERROR(organization.status());
  const std::string digest = DigestOfQuestions(*organization);
  std::vector<std::string> command = Words("HMGET", NotesKey(parts_.store, call), "seen", "kept");
  CO_ASSIGN_OR_RETURN(const redis::Reply notes, co_await parts_.store.Read(call, std::move(command)));
  if (notes.elements.size() != 2) co_return absl::InternalError("the notes on questions have the wrong form");
  if (notes.elements[1].text == digest) co_return absl::OkStatus();
  const bool met = notes.elements[0].text == digest;
  if (met) CO_RETURN_IF_ERROR(co_await Sweep(call, *organization));
  store::Write write;
  write.script = &kNote;
  write.keys = Words(NotesKey(parts_.store, call));
  write.arguments = Words(met ? "kept" : "seen", digest);
  CO_ASSIGN_OR_RETURN(const store::Outcome outcome, co_await parts_.store.Write(std::move(call), std::move(write)));
  (void)outcome;
  co_return absl::OkStatus();
}

}  // namespace cortado::profile
