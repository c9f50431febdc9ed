// The Lua bodies of person_store.cc, and its reads. See common/store/store.h for what bodies of writes find, and
// person_keys.h for the keys. Constant: any thread.
#pragma once

#include "common/store/store.h"

namespace cortado::profile {

// K: person, people, external, email, managers, reports, departments.
// A: id, revision read ('' for none), bytes, old and new external id, old and new address, new manager ('=' keeps), old
// and new department, event, active ('1' or '0'), edited fields ...
extern const store::WriteScript kPutPerson;

// K: as above, then the keys of the reports. A: id, revision read, external id, address, department, ids of the reports
// ...
extern const store::WriteScript kDeletePerson;

// K: person [, a key that must exist]. A: id, field, revision read ('' for none, '*' for any), '+' and bytes or '-',
// joins ('1' or ''), edited field, event, resource, object, manager.
extern const store::WriteScript kPutPersonPart;

// K: person ... Returns of each: person, manager, joined, slack, invited.
extern const redis::Script kReadPeople;

// K: person ... Returns everything of each.
extern const redis::Script kReadFiles;

// K: person ... Returns of each 1 when it is there and has not left, else 0.
extern const redis::Script kReadActive;

// K: reports, whose members are MANAGER/PERSON. A: id of a manager ... Returns the ids of all their reports.
extern const redis::Script kReadReports;

}  // namespace cortado::profile
