#include "common/http/fetch.h"

#include <curl/curl.h>
#include <netdb.h>
#include <sys/socket.h>

#include <algorithm>
#include <chrono>
#include <memory>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/status/status.h"

namespace cortado::http {
namespace {

using Steady = std::chrono::steady_clock;
using Handle = std::unique_ptr<CURL, decltype(&curl_easy_cleanup)>;
using List = std::unique_ptr<curl_slist, decltype(&curl_slist_free_all)>;
using UrlHandle = std::unique_ptr<CURLU, decltype(&curl_url_cleanup)>;

constexpr size_t kMaxUrlSize = 2048;
constexpr int kMaxRedirects = 3;

// What one transfer collects, and the rule its connections obey.
struct Transfer {
  AddressRule rule;
  size_t max_size;
  const std::function<bool()>& cancelled;
  std::string body = {};
  bool too_large = false;
};

// What is sent; nothing for a GET.
struct Payload {
  const std::vector<std::string>& headers;
  const std::string& body;
};

size_t OnBody(char* data, size_t, size_t size, void* user) {
  auto* transfer = static_cast<Transfer*>(user);
  transfer->too_large = transfer->body.size() + size > transfer->max_size;
  if (transfer->too_large) return 0;
  transfer->body.append(data, size);
  return size;
}

int OnProgress(void* user, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  const auto* transfer = static_cast<Transfer*>(user);
  return transfer->cancelled && transfer->cancelled() ? 1 : 0;
}

// The second lock on the door: whatever path led here, no socket is opened to an address the rule forbids.
curl_socket_t OnOpenSocket(void* user, curlsocktype, curl_sockaddr* address) {
  const absl::StatusOr<IpAddress> ip = IpAddress::FromSocket(&address->addr);
  if (!ip.ok() || !CheckAddress(*ip, static_cast<Transfer*>(user)->rule).ok()) return CURL_SOCKET_BAD;
  return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

std::string Part(const UrlHandle& handle, CURLUPart part, unsigned flags) {
  char* text = nullptr;
  if (curl_url_get(handle.get(), part, &text, flags) != CURLUE_OK) return "";
  std::string copy(text);
  curl_free(text);
  return copy;
}

// Returns the addresses to connect to. All must be allowed: a name that leads partly inside is not to be trusted.
absl::StatusOr<std::vector<IpAddress>> Admit(const Url& url, const FetchOptions& options) {
  std::vector<IpAddress> addresses;
  if (absl::StatusOr<IpAddress> literal = IpAddress::Parse(url.host); literal.ok()) {
    addresses = {*literal};
  } else {
    ASSIGN_OR_RETURN(addresses, options.resolve(url.host));
  }
  if (addresses.empty()) return absl::UnavailableError("the host has no address");
  for (const IpAddress& address : addresses) {
    RETURN_IF_ERROR(CheckAddress(address, options.addresses));
    if (!url.secure && address.Leads() != Reach::kLoopback) {
      return absl::InvalidArgumentError("the address must start with https://");
    }
  }
  return addresses;
}

// "host:port:address,address" for CURLOPT_RESOLVE.
std::string Pin(const Url& url, const std::vector<IpAddress>& addresses) {
  const auto bracketed = [](std::string* out, const IpAddress& address) {
    absl::StrAppend(out, address.IsV6() ? "[" : "", address.ToString(), address.IsV6() ? "]" : "");
  };
  return absl::StrCat(url.host, ":", url.port, ":", absl::StrJoin(addresses, ",", bracketed));
}

void Configure(CURL* curl, const Url& url, const FetchOptions& options, Transfer& transfer) {
  curl_easy_setopt(curl, CURLOPT_URL, url.text.c_str());
  curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, url.secure ? "https" : "http");
  curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt(curl, CURLOPT_PROXY, "");  // None, whatever the environment says: it would choose the address.
  curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl, CURLOPT_USERAGENT, "cortado/" CORTADO_VERSION);
  curl_easy_setopt(curl, CURLOPT_SSL_VERIFYPEER, 1L);
  curl_easy_setopt(curl, CURLOPT_SSL_VERIFYHOST, 2L);
  curl_easy_setopt(curl, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  if (!options.ca_file.empty()) {
    curl_easy_setopt(curl, CURLOPT_CAINFO, options.ca_file.c_str());
    curl_easy_setopt(curl, CURLOPT_CAPATH, nullptr);  // These authorities alone, not the system's besides.
  }
  curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, &OnBody);
  curl_easy_setopt(curl, CURLOPT_WRITEDATA, &transfer);
  curl_easy_setopt(curl, CURLOPT_OPENSOCKETFUNCTION, &OnOpenSocket);
  curl_easy_setopt(curl, CURLOPT_OPENSOCKETDATA, &transfer);
  curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
  curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, &OnProgress);
  curl_easy_setopt(curl, CURLOPT_XFERINFODATA, &transfer);
}

// Returns the list of headers, which outlives the transfer.
List Load(CURL* curl, const Payload& payload) {
  curl_slist* headers = curl_slist_append(nullptr, "Expect:");  // Nobody waits for a 100.
  for (const std::string& header : payload.headers) headers = curl_slist_append(headers, header.c_str());
  curl_easy_setopt(curl, CURLOPT_POST, 1L);
  curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(payload.body.size()));
  curl_easy_setopt(curl, CURLOPT_POSTFIELDS, payload.body.c_str());
  curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
  return List(headers, &curl_slist_free_all);
}

absl::Status Failure(CURLcode code, const Transfer& transfer) {
  if (transfer.too_large) return absl::ResourceExhaustedError("the answer of the host is too large");
  switch (code) {
    case CURLE_OPERATION_TIMEDOUT:
      return absl::UnavailableError("the host did not answer in time");
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_CONNECT_ERROR:
      return absl::UnavailableError("the host does not prove by TLS who it is");
    default:
      return absl::UnavailableError("the host cannot be reached");
  }
}

struct Hop {
  Response response;
  std::string next;  // Where a redirect leads; empty when there is none.
};

absl::StatusOr<Hop> CallOnce(const Url& url, const FetchOptions& options, Steady::time_point deadline,
                             const Payload* payload = nullptr) {
  ASSIGN_OR_RETURN(const std::vector<IpAddress> addresses, Admit(url, options));
  const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Steady::now()).count();
  if (left <= 0) return absl::UnavailableError("the host did not answer in time");
  Transfer transfer{options.addresses, options.max_size, options.cancelled};
  const Handle curl(curl_easy_init(), &curl_easy_cleanup);
  // An address in the URL itself needs no pin: there is nothing to resolve.
  const bool literal = IpAddress::Parse(url.host).ok();
  const List pins(literal ? nullptr : curl_slist_append(nullptr, Pin(url, addresses).c_str()), &curl_slist_free_all);
  if (curl == nullptr) return absl::InternalError("the HTTP library cannot start");
  Configure(curl.get(), url, options, transfer);
  curl_easy_setopt(curl.get(), CURLOPT_RESOLVE, pins.get());
  curl_easy_setopt(curl.get(), CURLOPT_TIMEOUT_MS, static_cast<long>(left));
  const List headers = payload != nullptr ? Load(curl.get(), *payload) : List(nullptr, &curl_slist_free_all);
  const CURLcode code = curl_easy_perform(curl.get());
  // What was to be said is said: whoever posts does not read on.
  const bool said_enough = payload != nullptr && transfer.too_large;
  if (code != CURLE_OK && !said_enough) return Failure(code, transfer);
  long status = 0;
  char* next = nullptr;  // Belongs to the handle.
  curl_easy_getinfo(curl.get(), CURLINFO_RESPONSE_CODE, &status);
  curl_easy_getinfo(curl.get(), CURLINFO_REDIRECT_URL, &next);
  return Hop{{static_cast<int>(status), std::move(transfer.body)}, next == nullptr ? "" : next};
}

// What comes before every call.
absl::StatusOr<Url> Begin(const std::string& url, const FetchOptions& options) {
  static const CURLcode started = curl_global_init(CURL_GLOBAL_DEFAULT);
  if (started != CURLE_OK) return absl::InternalError("the HTTP library cannot start");
  ASSIGN_OR_RETURN(Url at, ParseUrl(url));
  if (!at.secure && !options.addresses.allow_loopback) {
    return absl::InvalidArgumentError("the address must start with https://");
  }
  return at;
}

}  // namespace

absl::StatusOr<Url> ParseUrl(absl::string_view text) {
  const absl::Status refused = absl::InvalidArgumentError("this is no address that starts with https://");
  const auto plain = [](char c) { return absl::ascii_isgraph(static_cast<unsigned char>(c)); };
  if (text.size() > kMaxUrlSize || !std::all_of(text.begin(), text.end(), plain)) return refused;
  if (absl::StrContains(text, ":///")) return refused;  // libcurl would skip the third slash, others would not.
  const UrlHandle handle(curl_url(), &curl_url_cleanup);
  if (curl_url_set(handle.get(), CURLUPART_URL, std::string(text).c_str(), CURLU_DISALLOW_USER) != CURLUE_OK) {
    return refused;
  }
  curl_url_set(handle.get(), CURLUPART_FRAGMENT, nullptr, 0);
  const std::string scheme = Part(handle, CURLUPART_SCHEME, 0);
  std::string host = absl::AsciiStrToLower(Part(handle, CURLUPART_HOST, 0));
  if ((scheme != "https" && scheme != "http") || host.empty()) return refused;
  if (host.front() == '[' && host.back() == ']') host = host.substr(1, host.size() - 2);
  int port = 0;
  if (!absl::SimpleAtoi(Part(handle, CURLUPART_PORT, CURLU_DEFAULT_PORT), &port)) return refused;
  return Url{Part(handle, CURLUPART_URL, 0), scheme == "https", std::move(host), port};
}

absl::StatusOr<std::vector<IpAddress>> Resolve(const std::string& host) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (getaddrinfo(host.c_str(), nullptr, &hints, &found) != 0) return absl::UnavailableError("the host has no address");
  const std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> owner(found, &freeaddrinfo);
  std::vector<IpAddress> addresses;
  for (const addrinfo* at = found; at != nullptr; at = at->ai_next) {
    ASSIGN_OR_RETURN(const IpAddress address, IpAddress::FromSocket(at->ai_addr));
    addresses.push_back(address);
  }
  return addresses;
}

absl::StatusOr<Response> Get(const std::string& url, const FetchOptions& options) {
  const auto deadline = Steady::now() + absl::ToChronoMilliseconds(options.timeout);
  ASSIGN_OR_RETURN(Url at, Begin(url, options));
  for (int redirects = 0; redirects <= kMaxRedirects; ++redirects) {
    ASSIGN_OR_RETURN(Hop hop, CallOnce(at, options, deadline));
    if (hop.next.empty()) return std::move(hop.response);
    const absl::StatusOr<Url> next = ParseUrl(hop.next);
    const bool same = next.ok() && next->secure == at.secure && next->host == at.host && next->port == at.port;
    if (!same) return absl::PermissionDeniedError("the host sends its callers elsewhere: that is not followed");
    at = *next;
  }
  return absl::UnavailableError("the host sends its callers in a circle");
}

absl::StatusOr<Response> Post(const std::string& url, const std::vector<std::string>& headers, const std::string& body,
                              const FetchOptions& options) {
  const auto deadline = Steady::now() + absl::ToChronoMilliseconds(options.timeout);
  ASSIGN_OR_RETURN(const Url at, Begin(url, options));
  const Payload payload{headers, body};
  ASSIGN_OR_RETURN(Hop hop, CallOnce(at, options, deadline, &payload));
  return std::move(hop.response);
}

absl::Status CheckReach(const std::string& url, const FetchOptions& options) {
  ASSIGN_OR_RETURN(const Url at, Begin(url, options));
  return Admit(at, options).status();
}

absl::StatusOr<std::string> GetBody(const std::string& url, const FetchOptions& options) {
  ASSIGN_OR_RETURN(Response response, Get(url, options));
  if (response.status != 200) return absl::UnavailableError("the host answers with an error");
  return std::move(response.body);
}

}  // namespace cortado::http
