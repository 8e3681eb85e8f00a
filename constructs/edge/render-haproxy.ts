import { EDGE_HEALTH_PATHS } from "../../config/health-paths";
import { EDGE_PORTS } from "../../config/ports";
import type { HaproxySettings } from "./edge-settings";
import { errorPages } from "./error-pages";
import { hop, readsBackend, writesBackend } from "./render-countries";
import { databaseBackend, databaseDefaults, databaseFrontend } from "./render-database-proxy";
import { noCountryIsUp, plainFrontend, rateTables, shopFrontend } from "./render-shop";
import { retryTables } from "./retry-limits";
import { bothFamilies, section } from "./section";

// Mozilla's intermediate profile, https://ssl-config.mozilla.org: TLS 1.2 with forward secrecy, TLS 1.3.
const TLS_1_2_CIPHERS = [
  "ECDHE-ECDSA-AES128-GCM-SHA256",
  "ECDHE-RSA-AES128-GCM-SHA256",
  "ECDHE-ECDSA-AES256-GCM-SHA384",
  "ECDHE-RSA-AES256-GCM-SHA384",
  "ECDHE-ECDSA-CHACHA20-POLY1305",
  "ECDHE-RSA-CHACHA20-POLY1305",
].join(":");

/**
 * Connections of a whole machine. The public frontends and the hop take at most 18,000, so whatever clients do, 2,000
 * are left for health checks, metrics and the database.
 */
const CONNECTIONS = 20_000;

/**
 * While other machines have a valid certificate, load balancers send no users to one with a stand-in, which browsers
 * refuse. `edge-sync` writes the file along with a stand-in.
 */
export const STAND_IN_IS_UNREADY = `http-request return status 503 content-type text/plain string no-certificate if { path ${EDGE_HEALTH_PATHS.ready} } { str(stand-in) -m str -f opt@certificate.state }`;

/**
 * The HAProxy configuration of one country's edge, for HAProxy 3.0.
 * Two values come from the machine's environment: `EDGE_ADDRESS`, its internal address, and `RUNTIME_DIRECTORY`, which
 * systemd sets. The certificate is `site.pem` in the same folder. Reasons and figures:
 * `docs/decisions/0003-edge-failover.md`, `0016-edge-retries.md`.
 */
export function renderHaproxyConfig(settings: HaproxySettings): string {
  const sections = [
    `# ${settings.country}: ${settings.ingresses.map(({ country }) => country).join(" > ")}`,
    globalSection(),
    defaultsSection(),
    rateTables(),
    plainFrontend(settings),
    shopFrontend(settings),
    internalFrontends(settings),
    retryTables(),
    readsBackend(settings),
    hop(settings),
    writesBackend(settings),
    section("defaults database", databaseDefaults()),
    section("frontend database", databaseFrontend(settings)),
    section("backend database", databaseBackend(settings)),
  ];
  return `${sections.join("\n\n")}\n`;
}

function globalSection(): string {
  return section("global", [
    "log stdout format raw local0",
    "default-path config",
    'stats socket "${RUNTIME_DIRECTORY}/admin.sock" mode 600 level admin expose-fd listeners',
    "localpeer edge",
    `maxconn ${CONNECTIONS}`,
    "hard-stop-after 60s",
    "spread-checks 5",
    "ssl-default-bind-options ssl-min-ver TLSv1.2 no-tls-tickets",
    `ssl-default-bind-ciphers ${TLS_1_2_CIPHERS}`,
    "tune.ssl.default-dh-param 2048",
  ]);
}

function defaultsSection(): string {
  return section("defaults", [
    "mode http",
    "log global",
    "option dontlognull",
    "option idle-close-on-response",
    "option http-restrict-req-hdr-names delete",
    "timeout http-request 5s",
    "timeout http-keep-alive 15s",
    "timeout client 30s",
    // Time for the TLS handshake; no other limit is as short before it is done.
    "timeout client-hs 5s",
    "timeout client-fin 5s",
    "timeout connect 700ms",
    "timeout check 500ms",
    "timeout queue 3s",
    "timeout server 30s",
    "timeout tunnel 1h",
    ...errorPages(),
  ]);
}

function internalFrontends(settings: HaproxySettings): string {
  const answer = (status: number, text: string) =>
    `http-request return status ${status} content-type text/plain string ${text}`;
  const health = section("frontend health", [
    `bind ${bothFamilies(EDGE_PORTS.health)}`,
    `${answer(200, "live")} if { path ${EDGE_HEALTH_PATHS.live} }`,
    `${answer(503, "no-country-can-serve")} if { path ${EDGE_HEALTH_PATHS.ready} } ${noCountryIsUp(settings)}`,
    STAND_IN_IS_UNREADY,
    `${answer(200, "ready")} if { path ${EDGE_HEALTH_PATHS.ready} }`,
    // Web and database report separately: each load balancer removes machines that can't serve its own users.
    `${answer(503, "no-database-takes-writes")} if { path ${EDGE_HEALTH_PATHS.databaseReady} } { nbsrv(database) eq 0 }`,
    `${answer(200, "ready")} if { path ${EDGE_HEALTH_PATHS.databaseReady} }`,
    "http-request deny deny_status 404",
  ]);
  const metrics = section("frontend metrics", [
    `bind "\${EDGE_ADDRESS}:${EDGE_PORTS.metrics}"`,
    "http-request use-service prometheus-exporter if { path /metrics }",
    "stats enable",
    "stats uri /stats",
    "stats refresh 5s",
    "http-request deny deny_status 404 unless { path_beg /stats }",
  ]);
  return `${health}\n\n${metrics}`;
}
