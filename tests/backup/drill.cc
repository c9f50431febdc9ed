#include "tests/backup/drill.h"

#include <map>
#include <nlohmann/json.hpp>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/time/clock.h"
#include "common/testing/matchers.h"
#include "cortado/api/v1/peer_service.grpc.pb.h"
#include "gtest/gtest.h"

namespace cortado::testing {
namespace {

using PeerStub = api::v1::PeerService::Stub;
using AuditStub = profile::v1::AuditService::Stub;

constexpr absl::Duration kWithin = absl::Seconds(30);

}  // namespace

Drill::Drill(std::string organization) : organization_(std::move(organization)) {
  const bool fresh = organization_.empty();
  if (fresh) organization_ = site_.CreateOrganization("Acme");
  planting_ = std::make_unique<Planting>(
      Ground{site_.channel(), [this](const std::string& id) { return As(id); }, site_.Hr(organization_)});
  if (fresh) planting_->Plant();
}

ctl::BackupCalls Drill::Calls() const {
  const auto prepare = [this](grpc::ClientContext& context, absl::Duration timeout) {
    Caller caller = Service();
    caller.timeout = timeout;
    Prepare(context, caller);
    return absl::OkStatus();
  };
  return ctl::BackupCalls({site_.channel(), site_.channel(), site_.channel()}, organization_, prepare);
}

// An event is heard of, then reported, which may make another one.
void Drill::AwaitRest() {
  const std::string prefix = absl::StrCat("cortado:{", organization_, "}:");
  const absl::Time until = absl::Now() + kWithin;
  for (int quiet = 0; quiet < 2; ++quiet) {
    for (const char* service : {"profile", "scheduling"}) {
      while (Redis({"XLEN", absl::StrCat(prefix, service, ":events")}) != "0") ASSERT_LT(absl::Now(), until) << service;
    }
    while (Redis({"ZCARD", absl::StrCat(prefix, "scheduling:chat_reports")}) != "0") ASSERT_LT(absl::Now(), until);
    while (Redis({"XLEN", absl::StrCat(prefix, "matching:events")}) != "0") ASSERT_LT(absl::Now(), until);
  }
}

std::string Drill::Everything() {
  const auto peer = api::v1::PeerService::NewStub(site_.channel());
  std::map<std::string, std::string> all;
  for (const char* service : ctl::kServices) {
    for (const char* person : {Planting::kPerson, Planting::kMentor, Planting::kStudent}) {
      api::v1::CollectPersonRequest request;
      request.set_service(service);
      request.set_person(absl::StrCat("people/", person));
      do {
        const auto page = Ask(*peer, &PeerStub::CollectPerson, Service(), request);
        EXPECT_THAT(page, IsOk());
        if (!page.ok()) break;
        for (const api::v1::PersonRecord& record : page->records()) {
          // The trail goes on where it is.
          if (record.type() == "cortado.api.v1.AuditEntry") continue;
          // In JSON of protobuf the pairs of a map stand in any order.
          all[absl::StrCat(service, " ", person, " ", record.type(), " ", record.name())] =
              nlohmann::json::parse(record.json()).dump();
        }
        request.set_page_token(page->next_page_token());
      } while (!request.page_token().empty());
    }
  }
  const auto programs = Ask(site_.matching(), &MatchingStub::ListPrograms, Hr(), {});
  EXPECT_THAT(programs, IsOk());
  if (programs.ok()) all["programs"] = programs->ShortDebugString();
  const auto auth = profile::v1::AuthService::NewStub(site_.channel());
  const auto issuers = Ask(*auth, &profile::v1::AuthService::Stub::ListIssuers, Hr(), {});
  EXPECT_THAT(issuers, IsOk());
  if (issuers.ok()) all["issuers"] = issuers->ShortDebugString();
  std::string text;
  for (const auto& [name, what] : all) absl::StrAppend(&text, name, ": ", what, "\n");
  return text;
}

bool Drill::Holds(const std::vector<std::string>& words) {
  Redis({"CONFIG", "SET", "rdbcompression", "no"});
  const std::vector<std::string> keys = absl::StrSplit(Redis({"KEYS", "cortado:*"}), '\n', absl::SkipEmpty());
  for (const std::string& key : keys) {
    const std::string held = absl::StrCat(key, Redis({"DUMP", key}));
    for (const std::string& word : words) {
      if (absl::StrContains(held, word)) return true;
    }
  }
  return false;
}

std::string Drill::NewPath() { return absl::StrCat(site_.redis().directory(), "/backup-", ++files_); }

absl::StatusOr<ctl::Backup> Drill::Create(const std::string& path, const ctl::BackupHooks& hooks) {
  return ctl::CreateBackup(Calls(), kPassphrase, path, "test", hooks);
}

absl::StatusOr<ctl::Backup> Drill::Restore(const std::string& path, bool replace, const ctl::BackupHooks& hooks) {
  absl::StatusOr<ctl::Backup> found = ctl::ReadBackup(kPassphrase, path);
  if (!found.ok()) return found;
  return ctl::RestoreBackup(Calls(), kPassphrase, path, *std::move(found), {replace, ""}, hooks);
}

absl::Status Drill::Rename(const std::string& id, const std::string& title) {
  profile::v1::UpdatePersonRequest request;
  *request.mutable_person() = planting_->Get(id);
  request.mutable_person()->set_title(title);
  request.mutable_update_mask()->add_paths("title");
  request.set_request_id(planting_->NewRequestId());
  return Ask(site_.profile(), &ProfileStub::UpdatePerson, Hr(), request).status();
}

void Drill::Erase(const std::string& id) {
  profile::v1::ErasePersonRequest request;
  request.set_person(absl::StrCat("people/", id));
  request.set_etag(planting_->Get(id).etag());
  request.set_request_id(planting_->NewRequestId());
  const absl::Time until = absl::Now() + kWithin;
  for (;;) {
    const auto proof = Ask(site_.profile(), &ProfileStub::ErasePerson, Hr(), request);
    if (proof.ok() || absl::Now() > until) {
      EXPECT_THAT(proof, IsOk());
      return;
    }
  }
}

bool Drill::AuditIsSound() {
  const auto audit = profile::v1::AuditService::NewStub(site_.channel());
  Caller caller = TokenOf(site_.key(), organization_, "auditor", {"AUDITOR"});
  caller.timeout = absl::Minutes(1);
  const auto verdict = Ask(*audit, &AuditStub::VerifyAudit, caller, {});
  EXPECT_THAT(verdict, IsOk());
  if (verdict.ok() && !verdict->sound()) ADD_FAILURE() << verdict->ShortDebugString();
  return verdict.ok() && verdict->sound();
}

}  // namespace cortado::testing
