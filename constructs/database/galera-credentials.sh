#!/usr/bin/env bash
# Brings this node's certificate and the cluster's accounts to what Secret Manager holds. No secret is ever an
# argument, a line of a log or a file that another user can read; passwords are not kept on the machine at all.
#
#   galera-credentials files     CA and certificate, before the server starts
#   galera-credentials accounts  accounts, once the server is a synced member; records that the cluster is initialized
#   galera-credentials sync      both, and a renewed certificate is taken without a restart; a timer runs it
#
# The CA and the app's password are made by the designated node (rank 0), once, before the cluster is initialized.
# To rotate the password add a version to its secret: the account takes the new one within a run of the timer, and the
# one before for as long as that version is enabled. To rotate the CA see the runbook.
#
# Exit codes:
#   0   all is as it should be, or as it was when Secret Manager could not be reached
#   1   a step failed that nothing below describes; the log has its words
#   2   called wrongly, or a setting is missing
#   3   what is in a secret can't be used; the last good files stay
#   75  it waits: for the designated node, for Secret Manager, or for another run to end

set -euo pipefail
umask 077

# shellcheck source=galera-lib.sh
. "${GALERA_LIB:-/usr/local/lib/galera-lib}"

SERVER_GROUP=mysql
CERTIFICATE_DAYS=90
RENEW_SECONDS=$((30 * 24 * 3600))
# As long as the machines may live: rotating it takes three steps on every node.
CA_DAYS=7300
# Users of the host that own an account of the same name: the server asks the kernel who is at its socket.
EXPORTER_ACCOUNT=${EXPORTER_ACCOUNT:-prometheus}

work='' unreachable=0

open_work() {
  mkdir -p "$TLS"
  chgrp "$SERVER_GROUP" "$TLS"
  chmod 0750 "$TLS"
  exec 9>"$TLS/lock"
  flock --wait 60 9 || stop 75 "another galera-credentials has run for a minute: see 'journalctl -t galera-credentials'"
  work=$(mktemp -d "$TLS/.work.XXXXXX")
  trap finish EXIT
}

finish() {
  local code=$?
  rm -rf "$work"
  metrics "$code" | put_metrics galera-credentials || true
  exit "$code"
}

metrics() {
  metric database_credentials_unreachable "$unreachable" "Secret Manager could not be read; the last files stay."
  metric database_credentials_exit_code "$1" "Exit code of the last run of galera-credentials."
  [[ -e $TLS/node.pem ]] || return 0
  metric database_certificate_expiry_timestamp_seconds "$(date -d "$(end_of "$TLS/node.pem")" +%s)" \
    "End of the node's certificate."
  metric database_ca_expiry_timestamp_seconds "$(date -d "$(end_of "$TLS/ca.pem")" +%s)" \
    "End of the CA that signs."
}

end_of() { openssl x509 -in "$1" -noout -enddate | cut -d = -f 2; }

designated() { ((DATABASE_RANK == 0)); }

# A secret that is made once. Sets `status`: 404 means that it surely has no version yet; `latest` alone can't say so.
read_first_secret() {
  status=$(read_secret "$1" latest "$2")
  [[ $status != 404 ]] || status=$(read_secret "$1" 1 "$2")
}

may_make_secrets() { designated && [[ ! -e $INITIALIZED_MARK && $(initialization) == new ]]; }

# The file ca-signer.pem: certificates, the one that signs first, and its key.
fetch_ca() {
  local status fault
  read_first_secret "$DATABASE_SECRET_CA" "$work/ca-signer.pem"
  if [[ $status == 404 ]] && may_make_secrets; then
    make_ca
    [[ -z $(ca_fault) ]] || stop 1 "a CA could not be made: openssl failed"
    add_secret "$DATABASE_SECRET_CA" <"$work/ca-signer.pem" || exit 75
    status=200
  fi
  if [[ $status != 200 ]]; then
    unreachable=1
    [[ ! -e $TLS/node.pem ]] || {
      log "$DATABASE_SECRET_CA could not be read (HTTP status $status): the last certificate stays"
      return 1
    }
    stop 75 "no CA yet (HTTP status $status of $DATABASE_SECRET_CA): the designated node makes it when it initializes the cluster"
  fi
  fault=$(ca_fault)
  [[ -z $fault ]] || {
    log "the latest version of $DATABASE_SECRET_CA $fault: add one with the signing certificate first and its key"
    return 3
  }
}

ca_fault() {
  local key
  if ! openssl x509 -in "$work/ca-signer.pem" -noout -checkend 0 >/dev/null 2>&1; then
    echo "holds no certificate that is valid now"
  elif ! key=$(openssl pkey -in "$work/ca-signer.pem" -pubout 2>/dev/null) ||
    [[ $key != "$(openssl x509 -in "$work/ca-signer.pem" -noout -pubkey)" ]]; then
    echo "holds no key of its first certificate"
  fi
}

# Certificates hold from a day ago: a machine whose clock is hours behind would refuse what is from its future.
yesterday() { date --utc --date '1 day ago' +%Y%m%d%H%M%SZ; }

make_ca() {
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -not_before "$(yesterday)" -days "$CA_DAYS" \
    -subj "/CN=Database CA $(date +%Y-%m-%d)" -addext "basicConstraints=critical,CA:TRUE,pathlen:0" \
    -addext "keyUsage=critical,keyCertSign,cRLSign" -keyout "$work/ca-signer.key" -out "$work/ca-signer.crt" 2>/dev/null
  cat "$work/ca-signer.crt" "$work/ca-signer.key" >"$work/ca-signer.pem"
  log "a CA for this cluster was made"
}

certificates_of() { sed -n '/-----BEGIN CERTIFICATE-----/,/-----END CERTIFICATE-----/p' "$1"; }

names_wanted() {
  local name
  for name in ${DATABASE_NODE:?} localhost $DATABASE_HOSTS; do printf 'DNS:%s\n' "$name"; done
  printf 'IP Address:%s\n' "$DATABASE_ADDRESS" 127.0.0.1
}

names_in() {
  openssl x509 -in "$1" -noout -ext subjectAltName | sed -n '2,$s/, /\n/gp' | sed 's/^ *//; s/ *$//' | sort
}

certificate_stays() {
  [[ -e $TLS/node.pem && -e $TLS/node.key ]] &&
    openssl x509 -in "$TLS/node.pem" -noout -checkend "$RENEW_SECONDS" >/dev/null &&
    # The first certificate signs; another one of the list would verify as well.
    openssl x509 -in "$work/ca-signer.pem" -out "$work/signer.pem" &&
    openssl verify -partial_chain -CAfile "$work/signer.pem" "$TLS/node.pem" >/dev/null 2>&1 &&
    [[ $(names_in "$TLS/node.pem") == "$(names_wanted | sort)" ]]
}

issue_certificate() {
  local names
  names=$(names_wanted | sed 's/^IP Address:/IP:/' | paste -sd ,)
  openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj "/CN=$DATABASE_NODE" \
    -keyout "$work/node.key" -out "$work/node.csr" 2>/dev/null
  openssl x509 -req -in "$work/node.csr" -CA "$work/ca-signer.pem" -CAkey "$work/ca-signer.pem" \
    -not_before "$(yesterday)" -days "$CERTIFICATE_DAYS" -set_serial "0x$(openssl rand -hex 16)" -out "$work/node.pem" 2>/dev/null -extfile - <<EXTENSIONS
subjectAltName=$names
basicConstraints=critical,CA:FALSE
keyUsage=critical,digitalSignature
extendedKeyUsage=serverAuth,clientAuth
EXTENSIONS
  put 0640 "$SERVER_GROUP" "$TLS/node.key" <"$work/node.key"
  put 0640 "$SERVER_GROUP" "$TLS/node.pem" <"$work/node.pem"
  touch "$TLS/reload"
  log "a certificate for $DATABASE_NODE was issued, it ends $(end_of "$TLS/node.pem")"
}

sync_files() {
  local before='' fault=0
  fetch_ca || fault=$?
  # A CA that can't be read or used leaves the files as they are.
  ((fault != 3)) || { [[ -e $TLS/node.pem ]] && return || exit 3; }
  ((fault == 0)) || return 0
  [[ ! -e $TLS/ca.pem ]] || before=$(<"$TLS/ca.pem")
  certificates_of "$work/ca-signer.pem" | put 0640 "$SERVER_GROUP" "$TLS/ca.pem"
  [[ $before == "$(<"$TLS/ca.pem")" ]] || touch "$TLS/reload"
  certificate_stays || issue_certificate
}

# Server and Galera take the files again; connections that stand keep the old ones.
reload_files() {
  [[ -e $TLS/reload ]] || return 0
  if sql <<<"FLUSH SSL; SET GLOBAL wsrep_provider_socket_ssl_reload = ON;"; then
    rm "$TLS/reload"
    log "the server uses the new certificate"
  else
    log "the server does not take the new certificate yet: see 'journalctl -u mariadb'"
  fi
}

synced() {
  local state
  state=$(sql <<<"SHOW GLOBAL STATUS WHERE Variable_name IN ('wsrep_cluster_status', 'wsrep_local_state_comment')" 2>/dev/null) &&
    [[ $state == *Primary* && $state != *non-Primary* && $state == *Synced* ]]
}

# Prints what mysql.global_priv holds for a password: hex of SHA-1 of SHA-1. Computed here, so that no statement
# holds the password itself.
native_hash() { openssl dgst -sha1 -binary <"$1" | openssl dgst -sha1 -r | tr a-f A-F | sed 's/^\([0-9A-F]*\).*/*\1/'; }

own_accounts() {
  cat <<STATEMENTS
CREATE USER IF NOT EXISTS 'mysql'@'localhost';
ALTER USER 'mysql'@'localhost' IDENTIFIED VIA unix_socket;
GRANT RELOAD, PROCESS, LOCK TABLES, BINLOG MONITOR, BINLOG ADMIN ON *.* TO 'mysql'@'localhost';
CREATE USER IF NOT EXISTS '$EXPORTER_ACCOUNT'@'localhost';
ALTER USER '$EXPORTER_ACCOUNT'@'localhost' IDENTIFIED VIA unix_socket WITH MAX_USER_CONNECTIONS 3;
GRANT PROCESS, BINLOG MONITOR, SLAVE MONITOR ON *.* TO '$EXPORTER_ACCOUNT'@'localhost';
STATEMENTS
}

# The latest password, and the one before it while its version is enabled: so clients change over without an error.
app_account() {
  local status version way
  status=$(read_secret "$DATABASE_SECRET_APP_PASSWORD" latest "$work/password")
  [[ $status != 404 ]] || status=$(read_secret "$DATABASE_SECRET_APP_PASSWORD" 1 "$work/password")
  if [[ $status == 404 ]] && designated; then
    openssl rand -base64 33 | tr -d '\n' | tr '+/' '-_' >"$work/password"
    (($(wc -c <"$work/password") == 44)) || return 1
    add_secret "$DATABASE_SECRET_APP_PASSWORD" <"$work/password" || return 75
    echo 1 >"$work/password.version"
    status=200
  fi
  [[ $status == 200 ]] || {
    unreachable=1
    log "$DATABASE_SECRET_APP_PASSWORD could not be read (HTTP status $status): the account stays as it is"
    return 75
  }
  (($(wc -c <"$work/password") >= 24)) || {
    log "the latest version of $DATABASE_SECRET_APP_PASSWORD has less than 24 characters: the account stays as it is"
    return 3
  }
  way="mysql_native_password USING '$(native_hash "$work/password")'"
  version=$(<"$work/password.version")
  if ((version > 1)); then
    status=$(read_secret "$DATABASE_SECRET_APP_PASSWORD" "$((version - 1))" "$work/before")
    case $status in
    200) way+=" OR mysql_native_password USING '$(native_hash "$work/before")'" ;;
    400 | 404) ;; # disabled or destroyed
    *) return 75 ;;
    esac
  fi
  cat <<STATEMENTS
CREATE DATABASE IF NOT EXISTS \`$DATABASE_SCHEMA\`;
CREATE USER IF NOT EXISTS '$DATABASE_APP_USER'@'%' ACCOUNT LOCK;
GRANT ALL PRIVILEGES ON \`$DATABASE_SCHEMA\`.* TO '$DATABASE_APP_USER'@'%';
ALTER USER '$DATABASE_APP_USER'@'%' IDENTIFIED VIA $way REQUIRE SSL
  WITH MAX_USER_CONNECTIONS $DATABASE_APP_CONNECTIONS ACCOUNT UNLOCK;
STATEMENTS
}

# apply NAME: statements from standard input, unless they are the ones that were applied last. The digest is replicated
# like any row, so one node applies for all.
apply() {
  local digest
  cat >"$work/$1.sql"
  digest=$(sha256sum <"$work/$1.sql" | cut -d ' ' -f 1)
  [[ $(sql <<<"SELECT digest FROM housekeeping.applied WHERE name = '$1'" 2>/dev/null) != "$digest" ]] || return 0
  {
    echo "CREATE DATABASE IF NOT EXISTS housekeeping;"
    echo "CREATE TABLE IF NOT EXISTS housekeeping.applied (name VARCHAR(32) PRIMARY KEY, digest CHAR(64) NOT NULL);"
    cat "$work/$1.sql"
    echo "REPLACE INTO housekeeping.applied VALUES ('$1', '$digest');"
  } | sql
  log "accounts: $1 brought to what it should be"
}

record_birth() {
  local uuid
  [[ ! -e $INITIALIZED_MARK ]] || return 0
  uuid=$(sql <<<"SHOW GLOBAL STATUS LIKE 'wsrep_cluster_state_uuid'" | cut -f 2)
  case $(initialization) in
  initialized) ;;
  new)
    designated || return 75
    jq --null-input --compact-output --arg node "$DATABASE_NODE" --arg uuid "$uuid" '{$node, $uuid, at: (now | todate)}' |
      add_secret "$DATABASE_SECRET_INITIALIZED" || return 75
    log "the cluster $uuid is initialized"
    ;;
  *) return 75 ;;
  esac
  put 0644 "$SERVER_GROUP" "$INITIALIZED_MARK" <<<"$uuid"
}

publish_ca() {
  designated && [[ -e $work/ca-signer.pem ]] || return 0
  local status
  status=$(read_secret "$DATABASE_SECRET_CA_CERTIFICATE" latest "$work/published.pem")
  [[ $status == 200 || $status == 404 ]] || return 0
  certificates_of "$work/ca-signer.pem" >"$work/publish.pem"
  cmp --silent "$work/publish.pem" "$work/published.pem" ||
    add_secret "$DATABASE_SECRET_CA_CERTIFICATE" <"$work/publish.pem"
}

# Initialization is recorded before the app's account is made: until then there is nothing that could be lost.
sync_accounts() {
  local now deadline
  tick
  deadline=$((now + ${SYNCED_SECONDS:-0}))
  until synced; do
    tick
    ((now < deadline)) || { log "not a synced member: accounts stay as they are"; return 0; }
    sleep 0.5
  done
  own_accounts | apply own
  record_birth || exit $?
  app_account >"$work/app" || exit $?
  apply app <"$work/app"
}

case ${1:-} in
--help) help && exit 0 ;;
files | accounts | sync) ;;
*) stop 2 "say files, accounts or sync: see --help" ;;
esac
require_settings
open_work
case $1 in
files)
  sync_files
  publish_ca
  rm -f "$TLS/reload" # the server is started after this
  ;;
accounts) SYNCED_SECONDS=${SYNCED_SECONDS:-20} sync_accounts ;;
sync)
  sync_files
  publish_ca
  reload_files
  sync_accounts
  ;;
esac
