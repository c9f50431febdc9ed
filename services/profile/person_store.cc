#include "services/profile/person_store.h"

#include <algorithm>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/status/error.h"
#include "common/status/status.h"
#include "cortado/profile/v1/reason.pb.h"
#include "services/profile/person_keys.h"
#include "services/profile/person_scripts.h"
#include "services/profile/values.h"

namespace cortado::profile {
namespace {

using redis::Reply;
using store::Outcome;

constexpr size_t kPortion = 250;
constexpr int kMostReports = 400;

std::vector<std::string> IndexKeys(const PersonKeys& keys, absl::string_view id) {
  return Words(keys.Person(id), keys.People(), keys.External(), keys.Email(), keys.Managers(), keys.Reports(),
               keys.Departments());
}

absl::StatusOr<Outcome> Translate(Outcome outcome) {
  if (!outcome.refused()) return outcome;
  if (outcome.refusal == "ABSENT") return NotFound();
  if (outcome.refusal == "ETAG") return EtagMismatch();
  if (outcome.refusal == "MANAGER_UNKNOWN") {
    return Error(absl::StatusCode::kNotFound, v1::REASON_MANAGER_UNKNOWN, "the manager is nobody of the organisation")
        .Field("person.manager", "must be a person of the organisation");
  }
  if (outcome.refusal == "MANAGER_CYCLE") {
    return Error(absl::StatusCode::kFailedPrecondition, v1::REASON_MANAGER_CYCLE,
                 "the manager reports to this person, near or far")
        .Field("person.manager", "must not report to this person");
  }
  const std::string field = outcome.values.empty() ? "person_id" : outcome.values[0].text;
  return Error(absl::StatusCode::kAlreadyExists, api::v1::REASON_ALREADY_TAKEN, absl::StrCat(field, " is taken"))
      .Field(field, "belongs to somebody else");
}

std::vector<std::string> TextsOf(const Reply& reply, size_t prefix) {
  std::vector<std::string> texts;
  texts.reserve(reply.elements.size());
  for (const Reply& element : reply.elements)
    texts.push_back(element.text.substr(std::min(prefix, element.text.size())));
  return texts;
}

}  // namespace

std::string PersonKey(const store::Store& store, const rpc::Call& call, absl::string_view id) {
  return PersonKeys(store, call).Person(id);
}

Task<absl::StatusOr<bool>> PersonStore::Read(rpc::Call call, std::string id, v1::Person& person) {
  std::vector<std::string> command =
      Words("HMGET", PersonKeys(store_, call).Person(id), "person", "manager", "joined", "slack", "invited");
  CO_ASSIGN_OR_RETURN(const Reply reply, co_await store_.Read(call, std::move(command)));
  co_return ReadPerson(id, reply, person);
}

Task<absl::StatusOr<std::optional<v1::Person>>> PersonStore::Find(rpc::Call call, std::string id) {
  std::optional<v1::Person> person(std::in_place);
  CO_ASSIGN_OR_RETURN(const bool found, co_await Read(std::move(call), std::move(id), *person));
  if (!found) person.reset();
  co_return person;
}

Task<absl::StatusOr<std::vector<std::optional<v1::Person>>>> PersonStore::FindAll(rpc::Call call,
                                                                                  std::vector<std::string> ids) {
  std::vector<std::optional<v1::Person>> people;
  people.reserve(ids.size());
  for (size_t begin = 0; begin < ids.size(); begin += kPortion) {
    const size_t end = std::min(ids.size(), begin + kPortion);
    std::vector<std::string> keys;
    for (size_t i = begin; i < end; ++i) keys.push_back(PersonKeys(store_, call).Person(ids[i]));
    std::vector<std::string> nothing;
    CO_ASSIGN_OR_RETURN(const Reply reply,
                        co_await store_.ReadScript(call, kReadPeople, std::move(keys), std::move(nothing)));
    for (size_t i = begin; i < end; ++i) {
      std::optional<v1::Person>& person = people.emplace_back(std::in_place);
      CO_ASSIGN_OR_RETURN(const bool found, ReadPerson(ids[i], reply.elements[i - begin], *person));
      if (!found) person.reset();
    }
  }
  co_return people;
}

Task<absl::StatusOr<std::vector<std::optional<PersonFile>>>> PersonStore::FindFiles(rpc::Call call,
                                                                                    std::vector<std::string> ids) {
  std::vector<std::optional<PersonFile>> files;
  files.reserve(ids.size());
  for (size_t begin = 0; begin < ids.size(); begin += kPortion) {
    const size_t end = std::min(ids.size(), begin + kPortion);
    std::vector<std::string> keys;
    for (size_t i = begin; i < end; ++i) keys.push_back(PersonKeys(store_, call).Person(ids[i]));
    std::vector<std::string> nothing;
    CO_ASSIGN_OR_RETURN(const Reply reply,
                        co_await store_.ReadScript(call, kReadFiles, std::move(keys), std::move(nothing)));
    for (size_t i = begin; i < end; ++i) {
      CO_ASSIGN_OR_RETURN(std::optional<PersonFile> file, ReadFile(ids[i], reply.elements[i - begin]));
      files.push_back(std::move(file));
    }
  }
  co_return files;
}

Task<absl::StatusOr<std::vector<std::string>>> PersonStore::ListIds(rpc::Call call, std::string after, int limit,
                                                                    std::string department) {
  const PersonKeys keys(store_, call);
  const std::string prefix = department.empty() ? "" : DepartmentPrefix(department);
  // Ids are ASCII: the byte after the last of them ends the range.
  std::string first = after.empty() ? absl::StrCat("[", prefix) : absl::StrCat("(", prefix, after);
  std::string last = department.empty() ? "+" : absl::StrCat("(", prefix, "\x7f");
  if (department.empty() && after.empty()) first = "-";
  std::vector<std::string> command = Words("ZRANGEBYLEX", department.empty() ? keys.People() : keys.Departments(),
                                           std::move(first), std::move(last), "LIMIT", "0", absl::StrCat(limit));
  CO_ASSIGN_OR_RETURN(const Reply reply, co_await store_.Read(call, std::move(command)));
  co_return TextsOf(reply, prefix.size());
}

Task<absl::StatusOr<std::vector<std::string>>> PersonStore::ListReports(rpc::Call call, std::string manager,
                                                                        std::string after, int limit) {
  const std::string prefix = absl::StrCat(manager, "/");
  std::vector<std::string> command =
      Words("ZRANGEBYLEX", PersonKeys(store_, call).Reports(), absl::StrCat(after.empty() ? "[" : "(", prefix, after),
            absl::StrCat("(", manager, "0"), "LIMIT", "0", absl::StrCat(limit));
  CO_ASSIGN_OR_RETURN(const Reply reply, co_await store_.Read(call, std::move(command)));
  co_return TextsOf(reply, prefix.size());
}

Task<absl::StatusOr<std::vector<std::string>>> PersonStore::ListReportsOfAll(rpc::Call call,
                                                                             std::vector<std::string> managers) {
  std::vector<std::string> reports;
  for (size_t begin = 0; begin < managers.size(); begin += kPortion) {
    const size_t end = std::min(managers.size(), begin + kPortion);
    std::vector<std::string> keys = Words(PersonKeys(store_, call).Reports()), portion;
    for (size_t i = begin; i < end; ++i) portion.push_back(std::move(managers[i]));
    CO_ASSIGN_OR_RETURN(Reply reply,
                        co_await store_.ReadScript(call, kReadReports, std::move(keys), std::move(portion)));
    for (Reply& element : reply.elements) reports.push_back(std::move(element.text));
  }
  co_return reports;
}

Task<absl::StatusOr<int64_t>> PersonStore::Count(rpc::Call call) {
  std::vector<std::string> command = Words("ZCARD", PersonKeys(store_, call).People());
  CO_ASSIGN_OR_RETURN(const Reply reply, co_await store_.Read(call, std::move(command)));
  co_return reply.integer;
}

Task<absl::StatusOr<std::vector<bool>>> PersonStore::AreActive(rpc::Call call, std::vector<std::string> ids) {
  constexpr size_t kMany = 1000;
  std::vector<bool> active;
  active.reserve(ids.size());
  for (size_t begin = 0; begin < ids.size(); begin += kMany) {
    const size_t end = std::min(ids.size(), begin + kMany);
    std::vector<std::string> keys;
    for (size_t i = begin; i < end; ++i) keys.push_back(PersonKeys(store_, call).Person(ids[i]));
    std::vector<std::string> nothing;
    CO_ASSIGN_OR_RETURN(const Reply reply,
                        co_await store_.ReadScript(call, kReadActive, std::move(keys), std::move(nothing)));
    for (const Reply& element : reply.elements) active.push_back(element.integer == 1);
  }
  co_return active;
}

Task<absl::StatusOr<std::vector<std::string>>> PersonStore::ListActive(rpc::Call call) {
  constexpr int kMany = 1000;
  std::vector<std::string> active;
  std::string after;
  for (bool more = true; more;) {
    CO_ASSIGN_OR_RETURN(std::vector<std::string> ids, co_await ListIds(call, after, kMany, ""));
    more = static_cast<int>(ids.size()) == kMany;
    CO_ASSIGN_OR_RETURN(const std::vector<bool> standing, co_await AreActive(call, ids));
    if (more) after = ids.back();
    for (size_t i = 0; i < ids.size(); ++i) {
      if (standing[i]) active.push_back(std::move(ids[i]));
    }
  }
  co_return active;
}

namespace {

Task<absl::StatusOr<std::optional<std::string>>> FindInHash(store::Store& store, rpc::Call call, std::string key,
                                                            std::string field) {
  std::vector<std::string> command = Words("HGET", std::move(key), std::move(field));
  CO_ASSIGN_OR_RETURN(const Reply reply, co_await store.Read(call, std::move(command)));
  std::optional<std::string> id;
  if (!reply.IsNil()) id = reply.text;
  co_return id;
}

}  // namespace

Task<absl::StatusOr<std::optional<std::string>>> PersonStore::FindByExternalId(rpc::Call call,
                                                                               std::string external_id) {
  std::string key = PersonKeys(store_, call).External();
  co_return co_await FindInHash(store_, call, std::move(key), std::move(external_id));
}

Task<absl::StatusOr<std::optional<std::string>>> PersonStore::FindByEmail(rpc::Call call, std::string email) {
  std::string key = PersonKeys(store_, call).Email();
  co_return co_await FindInHash(store_, call, std::move(key), absl::AsciiStrToLower(email));
}

Task<absl::StatusOr<Outcome>> PersonStore::Put(rpc::Call call, PersonWrite write) {
  const v1::Person before = write.before.value_or(v1::Person());
  const v1::Person& after = write.after;
  store::Write put;
  put.script = &kPutPerson;
  put.keys = IndexKeys(PersonKeys(store_, call), write.id);
  const std::string manager = PersonId(after.manager());
  put.arguments =
      Words(write.id, before.etag(), StoredBytes(after), before.external_id(), after.external_id(), EmailIndex(before),
            EmailIndex(after), write.sets_manager ? manager : "=", DepartmentIndex(before, write.id),
            DepartmentIndex(after, write.id), write.event, after.active() ? "1" : "0");
  for (std::string& field : write.edited) put.arguments.push_back(std::move(field));
  put.request_id = std::move(write.request_id);
  put.fingerprint = std::move(write.fingerprint);
  CO_ASSIGN_OR_RETURN(Outcome outcome, co_await store_.Write(call, std::move(put)));
  co_return Translate(std::move(outcome));
}

Task<absl::StatusOr<Outcome>> PersonStore::Delete(rpc::Call call, v1::Person person, std::string request_id,
                                                  std::string fingerprint) {
  const PersonKeys keys(store_, call);
  const std::string id = PersonId(person.name());
  CO_ASSIGN_OR_RETURN(std::vector<std::string> reports, co_await ListReports(call, id, "", kMostReports + 1));
  if (reports.size() > kMostReports) {
    co_return InvalidField("name", absl::StrCat("must be somebody whom at most ", kMostReports, " report to"));
  }
  store::Write write;
  write.script = &kDeletePerson;
  write.keys = IndexKeys(keys, id);
  write.arguments = Words(id, person.etag(), person.external_id(), EmailIndex(person), DepartmentIndex(person, id));
  for (std::string& report : reports) {
    write.keys.push_back(keys.Person(report));
    write.arguments.push_back(std::move(report));
  }
  write.request_id = std::move(request_id);
  write.fingerprint = std::move(fingerprint);
  CO_ASSIGN_OR_RETURN(Outcome outcome, co_await store_.Write(call, std::move(write)));
  co_return Translate(std::move(outcome));
}

Task<absl::StatusOr<Outcome>> PersonStore::PutPart(rpc::Call call, PartWrite part) {
  store::Write write;
  write.script = &kPutPersonPart;
  write.keys = Words(PersonKeys(store_, call).Person(part.id));
  if (!part.needed_key.empty()) write.keys.push_back(std::move(part.needed_key));
  write.arguments = Words(std::move(part.id), std::move(part.field), std::move(part.etag),
                          part.bytes ? absl::StrCat("+", *part.bytes) : std::string("-"), part.joins ? "1" : "",
                          std::move(part.edited), std::move(part.event), std::move(part.resource),
                          std::move(part.object), std::move(part.manager));
  write.request_id = std::move(part.request_id);
  write.fingerprint = std::move(part.fingerprint);
  CO_ASSIGN_OR_RETURN(Outcome outcome, co_await store_.Write(call, std::move(write)));
  co_return Translate(std::move(outcome));
}

Task<absl::Status> PersonStore::RecordShown(rpc::Call call, std::vector<std::string> ids) {
  if (!call.Has(api::v1::ROLE_HR_ADMIN)) co_return absl::OkStatus();
  std::sort(ids.begin(), ids.end());
  ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
  ids.erase(std::remove(ids.begin(), ids.end(), call.subject()), ids.end());
  if (ids.empty()) co_return absl::OkStatus();
  std::string object = ids.size() == 1 ? absl::StrCat("people/", ids[0]) : "people";
  co_return co_await store_.RecordRead(std::move(call), std::move(object), std::move(ids));
}

}  // namespace cortado::profile
