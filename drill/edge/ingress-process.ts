import { openSync, writeSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { createServer as createTcpServer, type Socket } from "node:net";
import { ledgerLine } from "./ledger";
import { readHeader } from "./proxy-protocol";

/**
 * A country's ingress with its app behind it, as far as an edge can tell: plain HTTP with keep-alive behind a
 * required PROXY protocol v2 header. A process of its own, so that it can be killed and stopped.
 */

/** How it answers. `app-503` is an app that fails behind a health check that does not notice. */
export const ANSWERS = ["ok", "503", "app-503", "slow"] as const;
export type Answer = (typeof ANSWERS)[number];

/** Always answered with 500: one broken page of a healthy shop. */
export const POISON_PATH = "/poison";

const ANSWER_MS = 4;
const SLOW_ANSWER_MS = 3000;
/** nginx's default: https://nginx.org/en/docs/http/ngx_http_core_module.html#keepalive_timeout */
const KEEP_ALIVE_MS = 75_000;

function serve(address: string, port: number, ledgerFile: string): void {
  const ledger = openSync(ledgerFile, "a");
  const clients = new WeakMap<Socket, string>();
  let answer: Answer = "ok";

  const http = createServer({ keepAliveTimeout: KEEP_ALIVE_MS }, (request, response) => {
    request.resume();
    request.on("end", () => {
      const delayMs = answer === "slow" ? SLOW_ANSWER_MS : ANSWER_MS;
      const status = statusOf(request, answer);
      if (status === 200 && request.url !== "/healthz") {
        const id = request.url?.split("/").at(-1) ?? "";
        writeSync(
          ledger,
          ledgerLine({ method: request.method ?? "", id, client: clients.get(request.socket) ?? "unknown" }),
        );
      }
      setTimeout(() => respond(response, status), delayMs);
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

function statusOf(request: IncomingMessage, answer: Answer): number {
  if (answer === "503") return 503;
  if (request.url === "/healthz") return 200;
  if (answer === "app-503") return 503;
  return request.url === POISON_PATH ? 500 : 200;
}

function respond(response: ServerResponse, status: number): void {
  response.statusCode = status;
  response.setHeader("Content-Type", "text/plain");
  response.end(`${status}\n`);
}

if (require.main === module) {
  const [address = "", port = "", ledgerFile = ""] = process.argv.slice(2);
  serve(address, Number(port), ledgerFile);
}
