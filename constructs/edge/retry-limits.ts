import { section } from "./section";

/** Retries in 10 seconds that may fail, or be caused by slowness, at any traffic. In addition, one in ten reads may. */
const FREE_RETRIES = 10;

/**
 * Seconds for which a page that broke a country is suspect, for the address that asked for it: it may kill whatever serves it.
 * Until another country has answered it, few of its requests may be under way there at once.
 */
const SUSPECT_SECONDS = 10;
const SUSPECT_REQUESTS = 2;

/** A write breaks where it is alone too, when a country dies, so it takes more than two for it to be refused. */
const MOST_BROKEN_WRITES = 3;

/** How long the others wait for what becomes of these: most pages take less, with a round trip of 72 ms. */
const SUSPECT_WAIT_MS = 1000;

/** Keys of the table `budget`: reads, retries that failed or were caused by slowness, and retries after a break. */
export const KEY = { reads: 1, spent: 2, broke: 3 } as const;

/** Tags of a page in the table `broken`: when it broke its first country, and whether another has answered it since. */
const TAG = { brokeAt: 0, isProven: 1 } as const;

/** Tables that limit retries; each machine counts its own. */
export function retryTables(): string {
  return [
    section("backend budget", [
      "stick-table type integer size 10 expire 1h store http_req_rate(10s),gpc0_rate(10s),conn_cur",
    ]),
    section("backend broken", [
      "stick-table type binary len 20 size 50k expire 5m store gpc0_rate(30s),gpc1_rate(5m),gpt(2),conn_cur",
    ]),
  ].join("\n\n");
}

/** Sets `txn.page`, client and page, and the condition `suspect`. */
function recognizePage(ruleset: "http-request" | "tcp-request content"): string[] {
  return [
    `${ruleset} set-var-fmt(txn.page) "%[src,ipmask(32,64)] %[method] %[path]"`,
    `${ruleset} set-var(txn.page) var(txn.page),sha1`,
    `${ruleset} set-var(txn.broke_at) var(txn.page),table_gpt(${TAG.brokeAt},broken)`,
    `${ruleset} set-var(txn.since) date(),sub(txn.broke_at)`,
    `acl suspect var(txn.since) -m int 0:${SUSPECT_SECONDS}`,
  ];
}

/** Refuses pages that broke what they reached, to the address that asked for them. */
export function refusedPages(): string[] {
  const rate = (counter: 0 | 1) => `var(txn.page),table_gpc${counter}_rate(broken)`;
  return [
    ...recognizePage("http-request"),
    // It broke two countries: may be retried once after 30 seconds, when pods are back, then after 5 minutes.
    `http-request deny deny_status 503 if read { ${rate(0)} ge 1 }`,
    `http-request deny deny_status 503 if read { ${rate(1)} ge 2 }`,
    `http-request deny deny_status 503 if !read { ${rate(0)} ge ${MOST_BROKEN_WRITES} }`,
  ];
}

/** No retry while many failed or were caused by slowness: it would finish off an overloaded country. */
export function isOverBudget(): string[] {
  return [
    `http-request set-var(txn.allowed) int(${KEY.reads}),table_http_req_rate(budget),div(10),add(${FREE_RETRIES})`,
    `acl over_budget int(${KEY.spent}),table_gpc0_rate(budget),sub(txn.allowed) gt 0`,
  ];
}

/**
 * That a page kills pods is known once it broke a second country. Until then its requests would kill one pod each, in its own
 * country and in the next, so a suspect page goes elsewhere, a few at a time. Here the others wait for what becomes of these.
 * So do reads of other pages that broke along with it, or the next pod that dies may be the one that has just been given them.
 * @param broke condition that a country broke over it
 */
export function awaitOutcome(broke: string): string[] {
  return [
    `tcp-request inspect-delay ${SUSPECT_WAIT_MS}ms`,
    ...recognizePage("tcp-request content"),
    `acl others_broke int(${KEY.broke}),table_conn_cur(budget) gt 0`,
    `acl proven var(txn.page),table_gpt(${TAG.isProven},broken) gt 0`,
    `acl crowded var(txn.page),table_conn_cur(broken) ge ${SUSPECT_REQUESTS}`,
    `tcp-request content accept unless suspect crowded !proven or ${broke} others_broke`,
    "tcp-request content accept if WAIT_END",
  ];
}

/**
 * Refuses requests of a suspect page that are too many, and those that have waited in vain. What is refused here costs no
 * budget. Tracks the page as sc0, where its breaks are counted.
 * @param isRetry condition that another country was asked before
 * @param broke condition that this country broke over it
 */
export function spareOthers(isRetry: string, broke: string): string[] {
  return [
    `http-request set-var(txn.elsewhere) bool(true) if ${isRetry}`,
    "http-request set-var(txn.elsewhere) bool(true) if suspect",
    "acl elsewhere var(txn.elsewhere) -m found",
    "http-request track-sc0 var(txn.page) table broken",
    `http-request track-sc2 int(${KEY.broke}) table budget if ${broke}`,
    `http-request sc-set-gpt(${TAG.isProven},0) int(0) if ${broke} !suspect`,
    `http-request sc-set-gpt(${TAG.brokeAt},0) date() if ${broke}`,
    "http-request deny deny_status 503 if read elsewhere { sc_gpc0_rate(0) ge 1 }",
    `http-request deny deny_status 503 if !read { sc_gpc0_rate(0) ge ${MOST_BROKEN_WRITES} }`,
    ...["suspect", broke].map(
      (may) => `http-request deny deny_status 503 if ${may} !proven { sc_conn_cur(0) gt ${SUSPECT_REQUESTS} }`,
    ),
    `http-after-response sc-set-gpt(${TAG.isProven},0) int(1) if elsewhere !{ status 502 503 504 }`,
    "http-after-response sc-inc-gpc0(0) if { status 502 } elsewhere",
    "http-after-response sc-inc-gpc1(0) if { status 502 } elsewhere",
    "http-after-response sc-inc-gpc0(0) if { status 502 } !elsewhere !read",
    // Writes, and reads that may go to one country only.
    `http-after-response sc-set-gpt(${TAG.isProven},0) int(0) if { status 502 } !elsewhere`,
    `http-after-response sc-set-gpt(${TAG.brokeAt},0) date() if { status 502 } !elsewhere`,
  ];
}
