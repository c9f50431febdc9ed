#include "clients/ctl/import_diff.h"

#include <algorithm>
#include <functional>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "clients/ctl/render/width.h"
#include "clients/ctl/render/words.h"

namespace cortado::ctl {
namespace {

using profile::v1::FieldChange;
using profile::v1::ImportPeopleResponse;
using profile::v1::PersonChange;

constexpr size_t kShown = 20;  // Of each group.
constexpr size_t kWidestName = 40;
constexpr size_t kWidestValue = 60;  // Of a value where the terminal does not say how much room there is.

// A line of a group: what stands first, the name behind it, and lines below.
struct Entry {
  std::string key;
  std::string name;
  std::vector<const FieldChange*> fields;
};

struct Group {
  std::string title;
  int64_t count = 0;  // Of all, listed or not.
  std::vector<Entry> entries;
  std::function<std::string(absl::string_view)> colour;
};

std::string Changed(const FieldChange& field, const Style& style, size_t room) {
  const size_t half = std::max<size_t>(8, (room - std::min<size_t>(room, 4)) / 2);
  const std::string before = field.before().empty() ? "(nothing)" : Shorten(Clean(field.before()), half);
  const std::string after = field.after().empty() ? "(nothing)" : Shorten(Clean(field.after()), half);
  if (!field.kept()) return absl::StrCat(style.Dim(before), " -> ", style.Bold(after));
  // What a person wrote is shown to HR only where HR may see it.
  if (field.before().empty()) return absl::StrCat("stays as they wrote it; the file has ", after);
  return absl::StrCat("stays ", style.Bold(before), "; the file has ", after);
}

void RenderGroup(const Group& group, const Style& style, const DiffOptions& options, std::string& out) {
  if (group.count == 0) return;
  absl::StrAppend(&out, "\n", group.colour(style.Bold(absl::StrCat(group.title, " (", Grouped(group.count), ")"))),
                  "\n");
  const size_t shown = options.all ? group.entries.size() : std::min(kShown, group.entries.size());
  size_t keys = 0, fields = 0;
  for (size_t i = 0; i < shown; ++i) {
    keys = std::max(keys, Width(Clean(group.entries[i].key)));
    for (const FieldChange* field : group.entries[i].fields) fields = std::max(fields, field->field().size());
  }
  keys = std::min(keys, kWidestName);
  const size_t taken = 2 + keys + 2 + fields + 2;
  const size_t columns = static_cast<size_t>(options.columns);
  const size_t room = columns > taken + 20 ? columns - taken : 2 * kWidestValue;
  for (size_t i = 0; i < shown; ++i) {
    const Entry& entry = group.entries[i];
    absl::StrAppend(&out, "  ", PadRight(Shorten(Clean(entry.key), kWidestName), keys), "  ", Clean(entry.name), "\n");
    for (const FieldChange* field : entry.fields) {
      absl::StrAppend(&out, std::string(2 + keys + 2, ' '), PadRight(field->field(), fields), "  ",
                      Changed(*field, style, room), "\n");
    }
  }
  const int64_t rest = group.count - static_cast<int64_t>(shown);
  if (rest <= 0) return;
  const bool listed = shown < group.entries.size();
  absl::StrAppend(&out, "  ",
                  style.Dim(absl::StrCat("... and ", Grouped(rest), " more", listed ? "; --all shows them" : "")),
                  "\n");
}

Entry EntryOf(const PersonChange& change, bool kept) {
  Entry entry{change.external_id(), change.display_name(), {}};
  for (const FieldChange& field : change.fields()) {
    if (field.kept() == kept) entry.fields.push_back(&field);
  }
  return entry;
}

Group People(const ImportPeopleResponse& response, PersonChange::Kind kind, const char* title, int64_t count,
             std::function<std::string(absl::string_view)> colour) {
  Group group{title, count, {}, std::move(colour)};
  for (const PersonChange& change : response.changes()) {
    if (change.kind() == kind) group.entries.push_back(EntryOf(change, false));
  }
  return group;
}

// Whoever has a field kept, whether others of theirs change or not.
Group Kept(const ImportPeopleResponse& response, const Style& style) {
  Group group{
      "Kept, for they wrote it themselves", 0, {}, [&style](absl::string_view text) { return style.Cyan(text); }};
  for (const PersonChange& change : response.changes()) {
    Entry entry = EntryOf(change, true);
    if (!entry.fields.empty()) group.entries.push_back(std::move(entry));
  }
  group.count = static_cast<int64_t>(group.entries.size());
  return group;
}

Group Wrong(const ImportPeopleResponse& response, const std::vector<FileProblem>& problems, const Style& style) {
  const auto known = static_cast<int64_t>(problems.size());
  Group group{
      "Wrong", response.error_count() + known, {}, [&style](absl::string_view text) { return style.Red(text); }};
  for (const FileProblem& problem : problems) {
    group.entries.push_back(
        {absl::StrCat("line ", problem.line), absl::StrCat(problem.column, ": ", problem.what, "; ", problem.fix), {}});
  }
  for (const auto& error : response.errors()) {
    const std::string place = error.line() == 0 ? "" : absl::StrCat("line ", error.line());
    group.entries.push_back({place, absl::StrCat(error.field(), ": ", error.problem()), {}});
  }
  return group;
}

std::string Summary(const ImportPeopleResponse& response, int64_t kept, int64_t wrong) {
  std::vector<std::string> parts;
  const auto add = [&](int64_t count, absl::string_view what) {
    if (count > 0) parts.push_back(absl::StrCat(Grouped(count), " ", what));
  };
  add(response.added_count(), "to add");
  add(response.changed_count(), "to change");
  add(response.leaving_count(), "leaving");
  add(kept, "with something kept");
  add(response.unchanged_count(), "as they are");
  add(wrong, "wrong");
  std::string text = parts.empty() ? "Nobody in the file" : absl::StrJoin(parts, ", ");
  absl::StrAppend(&text, ".\n");
  if (response.skill_count() > 0) {
    absl::StrAppend(&text, Count(response.skill_count(), "skill", "skills"), " new to the catalogue.\n");
  }
  if (response.unknown_manager_count() > 0) {
    absl::StrAppend(&text, Count(response.unknown_manager_count(), "row", "rows"), " with a manager nobody knows.\n");
  }
  return text;
}

}  // namespace

std::string RenderImportDiff(const ImportPeopleResponse& response, const std::vector<FileProblem>& problems,
                             const Style& style, const DiffOptions& options) {
  const auto green = [&style](absl::string_view text) { return style.Green(text); };
  const auto yellow = [&style](absl::string_view text) { return style.Yellow(text); };
  const auto red = [&style](absl::string_view text) { return style.Red(text); };
  const Group kept = Kept(response, style), wrong = Wrong(response, problems, style);
  std::string out = Summary(response, kept.count, wrong.count);
  RenderGroup(People(response, PersonChange::KIND_ADDED, "Added", response.added_count(), green), style, options, out);
  RenderGroup(People(response, PersonChange::KIND_CHANGED, "Changed", response.changed_count(), yellow), style, options,
              out);
  RenderGroup(kept, style, options, out);
  RenderGroup(People(response, PersonChange::KIND_LEAVING, "Leaving", response.leaving_count(), red), style, options,
              out);
  RenderGroup(wrong, style, options, out);
  return out;
}

}  // namespace cortado::ctl
