#include "clients/ctl/render/progress.h"

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/time/clock.h"
#include "clients/ctl/render/width.h"
#include "clients/ctl/render/words.h"

namespace cortado::ctl {
namespace {

constexpr int kBarColumns = 24;
constexpr absl::Duration kBetweenDraws = absl::Milliseconds(100);

std::string Repeat(absl::string_view piece, int times) {
  std::string text;
  for (int i = 0; i < times; ++i) absl::StrAppend(&text, piece);
  return text;
}

}  // namespace

std::string ProgressLine(absl::string_view label, absl::string_view unit, int64_t done, int64_t total,
                         absl::Duration elapsed, int columns, const Style& style) {
  if (total <= 0) return Shorten(absl::StrFormat("%s %s %s", label, Grouped(done), unit), columns);
  done = std::clamp<int64_t>(done, 0, total);
  std::string tail = absl::StrFormat(" %s / %s %s %3d %%", Grouped(done), Grouped(total), unit, 100 * done / total);
  if (done > 0 && done < total && elapsed > absl::Seconds(2)) {
    absl::StrAppend(&tail, ", ", Span(elapsed * static_cast<double>(total - done) / static_cast<double>(done)),
                    " left");
  }
  const int room = columns - static_cast<int>(Width(label) + Width(tail)) - 1;
  if (room < 5) return Shorten(absl::StrCat(label, tail), columns);
  const int bar = std::min(room, kBarColumns);
  const int full = static_cast<int>(bar * done / total);
  return absl::StrCat(label, " ", style.Green(Repeat("━", full)), style.Dim(Repeat("─", bar - full)), tail);
}

Progress::Progress(std::string label, std::string unit, int64_t total)
    : label_(std::move(label)),
      unit_(std::move(unit)),
      total_(total),
      began_(absl::Now()),
      columns_(TerminalColumns(STDERR_FILENO)),
      style_(StyleFor(STDERR_FILENO)) {}

Progress::~Progress() { Finish(); }

void Progress::Advance(int64_t by) {
  done_ += by;
  if (columns_ > 0 && absl::Now() - drawn_ >= kBetweenDraws) Draw();
}

void Progress::Draw() {
  drawn_ = absl::Now();
  const std::string line = ProgressLine(label_, unit_, done_, total_, drawn_ - began_, columns_ - 1, style_);
  std::fprintf(stderr, "\r%s\x1b[K", line.c_str());
  std::fflush(stderr);
}

void Progress::Finish() {
  if (drawn_ == absl::InfinitePast()) return;
  drawn_ = absl::InfinitePast();
  std::fputs("\r\x1b[K", stderr);
  std::fflush(stderr);
}

}  // namespace cortado::ctl
