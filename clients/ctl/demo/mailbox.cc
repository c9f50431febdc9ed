#include "clients/ctl/demo/mailbox.h"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/time/clock.h"

namespace cortado::ctl {
namespace {

using nlohmann::json;

constexpr absl::Duration kPause = absl::Milliseconds(20);
constexpr absl::string_view kAnswerPage = "/answer/";

std::string StringAt(const json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_string() ? found->get<std::string>() : "";
}

// The value of the first "SEQUENCE:" line of a calendar.
int SequenceOf(const std::string& calendar) {
  int sequence = 0;
  for (absl::string_view line : absl::StrSplit(calendar, '\n')) {
    line = absl::StripAsciiWhitespace(line);
    if (absl::ConsumePrefix(&line, "SEQUENCE:") && absl::SimpleAtoi(line, &sequence)) break;
  }
  return sequence;
}

std::string LinkIn(absl::string_view text) {
  const size_t at = text.find(kAnswerPage);
  if (at == absl::string_view::npos) return "";
  const absl::string_view rest = text.substr(at + kAnswerPage.size());
  return std::string(rest.substr(0, rest.find_first_of(" \r\n")));
}

void ReadPart(const json& part, DemoMail& mail) {
  const std::string type = StringAt(part, "type");
  const std::string text = StringAt(part, "text");
  if (type == "text/plain") {
    mail.link = LinkIn(text);
    mail.text = std::string(absl::StripAsciiWhitespace(text.substr(0, text.find("\n-- \n"))));
  } else if (type == "text/calendar" && mail.method.empty()) {
    mail.method = StringAt(part, "method");
    mail.sequence = SequenceOf(text);
  }
}

}  // namespace

std::optional<DemoMail> ReadMail(absl::string_view line) {
  const json read = json::parse(line.begin(), line.end(), nullptr, /*allow_exceptions=*/false);
  if (!read.is_object() || !read.contains("recipients") || !read.contains("headers") || !read.contains("parts")) {
    return std::nullopt;
  }
  DemoMail mail;
  for (const json& recipient : read["recipients"]) {
    if (recipient.is_string()) mail.to = recipient.get<std::string>();
  }
  mail.subject = StringAt(read["headers"], "Subject");
  for (const json& part : read["parts"]) ReadPart(part, mail);
  if (mail.to.empty()) return std::nullopt;
  return mail;
}

Mailbox::Mailbox(std::string file) : file_(std::move(file)) {
  ReadMore();
  waiting_.clear();
}

void Mailbox::ReadMore() {
  std::ifstream file(file_, std::ios::binary);
  file.seekg(static_cast<std::streamoff>(read_));
  std::string line;
  // A line that has no end yet is still being written.
  while (std::getline(file, line) && !file.eof()) {
    read_ += line.size() + 1;
    if (std::optional<DemoMail> mail = ReadMail(line)) waiting_.push_back(*std::move(mail));
  }
}

absl::StatusOr<DemoMail> Mailbox::Await(const std::string& to, const std::string& method, absl::Duration patience) {
  const absl::Time until = absl::Now() + patience;
  for (;;) {
    ReadMore();
    const auto found = std::find_if(waiting_.begin(), waiting_.end(),
                                    [&](const DemoMail& mail) { return mail.to == to && mail.method == method; });
    if (found != waiting_.end()) {
      DemoMail mail = *std::move(found);
      waiting_.erase(found);
      return mail;
    }
    if (absl::Now() >= until) {
      return absl::DeadlineExceededError(
          absl::StrCat("a mail to ", to, " did not arrive within ", absl::FormatDuration(patience)));
    }
    absl::SleepFor(kPause);
  }
}

}  // namespace cortado::ctl
