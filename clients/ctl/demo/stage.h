// Where the story of the demo is told: chapters and lines on the terminal, facts for programs.
// Thread contract: one thread at a time.
#pragma once

#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "clients/ctl/render/style.h"
#include "clients/ctl/render/table.h"

namespace cortado::ctl {

class Stage {
 public:
  // `say` prints text as it is; `columns` as Table::Render.
  Stage(const Style& style, int columns, std::function<void(absl::string_view)> say)
      : style_(style), columns_(columns), say_(std::move(say)) {}

  const Style& style() const { return style_; }
  int columns() const { return columns_; }

  void Chapter(absl::string_view title) {
    say_(absl::StrCat("\n", style_.Cyan(absl::StrCat(++chapter_)), "  ", style_.Bold(title), "\n"));
  }
  void Line(absl::string_view text) { say_(absl::StrCat("   ", text, "\n")); }
  void Show(const Table& table) { say_(table.Render(style_, columns_, 3)); }
  void Text(absl::string_view text) { say_(text); }

  // What a program learns of the story (`--json`).
  nlohmann::json facts;

 private:
  const Style& style_;
  const int columns_;
  const std::function<void(absl::string_view)> say_;
  int chapter_ = 0;
};

}  // namespace cortado::ctl
