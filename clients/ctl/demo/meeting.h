// The second half of the story: two people, one time, and a third who wants it too.
// Thread contract: as Session.
#pragma once

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "clients/ctl/demo/actor.h"
#include "clients/ctl/demo/stage.h"
#include "clients/ctl/session.h"
#include "cortado/matching/v1/match.pb.h"
#include "cortado/scheduling/v1/chat.pb.h"

namespace cortado::ctl {

class Meeting {
 public:
  // All outlive the meeting.
  Meeting(Session& session, Stage& stage, const Actor& asker, const Actor& mentor)
      : session_(session), stage_(stage), asker_(asker), mentor_(mentor) {}

  // The asker asks, the mentor says yes.
  absl::Status AskAndAccept(const std::string& message);
  // Three times, in both zones.
  absl::Status FindTimes();
  // Books the first of them and writes the invitation into `folder`.
  absl::Status Book(const std::string& topic, const std::string& folder);
  // When it is; after FindTimes.
  absl::Time start() const;
  // One of `rivals` (ids of the HR system), matched with the same mentor, wants the same time. That none of them may
  // ask the mentor is said, and no error. INTERNAL: the time was given away twice.
  absl::Status Refuse(const Caller& operator_caller, const std::vector<std::string>& rivals);
  // The mentor moves the chat to the last of the times found; after Book. Where only one was found nothing moves.
  absl::Status Move();

 private:
  absl::StatusOr<matching::v1::Match> Matched(const Actor& who, const std::string& message);
  absl::Status RefuseOne(const Actor& rival, const std::string& match);
  absl::StatusOr<scheduling::v1::Chat> TryBooking(const Actor& who, const std::string& match, const std::string& topic);

  Session& session_;
  Stage& stage_;
  const Actor& asker_;
  const Actor& mentor_;
  std::string match_;
  scheduling::v1::FreeTime time_;
  scheduling::v1::FreeTime last_time_;
  scheduling::v1::Chat chat_;
};

}  // namespace cortado::ctl
