#!/usr/bin/env python3
"""Measures what was promised: tools/verify.py WHAT runs each acceptance line of WHAT at full scale and prints it as figure,
goal, met. `make verify WHAT=main` builds first. Exits 1 if a line is not met; a line whose input is not on this machine is
"not run" and does not count.
"""

import dataclasses
import json
import os
import pathlib
import re
import subprocess
import sys
import time
from collections.abc import Callable

ROOT = pathlib.Path(__file__).resolve().parent.parent
LOGS = ROOT / "build/verify"
# Real organisations, when they stand beside the repository; nothing of them is kept in it.
REAL = ROOT.parent / "shared/data"
# What tests that count trials multiply their count with; 1 on every change.
SCALE = os.environ.get("CORTADO_TEST_SCALE") or "3"


@dataclasses.dataclass
class Outcome:
  """What one line came to; `met` is None where it could not be run here."""
  figure: str
  met: bool | None


@dataclasses.dataclass
class Line:
  """One acceptance line: a name, its goal in words, and what measures it."""
  name: str
  goal: str
  measure: Callable[[str], Outcome]


def run(name, command, **environment):
  """Runs `command` with its output in build/verify/NAME.log; returns (exit status, output, seconds)."""
  LOGS.mkdir(parents=True, exist_ok=True)
  started = time.monotonic()
  done = subprocess.run(command, cwd=ROOT, env={**os.environ, **environment}, stdin=subprocess.DEVNULL,
                        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace")
  (LOGS / f"{name}.log").write_text(done.stdout)
  return done.returncode, done.stdout, time.monotonic() - started


def tests(pattern, scale=SCALE):
  """A line that holds when every test matching `pattern` passes at full scale, and there is one; not run where a test
  skips itself, for want of its input."""
  def measure(name):
    status, output, seconds = run(name, ["ctest", "--preset", "release", "-R", pattern, "--timeout", "3600"],
                                  CORTADO_TEST_SCALE=scale)
    found = re.search(r"(\d+) tests? failed out of (\d+)", output)
    if not found:
      return Outcome(f"no test matches {pattern}", False)
    failed, total = int(found.group(1)), int(found.group(2))
    skipped = len(re.findall(r"\*\*\*Skipped", output))
    if skipped and status == 0:
      return Outcome(f"{total - skipped} of {total} tests pass, the input of {skipped} is not on this machine", None)
    return Outcome(f"{total - failed} of {total} tests pass in {seconds:.0f} s", status == 0 and total > 0)
  return measure


def redis_suite(kind):
  """A line that holds when every store and wire test passes over the Redis that `kind` names (CORTADO_TEST_REDIS)."""
  def measure(name):
    status, output, seconds = run(name, ["ctest", "--preset", "release", "-L", "^(store|wire)$", "-j", "1", "--timeout", "3600"],
                                  CORTADO_TEST_REDIS=kind, CORTADO_TEST_SCALE="0.1")
    found = re.search(r"(\d+) tests? failed out of (\d+)", output)
    failed, total = (int(found.group(1)), int(found.group(2))) if found else (0, 0)
    return Outcome(f"{total - failed} of {total} tests pass in {seconds:.0f} s", status == 0 and total > 0)
  return measure


def node_tests(workspace, *files):
  """A line that holds when these files' tests (all, without any) of an npm workspace pass, and there is one."""
  def measure(name):
    status, output, seconds = run(name, ["tools/node.sh", "npm", "test", "--silent", "--workspace", workspace, "--", *files])
    found = re.search(r"Tests\s+(?:(\d+) failed \| )?(\d+) passed", re.sub(r"\x1b\[[0-9;]*m", "", output))
    passed = int(found.group(2)) if found else 0
    return Outcome(f"{passed} tests pass in {seconds:.0f} s", status == 0 and passed > 0)
  return measure


def demo(people="", topology="allinone", says=None, at_most=None, within=None):
  """A line that holds when the demo exits 0, says `says` (a regular expression, whose first group is a number of at most
  `at_most`) and takes at most `within` seconds."""
  def measure(name):
    file = REAL / people if people else None
    if file and not file.exists():
      return Outcome(f"{people} is not on this machine", None)
    status, output, seconds = run(name, ["deploy/demo.sh", str(file or ""), topology],
                                  PEOPLE=str(file or ""), TOPOLOGY=topology)
    said = re.search(says, re.sub(r"\x1b\[[0-9;]*m", "", output)) if says else None
    figure = f"exit {status} in {seconds:.1f} s" + (f', "{said.group()}"' if said else "")
    met = status == 0 and (not says or said is not None) and (not within or seconds <= within)
    return Outcome(figure, met and (not at_most or float(said.group(1)) <= at_most))
  return measure


def script(path, figure):
  """A line that holds when the script at `path` exits 0; its figure is what it prints that matches `figure`."""
  def measure(name):
    status, output, seconds = run(name, [path])
    found = re.search(figure, output)
    return Outcome(found.group() if found else f"exit {status} in {seconds:.0f} s", status == 0 and found is not None)
  return measure


_said = {}


def says(pattern, figure, scale=SCALE, at_most=None, printed=False):
  """A line whose figure is what a passing test says, which runs once for all such lines: the part of its output that
  matches `figure`, shown whole where it is to be `printed`. With `at_most`, its first group over its second is at most so
  much."""
  def measure(name):
    if (pattern, scale) not in _said:
      _said[pattern, scale] = run(name, ["ctest", "--preset", "release", "-R", pattern, "-V", "--timeout", "3600"],
                                  CORTADO_TEST_SCALE=scale)
    status, output, _ = _said[pattern, scale]
    found = re.search(figure, re.sub(r"(?m)^\d+: ", "", output))
    if found is None:
      return Outcome("the test does not say", False if REAL.exists() else None)
    if printed:
      print(found.group(), flush=True)
    met = status == 0 and (at_most is None or int(found.group(1)) <= at_most * int(found.group(2)))
    return Outcome("see above" if printed else found.group(), met)
  return measure


_benched = {}


def bench(figure, at_least=None, at_most=None):
  """A line that holds when the bench's figure lies on the right side of its goal. The bench runs once for all lines."""
  def measure(name):
    if not _benched:
      status, output, _ = run("bench", ["build/release/bin/cortado_bench"])
      if status != 0:
        return Outcome(f"the bench exits {status}: {output.strip().splitlines()[-1:]}", False)
      _benched.update({row["figure"]: row for row in json.loads((ROOT / "build/bench/results.json").read_text())})
    row = _benched.get(figure)
    if row is None:
      return Outcome("the bench does not measure it", False)
    met = (at_least is None or row["value"] >= at_least) and (at_most is None or row["value"] <= at_most)
    return Outcome(f"{row['value']:.3g} {row['unit']}", met)
  return measure


QUALITY = "^RealPeopleTest.Whoever.*Elsewhere"

ALL_OF_SO = r"14,261 of 14,261 people imported"

WHOLE_JOURNEY = r"METHOD:CANCEL, SEQUENCE:2"

ACCEPTANCE = {
    "main": [
        Line("demo", "exit 0 within 20 s", demo(within=20)),
        Line("demo.separate", "exit 0 as three servers", demo(topology="separate")),
        Line("demo.real", "all 14,261 people and the main job", demo("org_so.csv.gz", says=ALL_OF_SO)),
        Line("demo.real.separate", "the same as three servers", demo("org_so.csv.gz", "separate", says=ALL_OF_SO)),
        Line("demo.2016", "the main job on the answers of 2016", demo("org_so2016.csv.gz", says=r"[0-9,]+ of [0-9,]+ people")),
        Line("people.real", "role models with a gap, by deepening, or what to fill in",
             tests("^RealPeopleTest|ARealOrganization")),
        Line("skills.names", "Matlab held meets MATLAB wanted", tests("^SkillCatalogTest|NamesOfOneSkill")),
        Line("rpc.get_person", ">= 0.6 of the bare server", bench("rpc.get_person", at_least=0.6)),
        Line("import.real", "14,261 people under 3 s", demo("org_so.csv.gz", says=ALL_OF_SO + r" in ([0-9.]+) s", at_most=3)),
        Line("import", "100,000 people within 10 s", bench("import", at_most=10)),
        Line("race", "64 clients, one time, exactly one wins", tests("^ChatStoreTest.*(64Clients|ManyClients)")),
        Line("kill", "every acknowledged booking is there, none twice", tests("^KillTest|^RedisSupervisorTest")),
        Line("frozen", "calls end by deadline + 100 ms, stop in 30 s", tests("^FreezeTest|^StopTest|AFrozenServer")),
        Line("awaits", "1,000,000 ready awaits", tests("AMillionReadyAwaits")),
        Line("access", "every RPC, every bad token", tests("^AccessMatrixTest")),
        Line("bad input", "file, line, column and fix; nothing imported", tests("^PeopleCsvTest|^CsvReaderTest|SkippingBadRows")),
        Line("bad calls", "the code, the reason and the field", tests("^BinderTest|NotInThePast|ForAPastTime")),
    ],
    "identity": [
        Line("matrix", "every RPC x every bad token x every role; foreign and absent alike", tests("^AccessMatrixTest")),
        Line("model", "a second, naive model of the rules agrees on 1,000,000 random triples",
             tests("^AccessModelTest", scale="50")),
        Line("reading", "every personal field x viewer", tests("^ReadingTest")),
        Line("sessions", "over on every server within 5 s, of a revocation and of leaving", tests("^SessionTest|^ActingTest")),
        Line("leaver", "nothing later revives them", tests("NothingOfALeaver")),
        Line("tokens", "attacks on our tokens, the cookbook's vectors: none accepted",
             tests("^TokenTest|Claims/Wrong|Headers/Wrong|^JwkTest|^IdToken|^RefreshTokenTest")),
        Line("oidc", "a real provider: login, refresh, logout, key rotation", tests("^OidcTest|^Login")),
        Line("slack users", "linked once, acting as employees alone", tests("^SlackTest|^ActingTest")),
        Line("malformed", "1,000,000 malformed requests: no crash, nothing INTERNAL or UNKNOWN, nothing changes",
             tests("^MalformedTest")),
        Line("tampering", "10,000 of 10,000 tamperings of the audit trail found",
             tests("^VerifierTest|^TrailTest|^AuditTest")),
        Line("flood", "10,000 calls/s where 1,000 are allowed, 60 s", tests("^FloodTest", scale="15")),
        Line("tls", "only who may, with a new certificate at once", tests("^TlsTest")),
        Line("modes", "real data and data for trying things out never share a directory", tests("^StartTest")),
        Line("rpc.get_person", ">= 0.6 of the bare server, with all of it on", bench("rpc.get_person", at_least=0.6)),
    ],
    "ask": [
        Line("journey", "ask, yes, booked, in both mailboxes, moved, cancelled; over services, Redis and SMTP",
             tests("^AskTest|^LifeCycleWireTest|^RescheduleChatTest")),
        Line("demo", "the journey within 20 s, the last mail the cancellation", demo(says=WHOLE_JOURNEY, within=20)),
        Line("demo.separate", "the same as three servers", demo(topology="separate", says=WHOLE_JOURNEY)),
        Line("links", "one request, one answer, no login", tests("^LinkTest")),
        Line("refusals", "each says what to do, in English and German",
             tests("^RefusalTest|EveryRefusalSaysWhatToDo|CatalogEntryTest")),
        Line("race", "of 200 for 3 places 3 are accepted", tests("OfTwoHundredWhoRace")),
        # 4 seeds of 250 lives each at scale 1.
        Line("lives", "100,000 random lives against a model", tests("LifeCycleModelTest", scale="100")),
        Line("working days", "until when an answer may come, against a walk through the calendar", tests("WorkingDays")),
        Line("answers", "every answer from the command line; a time that went brings free ones", tests("^CtlMatchTest")),
        Line("deliveries", "30 % fail, kill -9: each at least once, once by its name",
             tests("^NotifyTest|CourierTest")),
        Line("outage", "mail or Slack away: no request and no booking waits",
             tests("^NotifyOutageTest|AnOutageOfADay|WhatNobodyFetchedGoesByMail")),
        Line("mail", "plain, HTML and calendar as read by another program; TLS",
             tests("Smtp[A-Za-z]*Test|^MessageTest|^LetterTest")),
        Line("webhooks", "signed, retried, dead letters, no private address", tests("^Webhook|^CtlWebhook")),
        Line("bad input", "the reason each, nothing changed",
             tests("BadInputIsRefused|AFourthOpenRequest|NobodyAsksThemselves|AddressesInsideAreRefused")),
    ],
    "slack": [
        Line("journey", "link, look, ask, yes with a time, booked, moved, cancelled; three services, SMTP, Slack",
             node_tests("clients/slack", "src/trial/journey.test.ts", "src/trial/answers.test.ts")),
        Line("refusals", "every refusal a person can meet, where they acted",
             node_tests("clients/slack", "src/trial/refusals.test.ts")),
        Line("install", "two workspaces of two organisations, over OAuth",
             node_tests("clients/slack", "src/trial/install.test.ts", "src/robustness/workspaces.test.ts")),
        Line("deliveries", "ack p99 under 1 s with the back end frozen; 4 deliveries = 1 effect; forged and replayed = 401",
             node_tests("clients/slack", "src/robustness/deliveries.test.ts", "src/robustness/socket_mode.test.ts")),
        Line("payloads", "naughty names, 0 to 100 items, both languages, within Slack's limits",
             node_tests("clients/slack", "src/robustness/screens.test.ts", "src/testing")),
        Line("outages", "kill -9, Slack away for an hour, 429s: each once, in order, within rate limits",
             node_tests("clients/slack", "src/robustness/outages.test.ts")),
        Line("links", "scanners change nothing; used, expired, altered and foreign links say what to do",
             node_tests("clients/web", "src/answer/scanner.test.ts", "src/answer/lost_links.test.ts",
                        "src/answer/answer_room.test.ts")),
        Line("axe", "no complaint in Chromium, on a phone's width too", node_tests("clients/web", "src/answer/browser.test.ts")),
        Line("web", "CSRF, headers, limits, abuse", node_tests("clients/web", "src/edge", "src/server.test.ts", "src/main.test.ts")),
        Line("api", "tokens, errors, one call per screen", node_tests("clients/api")),
        Line("readme", "the examples and every block of the READMEs, as printed", node_tests("tests/readme")),
        Line("lint", "strict types and lint", tests("^clients_lint")),
    ],
    "booking": [
        Line("edge cases", "every case of times and booking, by name", tests("EdgeCaseTest|DoctorWarnsOf|ALeapSecond|^HoldsTest|^RecurringChatsTest|^ChatAnswersTest")),
        Line("zones", "every gap and overlap of every zone, 2026 to 2030, beside a second reading of the zone files",
             tests("^ZoneChangesTest|^WallClockTest|^WorkingHoursTest|SeriesTimesTest|SeriesInvitation")),
        # 500 trials of 64 clients at scale 1 through the store, 200 through the rules.
        Line("race", "64 clients, 2,000 trials by every way of taking a time: exactly one wins each",
             tests("^ChatStoreTest|^BookingRaceTest", scale="10")),
        # 40 s of killing at scale 1.
        Line("kill", "10 minutes of kill -9: nothing acknowledged lost, nothing by halves",
             tests("^KillTest.NothingIsLost", scale="15")),
        # Every 128th byte at scale 1.
        Line("cut", "the append-only file cut at every byte of the last 20 writes", tests("^AppendOnlyFileTest", scale="128")),
        Line("disk", "a full disk loses nothing", tests("^DiskTest|OnASmallDisk")),
        Line("bad input", "the reason each, nothing changed", tests("BadInputTest")),
        Line("rpc.book_chat", ">= 0.75 of the bare server", bench("rpc.book_chat", at_least=0.75)),
        Line("find_times.2x4w", "p99 <= 50 us", bench("find_times.2x4w.p99_us", at_most=50)),
        Line("find_times.8x8w", "p99 <= 1,000 us", bench("find_times.8x8w.p99_us", at_most=1000)),
    ],
    "people": [
        Line("import", "the dry run names exactly what differs, the import applies it, the second run writes nothing",
             tests("^ImportPlanTest|^ImportLeaversTest|^ImportTest|^CtlImportTest|^ImportWireTest")),
        Line("import.100k", "100,000 people <= 10 s", bench("import", at_most=10)),
        Line("search.prefix", "p99 <= 5 ms at 100,000 people", bench("search.prefix.p99_ms", at_most=5)),
        Line("search.typo", "p99 <= 15 ms", bench("search.typo.p99_ms", at_most=15)),
        Line("search", "as looking at everything finds", tests("^TextIndexTest|^FoldingTest|Search")),
        Line("aliases", "the unambiguous ones resolve, the others ask; the starter catalogue", tests("^CatalogImportTest")),
        Line("roles", "JavaScript in at most 5 of 29 derived roles, 3 requirements each", tests("^RoleDeriverTest")),
        Line("gap", "levels, teachers, directions, crossings, merges", tests("SkillGap|Crossing|Related|Merge")),
        Line("race", "1,000 updates of one etag: one OK", tests("^FeedWireTest.OfRacing", scale="10")),
        # 20 kills over 2,000 changes at scale 1.
        Line("feed", "a consumer killed 1,000 times over 100,000 changes ends equal", tests("^PeopleFeedTest", scale="50")),
        Line("feed.hardened", "marks when quiet, slow readers, trimming, an older copy, reconcile", tests("^Feed|Reconcil")),
        Line("start", "three answers, one invitation, a note", tests("^FirstAnswersTest|^InvitationsTest|^ManagerNoteTest")),
        Line("my data", "export whole, erasure without a byte, retention", tests("^ExportTest|^Eras|Retention|^CtlOwnDataTest")),
        Line("strings", "every naughty string kept or refused by path", tests("Naughty|NaughtyString|MalformedTest")),
        Line("csv", "csv-spectrum, formulas", tests("^Csv|Formula")),
    ],
    "matching": [
        Line("definition", "10,000 random cases equal a naive evaluation", tests("^RankingOracleTest")),
        Line("terms", "every term and rule by its example", tests("^AffinityTest|^EligibilityTest|^JourneyTest|^RankingTest")),
        Line("reasons", "every sentence true of 1,000 real people", tests("^RealReasonsTest.Every")),
        Line("ticked 146", "whoever ticked most does not dominate", tests("^RealReasonsTest.Whoever", scale="40")),
        Line("with a gap", ">= 99 % meet a holder elsewhere among the first three",
             says("^RealPeopleTest.Whoever.*Elsewhere", r"top three with a holder elsewhere: .*", scale="40")),
        Line("best three", ">= 1.3 x the baseline", says(QUALITY, r"median covered by three: .*", scale="40")),
        Line("concentration", "most frequent person in <= 1 % of top-ten lists",
             says(QUALITY, r"most frequent person: (\d+) of (\d+) lists", scale="40", at_most=0.01)),
        Line("empty", "an empty profile scores nothing, with unknown parts", tests("Empty|ToldNothing|NothingToGoBy")),
        Line("own line", "nobody of the own chain, blocked, paused, closed or full; by name they cannot be told apart",
             tests("^EligibilityTest|^RequestsWireTest|ASetLeavesOut|DoesNotTellOfABlock")),
        Line("viewers", "every reason for who may read it", tests("EveryReasonIsForWhoMayReadIt|WithoutTheAskersWishes")),
        Line("sentences", "ten generated people as approved, in English and German", tests("SentencesTest")),
        Line("ten real ones", "printed", says("^RealReasonsTest.TenAre", r"(?s)\[ RUN.*\[       OK", printed=True)),
        Line("bad input", "code, field and the nearest name", tests("NobodyAndTooMany|ThatIsNoneNames|ARoleThatIsNone|WeightsOf|NegativeOrHuge|AnAskerWhoIsAbsent")),
        Line("feed", "p99 <= 20 ms from a write to suggestions", bench("feed.p99_ms", at_most=20)),
        Line("sets", "the best of all sets", tests("^MentorSetTest", scale="5")),
        Line("teams", "totals from five, nobody picked out", tests("^TeamsTest")),
        Line("questions", "five to seven, true of the pair", tests("^ConversationTest|^QuestionBankTest|^GuideWireTest")),
        Line("wire", "filters, pages, reasons per viewer", tests("^DiscoveryWireTest|^SuggestionsWireTest")),
        Line("views", "no gap in service; idle ones go and return", tests("^LiveViews?Test|AResync|StillLoading")),
    ],
    "programs": [
        # 1,000 random instances at scale 1 for each mode and door.
        Line("cohorts", "10,000 random instances equal brute force in every mode; no blocking pair, most matched",
             tests("^AssignTest|^CheckerTest|^CohortScoresTest", scale="10")),
        Line("draws", "random pools equal brute force; never-met first, cooldown relaxed and said so",
             tests("^PairingTest|^DrawTest|^GroupsTest", scale="10")),
        Line("rules", "as data, in words; what contradicts is named", tests("^Rules?Test|^RuleWords|^PairFacts|^ParseRule|^Unmatched")),
        Line("cohort 14,261", "certificate exact among the 50 best of each, every pair eligible",
             says("^RealProgramsTest.ACohort", r"mode 0: .*", scale="40")),
        Line("over all", "certificate exact over all eligible pairs, both sides scanned, without a time limit",
             says("^RealProgramsTest.*OfAllPairs", r"over all pairs: .*", scale="40")),
        Line("run", "from RunRound to SUCCEEDED in <= 30 s, then published and announced",
             says("^RealRoundWireTest", r"from RunRound to SUCCEEDED: .*", scale="40")),
        Line("ten draws", "nobody twice within the cooldown", says("^RealProgramsTest.InTen", r"\d+ people, \d+ meetings.*", scale="40")),
        Line("500 people", "from the file to pairs, first chats and insights by CLI alone", tests("^DemoScriptTest.*Programme|^CtlProgramTest")),
        Line("suppression", "no hidden cell recovered from all permitted queries", tests("^InsightRecoveryTest|^TableSolverTest", scale="10")),
        Line("insights", "tables, CSV and CLI", tests("^Insight|^CrossTable|^CtlInsight")),
        # 3 kills in each of three steps at scale 1.
        Line("kill", "kill -9 during run, publish and announce: finished or FAILED, nobody told twice", tests("^RoundKillTest", scale="5")),
        Line("rounds", "publish, undo, skip, calendar, edits, trials", tests("^PublicationsWire|^ProgramsWire|^CadenceWire|^CadenceTest|^RoundEdit|^RemindersWire")),
        Line("first chats", "three times, one proposes, another confirms; new times once, then silence",
             tests("^ProposalsWire|^FirstChatTest|^MatchCourier|^ChatReports|^RemindersWire")),
        Line("bad input", "contradictory rules, impossible pins, nobody eligible: the rule by name, nothing changed",
             tests("RulesThatContradict|ThatCannotBe|OfImpossibleTerms|PinsBeside|PublicationsWireTest.OnlyARound")),
    ],
    "deploy": [
        Line("images", "built here, the main job inside, nothing written but in volumes", script("tests/deploy/images_test.sh", r"passed in \d+ s")),
        Line("manifests", "the overlays and compose files are what their schemas allow", node_tests("tests/deploy")),
        Line("cluster", "nine Redis nodes become one cluster, and find one another under new addresses",
             script("tests/deploy/redis_cluster_test.sh", r"passed in \d+ s")),
        Line("units", "systemd takes them, each rated at most 1.5 of 10", script("tests/deploy/units_test.sh", r"exposure level .*")),
        Line("backup", "restored backup equals the source", tests("^Backup(Drill|Replace)Test")),
        # 3 failovers of a cluster and 1 behind sentinels at scale 1; 3 moves of a slot; 100 organisations.
        Line("failover", "50 failovers by kill, pause and lag-kill: none lost, at most 5 s each",
             says("^ClusterFailoverTest.NoAcknowledged", r"(\d+) failovers, at most [0-9.]+ s without a write, (\d+) ack.* lost", scale="17")),
        Line("sentinel", "the same behind sentinels, 6 times, and every single rule of it",
             tests("^SentinelFailoverTest|^SentinelTest|^ClusterFailoverTest.A", scale="6")),
        Line("reshard", "a slot moves under bookings 30 times: no error to a caller", tests("^ReshardTest", scale="10")),
        Line("organisations", "1,000 over three masters, within five standard deviations of a third",
             says("^SpreadTest", r"1000 organisations on .*", scale="10")),
        Line("stop", "SIGTERM under load: says so first, finishes, 0 within 30 s", tests("^StopTest|StopTest[.]|^StopWithCallsTest|^FreezeTest")),
        Line("rolling", "every server restarted under load: no failed call", tests("^RollingTest")),
        Line("upgrade", "to the version before and back: no failed call", tests("^UpgradeTest")),
        Line("suite.cluster", "every store and wire test over three masters", redis_suite("cluster")),
        Line("suite.ha", "the same over nine nodes, writes confirmed by replicas", redis_suite("cluster-ha")),
        Line("suite.sentinel", "the same behind sentinels", redis_suite("sentinel")),
        Line("dist", "the same bytes twice, starts where it is unpacked, bill of materials complete",
             script("tests/deploy/dist_test.sh", r"passed in \d+ s")),
    ],
}


def main(arguments):
  if len(arguments) != 1 or arguments[0] not in ACCEPTANCE:
    sys.exit(f"usage: tools/verify.py WHAT, where WHAT is one of: {' '.join(sorted(ACCEPTANCE))}")
  lines, missed = ACCEPTANCE[arguments[0]], 0
  width = max(len(line.name) for line in lines)
  print(f"CORTADO_TEST_SCALE={SCALE}", flush=True)
  for line in lines:
    outcome = line.measure(line.name)
    missed += outcome.met is False
    met = {True: "met", False: "NOT MET", None: "not run"}[outcome.met]
    print(f"{met:8} {line.name:{width}}  {outcome.figure}  (goal: {line.goal})", flush=True)
    if outcome.met is False:
      print(f"         what it said: build/verify/{line.name}.log", flush=True)
  print(f"{len(lines)} lines, {missed} not met")
  return 1 if missed else 0


if __name__ == "__main__":
  sys.exit(main(sys.argv[1:]))
