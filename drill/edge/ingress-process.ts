import { openSync, writeSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { createServer as createTcpServer, type Socket } from "node:net";
import { ledgerLine } from "./ledger";
import { bodySize } from "./page-size";
import { Pods } from "./pods";
import { readHeader } from "./proxy-protocol";

/**
 * A country's ingress with its app behind it, as far as an edge can tell: plain HTTP with keep-alive behind a
 * required PROXY protocol v2 header. A process of its own, so that it can be killed and stopped.
 */

/**
 * How it answers:
 * - `503`: everything, health checks too; `app-503`: an app that fails behind a health check that does not notice
 * - `slow`: everything 3 s late; `slow-pages`: pages alone
 * - `halves`: the second half of each page half a second after the first
 * - `overloaded`: 20 pages a second, one after another
 */
export const ANSWERS = ["ok", "503", "app-503", "slow", "slow-pages", "halves", "overloaded"] as const;
export type Answer = (typeof ANSWERS)[number];

/** Always answered with 500: one broken page of a healthy shop. */
export const POISON_PATH = "/poison";
/** Kills the pod that it reaches. */
export const CRASH_PATH = "/crash";

const ANSWER_MS = 4;
const SLOW_ANSWER_MS = 3000;
const HALF_MS = 500;
/** nginx's default: https://nginx.org/en/docs/http/ngx_http_core_module.html#keepalive_timeout */
const KEEP_ALIVE_MS = 75_000;

const PAGE = Buffer.alloc(10_000_000, "jam tangan ");

function serve(address: string, port: number, ledgerFile: string, tries: number): void {
  const ledger = openSync(ledgerFile, "a");
  const clients = new WeakMap<Socket, string>();
  const pods = new Pods(tries);
  let answer: Answer = "ok";

  const http = createServer({ keepAliveTimeout: KEEP_ALIVE_MS }, (request, response) => {
    request.resume();
    request.on("end", () => {
      const { method = "", url = "" } = request;
      const isHealth = url === "/healthz";
      const tell = (status: number) => {
        const client = clients.get(request.socket) ?? "unknown";
        if (!isHealth) writeSync(ledger, ledgerLine({ method, id: url.split("/").at(-1) ?? "", client, status }));
      };
      const refusal = refusalOf(url, answer);
      if (refusal !== undefined || (isHealth && !pods.isAnyUp)) {
        const status = refusal ?? 503;
        tell(status);
        return setTimeout(() => respond(response, status, request, answer), ANSWER_MS);
      }
      if (isHealth)
        return setTimeout(() => respond(response, 200, request, answer), answer === "slow" ? SLOW_ANSWER_MS : 0);
      const job = { isWrite: method === "POST", crashes: url === CRASH_PATH, ms: answerMs(answer, pods) };
      const isTaken = pods.serve(job, (status) => respond(response, status, request, answer));
      // Before the answer, so that a killed app has told of all that it did.
      if (isTaken) tell(job.crashes ? 502 : 200);
      else tell(503);
    });
  });
  const tcp = createTcpServer((socket) => {
    socket.on("error", () => socket.destroy());
    readHeader(socket, (client) => {
      if (client) clients.set(socket, client);
      http.emit("connection", socket);
    });
  });

  tcp.listen(port, address, 1024, () => process.send?.("listening"));
  process.on("message", (message) => {
    answer = message as Answer;
    process.send?.("answering");
  });
  // As nginx quits: no new connections, idle ones are closed, requests in progress are finished.
  process.on("SIGTERM", () => {
    tcp.close(() => process.exit(0));
    http.closeIdleConnections();
    setInterval(() => http.closeIdleConnections(), 20);
  });
  // Nobody is left to drill for.
  process.on("disconnect", () => process.exit(0));
}

function refusalOf(url: string, answer: Answer): number | undefined {
  if (answer === "503" || (answer === "app-503" && url !== "/healthz")) return 503;
  return url === POISON_PATH ? 500 : undefined;
}

function answerMs(answer: Answer, pods: Pods): number {
  if (answer === "overloaded") return pods.overloadedMs();
  return answer === "slow" || answer === "slow-pages" ? SLOW_ANSWER_MS : ANSWER_MS;
}

function respond(response: ServerResponse, status: number, { url = "" }: IncomingMessage, answer: Answer): void {
  response.statusCode = status;
  response.setHeader("Content-Type", "text/plain");
  const size = status === 200 ? bodySize(url) : undefined;
  if (!size) return void response.end(`${status}\n`);
  if (size.isTold) response.setHeader("Content-Length", size.bytes);
  const half = Math.floor(size.bytes / 2);
  response.write(PAGE.subarray(0, half));
  const end = () => response.end(PAGE.subarray(half, size.bytes));
  if (answer === "halves") setTimeout(end, HALF_MS);
  else end();
}

if (require.main === module) {
  const [address = "", port = "", ledgerFile = "", tries = ""] = process.argv.slice(2);
  serve(address, Number(port), ledgerFile, Number(tries));
}
