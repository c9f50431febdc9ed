// The end of the story: a chat that stands, a third who wants the same time, a move, and a cancellation.
// Thread contract: as Session.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "clients/ctl/demo/asking.h"
#include "clients/ctl/demo/scene.h"

namespace cortado::ctl {

class Meeting {
 public:
  // Who wanted the same time, and their match with the mentor.
  struct Rival {
    Actor who;
    std::string match;
  };

  Meeting(const Scene& scene, Agreed agreed)
      : scene_(scene), session_(scene.session), stage_(scene.stage), agreed_(std::move(agreed)) {}

  const std::string& match() const { return agreed_.match; }
  const scheduling::v1::Chat& chat() const { return agreed_.chat; }
  // Nobody before Refuse, and where none of them may ask the mentor.
  const std::optional<Rival>& rival() const { return rival_; }
  // When it begins.
  absl::Time start() const;

  // Tells of the booking and writes the invitation into `folder`.
  absl::Status Booked(const std::string& folder);
  // One of `rivals` (ids of the HR system), matched with the same mentor, wants the same time. That none of them may
  // ask the mentor is said, and no error. INTERNAL: the time was given away twice.
  absl::Status Refuse(const Caller& operator_caller, const std::vector<std::string>& rivals);
  // The asker moves it to the first of three times that suit both.
  absl::Status Move();
  // The mentor cancels it.
  absl::Status Cancel();

 private:
  absl::StatusOr<matching::v1::Match> Matched(const Actor& who, const std::string& message);
  absl::Status RefuseOne(const Rival& rival);
  absl::StatusOr<std::vector<absl::Time>> FindTimes();

  const Scene& scene_;
  Session& session_;
  Stage& stage_;
  Agreed agreed_;
  std::optional<Rival> rival_;
};

}  // namespace cortado::ctl
