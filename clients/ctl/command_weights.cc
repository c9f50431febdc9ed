// cortadoctl org weights show | set | reset
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "clients/ctl/command.h"
#include "clients/ctl/render/words.h"
#include "clients/ctl/weight_arguments.h"
#include "common/status/status.h"

namespace cortado::ctl {
namespace {

using profile::v1::MatchWeights;
using profile::v1::Organization;

constexpr int kMost = 100;

MatchWeights WeightsOf(const Organization& organization) {
  return organization.has_match_weights() ? organization.match_weights() : UsualWeights();
}

absl::StatusOr<Organization> Read(Session& session, const Caller& caller) {
  return session.Call(session.profile(), &Profile::GetOrganization, caller, profile::v1::GetOrganizationRequest());
}

void ShowWeights(Ctl& ctl, const Organization& organization) {
  const MatchWeights weights = WeightsOf(organization);
  Table table({{"PART"}, {"WEIGHT", Align::kRight}, {"USUAL", Align::kRight}, {"SPEAKS OF", Align::kLeft, true}});
  for (const WeightPart& weight : WeightParts()) {
    table.Add({weight.option, absl::StrCat((weights.*weight.get)()), absl::StrCat(weight.usual), weight.meaning});
  }
  ctl.Say(table);
  ctl.Document(weights);
}

absl::Status Show(Ctl& ctl) {
  ASSIGN_OR_RETURN(Session * session, ctl.session());
  ASSIGN_OR_RETURN(const Caller caller, session->Default());
  ASSIGN_OR_RETURN(const Organization organization, Read(*session, caller));
  ShowWeights(ctl, organization);
  return absl::OkStatus();
}

// What was given on the command line, in the order of WeightParts; -1: nothing.
using NewWeights = std::vector<int>;

absl::Status Change(Ctl& ctl, const NewWeights& given, bool reset) {
  ASSIGN_OR_RETURN(Session * session, ctl.session());
  ASSIGN_OR_RETURN(const Caller caller, session->Default());
  ASSIGN_OR_RETURN(Organization organization, Read(*session, caller));
  profile::v1::UpdateOrganizationRequest request;
  request.mutable_organization()->set_etag(organization.etag());
  // The name is not written, but a whole organisation has one.
  request.mutable_organization()->set_display_name(organization.display_name());
  if (!reset) {
    MatchWeights& weights = *request.mutable_organization()->mutable_match_weights();
    weights = WeightsOf(organization);
    for (size_t i = 0; i < given.size(); ++i) {
      if (given[i] >= 0) (weights.*WeightParts()[i].set)(given[i]);
    }
  }
  request.mutable_update_mask()->add_paths("match_weights");
  request.set_request_id(session->RequestId());
  ASSIGN_OR_RETURN(organization, session->Call(session->profile(), &Profile::UpdateOrganization, caller, request));
  ShowWeights(ctl, organization);
  return absl::OkStatus();
}

}  // namespace

void AddWeights(CLI::App* org, Ctl& ctl) {
  CLI::App* noun = AddNoun(*org, "weights", "what each part of a match's score weighs");
  OnParsed(AddVerb(noun, "show", "every part, and what it weighs"), ctl, [&ctl] { return Show(ctl); });
  OnParsed(AddVerb(noun, "reset", "weigh as usual again"), ctl, [&ctl] { return Change(ctl, {}, true); });
  auto given = std::make_shared<NewWeights>(WeightParts().size(), -1);
  CLI::App* set = AddVerb(noun, "set", "change what parts weigh, 0 to 100 each; the others stay");
  for (size_t i = 0; i < given->size(); ++i) {
    set->add_option(absl::StrCat("--", WeightParts()[i].option), (*given)[i], WeightParts()[i].meaning)
        ->check(CLI::Range(0, kMost));
  }
  set->require_option();
  OnParsed(set, ctl, [&ctl, given] { return Change(ctl, *given, false); });
}

}  // namespace cortado::ctl
