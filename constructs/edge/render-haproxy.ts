import { EDGE_HEALTH_PATHS } from "../../config/health-paths";
import { EDGE_PORTS, INGRESS_PORT } from "../../config/ports";
import type { HaproxySettings } from "./edge-settings";
import { databaseBackend, databaseDefaults, databaseFrontend } from "./render-database-proxy";
import { STAND_IN_NAME } from "./render-edge-environment";

/** DNS sends nobody to an edge that has no certificate yet: every browser would refuse it. */
export const STAND_IN_IS_UNWELL = `monitor fail if { ssl_f_s_dn(CN) -m str "${STAND_IN_NAME}" }`;

/** Least number of seconds that clients are asked to wait when no country can serve. */
const RETRY_AFTER_SECONDS = 15;

// Mozilla's intermediate profile, https://ssl-config.mozilla.org: TLS 1.2 with forward secrecy, TLS 1.3.
const TLS_1_2_CIPHERS = [
  "ECDHE-ECDSA-AES128-GCM-SHA256",
  "ECDHE-RSA-AES128-GCM-SHA256",
  "ECDHE-ECDSA-AES256-GCM-SHA384",
  "ECDHE-RSA-AES256-GCM-SHA384",
  "ECDHE-ECDSA-CHACHA20-POLY1305",
  "ECDHE-RSA-CHACHA20-POLY1305",
].join(":");

/** Shown by the edge itself, so it must not need anything that is down. A config line holds 2,048 characters. */
const UNAVAILABLE_PAGE = [
  "<!doctype html><html lang=en><meta charset=utf-8><meta name=viewport content=width=device-width>",
  "<title>Back in a moment</title><style>body{font:18px/1.5 sans-serif;max-width:32em;margin:20vh auto;padding:0 1em}</style>",
  "<h1>We will be back in a moment</h1><p>The shop cannot be reached just now. Please try again shortly.</p>",
  "<p lang=id>Toko sedang tidak dapat diakses. Silakan coba lagi sebentar lagi.</p>",
].join("");

/**
 * The HAProxy configuration of one country's edge, for HAProxy 3.0.
 *
 * Two things are left to the machine's environment: `EDGE_ADDRESS`, its internal address, and
 * `RUNTIME_DIRECTORY`, which systemd sets. The certificate is `site.pem` beside the file.
 * Why it is written this way, with figures: `docs/decisions/0003-edge-failover.md`.
 */
export function renderHaproxyConfig(settings: HaproxySettings): string {
  const sections = [
    `# ${settings.country}: ${settings.ingresses.map(({ country }) => country).join(" > ")}`,
    globalSection(),
    defaultsSection(),
    shopFrontends(settings),
    internalFrontends(),
    readsHop(),
    readsBackend(settings),
    writesHop(),
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
    // A request counts twice: where it comes in, and behind its hop.
    "maxconn 20000",
    "hard-stop-after 60s",
    "spread-checks 5",
    "ssl-default-bind-options ssl-min-ver TLSv1.2 no-tls-tickets",
    `ssl-default-bind-ciphers ${TLS_1_2_CIPHERS}`,
    "tune.ssl.default-dh-param 2048",
  ]);
}

function defaultsSection(): string {
  const page = `content-type "text/html; charset=utf-8" string "${UNAVAILABLE_PAGE}"`;
  return section("defaults", [
    "mode http",
    "log global",
    "option dontlognull",
    "option idle-close-on-response",
    "option http-restrict-req-hdr-names delete",
    "option redispatch 1",
    "retries 6",
    "timeout http-request 5s",
    "timeout http-keep-alive 15s",
    "timeout client 30s",
    // Who has connected has this long for TLS; until it is done, no other limit is as short.
    "timeout client-hs 5s",
    "timeout client-fin 5s",
    "timeout connect 700ms",
    "timeout check 500ms",
    "timeout queue 3s",
    "timeout server 30s",
    "timeout tunnel 1h",
    ...[502, 503, 504].map(
      (status) =>
        `http-error status ${status} ${page} hdr Retry-After ${RETRY_AFTER_SECONDS} hdr Cache-Control no-store`,
    ),
  ]);
}

function shopFrontends({ country, hosts, requestsPer10Seconds }: HaproxySettings): string {
  const knownHost = `acl known_host req.hdr(host),host_only -i ${hosts.join(" ")}`;
  const log = `country=${country} client=%ci:%cp host=%[var(txn.host)] request=%{+Q}r status=%ST bytes=%B served_by=%[var(txn.served_by)] retries=%rc queue_ms=%Tw connect_ms=%Tc response_ms=%Tr total_ms=%Ta end=%ts id=%ID`;
  const plain = section("frontend plain", [
    `bind :${EDGE_PORTS.http}`,
    knownHost,
    "http-request deny deny_status 421 unless known_host",
    "http-request redirect scheme https code 308",
  ]);
  const shop = section("frontend shop", [
    `bind :${EDGE_PORTS.https} ssl crt site.pem alpn h2,http/1.1`,
    `monitor-uri ${EDGE_HEALTH_PATHS.public}`,
    "monitor fail if { nbsrv(reads) eq 0 }",
    STAND_IN_IS_UNWELL,
    `log-format "${log}"`,
    "unique-id-format %[uuid()]",
    "unique-id-header X-Request-Id",
    knownHost,
    "stick-table type ipv6 size 200k expire 60s store http_req_rate(10s)",
    "http-request set-var(txn.host) req.hdr(host),host_only",
    "http-request track-sc0 src",
    `http-request deny deny_status 429 hdr Retry-After 10 if { sc_http_req_rate(0) gt ${requestsPer10Seconds} }`,
    "http-request deny deny_status 421 unless known_host",
    "http-request del-header Forwarded",
    "http-request del-header X-Real-IP",
    "http-request set-header X-Forwarded-For %[src]",
    "http-request set-header X-Forwarded-Proto https",
    "http-request set-header X-Forwarded-Host %[req.hdr(host)]",
    `http-request set-header X-Edge-Country ${country}`,
    'http-after-response set-header Strict-Transport-Security "max-age=31536000; includeSubDomains"',
    "http-after-response set-header X-Content-Type-Options nosniff",
    "http-after-response set-header Referrer-Policy strict-origin-when-cross-origin",
    "http-response set-var(txn.served_by) res.hdr(X-Served-By)",
    "http-response del-header Server",
    "use_backend writes-hop unless { method GET HEAD OPTIONS }",
    "default_backend reads-hop",
  ]);
  return `${plain}\n\n${shop}`;
}

function internalFrontends(): string {
  const answer = (status: number, text: string) =>
    `http-request return status ${status} content-type text/plain string ${text}`;
  const health = section("frontend health", [
    `bind :${EDGE_PORTS.health}`,
    `${answer(200, "live")} if { path ${EDGE_HEALTH_PATHS.live} }`,
    `${answer(503, "no-country-can-serve")} if { path ${EDGE_HEALTH_PATHS.ready} } { nbsrv(reads) eq 0 }`,
    `${answer(200, "ready")} if { path ${EDGE_HEALTH_PATHS.ready} }`,
    // Web and database answer for themselves: each load balancer leaves out what its own users cannot reach.
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

/** GET, HEAD and OPTIONS: whatever goes wrong, ask the next country. */
function readsBackend(settings: HaproxySettings): string {
  return section("backend reads", [
    "balance first",
    "retry-on conn-failure empty-response response-timeout 502 503 504",
    "http-request set-timeout server 2500ms",
    ...countries(settings),
  ]);
}

/**
 * A local connection between the shop and a backend, because of how HAProxy answers when a server's connection breaks
 * after the request was sent: on a reset it never asks another server, and if the request was not the first on its
 * client's connection, it closes that one without a word (HTTP/1.1) or refuses the stream (HTTP/2), which invites the
 * client to send again what may have been executed. Behind the hop the broken request is answered with 502, or the
 * hop itself is closed; what to make of that is decided before it.
 */
function hop(backend: string, before: readonly string[], behind: readonly string[]): string {
  const socket = `"unix@\${RUNTIME_DIRECTORY}/${backend}.sock"`;
  const outward = section(`backend ${backend}-hop`, [...before, `server hop ${socket} send-proxy-v2`]);
  const inward = section(`frontend ${backend}-landing`, [
    `bind ${socket} mode 600 accept-proxy`,
    "no log",
    `timeout client ${HOP_TIMEOUT_SECONDS}s`,
    ...behind,
    `default_backend ${backend}`,
  ]);
  return `${outward}\n\n${inward}`;
}

/** Longer than the server's time behind the hop, so that the answer comes from there. */
const HOP_TIMEOUT_SECONDS = 40;

/** A read that was reset is asked again. Twice at most: a page that always breaks is asked for three times as often. */
function readsHop(): string {
  return hop(
    "reads",
    [`timeout server ${HOP_TIMEOUT_SECONDS}s`, "retries 2", "retry-on conn-failure empty-response 502"],
    [],
  );
}

/** A write is the first and only request on its hop, so that its break is told and not passed over. */
function writesHop(): string {
  return hop("writes", [`timeout server ${HOP_TIMEOUT_SECONDS}s`, "http-reuse never"], ["option httpclose"]);
}

/** Everything else: ask the next country only when this one has surely done nothing. */
function writesBackend(settings: HaproxySettings): string {
  return section("backend writes", [
    "balance first",
    "retry-on conn-failure 503",
    "http-reuse never",
    ...countries(settings),
  ]);
}

/**
 * The ingresses, checked by each backend for itself: refused connections are counted where they happen, so that a
 * backend which alone has traffic takes a dead country out before its retries are used up.
 */
function countries({ hosts, ingresses }: HaproxySettings): string[] {
  const checks = "check inter 400ms fastinter 150ms downinter 1s fall 2 rise 4";
  return [
    "http-response set-header X-Served-By %s",
    "option httpchk",
    `http-check send meth GET uri /healthz ver HTTP/1.1 hdr Host ${hosts[0]} hdr User-Agent edge-check`,
    "http-check expect status 200",
    `default-server send-proxy-v2 check-send-proxy ${checks} observe layer4 error-limit 2 on-error mark-down tcp-ut 1500ms`,
    ...ingresses.map(({ country, address }) => `server ${country} ${address}:${INGRESS_PORT}`),
  ];
}

function section(title: string, lines: readonly string[]): string {
  return [title, ...lines.map((line) => `    ${line}`)].join("\n");
}
