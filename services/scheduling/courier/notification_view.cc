#include "services/scheduling/courier/notification_view.h"

#include "absl/strings/numbers.h"
#include "absl/strings/strip.h"
#include "common/text/catalog.h"
#include "services/scheduling/chat_view.h"
#include "services/scheduling/instants.h"
#include "services/scheduling/participant.h"

namespace cortado::scheduling {
namespace {

std::string Parameter(const v1::Notification& notification, const std::string& name) {
  const auto found = notification.text().parameters().find(name);
  return found == notification.text().parameters().end() ? "" : found->second;
}

}  // namespace

std::string LanguageOf(const profile::v1::PersonSnapshot& snapshot) {
  const auto& languages = snapshot.person().languages();
  return text::ChooseLanguage("", languages.empty() ? "" : languages[0], "");
}

std::string ChatTime(const v1::Notification& notification, absl::TimeZone zone, absl::string_view language) {
  int64_t start = 0, end = 0;
  const bool told = absl::SimpleAtoi(Parameter(notification, "start"), &start) &&
                    absl::SimpleAtoi(Parameter(notification, "end"), &end);
  if (!told) return "";
  return text::FormatTimeSpan(absl::FromUnixSeconds(start), absl::FromUnixSeconds(end), zone, language);
}

void ShowNotification(const People& people, const NotificationReader& reader, v1::Notification& notification) {
  const auto self = people.find(reader.person);
  const absl::TimeZone zone = self == people.end() ? absl::UTCTimeZone() : ZoneOf(self->second);
  const auto other = people.find(std::string(absl::StripPrefix(notification.other().person(), "people/")));
  text::Parameters parameters = {{"name", text::Render("notification.somebody", reader.language)}};
  if (other == people.end() && notification.has_other()) {
    parameters["name"] = text::Render("person.former_colleague", reader.language);
    notification.mutable_other()->set_display_name(parameters["name"]);
  }
  if (other != people.end()) {
    *notification.mutable_other() = CardOf(other->second, {"", reader.language, reader.now});
    parameters["name"] = other->second.person().display_name();
  }
  parameters["when"] = ChatTime(notification, zone, reader.language);
  for (const char* told : {"count", "title", "reason"}) parameters[told] = Parameter(notification, told);
  int64_t until = 0;
  if (absl::SimpleAtoi(Parameter(notification, "until"), &until)) {
    parameters["date"] = ShowInstant(absl::FromUnixMillis(until), zone, reader.language).text();
  }
  const text::Message sentence = text::MakeMessage(notification.text().code(), reader.language, parameters);
  notification.mutable_text()->set_text(sentence.text);
}

}  // namespace cortado::scheduling
