#include "services/profile/skill_catalog.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <set>

#include "absl/strings/str_cat.h"
#include "services/profile/skill_aliases.h"

namespace cortado::profile {
namespace {

using ::testing::Eq;
using ::testing::Optional;
using ::testing::Pair;

SkillCatalog CatalogOf(const std::vector<std::string>& names) {
  SkillCatalog catalog;
  for (const std::string& name : names) catalog.FindOrAdd(name);
  return catalog;
}

std::string IdIn(SkillCatalog& catalog, absl::string_view name) { return catalog.FindOrAdd(name).first; }

TEST(SkillSlugTest, IsTheNameInLowerCaseWithHyphens) {
  EXPECT_EQ(SkillSlug("Ruby on Rails"), "ruby-on-rails");
  EXPECT_EQ(SkillSlug("  Bash/Shell (all shells) "), "bash-shell-all-shells");
  EXPECT_EQ(SkillSlug(" ** "), SkillSlug("**")) << "else the name is looked for under another than it is kept under";
  EXPECT_EQ(SkillSlug("Node.js"), "node-js");
}

TEST(SkillSlugTest, SpellsOutTheSignsThatTellLanguagesApart) {
  EXPECT_EQ(SkillSlug("C"), "c");
  EXPECT_EQ(SkillSlug("C#"), "c-sharp");
  EXPECT_EQ(SkillSlug("C++"), "c-plus-plus");
  EXPECT_EQ(SkillSlug(".NET"), "dot-net");
  EXPECT_EQ(SkillSlug("ASP.NET"), "asp-net");
}

TEST(SkillSlugTest, IsAnIdForAnyNameAtAll) {
  EXPECT_EQ(SkillSlug("Ökologie"), SkillSlug("ökologie"));
  EXPECT_NE(SkillSlug("!!!"), SkillSlug("???"));
  EXPECT_NE(SkillSlug(std::string(200, 'a')), SkillSlug(std::string(201, 'a')));
  for (const std::string& name : {std::string(), std::string(500, '#'), std::string("\xE2\x82"), std::string("統計")}) {
    EXPECT_THAT(SkillSlug(name), testing::MatchesRegex("[a-z0-9][a-z0-9-]{0,62}"));
  }
}

TEST(SkillCatalogTest, ANameThatSeveralSkillsWereGivenMeansEach) {
  SkillCatalog catalog;
  ASSERT_TRUE(catalog.AddShared({"lex", "Lex", {"flex"}}).ok());
  ASSERT_TRUE(catalog.AddShared({"flexbox", "Flexbox", {"Flex"}}).ok());
  EXPECT_EQ(catalog.Resolve("FLEX").size(), 2u);
  EXPECT_THAT(catalog.Find("flex"), Eq(std::nullopt));
  EXPECT_FALSE(catalog.Add({"adobe-flex", "Adobe Flex", {"flex"}}).ok());
}

TEST(SkillCatalogTest, TheNameShownWinsOverAnAliasOfAnother) {
  SkillCatalog catalog;
  ASSERT_TRUE(catalog.AddShared({"apacheairflow", "apacheairflow", {"Airflow"}}).ok());
  ASSERT_TRUE(catalog.AddShared({"airflow", "airflow", {}}).ok());
  EXPECT_THAT(catalog.Find("Airflow"), Optional(Eq("airflow")));
  EXPECT_FALSE(catalog.AddShared({"airflow-2", "AirFlow", {}}).ok());
}

TEST(SkillCatalogTest, TheAliasSpelledAsAskedWinsOverOneThatDiffersInPunctuation) {
  SkillCatalog catalog;
  ASSERT_TRUE(catalog.AddShared({"react", "React", {"React Native"}}).ok());
  ASSERT_TRUE(catalog.AddShared({"reactnative", "reactnative", {"react-native"}}).ok());
  EXPECT_THAT(catalog.Find("react native"), Optional(Eq("react")));
  EXPECT_THAT(catalog.Find("React-Native"), Optional(Eq("reactnative")));
  EXPECT_EQ(catalog.Resolve("react/native").size(), 2u);
}

TEST(SkillCatalogTest, FindsASkillWhateverItsCase) {
  const SkillCatalog catalog = CatalogOf({"MATLAB"});
  EXPECT_THAT(catalog.Find("Matlab"), Optional(Eq("matlab")));
  EXPECT_THAT(catalog.Find("Octave"), Eq(std::nullopt));
}

TEST(SkillCatalogTest, FindsASkillByAWellKnownOtherName) {
  const SkillCatalog catalog = CatalogOf({"Kubernetes", "PostgreSQL"});
  EXPECT_THAT(catalog.Find("k8s"), Optional(Eq("kubernetes")));
  EXPECT_THAT(catalog.Find("postgres"), Optional(Eq("postgresql")));
}

TEST(SkillCatalogTest, TheIdDoesNotDependOnWhichNameCameFirst) {
  std::vector<std::string> names = {"AWS", "Amazon Web Services", "Amazon Web Services (AWS)", "amazon aws"};
  std::sort(names.begin(), names.end());
  do {
    SkillCatalog catalog = CatalogOf(names);
    EXPECT_THAT(catalog.skills(),
                testing::ElementsAre(CatalogSkill{"amazon-web-services-aws", "Amazon Web Services (AWS)", {}}));
  } while (std::next_permutation(names.begin(), names.end()));
}

TEST(SkillCatalogTest, ASkillGivenUnderItsShortNameKeepsIt) {
  SkillCatalog catalog;
  ASSERT_TRUE(catalog.Add({"aws", "AWS", {}}).ok());
  EXPECT_EQ(IdIn(catalog, "Amazon Web Services"), "aws");
  EXPECT_EQ(IdIn(catalog, "Amazon Web Services (AWS)"), "aws");
}

TEST(SkillCatalogTest, LearnsTheInitialsInParentheses) {
  SkillCatalog catalog = CatalogOf({"Quantum Field Theory (QFT)"});
  EXPECT_EQ(IdIn(catalog, "QFT"), "quantum-field-theory-qft");
  EXPECT_EQ(IdIn(catalog, "quantum field theory"), "quantum-field-theory-qft");
}

TEST(SkillCatalogTest, ARemarkInParenthesesIsNoName) {
  SkillCatalog catalog = CatalogOf({"Maven (build tool)"});
  EXPECT_EQ(IdIn(catalog, "Maven"), "maven-build-tool");
  EXPECT_EQ(IdIn(catalog, "Build tool"), "build-tool");
}

TEST(SkillCatalogTest, AShortNameOfTwoSkillsMeansNeither) {
  const SkillCatalog catalog = CatalogOf({"Graph (maths)", "Graph (charts)"});
  EXPECT_THAT(catalog.Find("Graph"), Eq(std::nullopt));
  EXPECT_THAT(catalog.Resolve("Graph"), testing::ElementsAre("graph-maths", "graph-charts"));
}

TEST(SkillCatalogTest, NamesTheNearestSkillForAMisspeltOne) {
  const SkillCatalog catalog = CatalogOf({"Kubernetes", "Terraform"});
  EXPECT_THAT(catalog.Nearest("Kubernets"), Optional(Eq("kubernetes")));
  EXPECT_THAT(catalog.Nearest("Woodwork"), Eq(std::nullopt));
}

TEST(SkillCatalogTest, AnOrganisationsOwnAliasIsFound) {
  SkillCatalog catalog;
  ASSERT_TRUE(catalog.Add({"c-sharp", "C#", {"Sharp"}}).ok());
  EXPECT_THAT(catalog.Find("sharp"), Optional(Eq("c-sharp")));
}

TEST(SkillCatalogTest, ANameThatIsTakenIsRefusedAndNothingIsAdded) {
  SkillCatalog catalog = CatalogOf({"Go"});
  EXPECT_EQ(catalog.Add({"board-games", "Board games", {"go"}}).code(), absl::StatusCode::kAlreadyExists);
  EXPECT_THAT(catalog.Find("Board games"), Eq(std::nullopt));
  EXPECT_EQ(catalog.skills().size(), 1u);
}

TEST(SkillCatalogTest, SaysWhetherASkillIsNew) {
  SkillCatalog catalog;
  EXPECT_THAT(catalog.FindOrAdd("Rust"), Pair("rust", true));
  EXPECT_THAT(catalog.FindOrAdd("RUST"), Pair("rust", false));
}

TEST(SkillCatalogTest, GivesTheSkillOfAnIdButNotOfAnAlias) {
  const SkillCatalog catalog = CatalogOf({"k8s"});
  ASSERT_NE(catalog.Get("kubernetes"), nullptr);
  EXPECT_EQ(catalog.Get("kubernetes")->name, "Kubernetes");
  EXPECT_EQ(catalog.Get("k8s"), nullptr);
}

TEST(SkillAliasesTest, AUsualNameIsItsOwn) {
  for (const absl::string_view name : {"k8s", "aws", "golang", "vb-net", "dot-net", "c-plus-plus", "js"}) {
    ASSERT_THAT(UsualSkillName(name), testing::Ne(std::nullopt)) << name;
    const absl::string_view usual = *UsualSkillName(name);
    EXPECT_THAT(UsualSkillName(SkillSlug(usual)), Optional(usual));
  }
}

TEST(SkillCatalogTest, EveryNameEverAddedIsFoundAgain) {
  const unsigned seed = std::random_device()();
  SCOPED_TRACE(absl::StrCat("seed ", seed));
  std::mt19937 random(seed);
  const std::vector<std::string> words = {"Data", "Web", "(DW)", "DW", "AWS", "k8s", "C#", ".Net", "Go", "(Go)"};
  for (int round = 0; round < 500; ++round) {
    SkillCatalog catalog;
    std::map<std::string, std::string> ids;
    for (int i = 0; i < 8; ++i) {
      std::string name = words[random() % words.size()];
      for (unsigned more = random() % 3; more > 0; --more) absl::StrAppend(&name, " ", words[random() % words.size()]);
      ids[name] = IdIn(catalog, name);
    }
    for (const auto& [name, id] : ids) ASSERT_NE(catalog.Get(id), nullptr) << name;
    std::set<std::string> distinct;
    for (const CatalogSkill& skill : catalog.skills()) EXPECT_TRUE(distinct.insert(skill.id).second) << skill.name;
  }
}

}  // namespace
}  // namespace cortado::profile
