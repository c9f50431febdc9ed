// cortadoctl org generate | create (and retention, see command_retention.cc, and weights, see command_weights.cc)
#include <cstdio>
#include <memory>
#include <nlohmann/json.hpp>

#include "absl/strings/str_cat.h"
#include "clients/ctl/command.h"
#include "clients/ctl/generate/organization.h"
#include "clients/ctl/import/people_csv.h"
#include "clients/ctl/render/words.h"
#include "common/status/status.h"

namespace cortado::ctl {
namespace {

constexpr int kMostPeople = 1'000'000;

struct GenerateArguments {
  int people = 0;
  uint64_t seed = 1;
  std::string out;
};

absl::Status Generate(Ctl& ctl, const GenerateArguments& arguments) {
  const std::string csv = WritePeople(GenerateOrganization(arguments.people, arguments.seed));
  if (arguments.out.empty()) {
    std::fwrite(csv.data(), 1, csv.size(), stdout);
    return absl::OkStatus();
  }
  RETURN_IF_ERROR(WriteFile(arguments.out, csv));
  ctl.Say(absl::StrCat("Wrote ", Count(arguments.people, "person", "people"), " (seed ", arguments.seed, ") to ",
                       arguments.out, ", ", Bytes(static_cast<int64_t>(csv.size())), ".\n",
                       "Bring them in with: cortadoctl people import ", arguments.out, "\n"));
  ctl.Document(
      nlohmann::json({{"people", arguments.people}, {"seed", arguments.seed}, {"file", arguments.out}}).dump(1));
  return absl::OkStatus();
}

struct CreateArguments {
  std::string name;
  std::string language;
  std::string time_zone;
};

absl::Status Create(Ctl& ctl, const CreateArguments& arguments) {
  ASSIGN_OR_RETURN(Session * session, ctl.session());
  // An organisation that is not there yet has no operator: a service makes it.
  ASSIGN_OR_RETURN(
      std::string token,
      session->Mint({.organization = auth::kAnyOrganization, .subject = "cortadoctl", .roles = {"SERVICE"}}));
  profile::v1::CreateOrganizationRequest request;
  request.mutable_organization()->set_display_name(arguments.name);
  request.mutable_organization()->set_language(arguments.language);
  request.mutable_organization()->set_time_zone(arguments.time_zone);
  request.set_request_id(session->RequestId());
  ASSIGN_OR_RETURN(const auto organization,
                   session->Call(session->profile(), &Profile::CreateOrganization, Caller{std::move(token)}, request));
  const std::string id = ShortName(organization.name());
  ctl.Say(absl::StrCat("Made ", organization.display_name(), ": ", organization.name(), "\n",
                       "Use it with --organization ", id, ", or: export CORTADO_ORGANIZATION=", id, "\n",
                       "Its first administrator: cortadoctl access code --organization ", id, "\n"));
  ctl.Document(organization);
  return absl::OkStatus();
}

}  // namespace

void AddOrg(CLI::App& app, Ctl& ctl) {
  CLI::App* noun = AddNoun(app, "org", "organisations");
  AddRetention(noun, ctl);
  AddWeights(noun, ctl);
  AddCoffee(noun, ctl);
  AddGroupQuestions(noun, ctl);

  auto generate_arguments = std::make_shared<GenerateArguments>();
  CLI::App* generate = AddVerb(noun, "generate", "a plausible organisation as a file of people");
  generate->add_option("people", generate_arguments->people, "how many")->required()->check(CLI::Range(1, kMostPeople));
  generate->add_option("--seed", generate_arguments->seed, "the same seed gives the same people (1)");
  generate->add_option("--out", generate_arguments->out, "write it to this file instead of stdout");
  OnParsed(generate, ctl, [&ctl, generate_arguments] { return Generate(ctl, *generate_arguments); });

  auto create_arguments = std::make_shared<CreateArguments>();
  CLI::App* create = AddVerb(noun, "create", "make an organisation on servers of your own; needs their key file");
  create->add_option("name", create_arguments->name, "as people call it")->required();
  create->add_option("--default-language", create_arguments->language, "of those who chose none: en or de");
  create->add_option("--time-zone", create_arguments->time_zone, "of those who have none, as Europe/Berlin");
  OnParsed(create, ctl, [&ctl, create_arguments] { return Create(ctl, *create_arguments); });
}

}  // namespace cortado::ctl
