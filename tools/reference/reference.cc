#include "tools/reference/reference.h"

#include <algorithm>
#include <map>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/strip.h"
#include "common/text/catalog.h"
#include "cortado/api/v1/options.pb.h"

namespace cortado::reference {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::EnumDescriptor;
using google::protobuf::EnumValueDescriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::FileDescriptor;
using google::protobuf::MethodDescriptor;
using google::protobuf::ServiceDescriptor;

constexpr char kGenerated[] =
    "<!-- Made by `make docs` from the protos; a test compares. Change the protos instead. -->\n";

// What stands above something in its proto, as one line fit for a table.
template <class Described>
std::string CommentOf(const Described& described) {
  google::protobuf::SourceLocation location;
  if (!described.GetSourceLocation(&location)) return "";
  std::string line = absl::StrReplaceAll(location.leading_comments, {{"\n", " "}, {"|", "\\|"}});
  absl::RemoveExtraAsciiWhitespace(&line);
  return line;
}

std::string FirstSentence(absl::string_view text) {
  const size_t end = text.find(". ");
  return std::string(text.substr(0, end == absl::string_view::npos ? text.size() : end + 1));
}

// "HR_ADMIN" for ROLE_HR_ADMIN.
std::string Word(absl::string_view value, absl::string_view prefix) {
  return std::string(absl::StripPrefix(value, prefix));
}

template <class Values>
std::string RolesOf(const Values& roles) {
  std::vector<std::string> words;
  for (int role : roles) words.push_back(Word(api::v1::Role_Name(role), "ROLE_"));
  return absl::StrJoin(words, ", ");
}

std::string CallersOf(const api::v1::Access& access) {
  std::vector<std::string> callers;
  if (access.without_token()) callers.push_back("anyone, with what the request carries");
  if (!access.roles().empty()) callers.push_back(RolesOf(access.roles()));
  for (const std::string& scope : access.scopes()) callers.push_back(absl::StrCat("a token for `", scope, "` alone"));
  return absl::StrJoin(callers, "; ");
}

std::string RelationsOf(const api::v1::Access& access) {
  std::vector<std::string> words;
  for (int relation : access.relations()) words.push_back(Word(api::v1::Relation_Name(relation), "RELATION_"));
  return absl::StrJoin(words, " or ");
}

void AddService(const ServiceDescriptor& service, std::string& page) {
  absl::StrAppend(&page, "\n### ", service.name(), "\n\n", FirstSentence(CommentOf(service)),
                  "\n\n| Method | Roles | An employee must be | Deadline | What it does |\n|---|---|---|---|---|\n");
  for (int i = 0; i < service.method_count(); ++i) {
    const MethodDescriptor& method = *service.method(i);
    const api::v1::Access& access = method.options().GetExtension(api::v1::access);
    const auto deadline = method.options().GetExtension(api::v1::deadline_class);
    absl::StrAppend(&page, "| ", method.name(), " | ", CallersOf(access), " | ", RelationsOf(access), " | ",
                    Word(api::v1::DeadlineClass_Name(deadline), "DEADLINE_CLASS_"), " | ",
                    FirstSentence(CommentOf(method)), " |\n");
  }
}

// Who reads a field beside the person and Cortado's services.
std::string ReadersOf(const Descriptor& type, const FieldDescriptor& field) {
  std::string readers = RolesOf(field.options().GetExtension(api::v1::field).readers());
  if (readers.empty()) return "nobody else";
  const std::string decides = absl::StrJoin(type.options().GetExtension(api::v1::personal).shown_by(), "` and `");
  if (!decides.empty()) absl::StrAppend(&readers, ", as `", decides, "` says");
  return readers;
}

// Which of the field's values, or of its items, have fewer readers than the field.
std::string ExceptionsOf(const FieldDescriptor& field) {
  std::vector<std::string> words;
  if (const Descriptor* part = field.message_type(); part != nullptr) {
    const std::string decides = absl::StrJoin(part->options().GetExtension(api::v1::personal).shown_by(), "` and `");
    if (!decides.empty()) words.push_back(absl::StrCat("each as its `", decides, "` says"));
  }
  const EnumDescriptor* values = field.enum_type();
  for (int i = 0; values != nullptr && i < values->value_count(); ++i) {
    const EnumValueDescriptor& value = *values->value(i);
    if (!value.options().HasExtension(api::v1::value_readers)) continue;
    const api::v1::Readers& readers = value.options().GetExtension(api::v1::value_readers);
    std::string who = RolesOf(readers.roles());
    if (!readers.person_field().empty()) who = absl::StrCat("who is named in `", readers.person_field(), "`");
    words.push_back(absl::StrCat(value.name(), ": ", who.empty() ? "nobody else" : who));
  }
  return absl::StrJoin(words, "; ");
}

void AddMessage(const Descriptor& type, std::string& page) {
  if (type.options().GetExtension(api::v1::personal).subject().empty()) return;
  absl::StrAppend(&page, "\n### ", type.name(), "\n\n", FirstSentence(CommentOf(type)),
                  "\n\n| Field | Who else reads it | But | Whose | Kept because |\n|---|---|---|---|---|\n");
  for (int i = 0; i < type.field_count(); ++i) {
    const FieldDescriptor& field = *type.field(i);
    const api::v1::Field& said = field.options().GetExtension(api::v1::field);
    const std::string owner =
        said.owner() == api::v1::OWNER_UNSPECIFIED ? "" : Word(Owner_Name(said.owner()), "OWNER_");
    absl::StrAppend(&page, "| ", field.name(), " | ", ReadersOf(type, field), " | ", ExceptionsOf(field), " | ", owner,
                    " | ", said.purpose(), " |\n");
  }
}

// Splits "FAILED_PRECONDITION. They ..." into the code and the cause.
absl::Status SplitComment(const EnumValueDescriptor& reason, std::string& code, std::string& cause) {
  const std::string comment = CommentOf(reason);
  const size_t dot = comment.find(". ");
  code = comment.substr(0, dot);
  const bool is_code =
      !code.empty() && std::all_of(code.begin(), code.end(), [](char c) { return absl::ascii_isupper(c) || c == '_'; });
  if (dot == std::string::npos || !is_code) {
    return absl::InvalidArgumentError(absl::StrCat(reason.full_name(), ": its comment must begin with its gRPC code"));
  }
  cause = comment.substr(dot + 2);
  return absl::OkStatus();
}

absl::Status AddReasons(const EnumDescriptor& reasons, std::string& page) {
  absl::StrAppend(&page, "\n## ", reasons.file()->package(), "\n\n", CommentOf(reasons),
                  "\n\n| Reason | Code | Cause | What to tell the user |\n|---|---|---|---|\n");
  for (int i = 0; i < reasons.value_count(); ++i) {
    const EnumValueDescriptor& reason = *reasons.value(i);
    if (reason.number() == 0) continue;
    std::string code, cause;
    if (absl::Status split = SplitComment(reason, code, cause); !split.ok()) return split;
    const std::string word = Word(reason.name(), "REASON_");
    const std::string sentence_code = absl::StrCat("error.", absl::AsciiStrToLower(word));
    if (text::Sample(sentence_code, "en").empty() || text::Sample(sentence_code, "de").empty()) {
      return absl::InvalidArgumentError(absl::StrCat("the catalogue has no sentence ", sentence_code));
    }
    absl::StrAppend(&page, "| ", word, " | ", code, " | ", cause, " | ", text::Sample(sentence_code, "en"), " |\n");
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<Protos> Protos::Of(const google::protobuf::FileDescriptorSet& set) {
  Protos protos;
  protos.pool_ = std::make_unique<google::protobuf::DescriptorPool>();
  for (const google::protobuf::FileDescriptorProto& file : set.file()) {
    const FileDescriptor* built = protos.pool_->BuildFile(file);
    if (built == nullptr) return absl::InvalidArgumentError(absl::StrCat(file.name(), " does not build"));
    if (absl::StartsWith(built->name(), "cortado/")) protos.files_.push_back(built);
  }
  std::sort(protos.files_.begin(), protos.files_.end(), [](auto* a, auto* b) { return a->name() < b->name(); });
  return protos;
}

std::string AccessReference(const Protos& protos) {
  std::string page = absl::StrCat(kGenerated, R"(
# Who may call what, and read what

Whoever is not named may not. A method without a row stops the start of its server; a field without a reader is its
person's alone. An organisation is always the caller's own: what belongs to another is answered like what does not exist.

## Methods

The caller holds one of the roles. An employee must moreover be what the third column says: SELF, whom the resource is
about; PARTICIPANT, one who takes part in it; OWNER, of the programme. Deadlines: READ and WRITE 5 s, BULK 15 min, WATCH
none.
)");
  for (const FileDescriptor* file : protos.files()) {
    for (int i = 0; i < file->service_count(); ++i) AddService(*file->service(i), page);
  }
  absl::StrAppend(&page, R"(
## What of a person

The person reads all of it, and so do Cortado's own services. Whose: HR's facts, or the person's own (SELF).
)");
  for (const FileDescriptor* file : protos.files()) {
    for (int i = 0; i < file->message_type_count(); ++i) AddMessage(*file->message_type(i), page);
  }
  return page;
}

absl::StatusOr<std::string> ErrorReference(const Protos& protos) {
  std::string page = absl::StrCat(kGenerated, R"(
# Errors

Every error has a gRPC code, `google.rpc.ErrorInfo` with a reason, domain `cortado` and metadata, `google.rpc.BadRequest`
with the path of a wrong field, `google.rpc.RetryInfo` where waiting helps, and `cortado.type.v1.UserMessage`: a sentence
for the user in the language of `accept-language` (English and German), which says what to do. They travel in
`grpc-status-details-bin`. Go by the reason, not by the message.
)");
  for (const FileDescriptor* file : protos.files()) {
    for (int i = 0; i < file->enum_type_count(); ++i) {
      if (file->enum_type(i)->name() != "Reason") continue;
      if (absl::Status added = AddReasons(*file->enum_type(i), page); !added.ok()) return added;
    }
  }
  return page;
}

}  // namespace cortado::reference
