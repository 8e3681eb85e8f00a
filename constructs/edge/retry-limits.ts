import { section } from "./section";

/** Retries in 10 seconds that may fail, or be caused by slowness, at any traffic. In addition, one in ten reads may. */
const FREE_RETRIES = 10;

/** Seconds after a page broke a country in which few of its retries may be under way at once, for each address. */
const SUSPECT_SECONDS = 10;
const SUSPECT_RETRIES = 2;

/** Keys of the table `budget`: reads, and retries that failed or were caused by slowness. */
export const KEY = { reads: 1, spent: 2 } as const;

/** Client and page: a page that breaks its servers is refused to the address that requests it. */
const PAGE = 'http-request set-var-fmt(txn.page) "%[src,ipmask(32,64)] %[method] %[path]"';

/** Makes the key of a page of the key of its reads that may go to one country only. */
const ONCE = "concat(-once)";

/** Tables that limit retries; each machine counts its own. */
export function retryTables(): string {
  return [
    section("backend budget", ["stick-table type integer size 10 expire 1h store http_req_rate(10s),gpc0_rate(10s)"]),
    section("backend broken", [
      "stick-table type binary len 20 size 50k expire 5m store gpc0_rate(30s),gpc1_rate(5m),gpt0,conn_cur",
    ]),
  ].join("\n\n");
}

/** Refuses pages that broke what they reached, to the address that asked for them. */
export function refusedPages(): string[] {
  const brokenRate = (counter: 0 | 1) => `var(txn.page),sha1,table_gpc${counter}_rate(broken)`;
  return [
    PAGE,
    // It broke two countries: may be retried once after 30 seconds, when pods are back, then after 5 minutes.
    `http-request deny deny_status 503 if read { ${brokenRate(0)} ge 1 }`,
    `http-request deny deny_status 503 if read { ${brokenRate(1)} ge 2 }`,
    `http-request deny deny_status 503 if !read { ${brokenRate(0)} ge 3 }`,
    // Reads that may go to one country only are never seen to break two.
    `http-request deny deny_status 503 if read { var(txn.page),${ONCE},sha1,table_gpc0_rate(broken) ge 2 }`,
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
 * That a page kills pods is known once it broke a second country. Requests for it that come until then, all at once, would
 * kill one pod each there, and in the third country once those are gone. What is refused here costs no budget. Tracks the page
 * as sc0, where its breaks are counted.
 */
export function spareOthers(isRetry: string): string[] {
  return [
    PAGE,
    `http-request set-var(txn.page) var(txn.page),${ONCE} if read !${isRetry}`,
    "http-request track-sc0 var(txn.page),sha1 table broken",
    `http-request sc-set-gpt0(0) date() if ${isRetry} { var(txn.broke) -m found }`,
    "http-request set-var(txn.broke_at) sc_get_gpt0(0)",
    "http-request set-var(txn.since) date(),sub(txn.broke_at)",
    `acl suspect var(txn.since) -m int le ${SUSPECT_SECONDS}`,
    `http-request set-var(txn.spared) bool(true) if read ${isRetry} { sc_gpc0_rate(0) ge 1 }`,
    `http-request set-var(txn.spared) bool(true) if read ${isRetry} suspect { sc_conn_cur(0) gt ${SUSPECT_RETRIES} }`,
    "http-request unset-var(txn.next) if { var(txn.spared) -m found }",
    "http-request deny deny_status 503 if { var(txn.spared) -m found }",
  ];
}
