#!/usr/bin/env bash
# get-google-apis.sh FOLDER VERSION SHA256 NAME...: discovery documents of Google's APIs, as the Python package
# google-api-python-client ships them, into FOLDER. They come by pip, from wherever the user's pip is configured to find
# packages; another file than the one with this SHA-256 is refused. FOLDER is there when it is whole and not before.

set -euo pipefail

folder=$1 version=$2 sha256=$3

stop() {
  printf '%s\n' "$@" >&2
  exit 2
}

if ! python3 -m pip --version >/dev/null 2>&1; then
  if [[ $(id -u) != 0 ]] || ! command -v apt-get >/dev/null; then
    stop "Google's API descriptions come from PyPI: install python3 with pip"
  fi
  echo "installing python3-pip, which fetches Google's API descriptions" >&2
  export DEBIAN_FRONTEND=noninteractive
  { apt-get update -qq && apt-get install -y -qq --no-install-recommends python3-pip >/dev/null; } ||
    stop "python3-pip could not be installed"
fi

mkdir -p "$(dirname "$folder")"
making=$(mktemp -d "$folder.XXXXXX")
trap 'rm -rf "$making"' EXIT
echo "google-api-python-client==$version --hash=sha256:$sha256" >"$making/requirements.txt"
echo "fetching Google's API descriptions, once: google-api-python-client $version, 17 MB" >&2
python3 -m pip download --quiet --disable-pip-version-check --no-deps --only-binary :all: --require-hashes \
  --requirement "$making/requirements.txt" --dest "$making" ||
  stop "google-api-python-client $version could not be had: look at the words above, and at pip's configuration"
python3 - "$making" "${@:4}" <<'PYTHON'
import pathlib, sys, zipfile

folder = pathlib.Path(sys.argv[1])
(folder / "documents").mkdir()
with zipfile.ZipFile(next(folder.glob("*.whl"))) as wheel:
    for name in sys.argv[2:]:
        document = wheel.read(f"googleapiclient/discovery_cache/documents/{name}.json")
        (folder / "documents" / f"{name}.json").write_bytes(document)
PYTHON
rm -rf "$folder"
# Another run may be faster: its folder is as good.
mv -T "$making/documents" "$folder" 2>/dev/null || [[ -e $folder ]] || stop "cannot write $folder"
