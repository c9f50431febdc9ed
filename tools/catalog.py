#!/usr/bin/env python3
"""Makes catalog_entries.cc of the sentences in common/text/catalog: tools/catalog.py OUT FILE.json...

Sorted by code. Fails, naming file and code, on a code that comes twice or lacks a language.
"""

import json
import pathlib
import sys

LANGUAGES = ("en", "de")


def no_repeats(pairs):
  """Parses an object; a name in it twice would silently lose one."""
  seen = {}
  for name, value in pairs:
    if name in seen:
      raise ValueError(f"{name} is there twice")
    seen[name] = value
  return seen


def read(paths):
  """Returns {code: (english, german)} of all files; raises ValueError for what is wrong in one."""
  entries = {}
  for path in paths:
    try:
      for code, sentences in json.loads(path.read_text(encoding="utf-8"), object_pairs_hook=no_repeats).items():
        if tuple(sorted(sentences)) != tuple(sorted(LANGUAGES)):
          raise ValueError(f"{code} needs exactly {' and '.join(LANGUAGES)}")
        if code in entries:
          raise ValueError(f"{code} is in another file too")
        entries[code] = tuple(sentences[language] for language in LANGUAGES)
    except ValueError as problem:
      raise ValueError(f"{path}: {problem}") from problem
  return entries


def quoted(text):
  """Returns `text` as a C++ string literal."""
  return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'


def main(out, *paths):
  try:
    entries = read([pathlib.Path(path) for path in paths])
  except ValueError as problem:
    sys.exit(f"catalog: {problem}")
  lines = [f"    {{{', '.join(map(quoted, (code, *entries[code])))}}}," for code in sorted(entries)]
  pathlib.Path(out).write_text("\n".join([
      "// Made by tools/catalog.py of common/text/catalog; never edited.",
      '#include "common/text/catalog_entries.h"', "", "#include <iterator>", "",
      "namespace cortado::text {", "", "const CatalogEntry kCatalog[] = {", *lines, "};", "",
      "const size_t kCatalogSize = std::size(kCatalog);", "", "}  // namespace cortado::text", ""]), encoding="utf-8")


if __name__ == "__main__":
  main(*sys.argv[1:])
