// What a reader sees of a chat: cards of those who come, the start on everybody's clock, and the invitation. Pure
// functions; thread-safe.
#pragma once

#include <string>

#include "absl/time/time.h"
#include "cortado/profile/v1/feed.pb.h"
#include "cortado/scheduling/v1/chat.pb.h"
#include "cortado/type/v1/person_card.pb.h"
#include "services/scheduling/people_store.h"

namespace cortado::scheduling {

// Who looks, and when.
struct Reader {
  std::string organization;
  std::string language;  // "en" or "de".
  absl::Time now;
};

// The card of a person of the same organisation.
type::v1::PersonCard CardOf(const profile::v1::PersonSnapshot& snapshot, const Reader& reader);

// Fills in what ChatStore leaves out. Somebody who is not among `people` any more keeps only their name as a resource.
void Show(const People& people, const Reader& reader, v1::Chat& chat);

}  // namespace cortado::scheduling
