// What people meet when a rule stands in the way of asking and answering, each with the sentence they read, in both
// languages. Changes nothing that stays but requests taken back. Thread contract: as Session.
#pragma once

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "clients/ctl/demo/meeting.h"
#include "clients/ctl/demo/refusal.h"
#include "clients/ctl/demo/scene.h"

namespace cortado::ctl {

class Refusals {
 public:
  // `meeting` is over: matched, and the chat cancelled. `others`: `people/P` whom the asker may ask.
  Refusals(const Scene& scene, const Meeting& meeting, std::vector<std::string> others)
      : scene_(scene), session_(scene.session), stage_(scene.stage), meeting_(meeting), others_(std::move(others)) {}

  // INTERNAL: something was not refused, for another reason, or without a sentence in each language.
  absl::Status Tell();

 private:
  // Whom the asker waits for.
  struct Waiting {
    Actor mentor;
    std::string request;
    bool is_full = false;
  };

  matching::v1::RequestMatchRequest Asking(const std::string& mentor);
  absl::Status OfAsking();
  // Asks until three wait; whoever has one place in all comes first.
  absl::Status OpenThree();
  absl::Status OfWaiting();
  absl::Status OfFullPlaces();
  absl::Status OfQuestions(const Waiting& waiting);
  absl::Status OfAnswers(const Waiting& waiting);
  absl::Status OfOffers(const Waiting& waiting);
  absl::Status SetOffer(const Actor& mentor, bool mentors, profile::v1::Booking booking);
  absl::Status TakeBack();
  absl::StatusOr<profile::v1::Offer> OfferOf(const Caller& reader, const std::string& person);

  absl::Status ShowAsking(const std::string& what, const std::string& reason,
                          const matching::v1::RequestMatchRequest& request);

  const Scene& scene_;
  Session& session_;
  Stage& stage_;
  const Meeting& meeting_;
  std::vector<std::string> others_;
  size_t next_ = 0;  // Of others_: who was not asked.
  std::vector<Waiting> waiting_;
};

}  // namespace cortado::ctl
