#include "common/testing/mail_server.h"

#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/time/clock.h"
#include "common/log/check.h"
#include "nlohmann/json.hpp"

namespace cortado::testing {
namespace {

std::string NewDirectory() {
  std::string path = std::filesystem::temp_directory_path() / "cortado-mail-XXXXXX";
  CORTADO_CHECK(mkdtemp(path.data()) != nullptr);
  return path;
}

std::vector<std::string> CommandLine(const std::string& directory, std::vector<std::string> switches) {
  // Debian's Python, for another one lacks Debian's packages.
  std::vector<std::string> line = {"/usr/bin/python3", "common/testing/mail_server.py",
                                   "--port-file",      directory + "/port",
                                   "--mail-file",      directory + "/mails"};
  line.insert(line.end(), switches.begin(), switches.end());
  return line;
}

int WaitForPort(const std::string& directory) {
  int port = 0;
  if (!absl::SimpleAtoi(WaitForLine(directory + "/port", absl::Seconds(30)), &port)) {
    std::ifstream log(directory + "/log");
    std::fprintf(stderr, "the mail server does not start; is python3-aiosmtpd installed (deploy/setup.sh test)?\n%s",
                 std::string(std::istreambuf_iterator<char>(log), {}).c_str());
    abort();
  }
  return port;
}

ReceivedMail Read(const nlohmann::json& line) {
  ReceivedMail mail;
  mail.sender = line["sender"];
  mail.recipients = line["recipients"];
  mail.user = line["user"];
  mail.tls = line["tls"];
  mail.connection = line["connection"];
  mail.raw = line["raw"];
  mail.headers = line["headers"];
  mail.from_name = line["from_name"];
  mail.to_name = line["to_name"];
  mail.types = line["types"];
  mail.defects = line["defects"];
  for (const nlohmann::json& part : line["parts"]) {
    mail.parts.push_back(
        {part["type"], part["method"], part["charset"], part["disposition"], part["filename"], part["text"]});
  }
  return mail;
}

}  // namespace

const ReceivedPart& ReceivedMail::Part(const std::string& type) const {
  const auto found =
      std::find_if(parts.begin(), parts.end(), [&](const ReceivedPart& part) { return part.type == type; });
  CORTADO_CHECK(found != parts.end());
  return *found;
}

MailServer::MailServer(std::vector<std::string> switches)
    : directory_(NewDirectory()),
      process_(CommandLine(directory_, std::move(switches)), {}, directory_ + "/log"),
      port_(WaitForPort(directory_)) {}

MailServer::~MailServer() {
  process_.Signal(SIGKILL);
  process_.Wait(absl::Seconds(10));
  std::error_code ignored;
  std::filesystem::remove_all(directory_, ignored);
}

std::vector<ReceivedMail> MailServer::Mails() const {
  std::vector<ReceivedMail> mails;
  std::ifstream file(directory_ + "/mails");
  for (std::string line; std::getline(file, line) && !file.eof();) mails.push_back(Read(nlohmann::json::parse(line)));
  return mails;
}

std::vector<ReceivedMail> MailServer::WaitForMails(size_t count, absl::Duration limit) const {
  const absl::Time end = absl::Now() + limit;
  std::vector<ReceivedMail> mails = Mails();
  while (mails.size() < count && absl::Now() < end) {
    usleep(5000);
    mails = Mails();
  }
  return mails;
}

}  // namespace cortado::testing
