#!/usr/bin/env python3
"""Checks who includes what, and the few rules about files that no compiler knows: tools/check_layers.py [ROOT].

The tables below are the include table of ARCHITECTURE.md. A forbidden include is printed with its line and the rule, and
fails the check. A path pattern is a regular expression that must match the whole path from the repository root.
"""

import pathlib
import re
import subprocess
import sys

# Where the files of ours live, and what each part of the tree may include of the others.
PARTS = {
    "common": {"common"},
    "services/profile": {"common", "services/profile"},
    "services/matching": {"common", "services/matching"},
    "services/scheduling": {"common", "services/scheduling"},
    "services/allinone": {"common", "services/profile", "services/matching", "services/scheduling", "services/allinone"},
    "clients/ctl": {"common", "clients/ctl"},
    "bench": {"common", "services/profile", "services/matching", "services/scheduling", "services/allinone",
              "clients/ctl", "bench"},
    "tests": {"common", "services/profile", "services/matching", "services/scheduling", "services/allinone",
              "clients/ctl", "tests"},
}

# The contract is open to all but `common`, which knows no person, match or chat: it sees these packages alone.
PROTOS_OF_COMMON = r"cortado/(api|type)/.*"
PROTO = r"cortado/.*\.pb\.h"

# Rooms without gRPC, Redis, protobuf, clock or log: time and seeds are arguments. A room is a folder of that name or the
# files of that stem; a test of one may use GoogleTest and the shared matchers besides.
PURE_ROOMS = {
    "common": ["forest", "mail/encoding", "mail/letter", "rpc/limits", "skills", "text/edit_distance"],
    "services/profile": ["journey_drafts", "search", "skill_aliases", "skill_catalog", "skill_gap"],
    "services/matching": ["affinity", "assign", "draw", "eligibility", "guide/conversation", "guide/question_bank",
                          "index", "insights", "journey", "match_quality", "mentor_set", "program/cohort_scores",
                          "program/pair_facts", "program/rules", "program/unmatched", "teams"],
    "services/scheduling": ["availability", "preferred_hours", "recurrence", "slot_finder"],
}
PURE_MAY_INCLUDE = r"absl/.*|common/(skills|time)/.*|common/status/status\.h"
PURE_MAY_NOT_INCLUDE = r"absl/time/clock\.h|common/time/clock\.h"
PURE_TESTS_MAY_INCLUDE = r"(gtest|gmock)/.*|common/(testing|random)/.*"
INTRINSICS = r"(x86|[a-z]*mm)intrin\.h|arm_neon\.h"
PURE_EXTRA = {"services/profile/search": r"unicode/.*", "services/matching/assign": r"lemon/.*",
              "services/matching/index": INTRINSICS, "services/scheduling/recurrence": r"libical/.*"}

# Third parties with one door each: (what, who may include it, the rule in words).
DOORS = [
    (r"hiredis/.*", r"common/redis/.*|bench/.*", "hiredis is only for common/redis and the bench's bare server"),
    (r"grpcpp/.*|grpc/.*|.*\.grpc\.pb\.h",
     r"common/(rpc|app|testing)/.*|services/.*/[a-z_]*(service|client|wire)(_test)?\.(h|cc)|services/allinone/main\.cc"
     r"|clients/ctl/.*|bench/.*|tests/.*",
     "gRPC is only for common/{rpc,app,testing}, X_service and X_client files, clients/ctl, bench and tests"),
    (r"curl/.*", r"common/(http|mail)/.*", "libcurl is only for common/http and common/mail"),
    (r"libical/.*", r"services/scheduling/.*(recurrence|invitation).*|bench/.*|tests/.*",
     "libical is only for scheduling's recurrence and invitation rooms"),
    (r"lemon/.*", r"services/matching/assign/.*|bench/.*", "LEMON is only for services/matching/assign"),
    (INTRINSICS, r"services/matching/index/.*",
     "intrinsics are only for one room of services/matching/index"),
    (r"absl/synchronization/mutex\.h", r"", "absl::Mutex trips ThreadSanitizer: use std::mutex or common/sync"),
    (r"absl/log/.*", r"", "this Abseil has no log: use common/log"),
]

STANDARD = set("""
    algorithm any array atomic barrier bit bitset cassert cctype cerrno cfloat charconv chrono cinttypes climits cmath compare
    complex concepts condition_variable coroutine csignal cstdarg cstddef cstdint cstdio cstdlib cstring ctime deque exception
    execution filesystem format forward_list fstream functional future initializer_list iomanip ios iosfwd iostream istream
    iterator latch limits list locale map memory memory_resource mutex new numbers numeric optional ostream queue random ranges
    ratio regex scoped_allocator semaphore set shared_mutex source_location span sstream stack stdexcept stop_token streambuf
    string string_view syncstream system_error thread tuple type_traits typeindex typeinfo unordered_map unordered_set utility
    valarray variant vector version""".split())

LONGEST_FILE = 500
CODE = (".h", ".cc", ".proto", ".py", ".sh", ".lua", ".ts", ".tsx", ".cmake")
CHECKER = r"tools/check_layers(_test)?\.py"
UNFINISHED = re.compile(r"\b(TODO|FIXME|XXX)\b")
INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')


def matches(pattern, path):
  return re.fullmatch(pattern, path) is not None


def part_of(path):
  """Returns the part of the tree that `path` lies in, or None."""
  return next((part for part in PARTS if path.startswith(part + "/")), None)


def pure_room_of(path):
  """Returns the pure room that `path` belongs to, or None."""
  for service, rooms in PURE_ROOMS.items():
    found = re.fullmatch(rf"{service}/({'|'.join(rooms)})(/.*|(_test)?\.(h|cc))", path)
    if found:
      return f"{service}/{found.group(1)}"
  return None


def is_own(included):
  """Whether an included path is one of ours (from the repository root), not the standard's nor a third party's."""
  return included.split("/")[0] in {part.split("/")[0] for part in PARTS}


def complaint_about(path, included, quoted, exists):
  """Returns why `path` may not include `included`, or None. `exists` tells whether a path of ours is there."""
  if included.startswith(".") or "/../" in included:
    return "includes are written from the repository root"
  for what, who, rule in DOORS:
    if matches(what, included) and not matches(who, path):
      return rule
  part = part_of(path)
  if is_own(included):
    if not quoted:
      return "files of ours are included with quotes"
    if not exists(included):
      return "there is no such file"
    if part and part_of(included) not in PARTS[part]:
      return f"{part} may include only {', '.join(sorted(PARTS[part]))}"
  if part == "common" and matches(PROTO, included) and not matches(PROTOS_OF_COMMON, included):
    return "common knows no person, match or chat: of the protos only cortado/api and cortado/type"
  room = pure_room_of(path)
  if room and not may_be_in_pure_room(path, room, included):
    return f"{room} is pure: only the standard library, Abseil and pure rooms of common or its own service"
  return None


def may_be_in_pure_room(path, room, included):
  if matches(PURE_MAY_NOT_INCLUDE, included):
    return False
  if included in STANDARD or matches(PURE_MAY_INCLUDE, included) or matches(PURE_EXTRA.get(room, "$^"), included):
    return True
  neighbour = pure_room_of(included)
  if neighbour and part_of(neighbour + "/") in ("common", part_of(path)):
    return True
  is_test = path.endswith("_test.cc") or "/testing/" in path
  return is_test and (matches(PURE_TESTS_MAY_INCLUDE, included) or part_of(included) == part_of(path))


def cycle_among(edges):
  """Returns one cycle of the graph {node: {node, ...}} as a list, or None."""
  done, trail = set(), []

  def visit(node):
    if node in trail:
      return trail[trail.index(node):] + [node]
    if node in done:
      return None
    trail.append(node)
    for neighbour in sorted(edges.get(node, ())):
      found = visit(neighbour)
      if found:
        return found
    trail.pop()
    done.add(node)
    return None

  return next((found for found in map(visit, sorted(edges)) if found), None)


def room_of_common(path):
  found = re.match(r"common/[a-z_]+(?=/)", path)
  return found.group() if found else None


def check(root, paths):
  """Returns all complaints about the files `paths` (relative to `root`) as lines of text."""
  complaints, rooms = [], {}
  exists = lambda included: (root / included).is_file()
  for path in paths:
    lines = (root / path).read_text(encoding="utf-8", errors="replace").splitlines()
    if len(lines) > LONGEST_FILE:
      complaints.append(f"{path}:{len(lines)}: no file is longer than {LONGEST_FILE} lines: split it by purpose")
    for number, line in enumerate(lines, 1):
      if UNFINISHED.search(line) and not matches(CHECKER, path):
        complaints.append(f"{path}:{number}: unfinished work is not left in the code: do it, or put it into the tracker")
      found = INCLUDE.match(line) if path.endswith((".h", ".cc")) else None
      if not found:
        continue
      included = found.group(2)
      why = complaint_about(path, included, found.group(1) == '"', exists)
      if why:
        complaints.append(f"{path}:{number}: may not include {included}: {why}")
      here, there = room_of_common(path), room_of_common(included)
      # A room's test may use what stands above the room (a redis-server from common/testing, say).
      if here and there and here != there and not path.endswith("_test.cc"):
        rooms.setdefault(here, set()).add(there)
  cycle = cycle_among(rooms)
  if cycle:
    complaints.append("rooms of common include one another in a circle: " + " -> ".join(cycle))
  return complaints


def check_map(root, paths):
  """Returns complaints where ARCHITECTURE.md and the tree disagree: a folder it names that is gone, a room it leaves out."""
  text = (root / "ARCHITECTURE.md").read_text(encoding="utf-8")
  named = set(re.findall(r"`([a-z0-9_./]+/)`", text))
  gone = [f"ARCHITECTURE.md: names {folder}, which is not there" for folder in sorted(named)
          if not (root / folder).is_dir()]
  rooms = {f"{path.rsplit('/', 1)[0]}/" for path in paths if path.startswith(tuple(PARTS)) and path.endswith(".h")}
  rooms = {room for room in rooms - named if not re.fullmatch(r"services/.*/testing/", room)}
  return gone + [f"{room}: ARCHITECTURE.md does not say what this room is" for room in sorted(rooms)]


def files_of(root):
  """Returns the code files git knows or would add, relative to `root`."""
  listed = subprocess.run(["git", "ls-files", "--cached", "--others", "--exclude-standard"], cwd=root, check=True,
                          capture_output=True, text=True).stdout.splitlines()
  return sorted({name for name in listed if name.endswith(CODE) and (root / name).is_file()})


def main(arguments):
  root = pathlib.Path(arguments[0] if arguments else __file__).resolve()
  root = root if arguments else root.parent.parent
  paths = files_of(root)
  complaints = check(root, paths) + check_map(root, paths)
  for complaint in complaints:
    print(complaint)
  print(f"check_layers: {len(paths)} files, {len(complaints)} complaints")
  return 1 if complaints else 0


if __name__ == "__main__":
  sys.exit(main(sys.argv[1:]))
