// Catalogues that are brought in, and skills that change: over a real store.
#include <google/protobuf/util/json_util.h>

#include <fstream>
#include <iostream>
#include <iterator>
#include <map>
#include <set>

#include "absl/strings/ascii.h"
#include "common/status/error.h"
#include "services/profile/testing/real_rows.h"
#include "services/profile/testing/skill_fixture.h"

namespace cortado::profile {
namespace {

using ::cortado::testing::FailsWith;
using ::cortado::testing::IsOk;
using ::cortado::testing::RefusesField;
using ::testing::ElementsAre;
using ::testing::UnorderedElementsAre;
using Code = absl::StatusCode;

class CatalogImportTest : public SkillFixture {
 protected:
  static void Add(v1::ImportCatalogRequest& request, const std::string& name,
                  const std::vector<std::string>& aliases = {}) {
    v1::Skill& skill = *request.add_skills();
    skill.set_display_name(name);
    for (const std::string& alias : aliases) skill.add_aliases(alias);
  }
};

TEST_F(CatalogImportTest, AddsWhatIsNewAndWritesNothingTheSecondTime) {
  v1::ImportCatalogRequest request;
  Add(request, "Kubernetes", {"k8s"});
  Add(request, "SQL");
  AddRole(request, "Data engineer", {{"SQL", 0}, {"k8s", 0}});
  const auto first = Import(request);
  ASSERT_THAT(first, IsOk());
  EXPECT_EQ(first->skills_added(), 2);
  EXPECT_EQ(first->roles_added(), 1);
  const v1::Role role = *GetRole("roles/data-engineer");
  EXPECT_EQ(role.origin(), v1::ROLE_ORIGIN_IMPORTED);
  EXPECT_EQ(role.requirements(1).skill(), "skills/kubernetes");
  const std::string revision = Ask({"GET", "cortado:{acme}:profile:rev"});
  const auto second = Import(request);
  ASSERT_THAT(second, IsOk());
  EXPECT_EQ(second->unchanged(), 3);
  EXPECT_EQ(Ask({"GET", "cortado:{acme}:profile:rev"}), revision);
}

TEST_F(CatalogImportTest, GivesKnownSkillsFurtherNames) {
  v1::ImportCatalogRequest request;
  Add(request, "Kubernetes", {"k8s"});
  ASSERT_THAT(Import(request), IsOk());
  request.Clear();
  Add(request, "kubernetes", {"kube"});
  const auto again = Import(request);
  ASSERT_THAT(again, IsOk());
  EXPECT_EQ(again->skills_changed(), 1);
  EXPECT_THAT(Meanings("KUBE"), ElementsAre("skills/kubernetes"));
  EXPECT_THAT(Meanings("k8s"), ElementsAre("skills/kubernetes"));
}

TEST_F(CatalogImportTest, AsksWhichSkillIsMeantByANameThatSeveralWereGiven) {
  v1::ImportCatalogRequest request;
  Add(request, "Lex", {"flex"});
  Add(request, "Flexbox", {"flex"});
  ASSERT_THAT(Import(request), IsOk());
  EXPECT_THAT(Meanings("flex"), UnorderedElementsAre("skills/lex", "skills/flexbox"));
  v1::ImportCatalogRequest role;
  AddRole(role, "Compiler engineer", {{"flex", 0}});
  EXPECT_THAT(Import(role), FailsWith(Code::kInvalidArgument, "SKILL_AMBIGUOUS"));
}

TEST_F(CatalogImportTest, KeepsARoleThatWasEditedHere) {
  v1::ImportCatalogRequest request;
  Add(request, "SQL");
  AddRole(request, "Data engineer", {{"SQL", 0}});
  ASSERT_THAT(Import(request), IsOk());
  v1::Role edited = *GetRole("roles/data-engineer");
  edited.clear_requirements();
  ASSERT_THAT(UpdateRole(edited, "requirements"), IsOk());
  const auto again = Import(request);
  ASSERT_THAT(again, IsOk());
  EXPECT_EQ(again->kept(), 1);
  EXPECT_EQ(GetRole("roles/data-engineer")->requirements_size(), 0);
}

TEST_F(CatalogImportTest, NamesTheEntryThatIsWrongAndWritesNothing) {
  v1::ImportCatalogRequest request;
  Add(request, "SQL");
  AddRole(request, "Data engineer", {{"SQL", 0}, {"Juggling", 0}});
  EXPECT_THAT(Import(request), RefusesField("roles[0].requirements[1].skill"));
  EXPECT_THAT(Meanings("SQL"), ElementsAre());
}

TEST_F(CatalogImportTest, OnlyCountsWhenAskedTo) {
  v1::ImportCatalogRequest request;
  Add(request, "SQL");
  AddRole(request, "Data engineer", {{"SQL", 0}});
  request.set_validate_only(true);
  const auto counted = Import(request);
  ASSERT_THAT(counted, IsOk());
  EXPECT_EQ(counted->skills_added(), 1);
  EXPECT_EQ(counted->roles_added(), 1);
  EXPECT_THAT(GetRole("roles/data-engineer"), FailsWith(Code::kNotFound, "RESOURCE_NOT_FOUND"));
}

TEST_F(CatalogImportTest, GivesATitleToOneRoleAlone) {
  v1::ImportCatalogRequest request;
  AddRole(request, "Data analyst", {}).add_aliases("Business analyst");
  ASSERT_THAT(Import(request), IsOk());
  v1::ImportCatalogRequest other;
  AddRole(other, "Requirements engineer", {}).add_aliases("business analyst");
  ASSERT_THAT(Import(other), IsOk());
  EXPECT_EQ(GetRole("roles/requirements-engineer")->aliases_size(), 0);
  EXPECT_EQ(Import(other)->unchanged(), 1);
  // The alias is the role: bringing it in by that name changes it.
  v1::ImportCatalogRequest same;
  AddRole(same, "Business analyst", {});
  const auto changed = Import(same);
  ASSERT_THAT(changed, IsOk());
  EXPECT_EQ(changed->roles_changed(), 1);
  EXPECT_EQ(GetRole("roles/data-analyst")->display_name(), "Business analyst");
}

// The catalogue that comes with Cortado, as cortadoctl sends it.
v1::ImportCatalogRequest StarterCatalog() {
  v1::ImportCatalogRequest catalog;
  for (const char* path : {"deploy/catalog/skills.json", "deploy/catalog/roles.json"}) {
    std::ifstream file(path);
    const std::string text((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
    v1::ImportCatalogRequest part;
    EXPECT_TRUE(google::protobuf::util::JsonStringToMessage(text, &part).ok()) << path;
    catalog.MergeFrom(part);
  }
  return catalog;
}

TEST_F(CatalogImportTest, EveryNameOfTheStarterCatalogueMeansOneSkill) {
  const v1::ImportCatalogRequest catalog = StarterCatalog();
  const auto response = Import(catalog);
  ASSERT_THAT(response, IsOk());
  EXPECT_EQ(response->skills_added(), catalog.skills_size());
  EXPECT_GE(catalog.skills_size(), 300);
  EXPECT_EQ(response->roles_added(), 60);
  v1::ResolveSkillsRequest ask;
  std::vector<std::string> expected;
  std::set<std::string> slugs;
  for (const v1::Skill& skill : catalog.skills()) {
    std::vector<std::string> names(skill.aliases().begin(), skill.aliases().end());
    names.push_back(skill.display_name());
    for (const std::string& name : names) {
      EXPECT_TRUE(slugs.insert(SkillSlug(name)).second) << name;
      ask.add_texts(name);
      expected.push_back("skills/" + SkillSlug(skill.display_name()));
    }
  }
  const auto resolved = SyncWait(profile_.skills().Resolve(Hr(), ask));
  ASSERT_THAT(resolved, IsOk());
  for (size_t i = 0; i < expected.size(); ++i) {
    EXPECT_EQ(resolved->resolved(static_cast<int>(i)).skill().name(), expected[i]) << ask.texts(static_cast<int>(i));
  }
  EXPECT_THAT(Meanings("k8s"), ElementsAre("skills/kubernetes"));
  EXPECT_THAT(Meanings("node"), ElementsAre("skills/node-js"));
  EXPECT_THAT(Meanings("ML"), ElementsAre("skills/machine-learning"));
}

TEST_F(CatalogImportTest, EveryRoleOfTheStarterCatalogueTakesFourToTwelveSkills) {
  std::set<std::string> titles;
  const v1::ImportCatalogRequest starter = StarterCatalog();
  for (const v1::Role& role : starter.roles()) {
    EXPECT_GE(role.requirements_size(), 4) << role.display_name();
    EXPECT_LE(role.requirements_size(), 12) << role.display_name();
    for (const v1::Requirement& requirement : role.requirements()) {
      EXPECT_TRUE(requirement.level() >= 1 && requirement.level() <= 5) << role.display_name();
      EXPECT_TRUE(requirement.importance() >= 1 && requirement.importance() <= 5) << role.display_name();
    }
    EXPECT_TRUE(titles.insert(SkillSlug(role.display_name())).second) << role.display_name();
    for (const std::string& alias : role.aliases()) EXPECT_TRUE(titles.insert(SkillSlug(alias)).second) << alias;
  }
}

// 4,406 rows of alias and skill. Where the file says that an alias has one skill, it is that one, or, where the alias
// is itself the name of a skill of the file, the one of that name. Where it says several, it is asked which, unless
// those differ in case and punctuation alone: then they are one skill here, as 8 rows show.
TEST_F(CatalogImportTest, FindsEveryUnambiguousAliasOfTheRealListAndAsksAboutTheOthers) {
  const auto rows = RealRows("skill_aliases.csv.gz");
  if (rows.empty()) GTEST_SKIP() << "the list is not on this machine";
  std::map<std::string, std::vector<std::string>> aliases;
  std::map<std::string, std::set<std::string>> skills_of;  // By alias in lower case.
  std::set<std::string> named;                             // Slugs of the canonical names.
  for (const auto& row : rows) {
    aliases[row.at("canonical")].push_back(row.at("alias"));
    skills_of[absl::AsciiStrToLower(row.at("alias"))].insert(SkillSlug(row.at("canonical")));
    named.insert(SkillSlug(row.at("canonical")));
  }
  v1::ImportCatalogRequest request;
  const auto flush = [&] {
    ASSERT_THAT(Import(request), IsOk());
    request.Clear();
  };
  for (const auto& [name, others] : aliases) {
    Add(request, name, others);
    if (request.skills_size() == 1000) flush();
  }
  flush();
  v1::ResolveSkillsRequest ask;
  for (const auto& row : rows) ask.add_texts(row.at("alias"));
  const auto response = SyncWait(profile_.skills().Resolve(Hr(), ask));
  ASSERT_THAT(response, IsOk());
  int canonical = 0, own_name = 0, asked = 0;
  std::vector<std::string> one_here;
  for (size_t i = 0; i < rows.size(); ++i) {
    const v1::ResolvedSkill& resolved = response->resolved(static_cast<int>(i));
    const std::string canonical_name = SkillSlug(rows[i].at("canonical")), own = SkillSlug(rows[i].at("alias"));
    const bool is_name = named.count(own) > 0 && own != canonical_name;
    const std::string meant = "skills/" + (is_name ? own : canonical_name);
    if (rows[i].at("canonicals_of_this_alias") == "1") {
      EXPECT_EQ(resolved.skill().name(), meant) << rows[i].at("alias");
      ++(is_name ? own_name : canonical);
    } else if (skills_of[absl::AsciiStrToLower(rows[i].at("alias"))].size() == 1) {
      EXPECT_EQ(resolved.skill().name(), meant) << rows[i].at("alias");
      one_here.push_back(absl::AsciiStrToLower(rows[i].at("alias")));
    } else {
      EXPECT_GT(resolved.candidates_size(), 1) << rows[i].at("alias");
      ++asked;
    }
  }
  std::cout << canonical << " aliases mean the skill of their row, " << own_name << " the skill of their own name, "
            << asked << " ask which, " << one_here.size() << " have one skill here" << std::endl;
  EXPECT_EQ(canonical + own_name, 4291);
  EXPECT_EQ(asked, 107);
  // "Google Cast" and "google-cast" are one skill; so are "Amazon Redshift", "Ruby on Rails" and "Visual Basic .NET"
  // with theirs.
  EXPECT_THAT(one_here, ::testing::UnorderedElementsAre("chromecast", "chromecast", "rails", "rails", "redshift",
                                                        "redshift", "visual basic", "visual basic"));
}

}  // namespace
}  // namespace cortado::profile
