// cortadoctl block add | remove | list
#include <memory>

#include "absl/strings/str_cat.h"
#include "clients/ctl/command.h"
#include "clients/ctl/pages.h"
#include "clients/ctl/render/words.h"
#include "common/status/status.h"

namespace cortado::ctl {
namespace {

using profile::v1::Block;

absl::Status AddOne(Ctl& ctl, const std::string& who) {
  ASSIGN_OR_RETURN(const std::string id, PersonId(who));
  ASSIGN_OR_RETURN(Session * session, ctl.session());
  ASSIGN_OR_RETURN(const Caller me, session->Me());
  profile::v1::BlockPersonRequest request;
  request.set_parent("people/" + me.person);
  request.mutable_block()->set_person("people/" + id);
  request.set_request_id(session->RequestId());
  ASSIGN_OR_RETURN(const Block block, session->Call(session->profile(), &Profile::BlockPerson, me, request));
  ctl.Say(absl::StrCat(id, " is blocked, both ways. Nobody but you learns of it.\n"));
  ctl.Document(block);
  return absl::OkStatus();
}

absl::Status Remove(Ctl& ctl, const std::string& who) {
  ASSIGN_OR_RETURN(const std::string id, PersonId(who));
  ASSIGN_OR_RETURN(Session * session, ctl.session());
  ASSIGN_OR_RETURN(const Caller me, session->Me());
  profile::v1::UnblockPersonRequest request;
  request.set_name(absl::StrCat("people/", me.person, "/blocks/", id));
  request.set_request_id(session->RequestId());
  ASSIGN_OR_RETURN(const auto done, session->Call(session->profile(), &Profile::UnblockPerson, me, request));
  ctl.Say(absl::StrCat(id, " is not blocked any more.\n"));
  ctl.Document(done);
  return absl::OkStatus();
}

absl::Status List(Ctl& ctl) {
  ASSIGN_OR_RETURN(Session * session, ctl.session());
  ASSIGN_OR_RETURN(const Caller me, session->Me());
  profile::v1::ListBlocksRequest request;
  request.set_parent("people/" + me.person);
  ASSIGN_OR_RETURN(const auto blocks, ListPages(*session, session->profile(), &Profile::ListBlocks, me, request));
  Table table({{"PERSON"}, {"SINCE"}});
  for (const Block& block : blocks.blocks()) {
    table.Add(
        {ShortName(block.person()), absl::FormatTime("%Y-%m-%d", ToTime(block.create_time()), absl::UTCTimeZone())});
  }
  ctl.Say(table.empty() ? "You blocked nobody.\n" : table.Render(ctl.style(), ctl.columns()));
  ctl.Document(blocks);
  return absl::OkStatus();
}

}  // namespace

void AddBlock(CLI::App& app, Ctl& ctl) {
  CLI::App* noun = AddNoun(app, "block", "whom you do not want to meet; nobody but you learns of it");
  auto who = std::make_shared<std::string>();

  CLI::App* add = AddVerb(noun, "add", "block somebody, both ways");
  add->add_option("person", *who, "whom")->required();
  OnParsed(add, ctl, [&ctl, who] { return AddOne(ctl, *who); });

  CLI::App* remove = AddVerb(noun, "remove", "end a block");
  remove->add_option("person", *who, "whose")->required();
  OnParsed(remove, ctl, [&ctl, who] { return Remove(ctl, *who); });

  OnParsed(AddVerb(noun, "list", "whom you blocked"), ctl, [&ctl] { return List(ctl); });
}

}  // namespace cortado::ctl
