/**
 * Adds the certificate that was ordered to the secrets of the countries that are due, and destroys old versions of them.
 * Fails when a country could not be asked or its secret not be written, after all others. Environment:
 *
 *   CERTIFICATE     file of the certificate and its chain; its key is beside it, as .key
 *   KEPT_VERSIONS   versions of a secret that stay: an edge takes an earlier one when it refuses the last
 *   PROJECT         project of the secrets
 *   WORK            folder of the steps
 */
export const STORE = String.raw`set -eu

# google METHOD URL [CURL OPTION...]: the token goes through standard input, because others can read arguments.
google() {
  method=$1 url=$2
  shift 2
  printf 'header = "Authorization: Bearer %s"\n' "$token" |
    curl --config - --silent --show-error --fail-with-body --max-time 30 --retry 3 --request "$method" "$@" "$url"
}

# The enabled versions of a secret, the newest first.
versions() {
  google GET "$secrets/$1/versions" --get --data-urlencode filter=state:ENABLED --data pageSize=100 |
    sed -n 's|.*"name": *"\(projects/[^"]*\)".*|\1|p' | sort -t / -k 6 -n -r
}

store() {
  google POST "$secrets/$1:addVersion" --header 'Content-Type: application/json' --data "@$WORK/version.json" >/dev/null ||
    return 1
  versions "$1" | tail -n "+$((KEPT_VERSIONS + 1))" | while read -r old; do
    google POST "$api/$old:destroy" --header 'Content-Type: application/json' --data '{}' >/dev/null
  done
}

failed=0
if [ -s "$WORK/due" ]; then
  api=$SECRETS_URL secrets=$SECRETS_URL/projects/$PROJECT/secrets
  key=$(echo "$CERTIFICATE" | sed 's/\.crt$/.key/')
  printf '{"payload": {"data": "%s"}}\n' "$(cat "$CERTIFICATE" "$key" | base64 | tr -d '\n')" >"$WORK/version.json"
  token=$(curl --silent --show-error --fail --max-time 10 --retry 3 --header 'Metadata-Flavor: Google' "$TOKEN_URL" |
    sed -n 's/.*"access_token": *"\([^"]*\)".*/\1/p')
  while read -r country edge secret; do
    if store "$secret"; then
      echo "$country: $secret has a new version, which $edge takes within four minutes"
    else
      echo "$country: $secret could not be written" >&2
      failed=1
    fi
  done <"$WORK/due"
fi
[ ! -s "$WORK/unknown" ] || failed=1
exit "$failed"
`;
