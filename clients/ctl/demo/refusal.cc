#include "clients/ctl/demo/refusal.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "clients/ctl/render/width.h"

namespace cortado::ctl {
namespace {

constexpr size_t kIndent = 8;
constexpr size_t kUsualColumns = 100;
constexpr size_t kFewestColumns = 40;

}  // namespace

absl::Status ShowRefusal(Stage& stage, const std::string& what, const std::string& reason, const Refusal& refusal) {
  if (refusal.status.ok()) return absl::InternalError(absl::StrCat(what, ": this was not refused"));
  if (refusal.reason != reason) return refusal.status;
  if (refusal.english.empty() || refusal.german.empty() || refusal.english == refusal.german) {
    return absl::InternalError(absl::StrCat(what, ": ", reason, " has no sentence in each language"));
  }
  const size_t room = stage.columns() > 0 ? static_cast<size_t>(stage.columns()) : kUsualColumns;
  stage.Line(absl::StrCat(stage.style().Bold(what), "  ", stage.style().Dim(reason)));
  for (const std::string* sentence : {&refusal.english, &refusal.german}) {
    for (const std::string& line : Wrap(*sentence, std::max(room, kFewestColumns) - kIndent)) {
      stage.Line(absl::StrCat("  ", sentence == &refusal.german ? stage.style().Cyan(line) : line));
    }
  }
  stage.facts["refusals"].push_back(
      {{"what", what}, {"reason", reason}, {"en", refusal.english}, {"de", refusal.german}});
  return absl::OkStatus();
}

}  // namespace cortado::ctl
