// A progress bar for long work: on a terminal alone, on stderr, so that what a command prints stays clean.
//
//   Progress progress("Importing", "people", rows.size());
//   progress.Advance(batch.size());   // Draws at most ten times a second.
//   progress.Finish();                // Takes the bar away.
//
// Thread contract: one thread at a time.
#pragma once

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "clients/ctl/render/style.h"

namespace cortado::ctl {

// Returns the line of a bar that is `done` of `total` along after `elapsed`, at most `columns` wide. With `total` 0 the
// end is not known and only what was done is said.
std::string ProgressLine(absl::string_view label, absl::string_view unit, int64_t done, int64_t total,
                         absl::Duration elapsed, int columns, const Style& style);

class Progress {
 public:
  Progress(std::string label, std::string unit, int64_t total);
  // Finishes.
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  void Advance(int64_t by);
  void Finish();

 private:
  void Draw();

  const std::string label_;
  const std::string unit_;
  const int64_t total_;
  const absl::Time began_;
  const int columns_;  // 0: no terminal, nothing is drawn.
  const Style style_;
  int64_t done_ = 0;
  absl::Time drawn_ = absl::InfinitePast();
};

}  // namespace cortado::ctl
