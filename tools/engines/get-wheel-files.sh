#!/usr/bin/env bash
# get-wheel-files.sh FOLDER PACKAGE VERSION SHA256[,SHA256...] PATH...: files of a Python package's wheel, by their paths in
# it, into FOLDER. It comes by pip, from wherever the user's pip is configured to find packages; a file of another SHA-256
# is refused. FOLDER is there when it is whole and not before.

set -euo pipefail

folder=$1 package=$2 version=$3 sums=$4
# Python of the engine root, in which compiled files are used.
python=3.13

stop() {
  printf '%s\n' "$@" >&2
  exit 2
}

if ! python3 -m pip --version >/dev/null 2>&1; then
  if [[ $(id -u) != 0 ]] || ! command -v apt-get >/dev/null; then
    stop "$package comes from PyPI: install python3 with pip"
  fi
  echo "installing python3-pip, which fetches $package" >&2
  export DEBIAN_FRONTEND=noninteractive
  { apt-get update -qq && apt-get install -y -qq --no-install-recommends python3-pip >/dev/null; } ||
    stop "python3-pip could not be installed"
fi

mkdir -p "$(dirname "$folder")"
making=$(mktemp -d "$folder.XXXXXX")
trap 'rm -rf "$making"' EXIT
echo "$package==$version --hash=sha256:${sums//,/ --hash=sha256:}" >"$making/requirements.txt"
echo "fetching $package $version, once" >&2
python3 -m pip download --quiet --disable-pip-version-check --no-deps --only-binary :all: --python-version "$python" \
  --require-hashes --requirement "$making/requirements.txt" --dest "$making" ||
  stop "$package $version could not be had: look at the words above, and at pip's configuration"
python3 - "$making" "${@:5}" <<'PYTHON'
import pathlib, sys, zipfile

folder = pathlib.Path(sys.argv[1])
(folder / "files").mkdir()
with zipfile.ZipFile(next(folder.glob("*.whl"))) as wheel:
    for path in sys.argv[2:]:
        (folder / "files" / pathlib.Path(path).name).write_bytes(wheel.read(path))
PYTHON
rm -rf "$folder"
# Another run may be faster: its folder is as good.
mv -T "$making/files" "$folder" 2>/dev/null || [[ -e $folder ]] || stop "cannot write $folder"
