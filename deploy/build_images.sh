#!/usr/bin/env bash
# Builds the images of Cortado without a container engine, as root: deploy/build_images.sh [OPTION]... [services|web|slack]...
#
#   --staged        take what build/release and clients/*/dist hold instead of compiling again (20 minutes on two cores)
#   --base IMAGE    an image that the images build on, by name or, better, by digest; without it Debian 12 by debootstrap
#   --tag TAG       of localhost/cortado-NAME:TAG; the version of CMakeLists.txt without it
#   --archives DIR  writes each image to DIR/cortado-NAME.tar as well, for `docker load` and `podman load`
#
# Everything lies in build/images ($CORTADO_IMAGES); `deploy/build_images.sh --remove` removes it. Files carry the time of the
# last commit ($SOURCE_DATE_EPOCH) and lists of the day are left out; the digest still differs from one build to the next.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

staged=no base='' archives='' targets=()
tag=$(sed -n 's/^project(.*VERSION \([0-9.]*\).*/\1/p' CMakeLists.txt)
remove=no
while (($#)); do
  case $1 in
    --staged) staged=yes ;;
    --base) base=$2 && shift ;;
    --tag) tag=$2 && shift ;;
    --archives) archives=$2 && shift ;;
    --remove) remove=yes ;;
    services | web | slack) targets+=("$1") ;;
    *) echo "build_images: unknown argument '$1'; its first lines say what there is" >&2 && exit 2 ;;
  esac
  shift
done
((${#targets[@]})) || targets=(services web slack)
mkdir -p "${CORTADO_IMAGES:-build/images}"
images=$(cd "${CORTADO_IMAGES:-build/images}" && pwd)
readonly images staged base tag archives targets
SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct)}
export SOURCE_DATE_EPOCH BUILDAH_ISOLATION=chroot

fail() { printf 'build_images: %s\n' "$*" >&2; exit 1; }
say() { printf 'build_images: %s\n' "$*"; }
# vfs works everywhere; STORAGE_DRIVER=overlay is faster where it works.
buildah() { command buildah --root "$images/storage" --runroot "$images/run" --storage-driver "${STORAGE_DRIVER:-vfs}" "$@"; }
# run_logged NAME COMMAND...: its output goes to $images/NAME.log, and is shown where it fails.
run_logged() {
  local -r log=$images/$1.log
  shift
  "$@" >"$log" 2>&1 || { tail -n 30 "$log" >&2; fail "'$*' failed; the whole log is $log"; }
}

if [[ $remove == yes ]]; then
  [[ ! -e $images/storage ]] || buildah rm --all >/dev/null 2>&1 || true
  rm -rf "$images"
  exit
fi
for tool in buildah debootstrap; do command -v $tool >/dev/null || fail "$tool is missing: deploy/setup.sh images installs it"; done
[[ $(id -u) == 0 ]] || fail "needs root (debootstrap and chroot do)"
echo '{"default": [{"type": "insecureAcceptAnything"}]}' >"$images/policy.json"

# Removes from the Debian in FOLDER what differs between two runs, and what no image needs.
slim() {
  rm -rf "$1"/var/{cache,log,lib/apt/lists}/* "$1"/etc/{machine-id,resolv.conf,hostname,passwd-,group-,shadow-,gshadow-} \
    "$1"/{dev,proc,sys,run,tmp}/* "$1"/var/lib/dpkg/*-old "$1"/usr/share/{man,info,locale}/*
  find "$1/usr/share/doc" -type f ! -name copyright -delete
  # A password that was never set was last changed on no day.
  sed -i -E 's/^([^:]*:[^:]*):[0-9]*:/\1:0:/' "$1/etc/shadow"
}

# Debian itself from the mirror this machine uses, as one layer.
make_base() {
  local mirror container
  mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Codename: bookworm' 'Created-By: Packages' 'Label: Debian' 2>/dev/null | head -n 1)
  [[ -n $mirror ]] || fail "apt has no lists of Debian 12: run apt-get update"
  if [[ ! -e $images/base/etc/debian_version ]]; then
    say "Debian 12 from $mirror"
    rm -rf "$images/base"
    run_logged debootstrap debootstrap --variant=minbase --include=ca-certificates bookworm "$images/base.new" "$mirror"
    slim "$images/base.new"
    mv "$images/base.new" "$images/base"
  fi
  # Security fixes come from where this machine gets them.
  sed -n '/^Types\|^URIs\|^Suites\|^Components\|^Signed-By\|^$/p' /etc/apt/sources.list.d/debian.sources >"$images/base/etc/apt/sources.list.d/debian.sources"
  rm -f "$images/base/etc/apt/sources.list"
  container=$(buildah from --signature-policy "$images/policy.json" scratch)
  buildah add "$container" "$images/base" / >/dev/null
  buildah commit --quiet --rm --signature-policy "$images/policy.json" --timestamp "$SOURCE_DATE_EPOCH" "$container" localhost/cortado-base >/dev/null
}

# What git knows of the source, and nothing else of this folder.
make_context() {
  rm -rf "$images/context"
  mkdir "$images/context"
  git ls-files -z --cached --others --exclude-standard | tar --create --null --ignore-failed-read --files-from - 2>/dev/null | tar --extract -C "$images/context"
  # It holds nothing to be left out, and `staged` has folders of those names.
  rm -f "$images"/context/.{container,docker}ignore
  [[ $staged == no ]] || deploy/stage.sh "$images/context/staged"
}

build() {
  local -r name=localhost/cortado-$1:$tag
  say "$name"
  run_logged "$1" buildah bud --isolation chroot --signature-policy "$images/policy.json" --pull-never --format docker --layers \
    --timestamp "$SOURCE_DATE_EPOCH" --build-arg "BASE=$base_image" --target "$1" --tag "$name" -f deploy/Containerfile "$images/context"
  [[ -z $archives ]] || { rm -f "$archives/cortado-$1.tar"; buildah push --quiet --signature-policy "$images/policy.json" "$name" "docker-archive:$archives/cortado-$1.tar:$name"; }
}

base_image=${base:-localhost/cortado-base}
if [[ -n $base ]]; then
  buildah pull --quiet --signature-policy "$images/policy.json" "$base" >/dev/null
elif ! buildah inspect --type image "$base_image" >/dev/null 2>&1; then
  make_base
fi
make_context
[[ -z $archives ]] || mkdir -p "$archives"
for target in "${targets[@]}"; do build "$target"; done
buildah images --format '{{.Name}}:{{.Tag}}  {{.Size}}  {{.Digest}}' | sed -n '/cortado-/p'
