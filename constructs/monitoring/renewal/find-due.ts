/**
 * Finds the countries whose certificate is due: their edge serves none that clients trust, or one with a third of its life
 * left. The edges are asked, because they may have refused what Secret Manager holds. Environment:
 *
 *   HOST    the shop's name
 *   EDGES   a line for each country: its name, host and port of its edge, its secret
 *   WORK    folder of the steps; the lines that are due are written to `due`, those of edges that are silent to `unknown`
 */
export const FIND_DUE = String.raw`set -eu

# served EDGE: what curl tells of the certificate, leaf first. HTTP's status does not matter.
served() {
  # In two parts: in one, Terraform would take it for a template.
  curl --silent --show-error --output /dev/null --connect-timeout 5 --max-time 20 \
    --write-out '%''{certs}' --connect-to "$HOST:443:$1" "https://$HOST/"
}

# Begin and end of the first certificate, in seconds, from lines as "Start date:Nov  6 23:00:00 2026 GMT".
dates() {
  awk '/^(Start|Expire) date:/ && found < 2 {
    found++
    sub(/.*date:/, "")
    month = (index("JanFebMarAprMayJunJulAugSepOctNovDec", $1) + 2) / 3
    printf "%d-%02d-%02d %s\n", $4, month, $2, $3
  }' | while read -r date; do date -u -d "$date" +%s; done
}

now=$(date +%s)
: >"$WORK/due"
: >"$WORK/unknown"
printf '%s\n' "$EDGES" | while read -r country edge secret; do
  code=0
  served "$edge" >"$WORK/served" || code=$?
  line="$country $edge $secret"
  case $code in
  0)
    # shellcheck disable=SC2046 # two numbers
    set -- $(dates <"$WORK/served")
    echo "$country: $((($2 - now) / 86400)) of $((($2 - $1) / 86400)) days are left"
    [ $((($2 - now) * 3)) -gt $(($2 - $1)) ] || echo "$line" >>"$WORK/due"
    ;;
  60)
    echo "$country: clients trust no certificate of $edge"
    echo "$line" >>"$WORK/due"
    ;;
  *)
    echo "$country: $edge does not answer (curl: $code): nothing is known of its certificate" >&2
    echo "$line" >>"$WORK/unknown"
    ;;
  esac
done
`;
