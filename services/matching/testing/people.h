// A small language for the tests of the pure rooms: people of an organisation by name, each with what a test is about.
//
//   House house;
//   Query query;
//   query.asker = house.Add("ada", [](Person& p) { p.wanted = {{kGo}}; });
//   house.Add("bob", [](Person& p) { p.held = {{kGo}}; });
//   EXPECT_THAT(house.Suggest(query), ElementsAre("bob"));
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "services/matching/affinity.h"
#include "services/matching/affinity/organization.h"
#include "services/matching/affinity/query.h"
#include "services/matching/affinity/reporting.h"
#include "services/matching/eligibility.h"
#include "services/matching/index/ranking.h"

namespace cortado::matching::testing {

// Returns somebody who may be suggested to everybody: active, joined, open to everything, with two free places.
inline Person Willing() {
  Person person;
  person.active = true;
  person.joined = true;
  person.open_to = 15;
  person.places = 2;
  return person;
}

class House {
 public:
  // Adds a willing person, changed by `edit`; returns their index.
  template <typename Edit>
  int32_t Add(std::string id, Edit edit) {
    Person person = Willing();
    person.id = std::move(id);
    edit(person);
    const int32_t index = organization_.size();
    organization_.Put(index, std::move(person));
    return index;
  }
  int32_t Add(std::string id) {
    return Add(std::move(id), [](Person&) {});
  }

  Refusal Check(const Query& query, int32_t candidate) const {
    const Reporting reporting(organization_, query.asker);
    return Eligibility(organization_, query, &reporting).Check(candidate);
  }
  Affinity Score(const Query& query, int32_t candidate) const {
    const Reporting reporting(organization_, query.asker);
    return AffinityQuery(organization_, query, reporting).Score(candidate);
  }
  Part PartOf(Term term, int32_t asker, int32_t candidate) const {
    Query query;
    query.asker = asker;
    return Score(query, candidate).part(term);
  }
  // Returns the ids SuggestExact names, best first.
  std::vector<std::string> Suggest(const Query& query) const {
    std::vector<std::string> ids;
    for (const RankedPerson& one : SuggestExact(organization_, query).people) {
      ids.push_back(organization_.people()[one.person].id);
    }
    return ids;
  }

  Organization& organization() { return organization_; }
  const Organization& organization() const { return organization_; }

 private:
  Organization organization_;
};

}  // namespace cortado::matching::testing
