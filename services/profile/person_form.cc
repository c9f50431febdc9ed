#include "services/profile/person_form.h"

#include <algorithm>
#include <limits>
#include <tuple>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "common/status/status.h"
#include "common/store/store.h"

namespace cortado::profile {
namespace {

using store::Record;

std::string PersonName(absl::string_view id) { return absl::StrCat("people/", id); }

v1::JoinState JoinStateOf(absl::string_view joined, absl::string_view invited) {
  if (joined == "1") return v1::JOIN_STATE_JOINED;
  return invited.empty() ? v1::JOIN_STATE_IMPORTED : v1::JOIN_STATE_INVITED;
}

absl::Status ReadRecord(absl::string_view id, absl::string_view stored, absl::string_view manager,
                        v1::JoinState join_state, v1::Person& person) {
  ASSIGN_OR_RETURN(const Record record, store::ParseRecord(stored));
  RETURN_IF_ERROR(store::ParseMessage(record, person));
  person.set_name(PersonName(id));
  person.set_etag(record.etag());
  if (!manager.empty()) person.set_manager(PersonName(manager));
  person.set_join_state(join_state);
  return absl::OkStatus();
}

// Takes U out of "T/U LINK"; of an empty text nothing.
void ReadSlackUser(absl::string_view slack, v1::Person& person) {
  const size_t slash = slack.find('/');
  if (slash == absl::string_view::npos) return;
  person.set_slack_user(std::string(slack.substr(slash + 1, slack.find(' ') - slash - 1)));
}

template <typename Part>
absl::Status ReadPart(absl::string_view stored, const std::string& name, Part& part) {
  ASSIGN_OR_RETURN(const Record record, store::ParseRecord(stored));
  RETURN_IF_ERROR(store::ParseMessage(record, part));
  part.set_name(name);
  part.set_etag(record.etag());
  return absl::OkStatus();
}

constexpr size_t kDigestSize = 16;

// All zeros are no row's digest. A mark of old says no number of steps: all were the row's.
void ReadImportMark(const std::string& mark, PersonFile& file) {
  if (mark.find_first_not_of('\0') < kDigestSize) file.import_digest = mark.substr(0, kDigestSize);
  const bool told = mark.size() > kDigestSize && absl::SimpleAtoi(mark.substr(kDigestSize), &file.imported_steps);
  if (!told) file.imported_steps = std::numeric_limits<int>::max();
}

// Takes one field of a person's hash into `file`; those of the person itself are taken elsewhere.
absl::Status ReadField(const std::string& name, const std::string& field, const std::string& value, PersonFile& file) {
  if (field == "offer") return ReadPart(value, absl::StrCat(name, "/offer"), file.offer.emplace());
  if (field == "time") return ReadPart(value, absl::StrCat(name, "/time"), file.time.emplace());
  if (field == "groups") return ReadPart(value, absl::StrCat(name, "/groups"), file.groups.emplace());
  if (field == "import") ReadImportMark(value, file);
  if (absl::StartsWith(field, "e:")) file.edited.insert(field.substr(2));
  if (absl::StartsWith(field, "d:")) {
    v1::Destination& destination = file.destinations.emplace_back().destination;
    return ReadPart(value, absl::StrCat(name, "/destinations/", field.substr(2)), destination);
  }
  if (absl::StartsWith(field, "b:")) {
    ASSIGN_OR_RETURN(const Record record, store::ParseRecord(value));
    v1::Block& block = file.blocks.emplace_back();
    RETURN_IF_ERROR(store::ParseMessage(record, block));
    block.set_name(absl::StrCat(name, "/blocks/", field.substr(2)));
  }
  return absl::OkStatus();
}

bool IsNewer(const StoredDestination& a, const StoredDestination& b) {
  const auto key = [](const v1::Destination& d) {
    return std::make_tuple(d.create_time().seconds(), d.create_time().nanos(), absl::string_view(d.name()));
  };
  return key(a.destination) > key(b.destination);
}

template <typename Part>
std::string BareBytes(Part part) {
  part.clear_name();
  part.clear_etag();
  return part.SerializeAsString();
}

}  // namespace

absl::StatusOr<bool> ReadPerson(absl::string_view id, const redis::Reply& fields, v1::Person& person) {
  if (fields.elements.size() != 5) return absl::InternalError("a stored person has the wrong form");
  if (fields.elements[0].IsNil()) return false;
  const v1::JoinState join_state = JoinStateOf(fields.elements[2].text, fields.elements[4].text);
  RETURN_IF_ERROR(ReadRecord(id, fields.elements[0].text, fields.elements[1].text, join_state, person));
  ReadSlackUser(fields.elements[3].text, person);
  return true;
}

absl::StatusOr<std::optional<PersonFile>> ReadFile(absl::string_view id, const redis::Reply& hash) {
  PersonFile file;
  std::string stored, manager, slack, joined, invited;
  std::vector<std::pair<std::string, std::string>> managers;
  const std::string name = PersonName(id);
  for (size_t i = 0; i + 1 < hash.elements.size(); i += 2) {
    const std::string& field = hash.elements[i].text;
    const std::string& value = hash.elements[i + 1].text;
    if (field == "person") {
      stored = value;
    } else if (field == "manager") {
      manager = value;
    } else if (field == "slack") {
      slack = value;
    } else if (field == "joined") {
      joined = value;
    } else if (field == "invited") {
      invited = value;
    } else if (absl::StartsWith(field, "dm:")) {
      managers.emplace_back(absl::StrCat(name, "/destinations/", field.substr(3)), value);
    } else {
      RETURN_IF_ERROR(ReadField(name, field, value, file));
    }
  }
  if (stored.empty()) return std::nullopt;
  RETURN_IF_ERROR(ReadRecord(id, stored, manager, JoinStateOf(joined, invited), file.person));
  ReadSlackUser(slack, file.person);
  for (StoredDestination& said : file.destinations) {
    for (const auto& [destination, of_the_day] : managers) {
      if (destination == said.destination.name()) said.manager = of_the_day;
    }
  }
  std::sort(file.destinations.begin(), file.destinations.end(), IsNewer);
  std::sort(file.blocks.begin(), file.blocks.end(),
            [](const v1::Block& a, const v1::Block& b) { return a.name() < b.name(); });
  return file;
}

std::string ImportMark(absl::string_view digest, int steps) {
  std::string mark(digest);
  mark.resize(kDigestSize, '\0');
  return absl::StrCat(mark, steps);
}

const v1::Destination* FindImportedDestination(const PersonFile& file) {
  for (const StoredDestination& said : file.destinations) {
    if (absl::EndsWith(said.destination.name(), absl::StrCat("/", kImportedDestination))) return &said.destination;
  }
  return nullptr;
}

std::string StoredBytes(v1::Person person) {
  person.clear_name();
  person.clear_etag();
  person.clear_manager();
  person.clear_join_state();
  person.clear_slack_user();
  return person.SerializeAsString();
}

std::string StoredBytes(v1::Offer offer) { return BareBytes(std::move(offer)); }
std::string StoredBytes(v1::Time time) { return BareBytes(std::move(time)); }
std::string StoredBytes(v1::Groups groups) { return BareBytes(std::move(groups)); }
std::string StoredBytes(v1::Destination destination) { return BareBytes(std::move(destination)); }

}  // namespace cortado::profile
