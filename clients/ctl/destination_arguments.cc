#include "clients/ctl/destination_arguments.h"

#include <optional>

#include "absl/strings/str_cat.h"
#include "clients/ctl/import/people_cells.h"
#include "clients/ctl/render/words.h"
#include "common/status/status.h"

namespace cortado::ctl {
namespace {

template <typename E>
absl::StatusOr<E> ReadEnum(const std::string& what, const std::string& text) {
  if (const std::optional<E> value = ParseEnum<E>(text)) return *value;
  return absl::InvalidArgumentError(
      absl::StrCat("\"", text, "\" is no ", what, ": write ", EnumChoices(google::protobuf::GetEnumDescriptor<E>())));
}

}  // namespace

CLI::Option* AddDestinationOptions(CLI::App* verb, const std::shared_ptr<DestinationArguments>& arguments) {
  CLI::Option* kind = verb->add_option(
      "--kind", arguments->kind,
      "next_level, sideways, back_to_craft, fewer_hours, portfolio, new_field, deepen_here, not_sure_yet");
  verb->add_option("--text", arguments->text, "in your words; a title counts as a role");
  verb->add_option("--role", arguments->role, "a role of the catalogue");
  verb->add_option("--motive", arguments->motives,
                   "autonomy, mastery, purpose, balance, money or influence; may be given again");
  verb->add_option("--audience", arguments->audience, "only_me, people_i_ask (default), my_manager or everyone");
  return kind;
}

absl::StatusOr<profile::v1::Destination> ReadDestination(const DestinationArguments& arguments) {
  profile::v1::Destination destination;
  ASSIGN_OR_RETURN(const auto kind, ReadEnum<profile::v1::DestinationKind>("kind", arguments.kind));
  destination.set_kind(kind);
  destination.set_text(arguments.text);
  if (!arguments.role.empty()) destination.set_role("roles/" + ShortName(arguments.role));
  for (const std::string& text : arguments.motives) {
    ASSIGN_OR_RETURN(const auto motive, ReadEnum<profile::v1::Motive>("motive", text));
    destination.add_motives(motive);
  }
  if (!arguments.audience.empty()) {
    ASSIGN_OR_RETURN(const auto audience, ReadEnum<profile::v1::Audience>("audience", arguments.audience));
    destination.set_audience(audience);
  }
  return destination;
}

}  // namespace cortado::ctl
