// cortadoctl key rotate | retire: the key that tokens are signed with, in a file on this machine.
#include <memory>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "clients/ctl/command.h"
#include "common/auth/key_ring.h"
#include "common/status/status.h"

namespace cortado::ctl {
namespace {

using auth::KeyRing;

absl::Status Rotate(Ctl& ctl) {
  ASSIGN_OR_RETURN(Session * session, ctl.session());
  const std::string path = session->target().key_file;
  ASSIGN_OR_RETURN(const auth::SigningKey before, LoadKey(path));
  RETURN_IF_ERROR(KeyRing::Prepare(path));
  ctl.Say("A next key is there; waiting until every server has read it ...\n");
  // Servers read their keys this often, and cannot all be asked: some may stand on other machines.
  absl::SleepFor(3 * KeyRing::kReload);
  RETURN_IF_ERROR(KeyRing::Activate(path));
  ASSIGN_OR_RETURN(const auth::SigningKey after, LoadKey(path));
  ctl.Say(absl::StrCat("Key ", after.KeyId(), " signs now. What ", before.KeyId(),
                       " signed still counts; end that with `cortadoctl key retire` ten minutes from now: whoever has "
                       "not refreshed by then logs in again.\n"));
  ctl.Document(absl::StrCat("{\"signs\": \"", after.KeyId(), "\", \"previous\": \"", before.KeyId(), "\"}"));
  return absl::OkStatus();
}

absl::Status Retire(Ctl& ctl) {
  ASSIGN_OR_RETURN(Session * session, ctl.session());
  RETURN_IF_ERROR(KeyRing::Retire(session->target().key_file));
  ctl.Say("The previous key counts no more.\n");
  ctl.Document("{}");
  return absl::OkStatus();
}

}  // namespace

void AddKey(CLI::App& app, Ctl& ctl) {
  CLI::App* noun = AddNoun(app, "key", "the key that tokens are signed with, in a file on this machine");
  OnParsed(AddVerb(noun, "rotate", "make another key and sign with it; the old one counts until it is retired"), ctl,
           [&ctl] { return Rotate(ctl); });
  OnParsed(AddVerb(noun, "retire", "end the previous key"), ctl, [&ctl] { return Retire(ctl); });
}

}  // namespace cortado::ctl
