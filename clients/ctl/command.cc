#include "clients/ctl/command.h"

#include <google/protobuf/util/json_util.h>
#include <unistd.h>

#include <cstdio>
#include <utility>

#include "common/status/status.h"

namespace cortado::ctl {

std::string JsonOf(const google::protobuf::Message& message) {
  google::protobuf::util::JsonPrintOptions options;
  options.add_whitespace = true;
  options.always_print_primitive_fields = true;
  std::string text;
  // Every message of ours has a JSON form.
  (void)google::protobuf::util::MessageToJsonString(message, &text, options);
  return text;
}

Ctl::Ctl() : style_(StyleFor(STDOUT_FILENO)), columns_(TerminalColumns(STDOUT_FILENO)) {}

absl::StatusOr<Session*> Ctl::session() {
  if (session_ == nullptr) {
    ASSIGN_OR_RETURN(Target target, Discover(given, &ProcessEnvironment));
    session_ = std::make_unique<Session>(std::move(target), options);
  }
  return session_.get();
}

void Ctl::Say(absl::string_view text) const {
  if (!json) std::fwrite(text.data(), 1, text.size(), stdout);
}

void Ctl::Say(const Table& table) const { Say(table.Render(style_, columns_)); }

void Ctl::Document(const google::protobuf::Message& message) const {
  if (json) Document(JsonOf(message));
}

void Ctl::Document(const std::string& json_text) const {
  if (!json) return;
  std::fwrite(json_text.data(), 1, json_text.size(), stdout);
  if (json_text.empty() || json_text.back() != '\n') std::fputc('\n', stdout);
}

CLI::App* AddNoun(CLI::App& app, const std::string& noun, const std::string& description) {
  CLI::App* added = app.add_subcommand(noun, description);
  added->fallthrough();
  added->require_subcommand(1);
  return added;
}

CLI::App* AddVerb(CLI::App* noun, const std::string& verb, const std::string& description) {
  CLI::App* added = noun->add_subcommand(verb, description);
  added->fallthrough();
  return added;
}

void OnParsed(CLI::App* verb, Ctl& ctl, std::function<absl::Status()> act) {
  verb->callback([&ctl, act = std::move(act)] { ctl.act = act; });
}

}  // namespace cortado::ctl
