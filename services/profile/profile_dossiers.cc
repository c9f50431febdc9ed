#include "services/profile/profile_dossiers.h"

#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/privacy/person_record.h"
#include "common/status/status.h"
#include "services/profile/person_form.h"
#include "services/profile/person_keys.h"
#include "services/profile/values.h"

namespace cortado::profile {
namespace {

using google::protobuf::Message;
using privacy::RecordPage;

constexpr char kService[] = "profile";
// Somebody who changes all the time is erased all the same, by the next step.
constexpr int kAttempts = 5;

// Whether a field of the hash is shown as a message; all others are facts.
bool IsMessage(absl::string_view field) {
  return field == "person" || field == "offer" || field == "time" || field == "groups" ||
         absl::StartsWith(field, "d:") || absl::StartsWith(field, "b:");
}

absl::Status Add(const std::string& person, std::string name, const Message& message, RecordPage& page) {
  ASSIGN_OR_RETURN(api::v1::PersonRecord record, privacy::MakePersonRecord(kService, std::move(name), message, person));
  page.records.push_back(std::move(record));
  return absl::OkStatus();
}

absl::Status AddFile(const std::string& person, const PersonFile& file, RecordPage& page) {
  RETURN_IF_ERROR(Add(person, file.person.name(), file.person, page));
  if (file.offer) RETURN_IF_ERROR(Add(person, file.offer->name(), *file.offer, page));
  if (file.time) RETURN_IF_ERROR(Add(person, file.time->name(), *file.time, page));
  if (file.groups) RETURN_IF_ERROR(Add(person, file.groups->name(), *file.groups, page));
  for (const StoredDestination& said : file.destinations) {
    RETURN_IF_ERROR(Add(person, said.destination.name(), said.destination, page));
  }
  for (const v1::Block& block : file.blocks) RETURN_IF_ERROR(Add(person, block.name(), block, page));
  return absl::OkStatus();
}

v1::Session SessionOf(const std::string& person, const StoredSession& stored) {
  v1::Session session;
  session.set_name(absl::StrCat("sessions/", stored.id));
  session.set_person(absl::StrCat("people/", person));
  session.set_login(stored.login);
  *session.mutable_create_time() = Stamp(stored.created);
  *session.mutable_refresh_time() = Stamp(stored.refreshed);
  *session.mutable_expire_time() = Stamp(stored.expires);
  return session;
}

}  // namespace

Task<absl::StatusOr<RecordPage>> ProfileDossiers::CollectPerson(rpc::Call call, std::string person, std::string) {
  std::vector<std::string> command = Words("HGETALL", PersonKeys(parts_.store, call).Person(person));
  CO_ASSIGN_OR_RETURN(const redis::Reply hash, co_await parts_.store.Read(call, std::move(command)));
  CO_ASSIGN_OR_RETURN(const std::optional<PersonFile> file, ReadFile(person, hash));
  RecordPage page;
  if (file) CO_RETURN_IF_ERROR(AddFile(person, *file, page));
  std::map<std::string, std::string> facts;
  for (size_t i = 0; i + 1 < hash.elements.size(); i += 2) {
    const std::string& field = hash.elements[i].text;
    if (!IsMessage(field)) facts[field] = hash.elements[i + 1].text;
  }
  if (!facts.empty()) {
    CO_ASSIGN_OR_RETURN(api::v1::PersonRecord record,
                        privacy::MakeFactsRecord(kService, absl::StrCat("people/", person, "/facts"), facts));
    page.records.push_back(std::move(record));
  }
  co_return page;
}

Task<absl::StatusOr<RecordPage>> ProfileDossiers::CollectAccess(rpc::Call call, std::string person, std::string) {
  RecordPage page;
  CO_ASSIGN_OR_RETURN(const std::vector<StoredSession> sessions,
                      co_await parts_.sessions.List(call, person, parts_.clock.Now()));
  for (const StoredSession& stored : sessions) {
    const v1::Session session = SessionOf(person, stored);
    CO_RETURN_IF_ERROR(Add(person, session.name(), session, page));
  }
  CO_ASSIGN_OR_RETURN(const auto roles, co_await parts_.access.RolesOf(call, person));
  if (roles && !roles->empty()) {
    v1::AccessGrant grant;
    grant.set_person(absl::StrCat("people/", person));
    for (const std::string& role : *roles) grant.add_roles(rpc::ParseRole(role));
    CO_RETURN_IF_ERROR(Add(person, "", grant, page));
  }
  CO_ASSIGN_OR_RETURN(const std::optional<v1::SlackUser> user, co_await parts_.slack.FindUser(call, person));
  if (user) CO_RETURN_IF_ERROR(Add(person, "", *user, page));
  co_return page;
}

Task<absl::StatusOr<privacy::Erased>> ProfileDossiers::Erase(rpc::Call call, std::string person) {
  CO_ASSIGN_OR_RETURN(const int detached, co_await erasures_.Detach(call, person));
  privacy::Erased erased;
  if (detached > 0) {
    erased.removed["reports"] = detached;
    co_return erased;
  }
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    absl::StatusOr<privacy::Erased> removed = co_await erasures_.Remove(call, person);
    if (!absl::IsAborted(removed.status())) co_return removed;
  }
  co_return erased;
}

}  // namespace cortado::profile
