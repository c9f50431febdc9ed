#include "common/testing/http_server.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "common/log/check.h"

namespace cortado::testing {
namespace {

using Ssl = std::unique_ptr<SSL, decltype(&SSL_free)>;

HttpRequest ParseHead(absl::string_view head) {
  HttpRequest request;
  const std::vector<absl::string_view> lines = absl::StrSplit(head, "\r\n");
  const std::vector<std::string> first = absl::StrSplit(lines.front(), ' ');
  request.method = first.front();
  if (first.size() > 1) request.path = first[1];
  for (size_t i = 1; i < lines.size(); ++i) {
    const size_t colon = lines[i].find(':');
    if (colon == absl::string_view::npos) continue;
    request.headers[absl::AsciiStrToLower(lines[i].substr(0, colon))] =
        std::string(absl::StripAsciiWhitespace(lines[i].substr(colon + 1)));
  }
  return request;
}

// Reads a whole request; one without a path when there is none.
HttpRequest ReadRequest(const std::function<int(char*, int)>& read_some) {
  std::string bytes;
  char buffer[4096];
  size_t end = std::string::npos, size = 0;
  HttpRequest request;
  while (end == std::string::npos || bytes.size() < end + 4 + size) {
    const int got = read_some(buffer, sizeof buffer);
    if (got <= 0) return {};
    bytes.append(buffer, static_cast<size_t>(got));
    if (end != std::string::npos || !absl::StrContains(bytes, "\r\n\r\n")) continue;
    end = bytes.find("\r\n\r\n");
    request = ParseHead(absl::string_view(bytes).substr(0, end));
    if (!absl::SimpleAtoi(request.headers["content-length"], &size)) size = 0;
  }
  request.body = bytes.substr(end + 4, size);
  return request;
}

}  // namespace

TlsIdentity::TlsIdentity(const std::string& host)
    : key_(EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", "P-256"), &EVP_PKEY_free), certificate_(X509_new(), &X509_free) {
  X509* certificate = certificate_.get();
  X509_set_version(certificate, X509_VERSION_3);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1);
  X509_gmtime_adj(X509_getm_notBefore(certificate), -3600);
  X509_gmtime_adj(X509_getm_notAfter(certificate), 3600);
  X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate), "CN", MBSTRING_ASC,
                             reinterpret_cast<const unsigned char*>(host.c_str()), -1, -1, 0);
  X509_set_issuer_name(certificate, X509_get_subject_name(certificate));
  X509_set_pubkey(certificate, key_.get());
  X509_EXTENSION* names =
      X509V3_EXT_conf_nid(nullptr, nullptr, NID_subject_alt_name, absl::StrCat("DNS:", host).c_str());
  X509_add_ext(certificate, names, -1);
  X509_EXTENSION_free(names);
  CORTADO_CHECK(X509_sign(certificate, key_.get(), EVP_sha256()) > 0);
}

std::string TlsIdentity::Pem() const {
  const std::unique_ptr<BIO, decltype(&BIO_free)> bio(BIO_new(BIO_s_mem()), &BIO_free);
  CORTADO_CHECK(PEM_write_bio_X509(bio.get(), certificate_.get()) == 1);
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio.get(), &data);
  return std::string(data, static_cast<size_t>(size));
}

HttpServer::HttpServer(Handler handler, const TlsIdentity* identity)
    : HttpServer([handler = std::move(handler)](const HttpRequest& request) { return handler(request.path); },
                 identity) {}

HttpServer::HttpServer(RequestHandler handler, const TlsIdentity* identity) : handler_(std::move(handler)) {
  if (identity != nullptr) {
    tls_ = std::shared_ptr<SSL_CTX>(SSL_CTX_new(TLS_server_method()), &SSL_CTX_free);
    CORTADO_CHECK(SSL_CTX_use_certificate(tls_.get(), identity->certificate_.get()) == 1);
    CORTADO_CHECK(SSL_CTX_use_PrivateKey(tls_.get(), identity->key_.get()) == 1);
  }
  signal(SIGPIPE, SIG_IGN);  // A caller that hangs up early is no reason to die.
  listener_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  CORTADO_CHECK(bind(listener_, reinterpret_cast<sockaddr*>(&address), size) == 0 && listen(listener_, 16) == 0);
  CORTADO_CHECK(getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size) == 0 && pipe(stop_) == 0);
  port_ = ntohs(address.sin_port);
  thread_ = std::thread([this] { Run(); });
}

HttpServer::~HttpServer() {
  close(stop_[1]);
  thread_.join();
  close(stop_[0]);
  close(listener_);
}

void HttpServer::Run() {
  while (true) {
    pollfd wait[] = {{listener_, POLLIN, 0}, {stop_[0], POLLIN, 0}};
    poll(wait, 2, -1);
    if (wait[1].revents != 0) return;
    const int connection = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (connection < 0) continue;
    ++calls_;
    Serve(connection);
    close(connection);
  }
}

void HttpServer::Serve(int connection) {
  const Ssl ssl(tls_ == nullptr ? nullptr : SSL_new(tls_.get()), &SSL_free);
  if (ssl != nullptr) {
    SSL_set_fd(ssl.get(), connection);
    if (SSL_accept(ssl.get()) != 1) return;
  }
  const HttpRequest request = ReadRequest([&](char* data, int size) {
    return ssl != nullptr ? SSL_read(ssl.get(), data, size) : static_cast<int>(read(connection, data, size));
  });
  if (request.path.empty()) return;
  const std::string answer = handler_(request);
  if (answer.empty()) {
    // Until the caller hangs up, or the test ends.
    pollfd wait[] = {{connection, POLLIN, 0}, {stop_[0], POLLIN, 0}};
    poll(wait, 2, -1);
    return;
  }
  if (ssl != nullptr) {
    SSL_write(ssl.get(), answer.data(), static_cast<int>(answer.size()));
    SSL_shutdown(ssl.get());
  } else {
    size_t sent = 0;
    while (sent < answer.size()) {
      const ssize_t size = write(connection, answer.data() + sent, answer.size() - sent);
      if (size <= 0) return;
      sent += static_cast<size_t>(size);
    }
  }
}

std::string Answer(const std::string& body) {
  return absl::StrCat("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\nContent-Length: ",
                      body.size(), "\r\n\r\n", body);
}

std::string Redirect(const std::string& location) {
  return absl::StrCat("HTTP/1.1 302 Found\r\nConnection: close\r\nContent-Length: 0\r\nLocation: ", location,
                      "\r\n\r\n");
}

}  // namespace cortado::testing
