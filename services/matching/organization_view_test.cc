#include "services/matching/organization_view.h"

#include <gtest/gtest.h>

namespace cortado::matching {
namespace {

class OrganizationViewTest : public ::testing::Test {
 protected:
  void PutPerson(const std::string& id, const std::string& title) {
    profile::v1::PeopleChange change;
    change.mutable_person()->mutable_person()->set_name("people/" + id);
    change.mutable_person()->mutable_person()->set_title(title);
    view_.Apply(change);
  }
  void PutRole(const std::string& title, const std::vector<std::string>& aliases) {
    profile::v1::PeopleChange change;
    change.mutable_role()->set_name("roles/r");
    change.mutable_role()->set_display_name(title);
    for (const std::string& alias : aliases) change.mutable_role()->add_aliases(alias);
    view_.Apply(change);
  }
  // The words that the person's title is compared by.
  std::vector<int32_t> Words(const std::string& id) {
    const Organization& organization = view_.organization();
    return organization.role_words()[organization.people()[*view_.Find(id)].role];
  }

  OrganizationView view_{absl::CivilDay(2026, 11, 23)};
};

TEST_F(OrganizationViewTest, AnAliasOfARoleIsComparedAsItsTitle) {
  PutPerson("ada", "Server-side developer");
  PutPerson("ben", "Back-end engineer");
  EXPECT_NE(Words("ada"), Words("ben"));
  PutRole("Back-end engineer", {"Server-side developer"});
  EXPECT_EQ(Words("ada"), Words("ben"));
  PutRole("Back-end engineer", {});
  EXPECT_NE(Words("ada"), Words("ben"));
}

TEST_F(OrganizationViewTest, ARoleThatGoesTakesItsAliasesAlong) {
  PutRole("Back-end engineer", {"Server-side developer"});
  PutPerson("ada", "Server-side developer");
  PutPerson("ben", "Back-end engineer");
  EXPECT_EQ(Words("ada"), Words("ben"));
  profile::v1::PeopleChange gone;
  gone.set_deleted_role("roles/r");
  view_.Apply(gone);
  EXPECT_NE(Words("ada"), Words("ben"));
}

}  // namespace
}  // namespace cortado::matching
