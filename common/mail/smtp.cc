#include "common/mail/smtp.h"

#include <curl/curl.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstring>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/http/address.h"
#include "common/mail/smtp_answer.h"
#include "common/status/status.h"

namespace cortado::mail {
namespace {

using Steady = std::chrono::steady_clock;
using Handle = std::unique_ptr<CURL, decltype(&curl_easy_cleanup)>;
using List = std::unique_ptr<curl_slist, decltype(&curl_slist_free_all)>;

constexpr size_t kLongestPassword = 1024;
constexpr int kMostConnections = 16;

bool IsLoopbackHost(const std::string& host) {
  const absl::StatusOr<http::IpAddress> literal = http::IpAddress::Parse(host);
  return literal.ok() ? literal->Leads() == http::Reach::kLoopback : absl::EqualsIgnoreCase(host, "localhost");
}

bool IsHost(const std::string& host) {
  if (http::IpAddress::Parse(host).ok()) return true;
  const auto allowed = [](char c) {
    return absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '-' || c == '.';
  };
  return !host.empty() && host.size() <= 253 && std::all_of(host.begin(), host.end(), allowed);
}

bool HasControls(absl::string_view text) {
  return std::any_of(text.begin(), text.end(),
                     [](char c) { return absl::ascii_iscntrl(static_cast<unsigned char>(c)); });
}

// Returns what the file holds without its line end.
absl::StatusOr<std::string> ReadPassword(const std::string& path) {
  const int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (fd < 0) return absl::UnauthenticatedError("the file with the mail server's password cannot be opened");
  struct stat found;
  const bool ours = fstat(fd, &found) == 0 && S_ISREG(found.st_mode) && found.st_uid == geteuid() &&
                    (found.st_mode & (S_IRWXG | S_IRWXO)) == 0;
  std::string text(kLongestPassword + 1, '\0');
  const ssize_t size = ours ? read(fd, text.data(), text.size()) : 0;
  close(fd);
  if (!ours) {
    return absl::UnauthenticatedError(
        "the file with the mail server's password must be ours and closed to others: chmod 600 it");
  }
  text.resize(static_cast<size_t>(std::max<ssize_t>(size, 0)));
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.pop_back();
  if (text.empty() || text.size() > kLongestPassword || HasControls(text)) {
    return absl::UnauthenticatedError("the file with the mail server's password holds none");
  }
  return text;
}

std::string UrlOf(const SmtpServer& server) {
  const absl::StatusOr<http::IpAddress> literal = http::IpAddress::Parse(server.host);
  const bool v6 = literal.ok() && literal->IsV6();
  return absl::StrCat(server.security == Security::kTls ? "smtps://" : "smtp://", v6 ? "[" : "", server.host,
                      v6 ? "]" : "", ":", server.port, "/", server.hello);
}

}  // namespace

absl::Status Validate(const SmtpServer& server) {
  if (!IsHost(server.host)) return absl::InvalidArgumentError("the mail server's host must be a name or an address");
  if (server.port < 1 || server.port > 65535) {
    return absl::InvalidArgumentError("the mail server's port must be 1 to 65535");
  }
  if (server.security == Security::kNone && !IsLoopbackHost(server.host)) {
    return absl::InvalidArgumentError("a mail server on another machine needs STARTTLS or TLS");
  }
  if (server.user.empty() != server.password_file.empty()) {
    return absl::InvalidArgumentError("the mail server's user and password file belong together");
  }
  if (HasControls(server.user) || (!server.hello.empty() && !IsHost(server.hello))) {
    return absl::InvalidArgumentError("the mail server's user or our name to it holds what it may not");
  }
  if (server.connect_timeout <= absl::ZeroDuration() || server.timeout <= absl::ZeroDuration()) {
    return absl::InvalidArgumentError("the timeouts of the mail server must be positive");
  }
  if (server.connections < 1 || server.connections > kMostConnections) {
    return absl::InvalidArgumentError("the mail server's connections must be 1 to 16");
  }
  return absl::OkStatus();
}

// A libcurl handle, which keeps its connection to the server for the next mail. One thread at a time.
//
// The deadline is kept by OnProgress, which libcurl calls at least once a second, and not by CURLOPT_TIMEOUT_MS: while
// libcurl 7.88 waits for a reply it counts that from when the connection was made, so that a connection kept for the
// next mail would be late from the start. It also says QUIT to a server that stalled and waits two minutes for the
// answer; on sockets that were shut down it does not.
class SmtpClient::Connection {
 public:
  explicit Connection(bool loopback_only) : loopback_only_(loopback_only) {}
  ~Connection() { ShutDown(); }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  absl::Status Send(const SmtpServer& server, const Message& message, absl::string_view bytes, Steady::time_point end);

 private:
  static size_t OnRead(char* buffer, size_t, size_t room, void* user);
  static int OnTrace(CURL*, curl_infotype type, char* data, size_t size, void* user);
  static int OnProgress(void* user, curl_off_t, curl_off_t, curl_off_t, curl_off_t);
  static curl_socket_t OnOpenSocket(void* user, curlsocktype, curl_sockaddr* address);
  static int OnCloseSocket(void* user, curl_socket_t closed);

  void Configure(const SmtpServer& server);
  void Watch();
  void ShutDown();

  const bool loopback_only_;
  absl::string_view left_;  // Of the message.
  SmtpStage stage_ = SmtpStage::kGreeting;
  Steady::time_point end_;
  std::vector<curl_socket_t> sockets_;                 // Open ones.
  Handle curl_{curl_easy_init(), &curl_easy_cleanup};  // Last, for at its end it still calls what stands above.
};

size_t SmtpClient::Connection::OnRead(char* buffer, size_t, size_t room, void* user) {
  auto* self = static_cast<Connection*>(user);
  const size_t size = std::min(room, self->left_.size());
  std::memcpy(buffer, self->left_.data(), size);
  self->left_.remove_prefix(size);
  return size;
}

// Watches which command was sent last. It is all that is looked at of what libcurl tells: nothing is kept or written.
int SmtpClient::Connection::OnTrace(CURL*, curl_infotype type, char* data, size_t size, void* user) {
  auto* self = static_cast<Connection*>(user);
  if (type == CURLINFO_HEADER_OUT) self->stage_ = StageOf(absl::string_view(data, size), self->stage_);
  return 0;
}

int SmtpClient::Connection::OnProgress(void* user, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  auto* self = static_cast<Connection*>(user);
  if (Steady::now() < self->end_) return 0;
  self->ShutDown();
  return 1;
}

curl_socket_t SmtpClient::Connection::OnOpenSocket(void* user, curlsocktype, curl_sockaddr* address) {
  auto* self = static_cast<Connection*>(user);
  const absl::StatusOr<http::IpAddress> ip = http::IpAddress::FromSocket(&address->addr);
  const bool local = ip.ok() && ip->Leads() == http::Reach::kLoopback;
  if (self->loopback_only_ && !local) return CURL_SOCKET_BAD;
  const curl_socket_t opened = socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
  if (opened >= 0) self->sockets_.push_back(opened);
  return opened;
}

int SmtpClient::Connection::OnCloseSocket(void* user, curl_socket_t closed) {
  std::erase(static_cast<Connection*>(user)->sockets_, closed);
  return close(closed);
}

void SmtpClient::Connection::ShutDown() {
  for (const curl_socket_t open : sockets_) shutdown(open, SHUT_RDWR);
}

void SmtpClient::Connection::Configure(const SmtpServer& server) {
  CURL* curl = curl_.get();
  curl_easy_setopt(curl, CURLOPT_URL, UrlOf(server).c_str());
  curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, server.security == Security::kTls ? "smtps" : "smtp");
  curl_easy_setopt(curl, CURLOPT_PROXY, "");  // None, whatever the environment says.
  curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl, CURLOPT_USE_SSL,
                   static_cast<long>(server.security == Security::kNone ? CURLUSESSL_NONE : CURLUSESSL_ALL));
  curl_easy_setopt(curl, CURLOPT_SSL_VERIFYPEER, 1L);
  curl_easy_setopt(curl, CURLOPT_SSL_VERIFYHOST, 2L);
  curl_easy_setopt(curl, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  if (!server.ca_file.empty()) {
    curl_easy_setopt(curl, CURLOPT_CAINFO, server.ca_file.c_str());
    curl_easy_setopt(curl, CURLOPT_CAPATH, nullptr);  // These authorities alone, not the system's besides.
  }
  curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS,
                   static_cast<long>(std::max<int64_t>(1, absl::ToInt64Milliseconds(server.connect_timeout))));
}

// Has libcurl call us.
void SmtpClient::Connection::Watch() {
  CURL* curl = curl_.get();
  curl_easy_setopt(curl, CURLOPT_UPLOAD, 1L);
  curl_easy_setopt(curl, CURLOPT_INFILESIZE_LARGE, static_cast<curl_off_t>(left_.size()));
  curl_easy_setopt(curl, CURLOPT_READFUNCTION, &Connection::OnRead);
  curl_easy_setopt(curl, CURLOPT_READDATA, this);
  curl_easy_setopt(curl, CURLOPT_OPENSOCKETFUNCTION, &Connection::OnOpenSocket);
  curl_easy_setopt(curl, CURLOPT_OPENSOCKETDATA, this);
  curl_easy_setopt(curl, CURLOPT_CLOSESOCKETFUNCTION, &Connection::OnCloseSocket);
  curl_easy_setopt(curl, CURLOPT_CLOSESOCKETDATA, this);
  curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
  curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, &Connection::OnProgress);
  curl_easy_setopt(curl, CURLOPT_XFERINFODATA, this);
  curl_easy_setopt(curl, CURLOPT_VERBOSE, 1L);  // Without it OnTrace is not called.
  curl_easy_setopt(curl, CURLOPT_DEBUGFUNCTION, &Connection::OnTrace);
  curl_easy_setopt(curl, CURLOPT_DEBUGDATA, this);
}

absl::Status SmtpClient::Connection::Send(const SmtpServer& server, const Message& message, absl::string_view bytes,
                                          Steady::time_point end) {
  CURL* curl = curl_.get();
  if (curl == nullptr) return absl::UnavailableError("the mail library cannot start");
  if (Steady::now() >= end) return absl::UnavailableError("the mail server did not answer in time");
  left_ = bytes;
  stage_ = SmtpStage::kGreeting;
  end_ = end;
  curl_easy_reset(curl);  // Keeps the connection.
  Configure(server);
  Watch();
  // In whole seconds; the wait for the answer to QUIT obeys it alone.
  const auto seconds = std::chrono::ceil<std::chrono::seconds>(end - Steady::now()).count();
  curl_easy_setopt(curl, CURLOPT_SERVER_RESPONSE_TIMEOUT, static_cast<long>(std::max<int64_t>(1, seconds)));
  if (!server.user.empty()) {
    ASSIGN_OR_RETURN(const std::string password, ReadPassword(server.password_file));
    curl_easy_setopt(curl, CURLOPT_USERNAME, server.user.c_str());
    curl_easy_setopt(curl, CURLOPT_PASSWORD, password.c_str());
  }
  const List recipients(curl_slist_append(nullptr, absl::StrCat("<", message.to.address, ">").c_str()),
                        &curl_slist_free_all);
  curl_easy_setopt(curl, CURLOPT_MAIL_FROM, absl::StrCat("<", message.from.address, ">").c_str());
  curl_easy_setopt(curl, CURLOPT_MAIL_RCPT, recipients.get());
  const CURLcode code = curl_easy_perform(curl);
  curl_easy_setopt(curl, CURLOPT_MAIL_RCPT, nullptr);  // It ends here.
  long answer = 0;
  curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &answer);
  return code == CURLE_OK ? absl::OkStatus() : FailureOf(code, static_cast<int>(answer), stage_);
}

SmtpClient::SmtpClient(SmtpServer server) : server_(std::move(server)), threads_(server_.connections) {}
SmtpClient::~SmtpClient() = default;

absl::StatusOr<std::unique_ptr<SmtpClient>> SmtpClient::New(SmtpServer server) {
  static const CURLcode started = curl_global_init(CURL_GLOBAL_DEFAULT);
  if (started != CURLE_OK) return absl::InternalError("the mail library cannot start");
  RETURN_IF_ERROR(Validate(server));
  return std::unique_ptr<SmtpClient>(new SmtpClient(std::move(server)));
}

std::unique_ptr<SmtpClient::Connection> SmtpClient::Take() {
  sync::MutexLock lock(mutex_);
  if (idle_.empty()) return std::make_unique<Connection>(server_.security == Security::kNone);
  std::unique_ptr<Connection> connection = std::move(idle_.back());
  idle_.pop_back();
  return connection;
}

void SmtpClient::GiveBack(std::unique_ptr<Connection> connection) {
  sync::MutexLock lock(mutex_);
  idle_.push_back(std::move(connection));
}

Task<absl::Status> SmtpClient::Send(const Message& message, absl::Duration limit) {
  const auto end = Steady::now() + absl::ToChronoMilliseconds(std::min(limit, server_.timeout));
  co_await threads_.Schedule();
  const absl::StatusOr<std::string> bytes = FormatMessage(message);
  if (!bytes.ok()) co_return bytes.status();
  std::unique_ptr<Connection> connection = Take();
  const absl::Status sent = connection->Send(server_, message, *bytes, end);
  // After a failure nobody knows what state the connection is in: the next mail makes a new one.
  if (sent.ok()) GiveBack(std::move(connection));
  co_return sent;
}

}  // namespace cortado::mail
