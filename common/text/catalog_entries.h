// The table of all sentences, made of common/text/catalog, for catalog.cc and its tests alone. Constant: any thread.
#pragma once

#include <cstddef>

namespace cortado::text {

// One sentence in both languages, as ICU MessageFormat with named arguments. An argument `has_NAME` is made by Render:
// "yes" or "no", whether the parameter NAME is there and not empty. An argument that is formatted as a plural or number
// takes a whole number.
struct CatalogEntry {
  const char* code;
  const char* english;
  const char* german;
};

extern const CatalogEntry kCatalog[];
extern const size_t kCatalogSize;

}  // namespace cortado::text
