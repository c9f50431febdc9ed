// Two organisations with everything between people that there is, everybody who may come to the door, and what is known
// of all of them. Not thread-safe until it is made; then read only, but for calls.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "cortado/profile/v1/auth_service.grpc.pb.h"
#include "tests/access/any_method.h"
#include "tests/access/naive_access.h"
#include "tests/access/questions.h"
#include "tests/testing/site.h"

namespace cortado::testing {

// Somebody at the door.
struct Visitor {
  std::string words;  // As "ada of Acme as EMPLOYEE".
  Caller caller;
  Somebody who;
};

// What a person has, by its kind; empty where they have none.
using Things = std::map<Object, std::string>;

class TwoOrganizations {
 public:
  // Fails the test where it cannot be made.
  TwoOrganizations();

  const Facts& facts() const { return facts_; }
  // Nobody, everybody whose token does not count, and everybody else: all sets of roles, programs, services, who acts
  // for somebody, and people of the other organisation, a namesake among them.
  const std::vector<Visitor>& visitors() const { return visitors_; }
  const std::string& acme() const { return acme_; }
  const std::string& other() const { return other_; }

  // The objects of a question for this visitor: own, a colleague's, foreign, absent. A foreign name and the absent one
  // are of one length. Own and colleague's are left out where the question is about strangers only.
  struct Objects {
    std::vector<std::string> known;
    std::string foreign;
    std::string absent;
    std::vector<std::string> All() const;
  };
  Objects ObjectsFor(const Visitor& visitor, Object kind) const;

  // Asks; a request id is made of `request_id` or, when that is empty, of the question and its object.
  Answer Call(const Question& question, const Visitor& visitor, const std::string& object,
              const std::string& request_id = "");

  // Words that stand in everything of an organisation that people can read, and nowhere else.
  std::string PlantedIn(const std::string& organization) const { return "Planted in " + organization; }

  Site& site() { return site_; }

 private:
  using AuthStub = profile::v1::AuthService::Stub;

  void MakePeople(const std::string& organization, const std::vector<std::string>& ids);
  // Things of `me`: somebody asks them, and they have a match and a chat with `partner`.
  Things MakeThings(const std::string& organization, const std::string& me, const std::string& asker,
                    const std::string& partner);
  std::string MakeRequest(const std::string& organization, const std::string& from, const std::string& to);
  std::string MakeMatch(const std::string& organization, const std::string& from, const std::string& to);
  std::string MakeChat(const std::string& organization, const std::string& me, const std::string& partner,
                       const std::string& match);
  // Behind the chat.
  std::string MakeSeries(const std::string& organization, const std::string& me, const std::string& partner,
                         const Things& things);
  std::string MakeDestination(const std::string& organization, const std::string& me);
  void WriteOwnRecord(const std::string& organization, const std::string& me);
  profile::v1::Tokens Bootstrap(const std::string& organization);
  profile::v1::ServiceKey MakeKey(const std::string& organization, const std::string& scope, api::v1::Role role);
  profile::v1::Tokens Exchange(const std::string& secret);
  std::string MakeIssuer(const std::string& organization);
  profile::v1::Tokens LinkAndAct(const Caller& bot, const std::string& team, const std::string& user,
                                 const std::string& email);
  void Install(const Caller& bot, const std::string& team);
  void Leave(const std::string& organization, const std::string& id);
  void Know(const std::string& organization, const std::string& name, std::set<std::string> between,
            const std::string& asked = "");

  void MakeSessions();
  void AddVisitor(std::string words, Caller caller, Somebody who) { visitors_.push_back({words, caller, who}); }
  // A token of somebody with these roles, without a session.
  void AddPerson(const std::string& organization, const std::string& id, const std::vector<std::string>& roles);
  // Whoever is refused whatever they ask.
  void AddRefused(const std::string& words, const std::string& token);
  void AddRefusedOnes();
  void AddPrograms();
  void AddLink();

  Site site_;
  std::unique_ptr<AuthStub> auth_;
  std::string acme_;
  std::string other_;
  Facts facts_;
  std::vector<Visitor> visitors_;
  Things ada_;
  Things bob_;
  Things fay_;
};

}  // namespace cortado::testing
