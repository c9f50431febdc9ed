#include "clients/ctl/demo/scene.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "clients/ctl/render/width.h"
#include "clients/ctl/render/words.h"
#include "common/status/error.h"
#include "common/status/status.h"

namespace cortado::ctl {
namespace {

constexpr int kIndent = 7;
constexpr size_t kUsualColumns = 100;

// The text in lines that fit the terminal, of a link as much as fits: it is longer than anybody reads.
void ShowText(Stage& stage, const std::string& text) {
  const size_t room = std::max<size_t>(20, (stage.columns() > 0 ? stage.columns() : kUsualColumns) - kIndent);
  for (absl::string_view line : absl::StrSplit(text, '\n')) {
    for (const std::string& part : Wrap(Clean(line), room)) {
      stage.Line(stage.style().Dim(absl::StrCat("  | ", Shorten(part, room))));
    }
  }
}

}  // namespace

absl::StatusOr<std::optional<DemoMail>> ShowMail(const Scene& scene, const Actor& to, const std::string& method,
                                                 bool briefly) {
  if (scene.mailbox == nullptr || to.person.email().empty()) return std::nullopt;
  ASSIGN_OR_RETURN(DemoMail mail, scene.mailbox->Await(to.person.email(), method));
  Stage& stage = scene.stage;
  stage.Line(
      absl::StrCat(stage.style().Cyan("Mail"), " to ", Clean(mail.to), ": ", stage.style().Bold(Clean(mail.subject))));
  if (!briefly) ShowText(stage, mail.text);
  if (!mail.method.empty()) {
    stage.Line(absl::StrCat("  | with an invitation for the calendar: METHOD:", Clean(mail.method),
                            ", SEQUENCE:", mail.sequence));
  }
  stage.facts["mails"].push_back(
      {{"to", mail.to}, {"subject", mail.subject}, {"method", mail.method}, {"sequence", mail.sequence}});
  return mail;
}

absl::Status ShowInvitations(const Scene& scene, const std::string& method, int sequence) {
  bool briefly = false;
  for (const Actor* to : {&scene.asker, &scene.mentor}) {
    ASSIGN_OR_RETURN(const std::optional<DemoMail> mail, ShowMail(scene, *to, method, briefly));
    if (mail && mail->sequence != sequence) {
      return absl::InternalError(absl::StrCat("an invitation has SEQUENCE:", mail->sequence, ", not ", sequence));
    }
    briefly = mail.has_value();
  }
  return absl::OkStatus();
}

void ShowTimes(const Scene& scene, const std::vector<absl::Time>& times) {
  Table table({{Clean(scene.asker.FirstName())}, {Clean(scene.mentor.FirstName())}});
  for (const absl::Time time : times) {
    table.Add({absl::StrCat(WallClock(time, scene.asker.zone), "  ", scene.asker.zone.name()),
               absl::StrCat(WallClock(time, scene.mentor.zone), "  ", scene.mentor.zone.name())});
  }
  if (!table.empty()) scene.stage.Show(table);
}

bool HasNotArrived(const absl::Status& status) {
  return absl::IsNotFound(status) || ReasonOf(status) == "NOT_AVAILABLE";
}

}  // namespace cortado::ctl
