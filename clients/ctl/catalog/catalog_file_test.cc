#include "clients/ctl/catalog/catalog_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"

namespace cortado::ctl {
namespace {

using profile::v1::ImportCatalogRequest;
using ::testing::HasSubstr;

TEST(StarterCatalogTest, IsPartOfTheProgram) {
  EXPECT_GE(StarterCatalog().skills_size(), 300);
  EXPECT_EQ(StarterCatalog().roles_size(), 60);
}

TEST(CatalogFileTest, WhatIsWrittenIsReadAgain) {
  profile::v1::Skill skill;
  skill.set_name("skills/sql");
  skill.set_etag("7");
  skill.set_display_name("SQL");
  skill.add_aliases("Structured \"query\" language");
  profile::v1::Role role;
  role.set_name("roles/dba");
  role.set_display_name("Database administrator");
  role.set_origin(profile::v1::ROLE_ORIGIN_EDITED);
  role.add_requirements()->set_skill("skills/sql");
  role.mutable_requirements(0)->set_display_name("SQL");
  const auto read = ParseCatalog(FormatCatalog({skill}, {role}));
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ(read->skills(0).name(), "");
  EXPECT_EQ(read->skills(0).aliases(0), skill.aliases(0));
  EXPECT_EQ(read->roles(0).name(), "roles/dba");
  EXPECT_EQ(read->roles(0).requirements(0).skill(), "SQL");
  EXPECT_TRUE(ParseCatalog(FormatCatalog({}, {})).ok());
}

TEST(CatalogFileTest, SaysWhatIsWrongWithAFile) {
  EXPECT_THAT(ParseCatalog("{\"skils\": []}").status().message(), HasSubstr("skils"));
  EXPECT_FALSE(ParseCatalog("display_name,aliases\n").ok());
}

TEST(CatalogFileTest, SendsSkillsBeforeRolesInPortionsAServerTakes) {
  ImportCatalogRequest catalog;
  for (int i = 0; i < 1200; ++i) catalog.add_skills()->set_display_name(absl::StrCat("Skill ", i));
  for (int i = 0; i < 30; ++i) {
    profile::v1::Role& role = *catalog.add_roles();
    for (int j = 0; j < 50; ++j) role.add_aliases(std::string(200, 'a'));
  }
  int skills = 0, roles = 0;
  for (const ImportCatalogRequest& portion : InPortions(catalog)) {
    EXPECT_LE(portion.ByteSizeLong(), 600'000u);
    EXPECT_LE(portion.skills_size(), 1000);
    EXPECT_TRUE(portion.skills_size() == 0 || roles == 0);
    skills += portion.skills_size();
    roles += portion.roles_size();
  }
  EXPECT_EQ(skills, 1200);
  EXPECT_EQ(roles, 30);
}

}  // namespace
}  // namespace cortado::ctl
