// cortadoctl audit list | verify | export
#include <fstream>
#include <memory>
#include <nlohmann/json.hpp>
#include <sstream>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/clock.h"
#include "clients/ctl/audit_folder.h"
#include "clients/ctl/command.h"
#include "clients/ctl/hours_text.h"
#include "clients/ctl/pages.h"
#include "clients/ctl/render/progress.h"
#include "clients/ctl/render/words.h"
#include "clients/ctl/tokens.h"
#include "common/status/status.h"
#include "cortado/profile/v1/audit_service.grpc.pb.h"

namespace cortado::ctl {
namespace {

using Audit = profile::v1::AuditService::Stub;

constexpr absl::Duration kLongestVerify = absl::Minutes(15);

std::unique_ptr<Audit> AuditOf(Session& session) {
  return profile::v1::AuditService::NewStub(session.channel(session.target().addresses.profile));
}

struct ListArguments {
  bool mine = false;
  std::string subject;
  std::string object;
  std::string method;
  std::string since;
  std::string until;
  int limit = 50;
};

absl::StatusOr<api::v1::AuditFilter> FilterOf(const ListArguments& arguments, absl::Time now) {
  api::v1::AuditFilter filter;
  filter.set_subject(arguments.subject);
  filter.set_object(arguments.object);
  filter.set_method(arguments.method);
  if (!arguments.since.empty()) {
    ASSIGN_OR_RETURN(const absl::Duration ago, ParseSpan(arguments.since));
    *filter.mutable_start_time() = ToTimestamp(now - ago);
  }
  if (!arguments.until.empty()) {
    ASSIGN_OR_RETURN(const absl::Duration ago, ParseSpan(arguments.until));
    *filter.mutable_end_time() = ToTimestamp(now - ago);
  }
  return filter;
}

std::string ObjectText(const api::v1::AuditEntry& entry) {
  if (entry.people_size() == 0) return entry.object();
  return absl::StrCat(entry.object(), " (", absl::StrJoin(entry.people(), ", "), ")");
}

void SayEntries(const Ctl& ctl, const profile::v1::ListAuditEntriesResponse& list) {
  Table table({{"TIME (UTC)"}, {"SERVICE"}, {"ID", Align::kRight}, {"WHO"}, {"DID"}, {"TO", Align::kLeft, true}});
  for (const api::v1::AuditEntry& entry : list.entries()) {
    const std::string who =
        entry.actor().empty() ? entry.subject() : absl::StrCat(entry.subject(), " (by ", entry.actor(), ")");
    table.Add({absl::FormatTime("%Y-%m-%d %H:%M:%S", ToTime(entry.time()), absl::UTCTimeZone()), entry.service(),
               entry.id(), who, ShortName(entry.method()), ObjectText(entry)});
  }
  if (table.empty()) ctl.Say("Nothing is recorded that fits.\n");
  if (!table.empty()) ctl.Say(table);
  if (!list.next_page_token().empty()) ctl.Say("There are more: --limit 0 shows all.\n");
  for (const std::string& service : list.missing_services()) {
    ctl.Say(absl::StrCat("The ", service, " service did not answer: its entries are missing here.\n"));
  }
}

absl::Status List(Ctl& ctl, const ListArguments& arguments) {
  ASSIGN_OR_RETURN(Session * session, ctl.session());
  ASSIGN_OR_RETURN(const Caller caller, arguments.mine ? session->Me() : session->Default());
  profile::v1::ListAuditEntriesRequest request;
  ASSIGN_OR_RETURN(*request.mutable_filter(), FilterOf(arguments, session->target().Now()));
  if (arguments.mine) request.mutable_filter()->set_object("people/" + caller.person);
  const std::unique_ptr<Audit> audit = AuditOf(*session);
  ASSIGN_OR_RETURN(const auto list,
                   ListPages(*session, *audit, &Audit::ListAuditEntries, caller, request, arguments.limit));
  SayEntries(ctl, list);
  ctl.Document(list);
  return absl::OkStatus();
}

std::string FaultText(const std::string& kind, int64_t segment, int64_t offset) {
  const std::string file = segment == 0 ? "heads" : absl::StrCat("segment ", segment);
  return absl::StrCat(kind, " in ", file, " at byte ", offset);
}

absl::Status NotSound() {
  return absl::DataLossError("the audit trail is not shown to be sound; docs/audit.md says what each finding means");
}

absl::Status VerifyOnServer(Ctl& ctl) {
  ASSIGN_OR_RETURN(Session * session, ctl.session());
  ASSIGN_OR_RETURN(const Caller caller, session->Default());
  grpc::ClientContext context;
  RETURN_IF_ERROR(session->Prepare(context, caller, kLongestVerify));
  profile::v1::VerifyAuditResponse response;
  RETURN_IF_ERROR(rpc::FromGrpc(AuditOf(*session)->VerifyAudit(&context, {}, &response)));
  Table table({{"SERVICE"},
               {"STATE"},
               {"ENTRIES", Align::kRight},
               {"SEALED", Align::kRight},
               {"LAST HEAD (UTC)"},
               {"KEY"},
               {"FAULT"}});
  for (const profile::v1::AuditVerdict& verdict : response.verdicts()) {
    table.Add(
        {verdict.service(), EnumWords(verdict.state()), Grouped(verdict.entry_count()), Grouped(verdict.sealed_count()),
         verdict.has_head_time()
             ? absl::FormatTime("%Y-%m-%d %H:%M:%S", ToTime(verdict.head_time()), absl::UTCTimeZone())
             : "",
         verdict.key_id(),
         verdict.has_fault() ? FaultText(verdict.fault().kind(), verdict.fault().segment(), verdict.fault().offset())
                             : ""});
  }
  ctl.Say(table);
  ctl.Document(response);
  return response.sound() ? absl::OkStatus() : NotSound();
}

// Says what was found, and whether all of it is sound.
absl::Status SayVerdicts(const Ctl& ctl, const std::vector<FolderVerdict>& verdicts) {
  Table table({{"SERVICE"}, {"STATE"}, {"ENTRIES", Align::kRight}, {"SEALED", Align::kRight}, {"KEY"}, {"FAULT"}});
  nlohmann::json lines = nlohmann::json::array();
  bool sound = true;
  for (const FolderVerdict& found : verdicts) {
    const audit::Verdict& verdict = found.verdict;
    const std::string state = !found.sealed ? "not sealed" : verdict.fault ? "fault" : "sound";
    sound = sound && state == "sound";
    std::string fault;
    nlohmann::json line = {{"service", found.service},
                           {"state", state},
                           {"entries", verdict.entries},
                           {"sealed", verdict.sealed},
                           {"key_id", found.key_id}};
    if (verdict.fault) {
      const std::string kind = audit::NameOf(verdict.fault->kind);
      fault = FaultText(kind, verdict.fault->segment, verdict.fault->offset);
      line["fault"] = {{"kind", kind}, {"segment", verdict.fault->segment}, {"offset", verdict.fault->offset}};
    }
    table.Add({found.service, state, Grouped(verdict.entries), Grouped(verdict.sealed), found.key_id, fault});
    lines.push_back(std::move(line));
  }
  ctl.Say(table);
  ctl.Document(nlohmann::json({{"sound", sound}, {"verdicts", lines}}).dump(1));
  return sound ? absl::OkStatus() : NotSound();
}

absl::Status VerifyFiles(Ctl& ctl, const std::string& path, const std::string& key_file) {
  std::string pem;
  if (!key_file.empty()) {
    std::ifstream file(key_file);
    std::ostringstream text;
    text << file.rdbuf();
    pem = text.str();
    if (pem.empty()) return absl::NotFoundError(absl::StrCat("cannot read ", key_file));
  }
  Progress progress("Verifying", "bytes", 0);
  ASSIGN_OR_RETURN(
      const std::vector<FolderVerdict> verdicts,
      VerifyFolder(
          path, pem, [](const std::string&, const audit::Entry&) {}, [&](int64_t bytes) { progress.Advance(bytes); }));
  progress.Finish();
  return SayVerdicts(ctl, verdicts);
}

absl::Status Export(Ctl& ctl, const std::string& path) {
  ASSIGN_OR_RETURN(Session * session, ctl.session());
  ASSIGN_OR_RETURN(const Caller caller, session->Default());
  ASSIGN_OR_RETURN(const auth::Claims claims, ClaimsOf(caller.token));
  ASSIGN_OR_RETURN(AuditFolder folder, AuditFolder::Create(path, claims.organization));
  const std::unique_ptr<Audit> audit = AuditOf(*session);
  Progress progress("Exporting", "bytes", 0);
  profile::v1::ExportAuditRequest request;
  do {
    ASSIGN_OR_RETURN(const auto page, session->Call(*audit, &Audit::ExportAudit, caller, request));
    RETURN_IF_ERROR(folder.Add(page.part()));
    progress.Advance(static_cast<int64_t>(page.part().content().size()));
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty());
  RETURN_IF_ERROR(folder.Finish());
  RETURN_IF_ERROR(WriteFile(path + "/entries.jsonl", "", 0600));
  std::ofstream entries(path + "/entries.jsonl", std::ios::app);
  ASSIGN_OR_RETURN(
      const std::vector<FolderVerdict> verdicts,
      VerifyFolder(
          path, "",
          [&](const std::string& service, const audit::Entry& entry) { entries << EntryJson(service, entry) << "\n"; },
          [](int64_t) {}));
  entries.close();
  if (!entries) return absl::UnavailableError(absl::StrCat("cannot write ", path, "/entries.jsonl"));
  progress.Finish();
  ctl.Say(absl::StrCat("Wrote ", path, ". Anybody can look at it with: cortadoctl audit verify --from ", path, "\n"));
  return SayVerdicts(ctl, verdicts);
}

void AddList(CLI::App* noun, Ctl& ctl) {
  auto arguments = std::make_shared<ListArguments>();
  CLI::App* list = AddVerb(noun, "list", "who did what, the newest first");
  list->add_flag("--mine", arguments->mine, "what others did to, or read of, your own record");
  list->add_option("--subject", arguments->subject, "by this person, service or operator");
  list->add_option("--object", arguments->object, "of this resource, as people/e1");
  list->add_option("--method", arguments->method, "with this method, as GetPerson");
  list->add_option("--since", arguments->since, "not longer ago than this, as 8h, 3d");
  list->add_option("--until", arguments->until, "longer ago than this");
  list->add_option("--limit", arguments->limit, "at most so many; 0: all (50)")->check(CLI::NonNegativeNumber);
  OnParsed(list, ctl, [&ctl, arguments] { return List(ctl, *arguments); });
}

}  // namespace

void AddAudit(CLI::App& app, Ctl& ctl) {
  CLI::App* noun = AddNoun(app, "audit", "who did what, and whether the record of it is sound");
  AddList(noun, ctl);

  auto from = std::make_shared<std::string>();
  auto key = std::make_shared<std::string>();
  CLI::App* verify = AddVerb(noun, "verify", "recompute the sealed trails; ends with 1 unless they are sound");
  CLI::Option* folder = verify->add_option("--from", *from, "an exported folder, instead of the server");
  verify->add_option("--key", *key, "the public key you trust (PEM), instead of the one in the folder")->needs(folder);
  OnParsed(verify, ctl,
           [&ctl, from, key] { return from->empty() ? VerifyOnServer(ctl) : VerifyFiles(ctl, *from, *key); });

  auto out = std::make_shared<std::string>();
  CLI::App* written = AddVerb(noun, "export", "the sealed trails as a folder that can be verified anywhere");
  written->add_option("folder", *out, "a new folder")->required();
  OnParsed(written, ctl, [&ctl, out] { return Export(ctl, *out); });
}

}  // namespace cortado::ctl
