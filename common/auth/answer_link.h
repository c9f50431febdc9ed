// The token in the link of a mail that asks for an answer: who may answer what, as it was told to them. It is no token
// of the API (another audience): ExchangeToken takes it, as often as the link is opened, which spends nothing. What it
// was told at is a version, its etag: the answer changes that in the step in which it is written, so the link is good
// for one answer. Where an answer may be changed, as taking part in a programme, the version is kAnyVersion. Any
// thread.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "common/auth/token.h"

namespace cortado::auth {

inline constexpr char kAnswerAudience[] = "cortado-answer";
// The session behind a token that was got for such a link: the person alone, while they are active.
inline constexpr char kAnswerSession[] = "answer";
// Instead of an etag: whatever it is.
inline constexpr char kAnyVersion[] = "any";

// What a token of the scope `answer:NAME@ETAG` may answer.
struct AnswerScope {
  std::string name;  // Resource name, as "requests/r1".
  std::string etag;
};

std::string FormatAnswerScope(const AnswerScope& scope);
// Whether `scope` is one; fills in `answer` then.
bool ReadAnswerScope(absl::string_view scope, AnswerScope& answer);

// Whether a token of the scope `scope` may answer the resource `name`: whatever is no such scope may, as far as this
// goes.
bool MayAnswer(absl::string_view scope, absl::string_view name);

// The token for a link; good until `expires`, cut to whole seconds.
std::string MintAnswerLink(const SigningKey& key, absl::string_view organization, absl::string_view person,
                           const AnswerScope& scope, absl::Time issued_at, absl::Time expires);

}  // namespace cortado::auth
