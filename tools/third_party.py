#!/usr/bin/env python3
"""What others wrote and we ship or need to run: the Debian packages our programs link, the headers compiled into them, and
the npm packages of the clients.

  tools/third_party.py sbom BIN_FOLDER    a CycloneDX 1.5 bill of materials, as JSON
  tools/third_party.py table BIN_FOLDER   docs/third-party.md (`make licences`)

Both go to standard output, and are the same bytes for the same input: times come from $SOURCE_DATE_EPOCH.
"""

import base64
import datetime
import json
import os
import pathlib
import re
import subprocess
import sys
import uuid

ROOT = pathlib.Path(__file__).resolve().parent.parent
# Compiled into our programs, so that no list of libraries shows them.
HEADERS = ("libcli11-dev", "liblemon-dev", "nlohmann-json3-dev")
# Run beside our programs.
BESIDE = ("redis-tools", "tzdata", "ca-certificates")


def output(*command):
  return subprocess.run(command, check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True).stdout


def linked_packages(folder):
  """The Debian packages that hold the libraries that the programs in `folder` load, directly or not."""
  files = set()
  for program in sorted(folder.iterdir()):
    files.update(re.findall(r"=> (/\S+)", output("ldd", str(program))))
  owners = set()
  for file in files:
    # dpkg knows a file by the path it was packed under, which on a merged /usr is not always the real one.
    real = os.path.realpath(file)
    for path in (real, real.removeprefix("/usr"), file):
      found = subprocess.run(["dpkg", "-S", path], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
      if found.returncode == 0:
        owners.add(found.stdout.split(":")[0])
        break
    else:
      sys.exit(f"third_party: no Debian package holds {file}")
  return owners


def debian_licences(package):
  """The names of licences in a package's copyright file; without names in it, where to read."""
  path = pathlib.Path("/usr/share/doc") / package / "copyright"
  text = path.read_text(errors="replace") if path.exists() else ""
  # Names have the shape of Apache-2.0 or GPL-2+; files without fields say it in prose.
  names = set(re.findall(r"^License:[ \t]*([A-Za-z][\w.+-]*)", text, re.MULTILINE))
  return sorted(names) or [f"see /usr/share/doc/{package}/copyright"]


def debian(folder):
  for package in sorted(linked_packages(folder) | set(HEADERS) | set(BESIDE)):
    version, architecture = output("dpkg-query", "-W", "-f", "${Version}\n${Architecture}\n", package).split("\n")[:2]
    how = "compiled in" if package in HEADERS else "runs beside" if package in BESIDE else "linked"
    yield {"name": package, "version": version, "licences": debian_licences(package), "how": how,
           "purl": f"pkg:deb/debian/{package}@{version}?arch={architecture}&distro=debian-12", "sha512": None}


def npm():
  """The packages of the lock file that a production install of the bot and the answer page has."""
  packages = json.loads((ROOT / "package-lock.json").read_text())["packages"]
  wanted, seen = ["clients/slack", "clients/web"], set()
  while wanted:
    path = wanted.pop()
    if path in seen:
      continue
    seen.add(path)
    entry = packages[path]
    for name in {**entry.get("dependencies", {}), **entry.get("peerDependencies", {})}:
      # As Node finds it: in the nearest node_modules on the way up.
      at = path
      while True:
        found = f"{at}/node_modules/{name}".lstrip("/")
        if found in packages:
          wanted.append(packages[found].get("resolved") if packages[found].get("link") else found)
          break
        if not at:
          break
        at = at.rpartition("/node_modules/")[0] if "/node_modules/" in at else ""
  for path in sorted(seen):
    entry = packages[path]
    if "node_modules/" not in path:
      continue
    name = path.rpartition("node_modules/")[2]
    digest = entry.get("integrity", "").removeprefix("sha512-")
    yield {"name": name, "version": entry["version"], "licences": [entry.get("license", "see its package")], "how": "npm",
           "purl": f"pkg:npm/{name.replace('@', '%40')}@{entry['version']}",
           "sha512": base64.b64decode(digest).hex() if digest else None}


def component(part):
  made = {"type": "library", "bom-ref": part["purl"], "name": part["name"], "version": part["version"],
          "licenses": [{"license": {"name": licence}} for licence in part["licences"]], "purl": part["purl"],
          "properties": [{"name": "cortado:how", "value": part["how"]}]}
  if part["sha512"]:
    made["hashes"] = [{"alg": "SHA-512", "content": part["sha512"]}]
  return made


def sbom(parts):
  version = re.search(r"^project\(.*VERSION ([0-9.]+)", (ROOT / "CMakeLists.txt").read_text(), re.MULTILINE).group(1)
  components = list({made["bom-ref"]: made for made in map(component, parts)}.values())
  time = datetime.datetime.fromtimestamp(int(os.environ.get("SOURCE_DATE_EPOCH", "0")), datetime.timezone.utc)
  # The same parts have the same number.
  serial = uuid.uuid5(uuid.NAMESPACE_URL, json.dumps([version, components], sort_keys=True))
  return json.dumps({
      "bomFormat": "CycloneDX", "specVersion": "1.5", "serialNumber": f"urn:uuid:{serial}", "version": 1,
      "metadata": {"timestamp": time.strftime("%Y-%m-%dT%H:%M:%SZ"),
                   "component": {"type": "application", "bom-ref": f"pkg:generic/cortado@{version}", "name": "cortado",
                                 "version": version, "licenses": [{"license": {"id": "Apache-2.0"}}]}},
      "components": components}, indent=1) + "\n"


TABLE_HEAD = """<!-- Made by `make licences` from what is linked and package-lock.json. -->

# Third-party software

Cortado itself is Apache-2.0. What it links, compiles in, or runs beside is Debian's, and comes from the machine it is installed
on: `/usr/share/doc/PACKAGE/copyright` has the texts, and a package of several parts names the licence of each. What is of npm
is in the archive and the images, each with its licence file. `make dist` writes the same as a bill of materials (CycloneDX).
"""


def table(parts):
  """Without versions of Debian's: those change with every security fix."""
  lines = [TABLE_HEAD]
  for title, chosen in (("Debian 12", lambda how: how != "npm"), ("npm", lambda how: how == "npm")):
    lines.append(f"## {title}\n\n| Package | Licences | |\n|---|---|---|")
    rows = {f"| {p['name']} | {', '.join(p['licences'])} | {p['how'] if p['how'] != 'npm' else p['version']} |" for p in parts if chosen(p["how"])}
    lines.extend(sorted(rows) + [""])
  return "\n".join(lines).rstrip("\n") + "\n"


def main(arguments):
  if len(arguments) != 2 or arguments[0] not in ("sbom", "table"):
    sys.exit("usage: tools/third_party.py sbom|table BIN_FOLDER")
  parts = [*debian(pathlib.Path(arguments[1])), *npm()]
  sys.stdout.write(sbom(parts) if arguments[0] == "sbom" else table(parts))


if __name__ == "__main__":
  main(sys.argv[1:])
