// The text of deploy/catalog, for catalog_file.cc alone. Constant: any thread.
#pragma once

namespace cortado::ctl {

extern const char kStarterSkills[];
extern const char kStarterRoles[];

}  // namespace cortado::ctl
