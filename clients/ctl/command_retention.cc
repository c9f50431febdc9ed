// cortadoctl org retention show | set | report
#include <memory>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "clients/ctl/command.h"
#include "clients/ctl/hours_text.h"
#include "clients/ctl/render/words.h"
#include "common/status/status.h"
#include "google/protobuf/util/time_util.h"

namespace cortado::ctl {
namespace {

std::string DaysText(int days) { return days == 0 ? "for ever" : Count(days, "day", "days"); }

std::string WhenText(const profile::v1::RetainedKind& kind) {
  if (!kind.has_run_time()) return "never yet";
  const int64_t ms = google::protobuf::util::TimeUtil::TimestampToMilliseconds(kind.run_time());
  return absl::FormatTime("%Y-%m-%d %H:%M", absl::FromUnixMillis(ms), absl::UTCTimeZone());
}

absl::StatusOr<profile::v1::RetentionReport> GetReport(Session& session, const Caller& caller) {
  return session.Call(session.profile(), &Profile::GetRetentionReport, caller,
                      profile::v1::GetRetentionReportRequest());
}

absl::Status Show(Ctl& ctl) {
  ASSIGN_OR_RETURN(Session * session, ctl.session());
  ASSIGN_OR_RETURN(const Caller caller, session->Default());
  ASSIGN_OR_RETURN(const auto report, GetReport(*session, caller));
  Table table({{"KIND"}, {"SERVICE"}, {"KEPT", Align::kRight}});
  for (const auto& kind : report.kinds()) table.Add({kind.kind(), kind.service(), DaysText(kind.days())});
  ctl.Say(table);
  ctl.Document(report);
  return absl::OkStatus();
}

absl::Status Report(Ctl& ctl) {
  ASSIGN_OR_RETURN(Session * session, ctl.session());
  ASSIGN_OR_RETURN(const Caller caller, session->Default());
  ASSIGN_OR_RETURN(const auto report, GetReport(*session, caller));
  Table table({{"KIND"}, {"KEPT", Align::kRight}, {"REMOVED", Align::kRight}, {"WHEN (UTC)"}});
  for (const auto& kind : report.kinds()) {
    table.Add({kind.kind(), DaysText(kind.days()), Grouped(kind.removed_count()), WhenText(kind)});
  }
  ctl.Say(table);
  ctl.Document(report);
  return absl::OkStatus();
}

struct SetArguments {
  std::string kind;
  int days = 0;
  bool usual = false;
};

absl::Status Set(Ctl& ctl, const SetArguments& arguments) {
  if (arguments.usual == (arguments.days > 0)) {
    return absl::InvalidArgumentError("say how many days, or --default");
  }
  ASSIGN_OR_RETURN(Session * session, ctl.session());
  ASSIGN_OR_RETURN(const Caller caller, session->Default());
  ASSIGN_OR_RETURN(auto organization, session->Call(session->profile(), &Profile::GetOrganization, caller,
                                                    profile::v1::GetOrganizationRequest()));
  profile::v1::UpdateOrganizationRequest request;
  request.mutable_organization()->set_etag(organization.etag());
  for (const profile::v1::RetentionRule& rule : organization.retention()) {
    if (rule.kind() != arguments.kind) *request.mutable_organization()->add_retention() = rule;
  }
  if (!arguments.usual) {
    profile::v1::RetentionRule& rule = *request.mutable_organization()->add_retention();
    rule.set_kind(arguments.kind);
    rule.set_days(arguments.days);
  }
  // The name is not written, but a whole organisation has one.
  request.mutable_organization()->set_display_name(organization.display_name());
  request.mutable_update_mask()->add_paths("retention");
  request.set_request_id(session->RequestId());
  ASSIGN_OR_RETURN(organization, session->Call(session->profile(), &Profile::UpdateOrganization, caller, request));
  ctl.Say(arguments.usual ? absl::StrCat(arguments.kind, " is kept as long as by default again.\n")
                          : absl::StrCat(arguments.kind, " is kept for ", DaysText(arguments.days), " from now on.\n"));
  ctl.Document(organization);
  return absl::OkStatus();
}

}  // namespace

void AddRetention(CLI::App* org, Ctl& ctl) {
  CLI::App* noun = AddNoun(*org, "retention", "how long things are kept, kind by kind");
  OnParsed(AddVerb(noun, "show", "every kind, and how long it is kept"), ctl, [&ctl] { return Show(ctl); });
  OnParsed(AddVerb(noun, "report", "what was removed because it was old"), ctl, [&ctl] { return Report(ctl); });
  auto arguments = std::make_shared<SetArguments>();
  CLI::App* set = AddVerb(noun, "set", "say how long a kind is kept");
  set->add_option("kind", arguments->kind, "as requests.closed; org retention show lists them")->required();
  set->add_option("days", arguments->days, "1 to 3650")->check(CLI::Range(1, 3650));
  set->add_flag("--default", arguments->usual, "as long as by default");
  OnParsed(set, ctl, [&ctl, arguments] { return Set(ctl, *arguments); });
}

}  // namespace cortado::ctl
