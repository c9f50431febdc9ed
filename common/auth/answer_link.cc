#include "common/auth/answer_link.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"

namespace cortado::auth {
namespace {

constexpr absl::string_view kPurpose = "answer:";

}  // namespace

std::string FormatAnswerScope(const AnswerScope& scope) { return absl::StrCat(kPurpose, scope.name, "@", scope.etag); }

bool ReadAnswerScope(absl::string_view scope, AnswerScope& answer) {
  if (!absl::ConsumePrefix(&scope, kPurpose)) return false;
  const size_t at = scope.rfind('@');
  if (at == absl::string_view::npos || at == 0 || at + 1 == scope.size()) return false;
  answer.name = std::string(scope.substr(0, at));
  answer.etag = std::string(scope.substr(at + 1));
  return true;
}

bool MayAnswer(absl::string_view scope, absl::string_view name) {
  AnswerScope answer;
  return !ReadAnswerScope(scope, answer) || answer.name == name;
}

std::string MintAnswerLink(const SigningKey& key, absl::string_view organization, absl::string_view person,
                           const AnswerScope& scope, absl::Time issued_at, absl::Time expires) {
  Claims claims;
  claims.audience = kAnswerAudience;
  claims.organization = std::string(organization);
  claims.subject = std::string(person);
  claims.session = kAnswerSession;
  claims.roles.push_back("EMPLOYEE");
  claims.scope = FormatAnswerScope(scope);
  claims.issued_at = issued_at;
  claims.expires = expires;
  return Mint(key, claims);
}

}  // namespace cortado::auth
