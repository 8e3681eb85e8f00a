#!/usr/bin/env bash
# build-go-program.sh FILE MODULE VERSION PACKAGE [PATH SOURCE]: builds a package (a folder of the module) with this
# machine's Go, which fetches modules from wherever it is configured to. With PATH, that file of the module gets the text
# SOURCE before: what it no longer imports is neither fetched nor built. FILE is there when it is whole and not before.

set -euo pipefail

file=$1 module=$2 version=$3 package=$4
command -v go >/dev/null || {
  echo "$module is built from source: install Go (https://go.dev/dl)" >&2
  exit 2
}
mkdir -p "$(dirname "$file")"
making=$(mktemp -d "$file.XXXXXX")
trap 'rm -rf "$making"' EXIT
echo "building $module $version, once" >&2
sources=$(cd "$making" && go mod download -json "$module@$version" | sed -n 's/.*"Dir": "\(.*\)".*/\1/p')
cp -r "$sources" "$making/sources"
chmod -R u+w "$making/sources"
cd "$making/sources"
(($# < 6)) || printf '%s' "$6" >"$5"
go build -mod=mod -o ../program "$package"
mv ../program "$file"
