#include "services/scheduling/courier/letters.h"

#include "absl/strings/str_join.h"
#include "common/text/catalog.h"

namespace cortado::scheduling {

mail::Letter MakeLetter(const v1::Notification& notification, const LetterParts& parts) {
  const auto say = [&](absl::string_view code) { return text::Render(code, parts.language); };
  mail::Letter letter;
  letter.language = parts.language;
  letter.title = notification.text().text();
  letter.greeting = text::Render("mail.greeting", parts.language, {{"name", parts.recipient}});
  letter.paragraphs.push_back({notification.text().text()});
  for (const std::string& reason : parts.reasons) letter.paragraphs.push_back({reason});
  if (!parts.quote.empty()) letter.paragraphs.push_back({parts.quote, true});
  if (!parts.when.empty()) letter.facts.push_back({say("mail.when"), parts.when});
  const std::string& with = notification.other().display_name();
  if (!with.empty()) letter.facts.push_back({say("mail.with"), with});
  if (!parts.topic.empty()) letter.facts.push_back({say("mail.topic"), parts.topic});
  if (!parts.times.empty()) letter.facts.push_back({say(parts.times_label), absl::StrJoin(parts.times, "; ")});
  if (!parts.answer_until.empty()) letter.facts.push_back({say("mail.answer_until"), parts.answer_until});
  if (!parts.answer_url.empty()) {
    letter.actions.push_back({say(parts.answer_label), parts.answer_url});
    letter.paragraphs.push_back({say("mail.answer_note")});
  }
  letter.footer = say("mail.footer");
  return letter;
}

}  // namespace cortado::scheduling
