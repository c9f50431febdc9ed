// What a reader sees of a chat: cards of those who come, the start on everybody's clock, and the invitation. Pure
// functions; thread-safe.
#pragma once

#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "common/rpc/call.h"
#include "cortado/profile/v1/feed.pb.h"
#include "cortado/scheduling/v1/chat.pb.h"
#include "cortado/type/v1/person_card.pb.h"
#include "services/scheduling/invitation.h"
#include "services/scheduling/people_store.h"

namespace cortado::scheduling {

// Who looks, and when.
struct Reader {
  std::string organization;
  std::string language;  // "en" or "de".
  absl::Time now;
  // The mailbox of ours that a mailed invitation comes from; nothing: the host invites. A mail program lets nobody
  // answer what they organise themselves, so the host of a mailed invitation is one of those invited.
  std::optional<Invitee> organizer = std::nullopt;
  // `people/P` of who looks: a chat that they declined is off in their calendar.
  std::string person = {};
};

// The reader that a call is answered to; `people` hold the caller, if they are known.
Reader ReaderOf(const rpc::Call& call, const People& people, absl::Time now);

// The language that the caller, who is `self`, reads: what the call says, else the person's own.
std::string LanguageFor(const rpc::Call& call, const profile::v1::PersonSnapshot& self);

// The card of a person of the same organisation.
type::v1::PersonCard CardOf(const profile::v1::PersonSnapshot& snapshot, const Reader& reader);

// Whether an event of this UID in somebody's calendar is a chat or series of the organisation, by its invitation.
bool IsOurUid(absl::string_view uid, absl::string_view organization);

// Fills in what ChatStore leaves out. Somebody who is not among `people` any more keeps only their name as a resource.
void Show(const People& people, const Reader& reader, v1::Chat& chat);
// The same for a series read whole.
void Show(const People& people, const Reader& reader, v1::Series& series);

}  // namespace cortado::scheduling
