// A person, and what belongs to them, in words.
// Thread contract: pure functions.
#pragma once

#include <string>

#include "clients/ctl/render/style.h"
#include "cortado/profile/v1/catalog.pb.h"
#include "cortado/profile/v1/person.pb.h"
#include "cortado/type/v1/person_card.pb.h"

namespace cortado::ctl {

// Every fact that is known, one a line. `columns`: as Table::Render.
std::string RenderPerson(const profile::v1::Person& person, const Style& style, int columns);
std::string RenderOffer(const profile::v1::Offer& offer, const Style& style);
std::string RenderTime(const profile::v1::Time& time, const Style& style);

// Where somebody wants to go, as "sideways: Staff engineer, for mastery".
std::string DestinationPhrase(const profile::v1::Destination& destination);

// A table of what is missing.
std::string RenderGap(const profile::v1::SkillGap& gap, const Style& style, int columns, int indent = 0);

// "Ada Okafor, Staff engineer, Platform", as much of it as is known.
std::string CardPhrase(const type::v1::PersonCard& card);

}  // namespace cortado::ctl
