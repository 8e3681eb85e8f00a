import { DATABASE_PORTS } from "../../config/ports";
import type { DatabaseProxySettings } from "./edge-settings";

/**
 * Hours without a byte after which a connection is closed. More than MariaDB's own 8 (`wait_timeout`), so that an idle
 * pool hits the limit that MariaDB documents.
 */
const IDLE_HOURS = 9;

/**
 * Seconds after which a peer that acknowledges nothing is dropped, with its locks and its slot. MariaDB waits just as
 * long for a client that doesn't read its result (`net_write_timeout`): less would cut off slow readers.
 */
const VANISHED_SECONDS = 60;

/** A limit of bandwidth that no connection reaches. */
const UNLIMITED = "unlimited";

/** Shared by frontend and backend. They inherit nothing from the web's defaults, which are for requests. */
export function databaseDefaults(): string[] {
  return [
    "mode tcp",
    "log global",
    "option dontlognull",
    "option redispatch 1",
    "retries 6",
    "timeout connect 700ms",
    "timeout queue 3s",
    `timeout client ${IDLE_HOURS}h`,
    `timeout server ${IDLE_HOURS}h`,
    "timeout client-fin 5s",
    "timeout server-fin 5s",
    // Google Cloud forgets a connection after 10 minutes without a packet.
    ...["cli", "srv"].flatMap((side) => [
      `option ${side}tcpka`,
      `${side}tcpka-idle ${VANISHED_SECONDS / 2}s`,
      `${side}tcpka-intvl 10s`,
    ]),
  ];
}

/** Accepts the apps' connections. TLS passes through: the app talks to the node, and the proxy holds no key. */
export function databaseFrontend({ country }: DatabaseProxySettings): string[] {
  const log = `country=${country} client=%ci:%cp from=%bi:%bp database=%s retries=%rc queue_ms=%Tw connect_ms=%Tc total_ms=%Tt bytes=%B end=%ts`;
  return [
    `bind :${DATABASE_PORTS.client} tcp-ut ${VANISHED_SECONDS}s`,
    `log-format "${log}"`,
    // Not to limit anything: a filter that sees a connection's data keeps HAProxy from forgetting the connection when
    // its node is marked down while it is being opened.
    `filter bwlim-in ${UNLIMITED} default-limit 1g default-period 1s`,
    `tcp-request content set-bandwidth-limit ${UNLIMITED}`,
    "default_backend database",
  ];
}

/**
 * The nodes. A node that stops taking writes loses its connections at once, so that clients reconnect to the next one
 * instead of waiting. A node that recovers takes new connections; existing ones stay where they are. Reasons:
 * `docs/decisions/0007-database-proxy.md`.
 */
export function databaseBackend({ databases, connectionsPerDatabase }: DatabaseProxySettings): string[] {
  const server = [
    `check inter 2s fastinter 500ms fall 2 rise 3 maxconn ${connectionsPerDatabase}`,
    // A refused connection only triggers an earlier check. Marking the node down right away would also close other
    // connections being opened to it, which otherwise move to the next node unnoticed.
    `observe layer4 error-limit 1 on-error fastinter on-marked-down shutdown-sessions tcp-ut ${VANISHED_SECONDS}s`,
  ];
  return [
    "balance first",
    // The node's health service waits two seconds for its server, then returns 503.
    "timeout check 3s",
    "option httpchk",
    "http-check send meth GET uri / ver HTTP/1.1 hdr Host database hdr User-Agent edge-check",
    "http-check expect status 200",
    `default-server ${server.join(" ")}`,
    ...databases.map(
      ({ name, address }) => `server ${name} ${address}:${DATABASE_PORTS.client} port ${DATABASE_PORTS.health}`,
    ),
  ];
}
