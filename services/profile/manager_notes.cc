#include "services/profile/manager_notes.h"

#include <optional>
#include <string>
#include <utility>

#include "common/status/error.h"
#include "common/status/status.h"
#include "common/text/catalog.h"
#include "cortado/profile/v1/reason.pb.h"
#include "services/profile/manager_note.h"
#include "services/profile/values.h"

namespace cortado::profile {

Task<absl::StatusOr<v1::ManagerNote>> ManagerNotes::Draft(rpc::Call call, const v1::DraftManagerNoteRequest& request) {
  const std::string id = PersonId(request.person());
  if (!call.IsSelf(id)) co_return AccessDenied();
  CO_ASSIGN_OR_RETURN(const PersonFile file, co_await gaps_.Open(call, id));
  if (file.destinations.empty()) {
    co_return Error(absl::StatusCode::kFailedPrecondition, v1::REASON_NO_DESTINATION,
                    "say first where you want to go: there is no destination yet");
  }
  const v1::Person& person = file.person;
  NoteParts parts;
  parts.language =
      text::ChooseLanguage(call.accept_language(), person.languages().empty() ? "" : person.languages(0), "");
  parts.name = person.display_name();
  parts.destination = file.destinations[0].destination;
  if (!parts.destination.role().empty()) {
    std::string role_id = RoleId(parts.destination.role());
    CO_ASSIGN_OR_RETURN(const std::optional<v1::Role> role, co_await roles_.Find(call, std::move(role_id)));
    if (role) parts.role = role->display_name();
  }
  if (!person.manager().empty()) {
    CO_ASSIGN_OR_RETURN(const auto manager, co_await people_.Find(call, PersonId(person.manager())));
    if (manager) parts.manager = manager->display_name();
  }
  v1::GetSkillGapRequest asked;
  asked.set_person(person.name());
  CO_ASSIGN_OR_RETURN(const v1::SkillGap gap, co_await gaps_.Measure(call, file, asked));
  for (const v1::GapItem& item : gap.items()) parts.missing.push_back(item.display_name());
  Note draft = MakeManagerNote(parts);
  v1::ManagerNote note;
  note.set_subject(std::move(draft.subject));
  note.set_body(std::move(draft.body));
  note.set_destination(parts.destination.name());
  note.set_manager(person.manager());
  co_return note;
}

}  // namespace cortado::profile
