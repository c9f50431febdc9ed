#!/usr/bin/env python3
"""docs/configuration.md: every setting of every program, made of what the programs themselves say.

  tools/configuration.py BIN_FOLDER           prints it
  tools/configuration.py BIN_FOLDER --check   ends with 1 where docs/configuration.md says something else
"""

import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs/configuration.md"
SERVERS = {"cortado": "cortado", "profile_server": "profile", "matching_server": "matching", "scheduling_server": "scheduling"}
CLIENTS = (("The answer page", "web", "CORTADO_WEB_", r"^  --([a-z_]+) [A-Z:]+\s+(.*)$"),
           ("The Slack bot", "slack", "CORTADO_SLACK_", r"^  --([a-z-]+)\s+(.*)$"))

HEAD = """<!-- Made by `make docs` from what the programs say of themselves; a test compares. -->

# Settings

A setting of a server is given in one of three ways; the first of them that says something counts:

- as a flag: `--smtp=mail.example.com:587`;
- in the environment: `CORTADO_SERVER_SMTP=mail.example.com:587`; a variable `CORTADO_SERVER_...` of which there is no flag is refused,
  so that a misspelt one is noticed;
- in a file, one flag a line: `--flagfile=/etc/cortado/scheduling.flags`, or `CORTADO_SERVER_FLAGFILE`.

Secrets are never settings: a setting names the file that holds one. `cortadoctl --help-all` lists what `cortadoctl` takes.
"""


def server_flags(folder):
  """(name, what it is, default) -> programs, of all flags that are ours."""
  flags = {}
  for program, short in SERVERS.items():
    said = subprocess.run([folder / program, "--helpfull"], stdout=subprocess.PIPE, text=True).stdout
    ours = ""
    for part in re.split(r"(?m)^  Flags from ", said)[1:]:
      if re.match(r"\S*(common|services)/", part):
        # Up to the next part; those of the flags library follow the last without a title.
        ours += part.partition("\n")[2].partition("\n\n\n")[0] + "\n"
    for name, what, default in re.findall(r"(?ms)^    --(\w+) \((.*?)\);\s+default:\s+(.*?);$", ours):
      flags.setdefault((name, " ".join(what.split()), default.strip('"')), []).append(short)
  return flags


def cell(text):
  return text.replace("|", "\\|")


def page(folder):
  lines = [HEAD, "## Servers\n", "| Flag | Default | Of | |", "|---|---|---|---|"]
  for (name, what, default), programs in sorted(server_flags(folder).items()):
    of = "all" if len(programs) == len(SERVERS) else ", ".join(programs)
    shown = f"`{default}`" if default else ""
    lines.append(f"| `--{name}` | {shown} | {of} | {cell(what)} |")
  for title, client, prefix, pattern in CLIENTS:
    said = subprocess.run([ROOT / "tools/node.sh", "node", f"clients/{client}/dist/main.js", "--help"], stdout=subprocess.PIPE, text=True).stdout
    lines += [f"\n## {title}\n", "| Flag | In the environment | |", "|---|---|---|"]
    for name, what in sorted(re.findall(pattern, said, re.MULTILINE)):
      variable = prefix + re.sub(r"^web_", "", name).upper().replace("-", "_")
      lines.append(f"| `--{name}` | `{variable}` | {cell(what)} |")
  return "\n".join(lines) + "\n"


def main(arguments):
  if not 1 <= len(arguments) <= 2 or arguments[1:] not in ([], ["--check"]):
    sys.exit("usage: tools/configuration.py BIN_FOLDER [--check]")
  made = page(pathlib.Path(arguments[0]).resolve())
  if not arguments[1:]:
    sys.stdout.write(made)
  elif made != PAGE.read_text():
    sys.exit("docs/configuration.md is not what the programs say: run make docs")


if __name__ == "__main__":
  main(sys.argv[1:])
