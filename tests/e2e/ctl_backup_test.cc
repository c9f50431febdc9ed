// cortadoctl backup against real servers: written, looked at, and brought back elsewhere.
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
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

class CtlBackupTest : public ::testing::Test {
 protected:
  void SetUp() override {
    const Said said = cortado_.Ctl({"people", "import", cortado_.File("people.csv", kPeople)});
    ASSERT_EQ(said.code, 0) << said.err;
    passphrase_ = cortado_.File("passphrase", "correct horse battery\n");
    organization_ = std::string(absl::StripAsciiWhitespace(cortado_.Read(cortado_.data() + "/run/organization")));
    path_ = cortado_.root() + "/acme.cortado-backup";
  }
  Said Create() { return cortado_.Ctl({"backup", "create", path_, "--passphrase-file", passphrase_}); }
  Said Show(const std::string& path) {
    return cortado_.Ctl({"backup", "show", path, "--passphrase-file", passphrase_});
  }

  CtlInstallation cortado_;
  std::string passphrase_;
  std::string organization_;
  std::string path_;
};

TEST_F(CtlBackupTest, IsWrittenForItsOwnerAloneAndToldAbout) {
  const Said made = Create();
  ASSERT_EQ(made.code, 0) << made.err;
  EXPECT_THAT(made.out, HasSubstr("writes waited for"));
  struct stat status;
  ASSERT_EQ(stat(path_.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600u);
  EXPECT_THAT(cortado_.Read(path_), Not(HasSubstr("Ada")));
  const json shown = cortado_.Json({"backup", "show", path_, "--passphrase-file", passphrase_});
  EXPECT_EQ(shown["organization"], organization_);
  EXPECT_EQ(shown["verified"], true);
  EXPECT_EQ(shown["services"][0]["service"], "profile");
  EXPECT_EQ(shown["services"][0]["kinds"]["person"], 2);
  const Said again = Create();
  EXPECT_EQ(again.code, 1);
  EXPECT_THAT(again.err, HasSubstr("is there already"));
}

TEST_F(CtlBackupTest, AFolderTakesAFileOfEachOrganization) {
  const std::string folder = cortado_.root() + "/backups";
  std::filesystem::create_directory(folder);
  const json made = cortado_.Json({"backup", "create", folder, "--org", "all", "--passphrase-file", passphrase_});
  ASSERT_EQ(made.size(), 1u);
  EXPECT_THAT(made[0]["file"].get<std::string>(), HasSubstr(absl::StrCat(folder, "/", organization_, "-20")));
  EXPECT_TRUE(std::filesystem::exists(made[0]["file"].get<std::string>()));
  EXPECT_GE(made[0]["frozen_seconds"].get<double>(), 0);
}

TEST_F(CtlBackupTest, ErrorsSayWhatToDo) {
  ASSERT_EQ(Create().code, 0);
  const std::string other = cortado_.File("other", "another passphrase\n");
  EXPECT_THAT(cortado_.Ctl({"backup", "show", path_, "--passphrase-file", other}).err,
              HasSubstr("not the passphrase of the file"));
  const std::string brief = cortado_.File("brief", "1234\n");
  EXPECT_THAT(cortado_.Ctl({"backup", "create", path_ + "2", "--passphrase-file", brief}).err,
              HasSubstr("shorter than 12 characters"));
  const std::string bytes = cortado_.Read(path_);
  EXPECT_THAT(Show(cortado_.File("cut", bytes.substr(0, bytes.size() - 1))).err, HasSubstr("cut off"));
  EXPECT_THAT(Show(cortado_.File("none", "something else")).err, HasSubstr("no backup of Cortado's"));
  EXPECT_THAT(Show(cortado_.root() + "/absent").err, HasSubstr("cannot read"));
  EXPECT_THAT(cortado_.Ctl({"backup", "create", path_ + "3", "--org", "nobody", "--passphrase-file", passphrase_}).err,
              HasSubstr("there is no organisation nobody"));
  EXPECT_THAT(cortado_.Ctl({"backup", "restore", path_, "--passphrase-file", passphrase_}).err, HasSubstr("--replace"));
  EXPECT_THAT(
      cortado_.Ctl({"backup", "restore", path_, "--org", "other", "--passphrase-file", passphrase_, "--replace"}).err,
      HasSubstr("the file is of the organisation"));
}

TEST_F(CtlBackupTest, ComesBackHereAndElsewhere) {
  ASSERT_EQ(Create().code, 0);
  ASSERT_EQ(cortado_
                .Ctl({"people", "import",
                      cortado_.File("more.csv", absl::StrCat(kPeople, "cy,Cy Lund,cy@example.org,mentee\n"))})
                .code,
            0);
  const Said back = cortado_.Ctl({"backup", "restore", path_, "--replace", "--passphrase-file", passphrase_});
  ASSERT_EQ(back.code, 0) << back.err;
  EXPECT_THAT(back.out, HasSubstr("Brought back"));
  EXPECT_EQ(cortado_.Ctl({"people", "get", "ada"}).code, 0);
  EXPECT_EQ(cortado_.Ctl({"people", "get", "cy"}).code, 1);

  const CtlInstallation elsewhere;
  const Said there = elsewhere.Ctl({"backup", "restore", path_, "--passphrase-file", passphrase_});
  ASSERT_EQ(there.code, 0) << there.err;
  EXPECT_THAT(there.out, HasSubstr(absl::StrCat("--organization ", organization_)));
  const Said ada = elsewhere.Ctl({"people", "get", "ada", "--as", "ada", "--organization", organization_});
  EXPECT_EQ(ada.code, 0) << ada.err;
  EXPECT_THAT(ada.out, HasSubstr("Ada Okafor"));
}

}  // namespace
}  // namespace cortado::testing
