// A real mail server for one test: a process of its own on 127.0.0.1 (mail_server.py, by Debian's python3-aiosmtpd)
// that fails when told to. What it got was read back by Python's own email package. One thread.
//
//   MailServer server({"--fail-rate", "0.3"});
//   ... something sends to 127.0.0.1, server.Port() ...
//   std::vector<ReceivedMail> mails = server.Mails();
#pragma once

#include <map>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "common/testing/process.h"

namespace cortado::testing {

// A part of a mail that holds no parts.
struct ReceivedPart {
  std::string type;  // "text/plain"
  std::string method;
  std::string charset;
  std::string disposition;
  std::string filename;
  std::string text;  // Decoded.
};

struct ReceivedMail {
  std::string sender;  // Of the envelope, like the next.
  std::vector<std::string> recipients;
  std::string user;  // Who logged in; empty: nobody.
  bool tls;
  int connection;  // 1 for the first.
  std::string raw;
  std::map<std::string, std::string> headers;  // Decoded; of each name the last.
  std::string from_name;
  std::string to_name;
  std::vector<std::string> types;    // Of all parts, multiparts included, from the outside in.
  std::vector<std::string> defects;  // What the reader found wrong.
  std::vector<ReceivedPart> parts;

  // The first part of `type`; aborts the test program when there is none.
  const ReceivedPart& Part(const std::string& type) const;
};

class MailServer {
 public:
  // Starts one and waits until it listens; aborts the test program when it cannot. The switches are those of
  // mail_server.py. The working directory is the repository's root, as it is for every test.
  explicit MailServer(std::vector<std::string> switches = {});
  ~MailServer();
  MailServer(const MailServer&) = delete;
  MailServer& operator=(const MailServer&) = delete;

  int Port() const { return port_; }
  // Every mail taken so far, in order.
  std::vector<ReceivedMail> Mails() const;
  // The same once there are at least `count`, or when `limit` is over.
  std::vector<ReceivedMail> WaitForMails(size_t count, absl::Duration limit) const;

 private:
  std::string directory_;
  Process process_;
  int port_;
};

}  // namespace cortado::testing
