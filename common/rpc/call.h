// Who calls, for which organisation, until when: what every handler, core and store function is given first.
//
// A Call is a handle, cheap to copy, valid for ever; thread-safe.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "cortado/api/v1/options.pb.h"

namespace cortado::rpc {

// A set of api::v1::Role.
class Roles {
 public:
  constexpr Roles() = default;
  void Add(api::v1::Role role) { bits_ |= 1u << role; }
  bool Has(api::v1::Role role) const { return (bits_ & (1u << role)) != 0; }
  bool Meets(Roles other) const { return (bits_ & other.bits_) != 0; }

 private:
  uint32_t bits_ = 0;
};

// What stands behind a Call. Built by the binder, or by a reaction of ours that acts without a caller.
struct CallInfo {
  std::string organization;  // Empty only where the method belongs to none, or takes no token and got none.
  std::string subject;       // Id of the person (`p1`, as in `people/p1`), or name of the service or operator.
  std::string actor;         // Who acts on the subject's behalf; empty: the subject.
  Roles roles;
  std::string scope;    // What alone the caller's token is good for; empty: whatever the roles allow.
  std::string session;  // The session or service key behind the token; empty: none.
  std::string method;   // As `cortado.profile.v1.ProfileService/GetPerson`; a reaction's own name otherwise.
  std::string accept_language;
  absl::Time deadline = absl::InfiniteFuture();
  // Set by the binder when the caller hung up, or a watch must end because the server stops.
  std::atomic<bool> cancelled{false};
  // Looks at the transport; null when there is none.
  bool (*is_cancelled)(const void*) = nullptr;
  const void* transport = nullptr;
};

class Call {
 public:
  explicit Call(std::shared_ptr<CallInfo> info) : info_(std::move(info)) {}

  const std::string& organization() const { return info_->organization; }
  const std::string& subject() const { return info_->subject; }
  const std::string& actor() const { return info_->actor; }
  const std::string& scope() const { return info_->scope; }
  const std::string& session() const { return info_->session; }
  const std::string& method() const { return info_->method; }
  const std::string& accept_language() const { return info_->accept_language; }
  absl::Time deadline() const { return info_->deadline; }

  bool Has(api::v1::Role role) const { return info_->roles.Has(role); }
  bool HasAny(Roles roles) const { return info_->roles.Meets(roles); }
  bool IsService() const { return Has(api::v1::ROLE_SERVICE); }
  // Whether the caller is the person with this id (not resource name). A program or a service of that name is not.
  bool IsSelf(absl::string_view person_id) const { return Has(api::v1::ROLE_EMPLOYEE) && info_->subject == person_id; }
  // Whether nobody waits for the answer any more. Look between awaits of long work.
  bool Cancelled() const {
    return info_->cancelled.load(std::memory_order_relaxed) ||
           (info_->is_cancelled != nullptr && info_->is_cancelled(info_->transport));
  }

 private:
  std::shared_ptr<CallInfo> info_;
};

// A call that no caller made: a reaction to an event, a job. `name` stands in the audit trail as method and subject.
Call InternalCall(absl::string_view organization, absl::string_view name, absl::Time deadline);

// `ROLE_HR_ADMIN` for "HR_ADMIN"; ROLE_UNSPECIFIED for what is none.
api::v1::Role ParseRole(absl::string_view name);

}  // namespace cortado::rpc
