// cortadoctl org weights show | set | reset
#include <iterator>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "clients/ctl/command.h"
#include "clients/ctl/render/words.h"
#include "common/status/status.h"

namespace cortado::ctl {
namespace {

using profile::v1::MatchWeights;
using profile::v1::Organization;

constexpr int kMost = 100;

// A part by its option, what it speaks of, and what it weighs in an organisation that said nothing.
struct Weight {
  const char* option;
  const char* meaning;
  int usual;
  int32_t (MatchWeights::*get)() const;
  void (MatchWeights::*set)(int32_t);
};

constexpr Weight kWeights[] = {
    {"gap", "skills one lacks and they have", 40, &MatchWeights::gap_coverage, &MatchWeights::set_gap_coverage},
    {"journey", "from where one is to where one wants to go", 25, &MatchWeights::journey, &MatchWeights::set_journey},
    {"interests", "interests both show", 15, &MatchWeights::interests, &MatchWeights::set_interests},
    {"motives", "moved by the same", 5, &MatchWeights::motives, &MatchWeights::set_motives},
    {"deepening", "further in what one holds and keeps", 10, &MatchWeights::deepening, &MatchWeights::set_deepening},
    {"elsewhere", "far in the organisation", 12, &MatchWeights::elsewhere, &MatchWeights::set_elsewhere},
    {"hours", "working hours in common", 8, &MatchWeights::common_hours, &MatchWeights::set_common_hours},
    {"room", "room for another", 5, &MatchWeights::headroom, &MatchWeights::set_headroom},
};

MatchWeights WeightsOf(const Organization& organization) {
  if (organization.has_match_weights()) return organization.match_weights();
  MatchWeights usual;
  for (const Weight& weight : kWeights) (usual.*weight.set)(weight.usual);
  return usual;
}

absl::StatusOr<Organization> Read(Session& session, const Caller& caller) {
  return session.Call(session.profile(), &Profile::GetOrganization, caller, profile::v1::GetOrganizationRequest());
}

void ShowWeights(Ctl& ctl, const Organization& organization) {
  const MatchWeights weights = WeightsOf(organization);
  Table table({{"PART"}, {"WEIGHT", Align::kRight}, {"USUAL", Align::kRight}, {"SPEAKS OF", Align::kLeft, true}});
  for (const Weight& weight : kWeights) {
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

// What was given on the command line, in the order of kWeights; -1: nothing.
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
      if (given[i] >= 0) (weights.*kWeights[i].set)(given[i]);
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
  auto given = std::make_shared<NewWeights>(std::size(kWeights), -1);
  CLI::App* set = AddVerb(noun, "set", "change what parts weigh, 0 to 100 each; the others stay");
  for (size_t i = 0; i < given->size(); ++i) {
    set->add_option(absl::StrCat("--", kWeights[i].option), (*given)[i], kWeights[i].meaning)
        ->check(CLI::Range(0, kMost));
  }
  set->require_option();
  OnParsed(set, ctl, [&ctl, given] { return Change(ctl, *given, false); });
}

}  // namespace cortado::ctl
