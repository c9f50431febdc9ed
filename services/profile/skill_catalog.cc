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
  const std::string hash = absl::StrCat(absl::Hex(StableHash(slug.empty() ? name : slug), absl::kZeroPad16));
  if (slug.empty()) return absl::StrCat("x", hash);
  return absl::StrCat(slug.substr(0, kMaxSlug - 1 - hash.size()), "-", hash);
}

absl::Status SkillCatalog::Add(CatalogSkill skill) {
  std::vector<std::string> slugs = {skill.id, SkillSlug(skill.name)};
  for (const std::string& alias : skill.aliases) slugs.push_back(SkillSlug(alias));
  for (const std::string& slug : slugs) {
    if (const auto taken = by_slug_.find(slug); taken != by_slug_.end()) {
      return absl::AlreadyExistsError(
          absl::StrCat("\"", skill.name, "\" is already known as \"", skills_[taken->second].name, "\""));
    }
  }
  const int index = static_cast<int>(skills_.size());
  for (const std::string& slug : slugs) by_slug_.emplace(slug, index);
  Learn(skill.name, index);
  skills_.push_back(std::move(skill));
  return absl::OkStatus();
}

// Remembers what else the skill at `index`, which has this name, may go by.
void SkillCatalog::Learn(absl::string_view name, int index) {
  std::vector<std::string> slugs = ShorterSlugs(name);
  if (const auto usual = UsualSkillName(SkillSlug(name)); usual) slugs.push_back(SkillSlug(*usual));
  for (const std::string& slug : slugs) {
    std::vector<int>& known = learned_[slug];
    if (std::find(known.begin(), known.end(), index) == known.end()) known.push_back(index);
  }
}

std::vector<int> SkillCatalog::FindIndices(absl::string_view name) const {
  const std::string slug = SkillSlug(name);
  std::vector<std::string> candidates = {slug};
  if (const auto usual = UsualSkillName(slug); usual) candidates.push_back(SkillSlug(*usual));
  for (const std::string& candidate : candidates) {
    if (const auto given = by_slug_.find(candidate); given != by_slug_.end()) return {given->second};
  }
  for (const std::string& candidate : candidates) {
    if (const auto known = learned_.find(candidate); known != learned_.end()) return known->second;
  }
  for (const std::string& shorter : ShorterSlugs(name)) {
    if (const auto given = by_slug_.find(shorter); given != by_slug_.end()) return {given->second};
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
  const std::string slug = SkillSlug(name);
  const absl::string_view usual = UsualSkillName(slug).value_or(absl::StripAsciiWhitespace(name));
  CatalogSkill skill{SkillSlug(usual), std::string(usual), {}};
  // Nothing has this slug, or it would have been found: neither the name's nor that of its usual form.
  const int index = static_cast<int>(skills_.size());
  by_slug_.emplace(skill.id, index);
  Learn(skill.name, index);
  skills_.push_back(std::move(skill));
  return {skills_.back().id, true};
}

const CatalogSkill* SkillCatalog::Get(absl::string_view id) const {
  const auto found = by_slug_.find(id);
  if (found == by_slug_.end() || skills_[found->second].id != id) return nullptr;
  return &skills_[found->second];
}

}  // namespace cortado::profile
