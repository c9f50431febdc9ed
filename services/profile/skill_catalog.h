// The skills of one organisation, found by any of the names people give them.
//
// Two names mean one skill when their slugs are equal ("Matlab" and "MATLAB", "Node.js" and "node js"), when one is a
// known alias of the other ("k8s" and "Kubernetes"), or when one is spelled "X (Y)" and the other is X, or is Y and Y
// is the initials of X ("Amazon Web Services (AWS)" and "AWS"). A name that could mean two skills in this last way
// means neither.
//
// Catalogues that are brought in may give one alias to several skills ("flex" is flexbox and a scanner generator): such
// a name means each of them, and whoever writes it is asked which. The name under which a skill is shown means it
// alone, unless several skills have it for an alias as well. Where two aliases differ in punctuation alone, the one
// spelled as asked counts.
//
// Thread contract: const members may be called by several threads at once, the others by one thread alone.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace cortado::profile {

struct CatalogSkill {
  std::string id;                    // The slug of the name it was first added by: "c-sharp".
  std::string name;                  // "C#"
  std::vector<std::string> aliases;  // Further names given by people of the organisation.
  bool operator==(const CatalogSkill&) const = default;
};

// Returns the id a skill of this name gets: lower case letters, digits and single hyphens, 1 to 63 of them, starting
// with a letter or digit. "C#" is "c-sharp", "C++" is "c-plus-plus", ".NET" is "dot-net". Letters outside ASCII are
// spelled as "u" and their code point in hexadecimal. Never empty; equal for names that differ in case, spaces and
// punctuation alone.
std::string SkillSlug(absl::string_view name);

class SkillCatalog {
 public:
  // Adds a skill under its own id, name and aliases.
  // Returns ALREADY_EXISTS when its id, name or an alias already means another skill, and adds nothing then.
  // An alias that says nothing new is not an error.
  absl::Status Add(CatalogSkill skill);

  // Adds a skill whose aliases may be those, or the names, of others too.
  // Returns ALREADY_EXISTS when its id or name is the id or name of another, and adds nothing then.
  absl::Status AddShared(CatalogSkill skill);

  // Returns the id of a skill other than `skill.id` that its name or one of its aliases means, by id, name or alias.
  std::optional<std::string> FindOther(const CatalogSkill& skill) const;

  // Returns the ids of the skills that `name` may mean: none, one, or several where it is a short form of several.
  std::vector<std::string> Resolve(absl::string_view name) const;

  // Returns the id of the skill called `name`, or nothing when no skill, or more than one, could be meant.
  std::optional<std::string> Find(absl::string_view name) const;

  // Returns the id of the skill whose id or shown name this is, whatever else it may mean.
  std::optional<std::string> FindNamed(absl::string_view name) const;

  // Returns the id of the skill whose slug is nearest to that of `name`, for "did you mean"; nothing when none is near.
  std::optional<std::string> Nearest(absl::string_view name) const;

  // Returns the id of the skill called `name`, and whether it was added for that. A name with a well-known longer form
  // is added under that form, so that the id does not depend on which of the names came first.
  std::pair<std::string, bool> FindOrAdd(absl::string_view name);

  // Returns the skill, or null when there is none of this id. The pointer holds until the next change.
  const CatalogSkill* Get(absl::string_view id) const;

  // In the order they were added.
  const std::vector<CatalogSkill>& skills() const { return skills_; }

 private:
  using Indices = absl::flat_hash_map<std::string, std::vector<int>>;

  std::vector<int> FindIndices(absl::string_view name) const;
  std::vector<int> FindGiven(absl::string_view name) const;
  void Append(CatalogSkill skill);
  void Learn(absl::string_view name, int index);

  std::vector<CatalogSkill> skills_;
  absl::flat_hash_map<std::string, int> named_;  // Slugs of ids and names.
  Indices spelled_;                              // Aliases that were given, in lower case.
  Indices aliased_;                              // Their slugs.
  Indices learned_;                              // Slugs that skills may also go by.
};

}  // namespace cortado::profile
