"""Writes docs/configuration.md: every setting of every server, as the servers tell it with --flag_table.

  flags.py BIN DOCS           writes it
  flags.py --check BIN DOCS   fails when what is committed is not that
"""
import pathlib
import subprocess
import sys

SERVERS = {"cortado": "cortado", "profile_server": "profile", "matching_server": "matching",
           "scheduling_server": "scheduling"}

HEAD = """<!-- Made by tools/reference/flags.py of what the servers say; change the flags, then `make docs`. -->
# Settings of the servers

Each setting is a flag of the command line, as `--listen=127.0.0.1:7300`; or a variable of the environment, as
`CORTADO_SERVER_LISTEN=127.0.0.1:7300`; or a line of a file named by `--flagfile=PATH` (or `CORTADO_SERVER_FLAGFILE`), as on the
command line. The command line counts before the environment, and that before files. A variable `CORTADO_SERVER_...` of which
there is no setting is refused, so that a misspelt one is noticed. Secrets are never settings: a setting names the file that holds
one.

`cortado` is all three services in one process with a Redis of its own; the others stand alone. `cortadoctl` reads
`CORTADO_ADDRESS` and its like (`cortadoctl --help`); the Slack bot and the answer page have settings of their own
([slack.md](slack.md), [web.md](web.md)).

| setting | default | servers | meaning |
|---|---|---|---|
"""


def cell(text):
  return text.replace("|", "\\|").replace("\n", " ").strip()


def table(folder):
  flags = {}
  for server, short in SERVERS.items():
    told = subprocess.run([folder / server, "--flag_table"], check=True, capture_output=True, text=True, env={}).stdout
    for line in told.splitlines():
      name, default, meaning = line.split("\t", 2)
      # One flag may mean something else, or begin otherwise, in another server.
      flags.setdefault((name, default, meaning), []).append(short)
  rows = []
  for (name, default, meaning), servers in sorted(flags.items()):
    shown = f"`{default}`" if default else ""
    whose = "all" if len(servers) == len(SERVERS) else ", ".join(servers)
    rows.append(f"| `--{name}` | {cell(shown)} | {whose} | {cell(meaning)} |\n")
  return HEAD + "".join(rows)


def main(arguments):
  check = arguments[:1] == ["--check"]
  if len(arguments) != 2 + check:
    sys.exit(__doc__)
  folder, docs = (pathlib.Path(one) for one in arguments[check:])
  page, made = docs / "configuration.md", table(folder)
  if not check:
    page.write_text(made)
  elif not page.exists() or page.read_text() != made:
    sys.exit(f"{page} is not what the servers say: run `make docs`")
  return 0


if __name__ == "__main__":
  sys.exit(main(sys.argv[1:]))
