#include "services/profile/import_changes.h"

#include <algorithm>
#include <string>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/strip.h"
#include "cortado/api/v1/options.pb.h"
#include "google/protobuf/generated_enum_reflection.h"

namespace cortado::profile {
namespace {

using google::protobuf::EnumDescriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

constexpr size_t kLongest = 200;

// One value of a field: equal bytes are equal values.
struct Item {
  std::string bytes;
  std::string text;
};
using Items = std::vector<Item>;

size_t Characters(absl::string_view text) {
  return std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; });
}

std::string Cut(absl::string_view text) {
  if (Characters(text) <= kLongest) return std::string(text);
  size_t size = 0, characters = 0;
  for (; size < text.size(); ++size) {
    const bool begins = (static_cast<unsigned char>(text[size]) & 0xC0) != 0x80;
    if (begins && ++characters == kLongest) break;
  }
  return absl::StrCat(text.substr(0, size), "…");
}

// "back to craft" of DESTINATION_KIND_BACK_TO_CRAFT; nothing for 0.
std::string WordsOf(const EnumDescriptor* type, int number) {
  const auto* value = type->FindValueByNumber(number);
  if (number == 0 || value == nullptr) return "";
  const absl::string_view prefix = absl::StripSuffix(type->FindValueByNumber(0)->name(), "UNSPECIFIED");
  return absl::AsciiStrToLower(absl::StrReplaceAll(absl::StripPrefix(value->name(), prefix), {{"_", " "}}));
}

std::string TextOf(const v1::HeldSkill& skill) {
  return absl::StrCat(skill.display_name(), skill.level() == 0 ? "" : absl::StrCat(" ", skill.level()),
                      skill.has_years() ? absl::StrCat(" (", skill.years(), " years)") : "");
}

std::string TextOf(const v1::WantedSkill& skill) {
  return absl::StrCat(skill.display_name(), skill.level() == 0 ? "" : absl::StrCat(" ", skill.level()),
                      skill.importance() == 0 ? "" : absl::StrCat(" (importance ", skill.importance(), ")"));
}

std::string TextOf(const v1::JourneyStep& step) {
  return absl::StrCat(step.role(), step.department().empty() ? "" : absl::StrCat(" in ", step.department()),
                      step.to_year() == 0 ? "" : absl::StrCat(" until ", step.to_year()));
}

std::string TextOf(const Message& item) {
  if (const auto* held = dynamic_cast<const v1::HeldSkill*>(&item)) return TextOf(*held);
  if (const auto* wanted = dynamic_cast<const v1::WantedSkill*>(&item)) return TextOf(*wanted);
  if (const auto* interest = dynamic_cast<const v1::Interest*>(&item)) return interest->topic();
  if (const auto* step = dynamic_cast<const v1::JourneyStep*>(&item)) return TextOf(*step);
  return "";
}

// A field that is not repeated.
std::string ScalarOf(const v1::Person& person, const FieldDescriptor& field) {
  const google::protobuf::Reflection& reflection = *person.GetReflection();
  if (field.has_presence() && !reflection.HasField(person, &field)) return "";
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_STRING:
      return reflection.GetString(person, &field);
    case FieldDescriptor::CPPTYPE_INT32:
      return absl::StrCat(reflection.GetInt32(person, &field));
    case FieldDescriptor::CPPTYPE_BOOL:
      return reflection.GetBool(person, &field) ? "yes" : "no";
    default:
      return "";
  }
}

// The values of a field, of a repeated one at most `most`.
Items ItemsOf(const v1::Person& person, const FieldDescriptor& field, int most = 1'000'000) {
  Items items;
  if (!field.is_repeated()) {
    const std::string text = ScalarOf(person, field);
    if (!text.empty()) items.push_back({text, text});
    return items;
  }
  const google::protobuf::Reflection& reflection = *person.GetReflection();
  const int count = std::min(most, reflection.FieldSize(person, &field));
  for (int i = 0; i < count; ++i) {
    if (field.message_type() == nullptr) {
      const std::string text = reflection.GetRepeatedString(person, &field, i);
      items.push_back({text, text});
    } else {
      const Message& item = reflection.GetRepeatedMessage(person, &field, i);
      items.push_back({item.SerializeAsString(), TextOf(item)});
    }
  }
  return items;
}

bool AreSame(const Items& a, const Items& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](const Item& x, const Item& y) { return x.bytes == y.bytes; });
}

std::string Joined(const Items& items) {
  return absl::StrJoin(items, ", ", [](std::string* out, const Item& item) { absl::StrAppend(out, item.text); });
}

// The items that `other` lacks, and an ellipsis for those it has.
std::string JoinedWithout(const Items& items, const Items& other) {
  absl::flat_hash_set<absl::string_view> common;
  for (const Item& item : other) common.insert(item.bytes);
  Items own;
  for (const Item& item : items) {
    if (!common.contains(item.bytes)) own.push_back(item);
  }
  return own.size() == items.size() ? Joined(items) : absl::StrCat(Joined(own), own.empty() ? "…" : ", …");
}

v1::FieldChange Change(const std::string& field, const Items& before, const Items& after) {
  const std::string from = Joined(before), to = Joined(after);
  // Of two long lists it is the difference that one wants to see.
  if (std::max(Characters(from), Characters(to)) <= kLongest) return MakeChange(field, from, to);
  return MakeChange(field, JoinedWithout(before, after), JoinedWithout(after, before));
}

std::string TextOf(const v1::Offer& offer) {
  std::vector<std::string> parts;
  if (offer.mentor()) parts.push_back("mentor");
  if (offer.mentee()) parts.push_back("mentee");
  if (offer.coffee()) parts.push_back("coffee");
  if (offer.reverse()) parts.push_back("reverse");
  if (offer.places() > 0) parts.push_back(absl::StrCat(offer.places(), " places"));
  if (offer.booking() != 0) parts.push_back(WordsOf(v1::Booking_descriptor(), offer.booking()));
  for (const std::string& topic : offer.topics()) parts.push_back(topic);
  return absl::StrJoin(parts, ", ");
}

std::string TextOf(const v1::Destination& destination) {
  std::string text = WordsOf(v1::DestinationKind_descriptor(), destination.kind());
  if (!destination.text().empty()) absl::StrAppend(&text, ": ", destination.text());
  for (const int motive : destination.motives()) absl::StrAppend(&text, ", ", WordsOf(v1::Motive_descriptor(), motive));
  return text;
}

void AddOffer(const v1::ImportRow& row, const PersonFile& file, const ImportedPerson& person,
              std::vector<v1::FieldChange>& changes) {
  const bool kept = file.edited.count("offer") > 0;
  const std::string after = row.has_offer() ? TextOf(row.offer()) : "";
  if (kept && row.has_offer() && (!file.offer || StoredBytes(*file.offer) != StoredBytes(row.offer()))) {
    changes.push_back(MakeChange("offer", "", after, true));
  }
  if (person.offer.kind == PartChange::Kind::kKeep) return;
  changes.push_back(MakeChange("offer", file.offer ? TextOf(*file.offer) : "", after));
}

void AddDestination(const v1::ImportRow& row, const PersonFile& file, const ImportedPerson& person,
                    std::vector<v1::FieldChange>& changes) {
  const std::string after = row.has_destination() ? TextOf(row.destination()) : "";
  if (file.edited.count("destination") > 0 && row.has_destination()) {
    changes.push_back(MakeChange("destination", "", after, true));
  }
  if (person.destination.kind == PartChange::Kind::kKeep) return;
  const v1::Destination* stored = FindImportedDestination(file);
  changes.push_back(MakeChange("destination", stored != nullptr ? TextOf(*stored) : "", after));
}

}  // namespace

v1::FieldChange MakeChange(absl::string_view field, absl::string_view before, absl::string_view after, bool kept) {
  v1::FieldChange change;
  change.set_field(std::string(field));
  change.set_before(Cut(before));
  change.set_after(Cut(after));
  change.set_kept(kept);
  return change;
}

std::vector<v1::FieldChange> ChangesOf(const v1::ImportRow& row, const PersonFile& file, const ImportedPerson& person) {
  std::vector<v1::FieldChange> changes;
  const google::protobuf::Descriptor& type = *v1::Person::descriptor();
  for (int i = 0; i < type.field_count(); ++i) {
    const FieldDescriptor& field = *type.field(i);
    const std::string& name = field.name();
    const api::v1::Owner owner = field.options().GetExtension(api::v1::field).owner();
    if (owner == api::v1::OWNER_UNSPECIFIED || name == "manager" || name == "external_id") continue;
    const bool edited = owner == api::v1::OWNER_SELF && file.edited.count(name) > 0;
    // Drafts behind the steps of HR are their person's alone.
    const bool steps = name == "journey" && !edited;
    const Items before = ItemsOf(file.person, field, steps ? file.imported_steps : 1'000'000);
    const Items after = ItemsOf(edited ? row.person() : person.after, field, steps ? person.steps : 1'000'000);
    if (AreSame(before, after) || (edited && after.empty())) continue;
    if (edited) {
      const bool open = name == "skills_held";
      changes.push_back(MakeChange(name, open ? Joined(before) : "", Joined(after), true));
    } else {
      changes.push_back(Change(name, before, after));
    }
  }
  AddOffer(row, file, person, changes);
  AddDestination(row, file, person, changes);
  return changes;
}

}  // namespace cortado::profile
