// What a mail about a notification says. Pure functions; thread-safe.
#pragma once

#include <string>
#include <vector>

#include "common/mail/letter.h"
#include "cortado/scheduling/v1/notification.pb.h"

namespace cortado::scheduling {

// What a letter is made of beside the notification, all of it ready to show; what is empty is left out.
struct LetterParts {
  std::string language;              // "en" or "de".
  std::string recipient;             // Name.
  std::string quote;                 // The other one's words.
  std::vector<std::string> reasons;  // Why the two are brought together.
  std::vector<std::string> times;
  std::string times_label = "mail.proposed";  // What these times are: a code of the catalogue.
  std::string when;                           // Of a chat.
  std::string topic;
  std::string answer_until;
  std::string answer_url;                    // Where to answer without a login.
  std::string answer_label = "mail.answer";  // What can be done there: a code of the catalogue.
};

// `notification` is shown (ShowNotification) to its recipient.
mail::Letter MakeLetter(const v1::Notification& notification, const LetterParts& parts);

}  // namespace cortado::scheduling
