import { EDGE_HEALTH_PATHS } from "../../config/health-paths";
import { EDGE_PORTS } from "../../config/ports";
import type { HaproxySettings } from "./edge-settings";
import { chooseWay, tellAsked } from "./render-countries";
import { STAND_IN_NAME } from "./render-edge-environment";
import { bothFamilies, section } from "./section";

/** DNS sends nobody to an edge without a certificate: every browser would refuse it. */
export const STAND_IN_IS_UNWELL = `monitor fail if { ssl_f_s_dn(CN) -m str "${STAND_IN_NAME}" }`;

/** Connections that clients may hold open: together with the hop's, fewer than the machine's. */
const PUBLIC_CONNECTIONS = { https: 12_000, http: 1000 } as const;

/** Connections that one address may hold: about 300 concurrent shoppers, because a browser opens one (HTTP/2). */
const CONNECTIONS_PER_ADDRESS = 300;

/** Multiple of a browser's limit that one address may request: carriers put thousands of people behind one. */
const REQUESTS_PER_ADDRESS = 10;

/** An IPv4 address, or the network of one IPv6 customer. */
const CLIENT = "src,ipmask(32,64)";

/** Header prefixes that only the edge may set, or that make frameworks mistake one request for another. */
const UNTRUSTED_HEADERS = [
  ...["forwarded", "x-forwarded", "x-original-", "x-rewrite-", "x-http-method", "x-method-override", "x-envoy-"],
  ...["x-real-ip", "x-client-ip", "client-ip", "true-client-ip", "cf-connecting-ip", "fastly-client-ip"],
  ...["x-cluster-client-ip", "x-proxyuser-ip", "x-remote-", "x-host", "x-scheme", "x-url-scheme", "front-end-https"],
  ...["proxy$", "x-request-id", "x-served-by", "x-edge-"],
];

/** Counters per client. They survive a reload: the old process hands them to the new one. */
export function rateTables(): string {
  return [
    section("peers machine", ['bind "unix@${RUNTIME_DIRECTORY}/peers.sock" mode 600', "server edge"]),
    section("backend addresses", [
      "stick-table type ipv6 size 200k expire 60s store conn_cur,gpc0_rate(10s) peers machine",
    ]),
    section("backend visitors", [
      "stick-table type binary len 20 size 200k expire 60s store gpc0_rate(10s) peers machine",
    ]),
  ].join("\n\n");
}

/** Conditions that together mean that no country can serve. */
export function noCountryIsUp({ ingresses }: HaproxySettings): string {
  return ingresses.map(({ country }) => `!{ srv_is_up(reads/${country}) }`).join(" ");
}

function limitConnections(most: number): string[] {
  return [
    `maxconn ${most}`,
    `tcp-request connection track-sc0 ${CLIENT} table addresses`,
    `tcp-request connection reject if { sc_conn_cur(0) gt ${CONNECTIONS_PER_ADDRESS} }`,
  ];
}

/** Compared as a whole: a name with anything behind it, such as "shop.com:x@elsewhere", is a different one. */
function knownHost(hosts: readonly string[], port: number): string {
  return `acl known_host req.fhdr(host) -i ${hosts.flatMap((host) => [host, `${host}:${port}`]).join(" ")}`;
}

export function plainFrontend({ hosts }: HaproxySettings): string {
  return section("frontend plain", [
    `bind ${bothFamilies(EDGE_PORTS.http)}`,
    ...limitConnections(PUBLIC_CONNECTIONS.http),
    knownHost(hosts, EDGE_PORTS.http),
    "http-request deny deny_status 421 unless known_host",
    "http-request set-header Host %[req.hdr(host),host_only,lower]",
    "http-request redirect scheme https code 308",
  ]);
}

export function shopFrontend(settings: HaproxySettings): string {
  const { country, hosts } = settings;
  return section("frontend shop", [
    `bind ${bothFamilies(EDGE_PORTS.https)} ssl crt site.pem alpn h2,http/1.1`,
    ...limitConnections(PUBLIC_CONNECTIONS.https),
    `monitor-uri ${EDGE_HEALTH_PATHS.public}`,
    `monitor fail if ${noCountryIsUp(settings)}`,
    STAND_IN_IS_UNWELL,
    `log-format "${logFormat(country)}"`,
    "unique-id-format %[uuid()]",
    "unique-id-header X-Request-Id",
    "http-request set-var(txn.host) req.fhdr(host)",
    knownHost(hosts, EDGE_PORTS.https),
    "http-request deny deny_status 421 unless known_host",
    ...limitRates(settings),
    ...everyDatabaseIsReached(settings),
    `http-request del-header ^(${UNTRUSTED_HEADERS.join("|")}) -m reg`,
    "http-request set-var(txn.host) req.hdr(host),host_only,lower",
    "http-request set-header Host %[var(txn.host)]",
    "http-request set-header X-Forwarded-For %[src]",
    "http-request set-header X-Forwarded-Proto https",
    "http-request set-header X-Forwarded-Host %[var(txn.host)]",
    `http-request set-header X-Edge-Country ${country}`,
    ...tellAsked(),
    "http-after-response del-header X-Edge-Asked",
    // Without includeSubDomains: operator pages lie below the same domain and have no certificate that browsers trust.
    "http-after-response set-header Strict-Transport-Security max-age=31536000",
    "http-after-response set-header X-Content-Type-Options nosniff",
    "http-after-response set-header Referrer-Policy strict-origin-when-cross-origin",
    "http-response set-var(txn.served_by) res.hdr(X-Served-By)",
    "http-response del-header Server",
    ...chooseWay(settings),
  ]);
}

/** For the health gate of a deploy, which reaches no node itself: no second one may stop while one is away. */
function everyDatabaseIsReached({ databases }: HaproxySettings): string[] {
  const asked = `{ path ${EDGE_HEALTH_PATHS.databases} }`;
  return [
    `http-request return status 503 if ${asked} { nbsrv(database) lt ${databases.length} }`,
    `http-request return status 200 if ${asked}`,
  ];
}

/** What clients choose is quoted and escaped, so that nobody can forge a field. */
function logFormat(country: string): string {
  const fields = [
    `country=${country} client=%ci:%cp host=%{+Q,+E}[var(txn.host)] request=%{+Q}r status=%ST bytes=%B`,
    "asked=%[var(txn.tell),ltrim(',')] served_by=%[var(txn.served_by)]",
    "queue_ms=%Tw connect_ms=%Tc response_ms=%Tr total_ms=%Ta end=%ts request_id=%ID",
  ];
  return fields.join(" ");
}

/** Only requests that are let through count, so excessive clients still get as much as anybody else. */
function limitRates({ requestsPer10Seconds }: HaproxySettings): string[] {
  return [
    `http-request deny deny_status 429 if { sc_gpc0_rate(0) gt ${REQUESTS_PER_ADDRESS * requestsPer10Seconds} }`,
    // Thousands share a carrier's address: the browser and its cookies tell them apart.
    `http-request set-var-fmt(txn.visitor) "%[${CLIENT}] %[req.fhdr(user-agent)] %[req.fhdr(accept-language)] %[req.fhdr(cookie)]"`,
    "http-request track-sc1 var(txn.visitor),sha1 table visitors",
    `http-request deny deny_status 429 if { sc_gpc0_rate(1) gt ${requestsPer10Seconds} }`,
    "http-request sc-inc-gpc0(0)",
    "http-request sc-inc-gpc0(1)",
  ];
}
