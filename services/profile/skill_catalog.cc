#include "services/profile/skill_catalog.h"

#include <algorithm>
#include <cstdint>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "common/text/edit_distance.h"
#include "services/profile/skill_aliases.h"

namespace cortado::profile {
namespace {

constexpr size_t kMaxSlug = 63;

// FNV-1a, 64 bit (Fowler, Noll, Vo): the same on every machine and in every version, which std::hash is not.
uint64_t StableHash(absl::string_view text) {
  uint64_t hash = 14695981039346656037u;
  for (const unsigned char byte : text) hash = (hash ^ byte) * 1099511628211u;
  return hash;
}

// Decodes the code point at the start of `text` and removes it; a malformed byte stands for itself.
uint32_t TakeCodePoint(absl::string_view& text) {
  const auto first = static_cast<unsigned char>(text[0]);
  const size_t length = first < 0xC0 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
  if (length > text.size()) {
    text.remove_prefix(1);
    return first;
  }
  uint32_t point = length == 1 ? first : first & (0x7Fu >> length);
  for (size_t i = 1; i < length; ++i) point = point << 6 | (static_cast<unsigned char>(text[i]) & 0x3Fu);
  text.remove_prefix(length);
  return point;
}

// Simple case folding for the alphabets names of skills are written in; other letters stay as they are.
uint32_t LowerCase(uint32_t point) {
  if (point >= 0xC0 && point <= 0xDE && point != 0xD7) return point + 0x20;  // Latin-1
  if (point >= 0x391 && point <= 0x3A9) return point + 0x20;                 // Greek
  if (point >= 0x410 && point <= 0x42F) return point + 0x20;                 // Cyrillic
  if (point >= 0x400 && point <= 0x40F) return point + 0x50;                 // Cyrillic, further letters
  return point;
}

bool StartsWithLetter(absl::string_view text) { return !text.empty() && absl::ascii_isalpha(text[0]); }

// "Amazon Web Services" -> "aws".
std::string Initials(absl::string_view words) {
  std::string initials;
  for (const absl::string_view word : absl::StrSplit(words, absl::ByAnyChar(" -/"), absl::SkipEmpty())) {
    initials += absl::ascii_tolower(word[0]);
  }
  return initials;
}

// The slugs "X (Y)" may also go by: X, and Y where it is the initials of X.
std::vector<std::string> ShorterSlugs(absl::string_view name) {
  const size_t open = name.find(" (");
  if (open == absl::string_view::npos || open == 0 || name.back() != ')') return {};
  const absl::string_view outside = name.substr(0, open);
  const absl::string_view inside = name.substr(open + 2, name.size() - open - 3);
  std::vector<std::string> slugs = {SkillSlug(outside)};
  if (absl::AsciiStrToLower(inside) == Initials(outside)) slugs.push_back(SkillSlug(inside));
  return slugs;
}

std::string Folded(absl::string_view name) { return absl::AsciiStrToLower(absl::StripAsciiWhitespace(name)); }

void Remember(const std::string& slug, int index, absl::flat_hash_map<std::string, std::vector<int>>& indices) {
  std::vector<int>& known = indices[slug];
  if (std::find(known.begin(), known.end(), index) == known.end()) known.push_back(index);
}

}  // namespace

std::string SkillSlug(absl::string_view name) {
  std::string slug;
  bool gap = false;
  const auto append = [&](absl::string_view piece, bool apart) {
    if ((gap || apart) && !slug.empty()) slug += '-';
    slug.append(piece.data(), piece.size());
    gap = apart;
  };
  for (absl::string_view rest = absl::StripAsciiWhitespace(name); !rest.empty();) {
    const bool first = slug.empty() && !gap;
    const uint32_t point = TakeCodePoint(rest);
    if (point >= 0x80) {
      append(absl::StrCat("u", absl::Hex(LowerCase(point))), false);
    } else if (const char c = static_cast<char>(point); absl::ascii_isalnum(c)) {
      append(std::string(1, absl::ascii_tolower(c)), false);
    } else if (c == '#') {
      append("sharp", true);
    } else if (c == '+') {
      append("plus", true);
    } else if (c == '.' && first && StartsWithLetter(rest)) {
      append("dot", true);
    } else {
      gap = true;
    }
  }
  if (!slug.empty() && slug.size() <= kMaxSlug) return slug;
  const std::string hash =
      absl::StrCat(absl::Hex(StableHash(slug.empty() ? absl::StripAsciiWhitespace(name) : slug), absl::kZeroPad16));
  if (slug.empty()) return absl::StrCat("x", hash);
  return absl::StrCat(slug.substr(0, kMaxSlug - 1 - hash.size()), "-", hash);
}

absl::Status SkillCatalog::Add(CatalogSkill skill) {
  if (const std::optional<std::string> other = FindOther(skill); other || named_.contains(skill.id)) {
    return absl::AlreadyExistsError(
        absl::StrCat("\"", skill.name, "\" is already known as \"", Get(other.value_or(skill.id))->name, "\""));
  }
  Append(std::move(skill));
  return absl::OkStatus();
}

absl::Status SkillCatalog::AddShared(CatalogSkill skill) {
  for (const std::string& slug : {skill.id, SkillSlug(skill.name)}) {
    if (const auto taken = named_.find(slug); taken != named_.end()) {
      return absl::AlreadyExistsError(
          absl::StrCat("\"", skill.name, "\" is already known as \"", skills_[taken->second].name, "\""));
    }
  }
  Append(std::move(skill));
  return absl::OkStatus();
}

std::optional<std::string> SkillCatalog::FindOther(const CatalogSkill& skill) const {
  std::vector<std::string> slugs = {skill.id, SkillSlug(skill.name)};
  for (const std::string& alias : skill.aliases) slugs.push_back(SkillSlug(alias));
  for (const std::string& slug : slugs) {
    const auto name = named_.find(slug);
    if (name != named_.end() && skills_[name->second].id != skill.id) return skills_[name->second].id;
    const auto alias = aliased_.find(slug);
    if (alias == aliased_.end()) continue;
    for (const int index : alias->second) {
      if (skills_[index].id != skill.id) return skills_[index].id;
    }
  }
  return std::nullopt;
}

void SkillCatalog::Append(CatalogSkill skill) {
  const int index = static_cast<int>(skills_.size());
  named_.emplace(skill.id, index);
  named_.emplace(SkillSlug(skill.name), index);
  for (const std::string& alias : skill.aliases) {
    Remember(Folded(alias), index, spelled_);
    Remember(SkillSlug(alias), index, aliased_);
  }
  Learn(skill.name, index);
  skills_.push_back(std::move(skill));
}

// Remembers what else the skill at `index`, which has this name, may go by.
void SkillCatalog::Learn(absl::string_view name, int index) {
  for (const std::string& slug : ShorterSlugs(name)) Remember(slug, index, learned_);
  if (const auto usual = UsualSkillName(SkillSlug(name)); usual) Remember(SkillSlug(*usual), index, learned_);
}

// What was given this name, as name or alias.
std::vector<int> SkillCatalog::FindGiven(absl::string_view name) const {
  const auto spelled = spelled_.find(Folded(name));
  if (spelled != spelled_.end() && spelled->second.size() > 1) return spelled->second;
  const std::string slug = SkillSlug(name);
  if (const auto named = named_.find(slug); named != named_.end()) return {named->second};
  if (spelled != spelled_.end()) return spelled->second;
  const auto aliased = aliased_.find(slug);
  return aliased == aliased_.end() ? std::vector<int>() : aliased->second;
}

std::vector<int> SkillCatalog::FindIndices(absl::string_view name) const {
  if (std::vector<int> given = FindGiven(name); !given.empty()) return given;
  const std::string slug = SkillSlug(name);
  const std::optional<absl::string_view> usual = UsualSkillName(slug);
  if (usual) {
    if (std::vector<int> given = FindGiven(*usual); !given.empty()) return given;
  }
  if (const auto known = learned_.find(slug); known != learned_.end()) return known->second;
  if (usual) {
    if (const auto known = learned_.find(SkillSlug(*usual)); known != learned_.end()) return known->second;
  }
  for (const std::string& shorter : ShorterSlugs(name)) {
    if (const auto named = named_.find(shorter); named != named_.end()) return {named->second};
    if (const auto aliased = aliased_.find(shorter); aliased != aliased_.end()) return aliased->second;
  }
  return {};
}

std::vector<std::string> SkillCatalog::Resolve(absl::string_view name) const {
  std::vector<std::string> ids;
  for (const int index : FindIndices(name)) ids.push_back(skills_[index].id);
  return ids;
}

std::optional<std::string> SkillCatalog::Find(absl::string_view name) const {
  const std::vector<int> indices = FindIndices(name);
  if (indices.size() != 1) return std::nullopt;
  return skills_[indices[0]].id;
}

std::optional<std::string> SkillCatalog::FindNamed(absl::string_view name) const {
  const auto named = named_.find(SkillSlug(name));
  if (named == named_.end()) return std::nullopt;
  return skills_[named->second].id;
}

std::optional<std::string> SkillCatalog::Nearest(absl::string_view name) const {
  const std::string slug = SkillSlug(name);
  int best = std::max<int>(2, static_cast<int>(slug.size()) / 3) + 1;
  std::optional<std::string> nearest;
  for (const CatalogSkill& skill : skills_) {
    if (const int distance = text::EditDistance(skill.id, slug); distance < best) {
      best = distance;
      nearest = skill.id;
    }
  }
  return nearest;
}

std::pair<std::string, bool> SkillCatalog::FindOrAdd(absl::string_view name) {
  if (const std::optional<std::string> id = Find(name); id) return {*id, false};
  const absl::string_view usual = UsualSkillName(SkillSlug(name)).value_or(absl::StripAsciiWhitespace(name));
  if (const std::optional<std::string> id = FindNamed(usual); id) return {*id, false};
  Append({SkillSlug(usual), std::string(usual), {}});
  return {skills_.back().id, true};
}

const CatalogSkill* SkillCatalog::Get(absl::string_view id) const {
  const auto found = named_.find(id);
  if (found == named_.end() || skills_[found->second].id != id) return nullptr;
  return &skills_[found->second];
}

}  // namespace cortado::profile
