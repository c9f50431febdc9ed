#!/usr/bin/env python3
"""Runs clang-tidy over our own sources: tools/tidy.py [FILE.cc...], by default every source that build/release compiles.

clang-tidy 14 is given the flags g++ was given, and told to let pass those it does not know. A file that passed is not
looked at again until it, a header of ours, or the configuration changes (build/tidy holds the proof); on a fresh machine
every file is looked at.
"""

import concurrent.futures
import hashlib
import json
import os
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
COMMANDS = ROOT / "build/release/compile_commands.json"
FOLDER = ROOT / "build/tidy"
TOOL = "clang-tidy-14"
INCLUDE = re.compile(r'^#include "([^"]+)"', re.MULTILINE)


def our_commands(generated):
  """Returns {path relative to the root: compile command} for sources that stand in the repository."""
  ours = {}
  for entry in generated:
    source = pathlib.Path(entry["directory"], entry["file"]).resolve()
    if source.is_relative_to(ROOT) and not source.is_relative_to(ROOT / "build"):
      # With ccache in front clang-tidy would take the compiler for a source file.
      entry["command"] = re.sub(r"^\S*ccache\s+", "", entry["command"]) + " -Wno-unknown-warning-option"
      ours[str(source.relative_to(ROOT))] = entry
  return ours


def closure(source, seen):
  """Adds to `seen` every file of ours that `source` includes, directly or not, and the source itself."""
  if source in seen or not (ROOT / source).is_file():
    return
  seen.add(source)
  for included in INCLUDE.findall((ROOT / source).read_text(errors="replace")):
    closure(included, seen)


def fingerprint(source, entry):
  """Returns what the verdict on `source` depends on, hashed."""
  seen = set()
  closure(source, seen)
  digest = hashlib.sha256(entry["command"].encode())
  for name in [".clang-tidy", *sorted(seen)]:
    digest.update(name.encode() + b"\0" + (ROOT / name).read_bytes())
  return digest.hexdigest()


def check(source, entry):
  """Returns (source, complaints); complaints are empty when clang-tidy has none."""
  proof = FOLDER / (source.replace("/", "__") + ".ok")
  wanted = fingerprint(source, entry)
  if proof.exists() and proof.read_text() == wanted:
    return source, ""
  run = subprocess.run([TOOL, "--quiet", "-p", str(FOLDER), str(ROOT / source)], cwd=ROOT, capture_output=True, text=True)
  if run.returncode == 0 and not run.stdout.strip():
    proof.write_text(wanted)
    return source, ""
  return source, run.stdout + ("" if run.stdout.strip() else run.stderr)


def main(arguments):
  if not COMMANDS.exists():
    sys.exit("build/release is not configured yet: tools/build.sh release")
  FOLDER.mkdir(parents=True, exist_ok=True)
  ours = our_commands(json.loads(COMMANDS.read_text()))
  (FOLDER / "compile_commands.json").write_text(json.dumps(list(ours.values()), indent=1))
  asked = [str(pathlib.Path(name).resolve().relative_to(ROOT)) for name in arguments] or sorted(ours)
  unknown = [name for name in asked if name not in ours]
  if unknown:
    sys.exit("not compiled by build/release: " + " ".join(unknown))
  bad = 0
  jobs = int(os.environ.get("JOBS", os.cpu_count()))
  with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
    for done, (source, complaints) in enumerate(pool.map(lambda name: check(name, ours[name]), asked), 1):
      if sys.stderr.isatty():
        print(f"\r\033[Kclang-tidy {done}/{len(asked)} {source}", end="", file=sys.stderr, flush=True)
      if complaints:
        bad += 1
        print(f"\n{source}:\n{complaints}", flush=True)
  if sys.stderr.isatty():
    print("\r\033[K", end="", file=sys.stderr)
  print(f"clang-tidy: {len(asked)} files, {bad} with complaints")
  return 1 if bad else 0


if __name__ == "__main__":
  sys.exit(main(sys.argv[1:]))
