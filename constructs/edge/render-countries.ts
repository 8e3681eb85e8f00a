import { INGRESS_PORT } from "../../config/ports";
import type { HaproxySettings } from "./edge-settings";
import { awaitOutcome, isOverBudget, KEY, refusedPages, spareOthers } from "./retry-limits";
import { section } from "./section";

/**
 * Seconds a country has to send a page's first byte before one other country is tried. Health checks notice a country
 * that hangs within 1.6 s, so this is for requests already in flight.
 */
const FIRST_BYTE_SECONDS = 4;

/** The same for requests that go to one country only: writes, and reads while retries are refused. */
const ONLY_CHANCE_SECONDS = 30;

/** The same for event streams and for the topology's slow paths. */
const SLOW_SECONDS = 300;

/** Longest pause within a response: event streams and exports pause. */
const SILENCE_SECONDS = 300;

/** Longer than every timeout behind the hop, so that the response comes from there. */
const HOP_SECONDS = 600;

/** Connections behind the hop: one per write in flight, and per retried read. */
export const HOP_CONNECTIONS = 5000;

/** The server that leads to a country not tried yet. No country can have this name. */
export const ELSEWHERE = "_elsewhere";

/** Field of the PROXY header that tells the landing whether the first try broke after it was sent. */
const FIRST_TLV = "0xE1";

const HOP_SOCKET = '"unix@${RUNTIME_DIRECTORY}/hop.sock"';

const IS_READ = "acl read method GET HEAD OPTIONS";
const IS_KNOWN = "{ var(txn.next) -m found }";

/** The first try broke after it was sent. */
const BROKE = "{ var(txn.broke) -m found }";

/** Rules at the end of the public frontend: which country to try first, and through which backend. */
export function chooseWay(settings: HaproxySettings): string[] {
  const direct = "read !slow !over_budget !body !alone !suspect";
  return [
    IS_READ,
    ...isSlow(settings),
    ...refusedPages(),
    ...nextCountry(settings),
    `http-request deny deny_status 503 unless ${IS_KNOWN}`,
    "http-request set-var(txn.begun) date(0,ms)",
    `http-request track-sc2 int(${KEY.reads}) table budget if read`,
    ...isOverBudget(),
    // HAProxy keeps no body above 16 KB for a retry.
    "acl body req.hdr_val(content-length) gt 0",
    "acl body req.hdr(transfer-encoding) -m found",
    `acl alone nbsrv(reads) le 2`,
    `http-request set-header X-Edge-Asked ,%[var(txn.next)] if ${direct}`,
    `http-request set-header X-Edge-Begun %[var(txn.begun)] if ${direct}`,
    `use_backend reads if ${direct}`,
    "default_backend hop",
  ];
}

function isSlow({ slowPaths = [] }: HaproxySettings): string[] {
  return [
    "acl slow req.hdr(accept) -m sub text/event-stream",
    ...(slowPaths.length > 0 ? [`acl slow path -m beg ${slowPaths.join(" ")}`] : []),
  ];
}

/**
 * Sets `txn.next` to the first country in failover order that is up and was not tried.
 * @param avoidsOwn condition under which the own country is left out
 */
function nextCountry({ ingresses }: HaproxySettings, avoidsOwn?: string): string[] {
  return ingresses.slice(avoidsOwn ? 1 : 0).map(({ country }) => {
    const isFree = `{ srv_is_up(reads/${country}) } !{ var(txn.asked) -m sub ,${country}: }`;
    return `http-request set-var(txn.next) str(${country}) if !${IS_KNOWN} ${isFree}${avoidsOwn ? ` ${avoidsOwn}` : ""}`;
  });
}

/** Whether another country is up, besides those tried and the next one. */
function isAnotherUp({ ingresses }: HaproxySettings): string[] {
  return ingresses.map(({ country }) => {
    const isFree = `{ srv_is_up(reads/${country}) } !{ var(txn.asked) -m sub ,${country}: }`;
    return `http-request set-var(txn.another) bool(1) if ${isFree} !{ var(txn.next) -m str ${country} }`;
  });
}

/**
 * A local connection between the public frontend and a country, for requests that may go to one country only: writes,
 * and retried reads. It exists because of what HAProxy does when a server's connection breaks after the request was
 * sent: unless the request was the first on its client's connection, it silently closes that connection (HTTP/1.1) or
 * refuses the stream (HTTP/2), which invites the client to resend what may have been executed. On the hop, each request
 * is the first and only one, so the client gets an error.
 */
export function hop(settings: HaproxySettings): string {
  const isRetry = "{ var(txn.asked) -m found }";
  const outward = section("backend hop", [
    `timeout server ${HOP_SECONDS}s`,
    "http-reuse never",
    `server hop ${HOP_SOCKET} send-proxy-v2`,
  ]);
  const inward = section("frontend landing", [
    `bind ${HOP_SOCKET} mode 600 accept-proxy`,
    `maxconn ${HOP_CONNECTIONS}`,
    "no log",
    `timeout client ${HOP_SECONDS}s`,
    "option httpclose",
    IS_READ,
    // By way of a variable, and never empty: HAProxy 3.0.11 hangs in a condition on an empty field, issue 3482.
    `tcp-request content set-var(txn.first) fc_pp_tlv(${FIRST_TLV})`,
    'tcp-request content set-var(txn.broke) bool(true) if { var(txn.first) -m str "broke=1" }',
    ...awaitOutcome(BROKE),
    ...isSlow(settings),
    // Countries it was sent to before, with milliseconds: ",indonesia" becomes ",indonesia:4003".
    "http-request set-var(txn.before) req.hdr(X-Edge-Begun),add(0) if { req.hdr(X-Edge-Asked) -m found }",
    "http-request set-var(txn.took) date(0,ms),sub(txn.before) if { req.hdr(X-Edge-Asked) -m found }",
    'http-request set-var-fmt(txn.asked) "%[req.fhdr(X-Edge-Asked)]:%[var(txn.took)]" if { req.hdr(X-Edge-Asked) -m found }',
    ...spareOthers(isRetry, BROKE),
    ...nextCountry(settings, "suspect"),
    ...nextCountry(settings),
    ...isAnotherUp(settings),
    `http-request track-sc1 int(${KEY.spent}) table budget if ${isRetry}`,
    `http-request sc-inc-gpc0(1) if ${isRetry} { var(txn.took) -m int ge ${FIRST_BYTE_SECONDS * 1000 - 100} }`,
    "http-after-response sc-inc-gpc0(1) if { status ge 500 }",
    "http-request set-var(txn.begun) date(0,ms)",
    'http-request set-header X-Edge-Asked "%[var(txn.asked)],%[var(txn.next)]"',
    "http-request set-header X-Edge-Begun %[var(txn.begun)]",
    ...tellAsked(),
    "http-after-response set-header X-Edge-Asked %[var(txn.tell)] if { var(txn.tell) -m found }",
    `http-request deny deny_status 503 unless ${IS_KNOWN}`,
    "default_backend writes",
  ]);
  return `${outward}\n\n${inward}`;
}

/** Sets `txn.tell` to the countries tried, each with the milliseconds that it took. */
export function tellAsked(): string[] {
  return [
    "http-after-response set-var(txn.tell) res.fhdr(X-Edge-Asked)",
    "http-after-response set-var(txn.took) date(0,ms),sub(txn.begun) if { var(txn.begun) -m found }",
    `http-after-response set-var-fmt(txn.tell) "%[var(txn.asked)],%[var(txn.next)]:%[var(txn.took)]" if ${IS_KNOWN} !{ var(txn.tell) -m found }`,
    "http-after-response set-var(txn.tell) var(txn.asked) if !{ var(txn.tell) -m found }",
  ];
}

/** The first try of a GET, HEAD or OPTIONS. If it fails, one retry is left: in a country not tried yet. */
export function readsBackend(settings: HaproxySettings): string {
  return section("backend reads", [
    "retry-on conn-failure empty-response junk-response response-timeout 502 503 504",
    // Runs when the request was sent, before HAProxy decides on a second try: only 503 says that nothing was done.
    `tcp-response inspect-delay ${FIRST_BYTE_SECONDS}s`,
    "tcp-response content set-var(txn.broke) bool(true)",
    "tcp-response content unset-var(txn.broke) if { status 503 }",
    `http-request set-timeout server ${FIRST_BYTE_SECONDS}s`,
    ...countries(settings),
  ]);
}

/** Tries the next country only if this one certainly did nothing. */
export function writesBackend(settings: HaproxySettings): string {
  return section("backend writes", [
    "retry-on conn-failure 503",
    "http-reuse never",
    `http-request set-timeout server ${ONLY_CHANCE_SECONDS}s`,
    ...isSlow(settings),
    `http-request set-timeout server ${SLOW_SECONDS}s if slow`,
    ...isOverBudget(),
    "http-request disable-l7-retry if over_budget",
    "http-request disable-l7-retry unless { var(txn.another) -m found }",
    // One country broke over it: this is the one other that is asked.
    `http-request disable-l7-retry if ${BROKE}`,
    ...countries(settings),
  ]);
}

/**
 * The ingresses; each backend has its own checks, because refused connections are counted where they happen. The
 * country was already chosen; the only server available to a retry is the one that leads to a country not tried yet.
 */
function countries({ hosts, ingresses }: HaproxySettings): string[] {
  const checks = "check inter 400ms fastinter 150ms downinter 1s fall 2 rise 4";
  return [
    "balance first",
    "retries 1",
    "option redispatch 1",
    `http-response set-timeout server ${SILENCE_SECONDS}s`,
    `http-response set-header X-Served-By %s unless { srv_name ${ELSEWHERE} }`,
    `http-response del-header X-Edge-Asked unless { srv_name ${ELSEWHERE} }`,
    "option httpchk",
    `http-check send meth GET uri /healthz ver HTTP/1.1 hdr Host ${hosts[0]} hdr User-Agent edge-check`,
    "http-check expect status 200",
    ...ingresses.map(({ country }) => `use-server ${country} if { var(txn.next) -m str ${country} }`),
    `server ${ELSEWHERE} ${HOP_SOCKET} send-proxy-v2 set-proxy-v2-tlv-fmt(${FIRST_TLV}) broke=%[var(txn.broke)] id 1`,
    `default-server send-proxy-v2 check-send-proxy ${checks} observe layer4 error-limit 2 on-error mark-down tcp-ut 1500ms`,
    ...ingresses.map(({ country, address }) => `server ${country} ${address}:${INGRESS_PORT}`),
  ];
}
