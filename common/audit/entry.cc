#include "common/audit/entry.h"

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "common/status/status.h"

namespace cortado::audit {
namespace {

constexpr size_t kFields = 10;

absl::Status Malformed() { return absl::InvalidArgumentError("not an entry of this trail"); }

std::string Escape(absl::string_view text) {
  std::string escaped;
  escaped.reserve(text.size());
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x21 || byte == 0x7f || c == '%' || c == ',') {
      absl::StrAppend(&escaped, "%", absl::Hex(byte, absl::kZeroPad2));
    } else {
      escaped.push_back(c);
    }
  }
  return escaped;
}

// What Escape did not write is found by comparing with the canonical form afterwards.
std::string Unescape(absl::string_view text) {
  std::string plain;
  for (size_t i = 0; i < text.size(); ++i) {
    const bool coded =
        text[i] == '%' && i + 2 < text.size() && absl::ascii_isxdigit(text[i + 1]) && absl::ascii_isxdigit(text[i + 2]);
    if (coded) plain += absl::HexStringToBytes(text.substr(i + 1, 2));
    if (!coded) plain.push_back(text[i]);
    if (coded) i += 2;
  }
  return plain;
}

}  // namespace

std::string EntryId::Format() const { return absl::StrCat(revision, "-", serial); }

absl::StatusOr<EntryId> ParseEntryId(absl::string_view text) {
  const std::vector<absl::string_view> parts = absl::StrSplit(text, '-');
  EntryId id;
  if (parts.size() != 2 || !absl::SimpleAtoi(parts[0], &id.revision) || !absl::SimpleAtoi(parts[1], &id.serial) ||
      id.Format() != text) {
    return absl::InvalidArgumentError("not the id of an entry");
  }
  return id;
}

bool Follows(EntryId id, EntryId next) {
  if (next.revision == id.revision) return next.serial == id.serial + 1;
  return next.revision == id.revision + 1 && next.serial == 0;
}

std::string Canonical(const Scope& scope, const Entry& entry) {
  std::vector<std::string> people;
  people.reserve(entry.people.size());
  for (const std::string& person : entry.people) people.push_back(Escape(person));
  return absl::StrCat(Escape(scope.organization), "\t", Escape(scope.service), "\t", entry.id.Format(), "\t",
                      entry.time_ms, "\t", Escape(entry.subject), "\t", Escape(entry.actor), "\t", Escape(entry.method),
                      "\t", Escape(entry.object), "\t", Escape(entry.request_id), "\t", absl::StrJoin(people, ","));
}

absl::StatusOr<Entry> ParseCanonical(const Scope& scope, absl::string_view line) {
  const std::vector<absl::string_view> fields = absl::StrSplit(line, '\t');
  if (fields.size() != kFields) return Malformed();
  Entry entry;
  ASSIGN_OR_RETURN(entry.id, ParseEntryId(fields[2]));
  if (!absl::SimpleAtoi(fields[3], &entry.time_ms)) return Malformed();
  entry.subject = Unescape(fields[4]);
  entry.actor = Unescape(fields[5]);
  entry.method = Unescape(fields[6]);
  entry.object = Unescape(fields[7]);
  entry.request_id = Unescape(fields[8]);
  for (const absl::string_view person : absl::StrSplit(fields[9], ',', absl::SkipEmpty())) {
    entry.people.push_back(Unescape(person));
  }
  if (Canonical(scope, entry) != line) return Malformed();
  return entry;
}

}  // namespace cortado::audit
