// A host of the web for one test: answers on 127.0.0.1 what the test says, with or without TLS. One call at a time,
// each on a connection of its own.
#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <thread>

struct evp_pkey_st;  // EVP_PKEY of OpenSSL.
struct x509_st;      // X509 of OpenSSL.
struct ssl_ctx_st;   // SSL_CTX of OpenSSL.

namespace cortado::testing {

// A self-signed certificate for one host name, which is its own authority.
class TlsIdentity {
 public:
  explicit TlsIdentity(const std::string& host);

  // The certificate as PEM text: what a caller must trust.
  std::string Pem() const;

 private:
  friend class HttpServer;
  std::shared_ptr<evp_pkey_st> key_;
  std::shared_ptr<x509_st> certificate_;
};

// What a caller sent.
struct HttpRequest {
  std::string method;                          // As POST.
  std::string path;                            // With the query.
  std::map<std::string, std::string> headers;  // By name in lower case.
  std::string body;
};

class HttpServer {
 public:
  // Returns the whole answer to a GET of `path`, head and body as HTTP/1.1 writes them; empty to never answer.
  using Handler = std::function<std::string(const std::string& path)>;

  // The same for any request.
  using RequestHandler = std::function<std::string(const HttpRequest& request)>;

  explicit HttpServer(Handler handler, const TlsIdentity* identity = nullptr);
  explicit HttpServer(RequestHandler handler, const TlsIdentity* identity = nullptr);
  ~HttpServer();
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  int Port() const { return port_; }
  // How many connections came in.
  int Calls() const { return calls_; }

 private:
  void Run();
  void Serve(int connection);

  const RequestHandler handler_;
  std::shared_ptr<ssl_ctx_st> tls_;
  int listener_;
  int port_ = 0;
  int stop_[2];  // A pipe: closed at the writing end, it wakes whoever waits.
  std::atomic<int> calls_{0};
  std::thread thread_;
};

// "200 OK" and the body.
std::string Answer(const std::string& body);
// A redirect to `location`.
std::string Redirect(const std::string& location);

}  // namespace cortado::testing
