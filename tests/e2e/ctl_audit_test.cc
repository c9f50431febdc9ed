// cortadoctl audit against a real server: who did what, whether the record is sound, and taking it away.
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/e2e/ctl_installation.h"

namespace cortado::testing {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr char kPeople[] =
    "id,display_name,email,offer\nada,Ada Okafor,ada@example.org,mentee\nben,Ben Ota,ben@example.org,mentor\n";

class CtlAuditTest : public ::testing::Test {
 protected:
  void SetUp() override {
    const Said said = cortado_.Ctl({"people", "import", cortado_.File("people.csv", kPeople)});
    ASSERT_EQ(said.code, 0) << said.err;
    const Said token = cortado_.Ctl({"token", "create", "--person", "auditor", "--role", "AUDITOR"});
    ASSERT_EQ(token.code, 0) << token.err;
    auditor_ = std::string(absl::StripAsciiWhitespace(token.out));
  }
  Said AsAuditor(std::vector<std::string> arguments) { return cortado_.Ctl(arguments, {{"CORTADO_TOKEN", auditor_}}); }
  // Waits until everything that was done is sealed, at least `count` entries of the profile service.
  json VerifyOnceSealed(int64_t count) {
    const absl::Time until = absl::Now() + absl::Seconds(40);
    while (absl::Now() < until) {
      const Said said = cortado_.Ctl({"audit", "verify", "--json"});
      const json found = json::parse(said.out, nullptr, false);
      if (said.code == 0 && std::stoll(found["verdicts"][1]["sealedCount"].get<std::string>()) >= count) return found;
    }
    ADD_FAILURE() << "nothing was sealed";
    return {};
  }

  CtlInstallation cortado_;
  std::string auditor_;
};

TEST_F(CtlAuditTest, ListsVerifiesExportsAndFindsWhatWasChanged) {
  ASSERT_EQ(cortado_.Ctl({"people", "get", "ada"}).code, 0);
  // The one concerned, HR, the auditor.
  const Said mine = cortado_.Ctl({"audit", "list", "--mine", "--as", "ada"});
  EXPECT_EQ(mine.code, 0) << mine.err;
  EXPECT_THAT(mine.out, HasSubstr("GetPerson"));
  EXPECT_THAT(mine.out, HasSubstr("people/ada"));
  EXPECT_THAT(mine.out, HasSubstr("ImportPeople  people (ada)"));
  EXPECT_THAT(mine.out, Not(HasSubstr("ben")));
  EXPECT_EQ(cortado_.Ctl({"audit", "list", "--as", "ada"}).code, 1);
  const Said filtered = cortado_.Ctl({"audit", "list", "--method", "GetPerson", "--since", "1h", "--limit", "1"});
  EXPECT_EQ(filtered.code, 0) << filtered.err;
  EXPECT_THAT(filtered.out, HasSubstr("people/ada"));
  const json all = json::parse(AsAuditor({"audit", "list", "--limit", "0", "--json"}).out);
  int64_t of_profile = 0;
  for (const json& entry : all["entries"]) of_profile += entry["service"] == "profile" ? 1 : 0;
  EXPECT_GE(of_profile, 3);  // The organisation, the import, the look at Ada.

  const json sound = VerifyOnceSealed(of_profile);
  EXPECT_TRUE(sound["sound"]);

  const std::string out = cortado_.root() + "/trail";
  EXPECT_EQ(cortado_.Ctl({"audit", "export", out}).code, 1);  // The operator is no auditor.
  const Said exported = AsAuditor({"audit", "export", out});
  EXPECT_EQ(exported.code, 0) << exported.err << exported.out;
  EXPECT_THAT(cortado_.Read(out + "/entries.jsonl"), HasSubstr("\"object\":\"people/ada\""));
  EXPECT_EQ(AsAuditor({"audit", "export", out}).code, 1);  // It is there already.
  // Anywhere, without a server.
  EXPECT_EQ(cortado_.Ctl({"audit", "verify", "--from", out, "--data", cortado_.root() + "/nowhere"}).code, 0);
  std::fstream segment(out + "/profile/segment-000001", std::ios::in | std::ios::out | std::ios::binary);
  segment.seekp(-3, std::ios::end);
  segment.put('#');
  segment.close();
  const Said changed = cortado_.Ctl({"audit", "verify", "--from", out});
  EXPECT_EQ(changed.code, 1);
  EXPECT_THAT(changed.out, HasSubstr("fault"));
  EXPECT_THAT(changed.err, HasSubstr("docs/audit.md"));

  // And on the server itself.
  const std::string organization(absl::StripAsciiWhitespace(cortado_.Read(cortado_.data() + "/run/organization")));
  std::filesystem::resize_file(absl::StrCat(cortado_.data(), "/audit/", organization, "/profile/segment-000001"), 300);
  const Said cut = cortado_.Ctl({"audit", "verify"});
  EXPECT_EQ(cut.code, 1);
  EXPECT_THAT(cut.out, HasSubstr("CUT"));
}

}  // namespace
}  // namespace cortado::testing
