#include "common/audit/chain.h"

#include <algorithm>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "common/id/id.h"
#include "common/status/status.h"

namespace cortado::audit {
namespace {

constexpr size_t kHeadFields = 7;
constexpr size_t kHashDigits = 64;

bool IsHash(absl::string_view text) {
  return text.size() == kHashDigits && text.find_first_not_of("0123456789abcdef") == absl::string_view::npos;
}

// The line of a head without its signature.
std::string Statement(const Head& head) {
  return absl::StrCat(head.chain.count, "\t", head.chain.last.Format(), "\t", head.chain.hash, "\t", head.segment, "\t",
                      head.bytes, "\t", head.time_ms, "\t", head.before);
}

// The purpose stands in front, so that no other signature of the key can pass for a head.
std::string Signed(const Scope& scope, absl::string_view statement) {
  return absl::StrCat("cortado audit head 1\n", scope.organization, "\n", scope.service, "\n", statement);
}

}  // namespace

Chain Genesis(const Scope& scope) {
  Chain chain;
  chain.hash = id::Sha256Hex(absl::StrCat("cortado audit 1\n", scope.organization, "\n", scope.service));
  return chain;
}

void Extend(Chain& chain, EntryId entry, absl::string_view canonical) {
  chain.hash = id::Sha256Hex(absl::StrCat(absl::HexStringToBytes(chain.hash), canonical));
  chain.last = entry;
  ++chain.count;
}

std::string SegmentHeader(const Scope& scope, int64_t number, const Chain& before) {
  return absl::StrCat("cortado-audit\t1\t", scope.organization, "\t", scope.service, "\t", number, "\t", before.count,
                      "\t", before.hash, "\n");
}

std::string RecordLine(const Chain& chain, absl::string_view canonical) {
  return absl::StrCat(chain.hash, "\t", canonical, "\n");
}

std::string SignHead(const Scope& scope, const Head& head, const auth::SigningKey& key) {
  const std::string statement = Statement(head);
  return absl::StrCat(statement, "\t", id::Base64UrlEncode(key.Sign(Signed(scope, statement))));
}

absl::StatusOr<Head> ParseHead(absl::string_view line) {
  const absl::Status malformed = absl::InvalidArgumentError("not a head");
  const std::vector<absl::string_view> fields = absl::StrSplit(line, '\t');
  if (fields.size() != kHeadFields + 1) return malformed;
  Head head;
  ASSIGN_OR_RETURN(head.chain.last, ParseEntryId(fields[1]));
  head.chain.hash = std::string(fields[2]);
  head.before = std::string(fields[6]);
  if (!absl::SimpleAtoi(fields[0], &head.chain.count) || !absl::SimpleAtoi(fields[3], &head.segment) ||
      !absl::SimpleAtoi(fields[4], &head.bytes) || !absl::SimpleAtoi(fields[5], &head.time_ms) ||
      !IsHash(head.chain.hash) || !IsHash(head.before)) {
    return malformed;
  }
  // One head has one form: no leading zeros, no white space.
  if (Statement(head) != line.substr(0, line.rfind('\t'))) return malformed;
  return head;
}

bool IsSigned(const Scope& scope, absl::string_view line, const auth::PublicKey& key) {
  const size_t tab = line.rfind('\t');
  if (tab == absl::string_view::npos) return false;
  const absl::StatusOr<std::string> signature = id::Base64UrlDecode(line.substr(tab + 1));
  return signature.ok() && key.Verify(Signed(scope, line.substr(0, tab)), *signature);
}

std::string HashOfHead(absl::string_view line) { return id::Sha256Hex(line); }

}  // namespace cortado::audit
