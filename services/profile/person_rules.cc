#include "services/profile/person_rules.h"

#include <memory>
#include <set>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "common/id/id.h"
#include "common/status/error.h"
#include "common/status/status.h"
#include "common/sync/mutex.h"
#include "cortado/api/v1/options.pb.h"

namespace cortado::profile {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::FieldMask;
using google::protobuf::Message;

api::v1::Owner OwnerOf(const std::string& field) {
  const FieldDescriptor* found = v1::Person::descriptor()->FindFieldByName(field);
  return found == nullptr ? api::v1::OWNER_UNSPECIFIED : found->options().GetExtension(api::v1::field).owner();
}

absl::Status CheckDate(absl::string_view date, absl::string_view path) {
  absl::CivilDay day;
  if (date.empty() || (absl::ParseCivilTime(date, &day) && absl::FormatCivilTime(day) == date)) return absl::OkStatus();
  return InvalidField(absl::StrCat(path, "start_date"), "must be a day of the calendar, as 2024-12-31");
}

absl::Status CheckJourney(const v1::Person& person, absl::string_view path) {
  for (int i = 0; i < person.journey_size(); ++i) {
    const v1::JourneyStep& step = person.journey(i);
    if (step.to_year() != 0 && step.to_year() < step.from_year()) {
      return InvalidField(absl::StrCat(path, "journey[", i, "].to_year"), "must not be before from_year");
    }
  }
  return absl::OkStatus();
}

template <typename List>
absl::Status CheckAudience(const List& list, const std::string& path) {
  for (int i = 0; i < list.size(); ++i) {
    const v1::Audience audience = list[i].audience();
    if (audience != v1::AUDIENCE_PEOPLE_I_ASK && audience != v1::AUDIENCE_MY_MANAGER) continue;
    return InvalidField(absl::StrCat(path, "[", i, "].audience"),
                        "must be ONLY_ME or EVERYONE: a destination alone is shown to a manager, or to those one asks");
  }
  return absl::OkStatus();
}

template <typename List>
void DropRepeated(List& list) {
  absl::flat_hash_set<std::string> seen;
  for (auto at = list.begin(); at != list.end();) {
    absl::StripAsciiWhitespace(at->mutable_skill());
    at = seen.insert(at->skill()).second ? at + 1 : list.erase(at);
  }
}

}  // namespace

bool IsTimeZone(absl::string_view name) {
  static sync::Mutex mutex;
  static auto& known = *new absl::flat_hash_map<std::string, bool>();
  constexpr size_t kMostKnown = 2000;  // Nonsense must not fill the memory.
  const sync::MutexLock lock(mutex);
  if (const auto found = known.find(name); found != known.end()) return found->second;
  absl::TimeZone zone;
  const bool good = absl::LoadTimeZone(name, &zone);
  if (known.size() < kMostKnown) known.emplace(name, good);
  return good;
}

absl::Status NormalisePerson(v1::Person& person, absl::string_view path) {
  if (absl::StripAsciiWhitespace(person.display_name()).empty()) {
    return InvalidField(absl::StrCat(path, "display_name"), "is required");
  }
  if (!person.time_zone().empty() && !IsTimeZone(person.time_zone())) {
    return InvalidField(absl::StrCat(path, "time_zone"), "must be an IANA zone, as Europe/Berlin")
        .Metadata("rule", "time_zone");
  }
  RETURN_IF_ERROR(CheckDate(person.start_date(), path));
  RETURN_IF_ERROR(CheckJourney(person, path));
  DropRepeatedSkills(person);
  return absl::OkStatus();
}

absl::Status CheckAudiences(const v1::Person& person, absl::string_view path) {
  RETURN_IF_ERROR(CheckAudience(person.interests(), absl::StrCat(path, "interests")));
  return CheckAudience(person.journey(), absl::StrCat(path, "journey"));
}

void DropRepeatedSkills(v1::Person& person) {
  DropRepeated(*person.mutable_skills_held());
  DropRepeated(*person.mutable_skills_wanted());
}

const std::vector<std::string>& SelfFields() {
  static const auto& fields = *new std::vector<std::string>([] {
    std::vector<std::string> found;
    const google::protobuf::Descriptor& person = *v1::Person::descriptor();
    for (int i = 0; i < person.field_count(); ++i) {
      if (OwnerOf(person.field(i)->name()) == api::v1::OWNER_SELF) found.push_back(person.field(i)->name());
    }
    return found;
  }());
  return fields;
}

absl::Status MayWrite(const rpc::Call& call, absl::string_view id, const FieldMask& mask) {
  for (const std::string& path : mask.paths()) {
    switch (OwnerOf(path)) {
      case api::v1::OWNER_HR:
        if (!call.Has(api::v1::ROLE_HR_ADMIN)) return AccessDenied();
        break;
      case api::v1::OWNER_SELF:
        if (!call.IsSelf(id)) return AccessDenied();
        break;
      default:
        return InvalidField("update_mask", absl::StrCat("names ", path, ", which is no field to write"));
    }
  }
  return absl::OkStatus();
}

void CopyFields(const FieldMask& mask, const Message& from, Message& to) {
  // A copy of the source is stripped of what the mask does not name, then those fields are swapped in.
  const std::unique_ptr<Message> source(from.New());
  source->CopyFrom(from);
  std::vector<const FieldDescriptor*> fields;
  for (const std::string& path : mask.paths()) {
    if (const FieldDescriptor* field = from.GetDescriptor()->FindFieldByName(path)) fields.push_back(field);
  }
  std::set<const FieldDescriptor*> distinct(fields.begin(), fields.end());
  fields.assign(distinct.begin(), distinct.end());
  from.GetReflection()->SwapFields(source.get(), &to, fields);
}

std::string PersonIdOf(absl::string_view external_id) {
  std::string lower = absl::AsciiStrToLower(external_id);
  if (id::IsResourceId(lower)) return lower;
  return absl::StrCat("x", id::Sha256Hex(external_id).substr(0, 20));
}

}  // namespace cortado::profile
