#include "bench/site.h"

#include <map>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/testing/wire.h"
#include "cortado/profile/v1/profile_service.grpc.pb.h"

namespace cortado::bench {

// Redis packs hashes as in the embedded store.
Site::Site()
    : redis_({"--hash-max-listpack-value", "4096"}), key_(*auth::SigningKey::LoadOrCreate(Path("token.pem"))) {}

std::string Site::Path(const std::string& name) const { return absl::StrCat(redis_.directory(), "/", name); }

std::string Site::Start(const std::string& name, std::vector<std::string> arguments) {
  arguments[0] = absl::StrCat(testing::BinDirectory(), "/", arguments[0]);
  servers_.emplace_back(std::move(arguments), std::map<std::string, std::string>{}, Path(name + ".log"));
  return testing::WaitForLine(Path(name + ".address"), absl::Seconds(20));
}

std::vector<std::string> Site::RealArguments(const std::string& name) const {
  return {name + "_server",
          "--redis",
          "unix://" + redis_.address().unix_socket,
          "--token_key_file",
          Path("token.pem"),
          "--dev",
          "--address_file",
          Path(name + ".address"),
          "--metrics_port",
          "-1",
          "--limit_caller_per_second",
          "1000000",
          "--limit_organization_per_second",
          "1000000"};
}

std::string Site::StartProfile() { return Start("profile", RealArguments("profile")); }

std::string Site::StartMatching(const std::string& profile) {
  std::vector<std::string> arguments = RealArguments("matching");
  for (const std::string& word : {std::string("--profile"), profile}) arguments.push_back(word);
  return Start("matching", std::move(arguments));
}

std::string Site::StartScheduling(const std::string& profile, const std::string& matching) {
  std::vector<std::string> arguments = RealArguments("scheduling");
  for (const std::string& word : {std::string("--profile"), profile, std::string("--matching"), matching}) {
    arguments.push_back(word);
  }
  return Start("scheduling", std::move(arguments));
}

std::string Site::StartBare(const std::string& name, const std::string& mode) {
  std::vector<std::string> arguments = {"bare_server", redis_.address().unix_socket, kBareKeys,
                                        Path(name + ".address")};
  if (!mode.empty()) arguments.push_back(mode);
  return Start(name, std::move(arguments));
}

absl::Status Site::CreateOrganization(const std::string& profile) {
  auto stub = profile::v1::ProfileService::NewStub(grpc::CreateChannel(profile, grpc::InsecureChannelCredentials()));
  profile::v1::CreateOrganizationRequest request;
  request.mutable_organization()->set_display_name("Bench");
  request.set_request_id("bench-organization");
  auto made = testing::Ask(*stub, &profile::v1::ProfileService::Stub::CreateOrganization,
                           testing::TokenOf(key_, auth::kAnyOrganization, "bench", {"SERVICE"}), request);
  if (!made.ok()) return made.status();
  organization_ = made->name().substr(sizeof("organizations/") - 1);
  return absl::OkStatus();
}

absl::Status Site::ImportGenerated(const std::string& profile, int people) const {
  const std::string csv = Path("people.csv");
  const std::string ctl = testing::BinDirectory() + "/cortadoctl";
  testing::Process generate({ctl, "org", "generate", absl::StrCat(people), "--seed", "7", "--out", csv}, {},
                            Path("ctl.log"));
  if (generate.Wait(absl::Minutes(2)) != 0) return absl::InternalError("cortadoctl org generate failed");
  testing::Process import({ctl, "people", "import", csv, "--assume-open", "--json"},
                          {{"CORTADO_ADDRESS", profile}, {"CORTADO_TOKEN", Token({"HR_ADMIN"})}}, Path("ctl.log"));
  if (import.Wait(absl::Minutes(5)) != 0) return absl::InternalError("cortadoctl people import failed");
  return absl::OkStatus();
}

std::string Site::Token(std::vector<std::string> roles, const std::string& subject) const {
  return testing::TokenOf(key_, organization_, subject, std::move(roles)).token;
}

}  // namespace cortado::bench
