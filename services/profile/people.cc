#include "services/profile/people.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/id/id.h"
#include "common/rpc/page.h"
#include "common/status/error.h"
#include "common/status/status.h"
#include "services/profile/journey_steps.h"
#include "services/profile/person_rules.h"
#include "services/profile/values.h"

namespace cortado::profile {
namespace {

using google::protobuf::Empty;

int YearOf(absl::Time now) { return static_cast<int>(absl::ToCivilYear(now, absl::UTCTimeZone()).year()); }

// The ids of people in an answer.
template <typename People>
std::vector<std::string> IdsIn(const People& people) {
  std::vector<std::string> ids;
  ids.reserve(people.size());
  for (const v1::Person& person : people) ids.push_back(PersonId(person.name()));
  return ids;
}

bool NamesSkills(const google::protobuf::FieldMask& mask) {
  return std::any_of(mask.paths().begin(), mask.paths().end(),
                     [](const std::string& path) { return path == "skills_held" || path == "skills_wanted"; });
}

}  // namespace

Task<absl::StatusOr<v1::Person>> People::Show(rpc::Call call, std::string id) {
  v1::Person person;
  CO_RETURN_IF_ERROR(co_await ShowIn(std::move(call), std::move(id), person));
  co_return person;
}

Task<absl::Status> People::ShowIn(rpc::Call call, std::string id, v1::Person& person) {
  CO_ASSIGN_OR_RETURN(const bool found, co_await store_.Read(call, std::move(id), person));
  if (!found) co_return NotFound();
  co_return absl::OkStatus();
}

Task<absl::Status> People::RecordShown(rpc::Call call, const v1::Person& person) {
  std::vector<std::string> ids;
  ids.push_back(PersonId(person.name()));
  co_return co_await store_.RecordShown(std::move(call), std::move(ids));
}

Task<absl::StatusOr<v1::Person>> People::Create(rpc::Call call, const v1::CreatePersonRequest& request) {
  PersonWrite write;
  write.after = request.person();
  CO_RETURN_IF_ERROR(NormalisePerson(write.after, "person."));
  CO_RETURN_IF_ERROR(CheckAudiences(write.after, "person."));
  std::vector<SkillMention> mentions;
  CollectSkills(write.after, "person.", mentions);
  CO_RETURN_IF_ERROR(co_await skills_.Settle(call, std::move(mentions)));
  write.id = request.person_id();
  if (write.id.empty())
    write.id = write.after.external_id().empty() ? id::New() : PersonIdOf(write.after.external_id());
  write.after.set_name(absl::StrCat("people/", write.id));
  write.after.set_active(true);
  *write.after.mutable_create_time() = Stamp(clock_.Now());
  *write.after.mutable_update_time() = write.after.create_time();
  write.after.set_join_state(v1::JOIN_STATE_IMPORTED);
  write.sets_manager = true;
  write.event = "person.created";
  write.request_id = request.request_id();
  write.fingerprint = store::Fingerprint(call, request);
  v1::Person created = write.after;
  CO_ASSIGN_OR_RETURN(const store::Outcome outcome, co_await store_.Put(call, std::move(write)));
  if (outcome.replayed()) co_return co_await Show(call, PersonId(outcome.resource));
  created.set_etag(absl::StrCat(outcome.revision));
  co_return created;
}

Task<absl::Status> People::Get(rpc::Call call, const v1::GetPersonRequest& request, v1::Person& person) {
  CO_RETURN_IF_ERROR(co_await ShowIn(call, PersonId(request.name()), person));
  if (!call.Has(api::v1::ROLE_HR_ADMIN)) co_return absl::OkStatus();
  co_return co_await RecordShown(std::move(call), person);
}

Task<absl::StatusOr<v1::BatchGetPeopleResponse>> People::BatchGet(rpc::Call call,
                                                                  const v1::BatchGetPeopleRequest& request) {
  std::vector<std::string> ids;
  for (const std::string& name : request.names()) ids.push_back(PersonId(name));
  CO_ASSIGN_OR_RETURN(auto people, co_await store_.FindAll(call, std::move(ids)));
  v1::BatchGetPeopleResponse response;
  for (std::optional<v1::Person>& person : people) {
    if (!person) continue;
    *response.add_people() = *std::move(person);
  }
  CO_RETURN_IF_ERROR(co_await store_.RecordShown(call, IdsIn(response.people())));
  co_return response;
}

Task<absl::StatusOr<v1::Person>> People::Update(rpc::Call call, const v1::UpdatePersonRequest& request) {
  PersonWrite write;
  write.id = PersonId(request.person().name());
  CO_RETURN_IF_ERROR(MayWrite(call, write.id, request.update_mask()));
  if (request.person().etag().empty()) co_return InvalidField("person.etag", "is required: send the one that was read");
  CO_ASSIGN_OR_RETURN(write.before, co_await store_.Find(call, write.id));
  if (!write.before) co_return NotFound();
  // The script compares the caller's etag, after it has looked whether this request was answered before.
  write.before->set_etag(request.person().etag());
  write.after = *write.before;
  CopyFields(request.update_mask(), request.person(), write.after);
  v1::Person said;
  CopyFields(request.update_mask(), request.person(), said);
  CO_RETURN_IF_ERROR(CheckAudiences(said, "person."));
  CO_RETURN_IF_ERROR(NormalisePerson(write.after, "person."));
  LeavePost(*write.before, YearOf(clock_.Now()), write.after);
  std::vector<SkillMention> mentions;
  if (NamesSkills(request.update_mask())) CollectSkills(write.after, "person.", mentions);
  CO_RETURN_IF_ERROR(co_await skills_.Settle(call, std::move(mentions)));
  *write.after.mutable_update_time() = Stamp(clock_.Now());
  for (const std::string& path : request.update_mask().paths()) {
    write.sets_manager = write.sets_manager || path == "manager";
    if (std::count(SelfFields().begin(), SelfFields().end(), path) > 0) write.edited.push_back(path);
  }
  write.event = write.before->active() && !write.after.active() ? "person.left" : "person.updated";
  write.request_id = request.request_id();
  write.fingerprint = store::Fingerprint(call, request);
  v1::Person updated = write.after;
  CO_ASSIGN_OR_RETURN(const store::Outcome outcome, co_await store_.Put(call, std::move(write)));
  if (outcome.replayed()) co_return co_await Show(call, PersonId(outcome.resource));
  updated.set_etag(absl::StrCat(outcome.revision));
  co_return updated;
}

Task<absl::StatusOr<Empty>> People::Delete(rpc::Call call, const v1::DeletePersonRequest& request) {
  CO_ASSIGN_OR_RETURN(std::optional<v1::Person> person, co_await store_.Find(call, PersonId(request.name())));
  // One that is absent goes to the script too: it may be this very request that removed it.
  v1::Person known = person.value_or(v1::Person());
  known.set_name(request.name());
  known.set_etag(request.etag());
  CO_ASSIGN_OR_RETURN(const store::Outcome outcome, co_await store_.Delete(call, std::move(known), request.request_id(),
                                                                           store::Fingerprint(call, request)));
  (void)outcome;
  co_return Empty();
}

Task<absl::StatusOr<v1::ListPeopleResponse>> People::List(rpc::Call call, const v1::ListPeopleRequest& request) {
  const std::string arguments =
      absl::StrCat(call.organization(), "\n", request.department(), "\n", request.show_inactive());
  CO_ASSIGN_OR_RETURN(std::string after, rpc::PageStart(request.page_token(), arguments));
  const int most = rpc::PageSize(request.page_size());
  v1::ListPeopleResponse response;
  // Those who left are passed over, so a page may take several looks.
  for (bool more = true; more && response.people_size() < most && !call.Cancelled();) {
    CO_ASSIGN_OR_RETURN(std::vector<std::string> ids, co_await store_.ListIds(call, after, most, request.department()));
    more = static_cast<int>(ids.size()) == most;
    CO_ASSIGN_OR_RETURN(auto people, co_await store_.FindAll(call, ids));
    for (size_t i = 0; i < ids.size(); ++i) {
      if (response.people_size() == most) {
        more = true;
        break;
      }
      after = ids[i];
      if (!people[i] || !(request.show_inactive() || people[i]->active())) continue;
      *response.add_people() = *std::move(people[i]);
    }
    if (more) response.set_next_page_token(id::MakePageToken(after, arguments));
    if (!more) response.clear_next_page_token();
  }
  CO_ASSIGN_OR_RETURN(const int64_t count, co_await store_.Count(call));
  response.set_total_size(count);
  CO_RETURN_IF_ERROR(co_await store_.RecordShown(call, IdsIn(response.people())));
  co_return response;
}

Task<absl::StatusOr<v1::Person>> People::Lookup(rpc::Call call, const v1::LookupPersonRequest& request) {
  std::optional<std::string> id;
  if (request.identity_case() == v1::LookupPersonRequest::kExternalId) {
    CO_ASSIGN_OR_RETURN(id, co_await store_.FindByExternalId(call, request.external_id()));
  } else if (request.identity_case() == v1::LookupPersonRequest::kEmail) {
    CO_ASSIGN_OR_RETURN(id, co_await store_.FindByEmail(call, request.email()));
  } else {
    co_return InvalidField("identity", "is required: external_id or email");
  }
  if (!id) co_return NotFound();
  CO_ASSIGN_OR_RETURN(v1::Person person, co_await Show(call, *std::move(id)));
  CO_RETURN_IF_ERROR(co_await RecordShown(std::move(call), person));
  co_return person;
}

Task<absl::StatusOr<v1::ListReportsResponse>> People::ListReports(rpc::Call call,
                                                                  const v1::ListReportsRequest& request) {
  const std::string arguments = absl::StrCat(call.organization(), "\n", request.manager());
  CO_ASSIGN_OR_RETURN(std::string after, rpc::PageStart(request.page_token(), arguments));
  const int most = rpc::PageSize(request.page_size());
  CO_ASSIGN_OR_RETURN(std::vector<std::string> ids,
                      co_await store_.ListReports(call, PersonId(request.manager()), std::move(after), most + 1));
  v1::ListReportsResponse response;
  if (static_cast<int>(ids.size()) > most) {
    ids.pop_back();
    response.set_next_page_token(id::MakePageToken(ids.back(), arguments));
  }
  CO_ASSIGN_OR_RETURN(auto people, co_await store_.FindAll(call, std::move(ids)));
  for (std::optional<v1::Person>& person : people) {
    if (!person) continue;
    *response.add_people() = *std::move(person);
  }
  CO_RETURN_IF_ERROR(co_await store_.RecordShown(call, IdsIn(response.people())));
  co_return response;
}

}  // namespace cortado::profile
