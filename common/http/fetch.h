// Calls that leave the machine, to places others name: an issuer's keys, a calendar, a webhook. By libcurl, which
// common/mail alone knows besides. The name is resolved once, every address is judged (address.h), and the connection
// goes to an address that was judged: a name that changes its mind in between (DNS rebinding) gains nothing. No proxy,
// no cookies, no compression, no password from anywhere. Functions block; any thread, but not the event loop's
// (`co_await executors.OnBlocking()` first).
//
//   ASSIGN_OR_RETURN(const http::Response response, http::Get("https://login.example/keys", {}));
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "common/http/address.h"

namespace cortado::http {

// Where a call goes.
struct Url {
  std::string text;  // As it is called: normalised, without a fragment.
  bool secure;       // https; else http.
  std::string host;  // A name in lower case or an address; IPv6 without brackets.
  int port;
};

// INVALID_ARGUMENT: over 2048 bytes; a character that is no printable ASCII; not http or https; no host; a user name or
// a password. libcurl reads it, so what is judged and what is called cannot differ.
absl::StatusOr<Url> ParseUrl(absl::string_view text);

// Returns every address of `host`, in the resolver's order. UNAVAILABLE: there is none. Takes as long as the machine's
// resolver does.
absl::StatusOr<std::vector<IpAddress>> Resolve(const std::string& host);

struct FetchOptions {
  // What may be called besides the public internet. With allow_loopback, http without TLS is allowed too, to this
  // machine alone.
  AddressRule addresses = {};
  // A PEM file of the authorities to trust; empty for those of the system.
  std::string ca_file = {};
  absl::Duration timeout = absl::Seconds(5);  // Of all of it but resolving the name.
  size_t max_size = 1 << 20;                  // Of the body, in bytes.
  // Asked about once a second while a call is under way: true breaks it off. Unset: nothing does.
  std::function<bool()> cancelled = nullptr;
  // Turns a name into addresses; a test brings its own.
  std::function<absl::StatusOr<std::vector<IpAddress>>(const std::string& host)> resolve = &Resolve;
};

struct Response {
  int status;  // As 200. Which of them are errors is the caller's to say.
  std::string body;
};

// Gets `url`, following at most three redirects within the same scheme, host and port. INVALID_ARGUMENT: ParseUrl
// refuses it, or it is http where that is not allowed. PERMISSION_DENIED: one of the host's addresses is not allowed,
// or a redirect leads elsewhere. RESOURCE_EXHAUSTED: the body is over max_size. UNAVAILABLE: no such name, no
// connection, no proof by TLS that the host is who it says, no answer in time.
absl::StatusOr<Response> Get(const std::string& url, const FetchOptions& options);

// Sends `body` to `url` with further headers ("Name: value"). A redirect is not followed: it is an answer like any
// other. Of the answer's body at most max_size bytes are read, and more is no error. Further errors as Get.
absl::StatusOr<Response> Post(const std::string& url, const std::vector<std::string>& headers, const std::string& body,
                              const FetchOptions& options);

// Returns OK when a call to `url` would be allowed as things are now; calls nothing but the resolver. Errors as Get.
absl::Status CheckReach(const std::string& url, const FetchOptions& options);

// Returns the body of an answer 200. UNAVAILABLE: it is any other; further errors as Get.
absl::StatusOr<std::string> GetBody(const std::string& url, const FetchOptions& options);

}  // namespace cortado::http
