// What people meet when a rule stands in the way of a chat or a match, each with the sentence they read, in both
// languages. Changes nothing that stays but the match of whoever wanted the same time, which is ended. Thread contract:
// as Session.
#pragma once

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "clients/ctl/demo/meeting.h"
#include "clients/ctl/demo/refusal.h"
#include "clients/ctl/demo/scene.h"

namespace cortado::ctl {

class ChatRefusals {
 public:
  // `meeting` is over: matched, and the chat cancelled. `others`: `people/P` whom the asker is not matched with.
  ChatRefusals(const Scene& scene, const Meeting& meeting, const std::vector<std::string>& others)
      : scene_(scene), session_(scene.session), stage_(scene.stage), meeting_(meeting), others_(others) {}

  // INTERNAL: something was not refused, for another reason, or without a sentence in each language.
  absl::Status Tell();

 private:
  absl::Status OfBooking();
  absl::Status OfConsent();
  absl::Status OfWeeklyMinutes();
  absl::Status OfMatches();
  absl::Status OfLooking();
  Refusal Book(const std::string& other, absl::Time start);
  absl::StatusOr<scheduling::v1::FindTimesResponse> FindTimes();
  absl::Status SetWeeklyMinutes(int minutes);

  const Scene& scene_;
  Session& session_;
  Stage& stage_;
  const Meeting& meeting_;
  const std::vector<std::string>& others_;
};

}  // namespace cortado::ctl
