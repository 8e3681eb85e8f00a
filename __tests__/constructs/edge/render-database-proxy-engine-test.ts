import { spawn } from "node:child_process";
import { once } from "node:events";
import { type ClientRequest, createServer as createHttpServer, get } from "node:http";
import { get as getOverTls } from "node:https";
import { connect, createServer, type Server, type Socket } from "node:net";
import { join } from "node:path";
import { makeCertificate } from "../../../drill/certificate";
import { ontoLoopback } from "../../../drill/edge/loopback";
import { Haproxy } from "../../../drill/haproxy";
import { endProcess, Supervisor } from "../../../drill/supervisor";
import { waitUntil } from "../../../drill/time";
import { edgeConfig } from "../../drill/synthesized-edges";
import { ANSWER_LIMIT_MS, answerLimit } from "../../support/answer-limit";
import { requireProgram } from "../../support/edge-machine";
import { portOffset } from "../../support/port-offset";

const EDGE = { address: "127.2.64.8", portOffset: portOffset() };
const INGRESS = "127.2.47.10";
/** Beyond this it hangs; no judgement about speed. */
const LIMIT_MS = 600_000;

/** A database node as the proxy sees it: it speaks first, returns what it is sent, and tells its health. */
class Node {
  /** What its health check answers with. */
  status = 200;
  private servers: Server[] = [];
  private readonly sockets = new Set<Socket>();

  constructor(
    readonly name: string,
    private readonly address: string,
  ) {}

  async start(): Promise<void> {
    if (this.servers.length > 0) return;
    const database = createServer((socket) => {
      socket.on("error", () => {});
      socket.write(`${this.name}\n`);
      socket.pipe(socket);
    });
    const health = createHttpServer((_, response) => response.writeHead(this.status).end());
    this.servers = [database, health];
    for (const [server, port] of [[database, 3306] as const, [health, 9105] as const]) {
      server.on("connection", (socket) => {
        this.sockets.add(socket);
        socket.on("close", () => this.sockets.delete(socket));
      });
      server.listen(port + EDGE.portOffset, this.address);
      await once(server, "listening");
    }
  }

  /** As a kill of the server on a machine that lives: connections are reset, new ones refused. */
  async kill(): Promise<void> {
    await this.close(this.servers);
    this.servers = [];
  }

  private async close(servers: readonly Server[]): Promise<void> {
    const closed = servers.map((server) => once(server.close(), "close"));
    for (const socket of this.sockets) socket.resetAndDestroy();
    await Promise.all(closed);
  }

  /**
   * Connections to its server are neither accepted nor refused, as to a machine that is gone; its health stays what it is.
   * @returns what ends it
   */
  async vanish(): Promise<() => Promise<void>> {
    await this.close(this.servers.slice(0, 1));
    this.servers = this.servers.slice(1);
    const port = 3306 + EDGE.portOffset;
    const listen = `require("node:net").createServer().listen(${port}, "${this.address}", 1, () => console.log("listens"))`;
    const silent = supervisor.adopt(spawn(process.execPath, ["-e", listen], { stdio: ["ignore", "pipe", "inherit"] }));
    await once(silent.stdout, "data", { signal: answerLimit() });
    silent.kill("SIGSTOP");
    // Two connections fill the queue of a server that accepts none.
    const waiting = Array.from({ length: 4 }, () => connect(port, this.address).on("error", () => {}));
    await Promise.all(waiting.slice(0, 2).map((socket) => once(socket, "connect")));
    return async () => {
      for (const socket of waiting) socket.destroy();
      await endProcess(silent);
      await this.kill();
    };
  }
}

/** A client's connection to the database. */
interface Session {
  /** Name of the node that it leads to; nothing when it was closed instead. */
  readonly node: string | undefined;
  readonly isOpen: () => boolean;
  /** Whether what is sent comes back. */
  readonly works: () => Promise<boolean>;
}

const supervisor = new Supervisor("database-proxy");
const own = new Node("indonesia", "127.2.65.10");
const next = new Node("india", "127.10.65.10");
const last = new Node("singapore", "127.6.65.10");
const nodes = [own, next, last];
const clients = new Set<Socket>();
let ingress: Server;

beforeAll(async () => {
  ingress = createServer((socket) => {
    socket.on("error", () => {});
    socket.on("data", (data) => data.includes("GET ") && socket.end("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n"));
  });
  ingress.listen(80 + EDGE.portOffset, INGRESS);
  await Promise.all([once(ingress, "listening"), ...nodes.map((node) => node.start())]);
  const certificate = makeCertificate(requireProgram("openssl"), supervisor.directory, "jamtangan.com");
  const config = ontoLoopback(edgeConfig("indonesia"), EDGE);
  const setup = { program: requireProgram("haproxy"), name: "edge", config, certificate, edgeAddress: EDGE.address };
  await Haproxy.start(supervisor, setup);
});
afterAll(async () => {
  for (const socket of clients) socket.destroy();
  await supervisor.endAll();
  ingress.close();
  await Promise.all(nodes.map((node) => node.kill()));
});

beforeEach(async () => {
  for (const node of nodes) {
    node.status = 200;
    await node.start();
  }
  await waitUntil("every node is up", LIMIT_MS, async () => (await nodesUp()) === nodes.length);
});

test("new connections go to the own country's node", async () => {
  expect((await open()).node).toBe("indonesia");
});

test("an idle connection stays for longer than MariaDB's 8 hours", async () => {
  const session = await open();
  expect(await session.works()).toBe(true);
  const sessions = (await ask("show sess")).split("\n").filter((line) => line.includes("fe=database"));
  expect(sessions.length).toBeGreaterThan(0);
  for (const line of sessions) expect(line).toMatch(/ scf=\[\S+,rex=(9h|8h59m),.* scb=\[\S+,rex=(9h|8h59m),/);
});

test("a node that may not be written to loses its connections, and the next one takes them", async () => {
  const session = await open();
  expect(await session.works()).toBe(true);
  own.status = 503;
  await waitUntil("the running connection is closed", LIMIT_MS, async () => !session.isOpen());
  const again = await open();
  expect(again.node).toBe("india");
  expect(await again.works()).toBe(true);
});

test("who deploys sees on the shop's port that one node of three is away, while the shop goes on", async () => {
  await waitUntil("every node is reached", LIMIT_MS, async () => (await publicStatus("/healthz/database")) === 200);
  last.status = 503;
  await waitUntil("one node is away", LIMIT_MS, async () => (await publicStatus("/healthz/database")) === 503);
  expect(await status("/readyz/database")).toBe(200);
});

test("a node is killed: its connections end at once, and no client that connects sees an error", async () => {
  const session = await open();
  await own.kill();
  await waitUntil("the running connection is closed", LIMIT_MS, async () => !session.isOpen());
  const reached = await Promise.all(Array.from({ length: 20 }, open));
  expect(reached.map(({ node }) => node)).toEqual(Array.from({ length: 20 }, () => "india"));
});

test("a node's machine is gone: who connects when it is marked down is served or closed, not forgotten", async () => {
  const comeBack = await own.vanish();
  own.status = 503;
  const opened: Promise<Session>[] = [];
  try {
    await waitUntil("the node is marked down", LIMIT_MS, async () => {
      opened.push(open());
      return (await nodesUp()) === 2;
    });
    await Promise.all(opened);
    expect((await open()).node).toBe("india");
  } finally {
    await comeBack();
  }
});

test("two nodes are killed at once: the third takes over when the checks have seen it", async () => {
  await Promise.all([own.kill(), next.kill()]);
  await waitUntil("the third takes connections", LIMIT_MS, async () => (await open()).node === "singapore");
});

test("no node is left: connections are closed and not queued, and the web does not care", async () => {
  expect(await status("/readyz/database")).toBe(200);
  for (const node of nodes) node.status = 503;
  await waitUntil("no node is up", LIMIT_MS, async () => (await nodesUp()) === 0);
  expect((await open()).node).toBeUndefined();
  expect(await ask("show stat")).toMatch(/^database,BACKEND,0,0,/m); // its queue, now and at most
  expect(await status("/readyz/database")).toBe(503);
  expect(await status("/readyz")).toBe(200);
});

test("the own node is back: new connections go home, running ones stay", async () => {
  await own.kill();
  const away = await open();
  expect(away.node).toBe("india");
  await own.start();
  await waitUntil("new connections go home", LIMIT_MS, async () => (await open()).node === "indonesia");
  expect(await away.works()).toBe(true);
});

test("the web is down: the database does not care", async () => {
  await waitUntil("a country's ingress is up", LIMIT_MS, async () => (await status("/readyz")) === 200);
  await once(ingress.close(), "close");
  await waitUntil("no ingress is up", LIMIT_MS, async () => (await status("/readyz")) === 503);
  expect(await status("/readyz/database")).toBe(200);
  expect((await open()).node).toBe("indonesia");
});

/**
 * Connects, and waits for the server's first line, as a client of MariaDB does.
 * @throws Error when the connection is neither served nor closed
 */
async function open(): Promise<Session> {
  const socket = connect(3306 + EDGE.portOffset, EDGE.address);
  clients.add(socket);
  let received = "";
  let isClosed = false;
  socket.on("error", () => {}).on("data", (data) => (received += data));
  socket.on("close", () => (isClosed = true));
  await waitUntil("a client is served or closed", ANSWER_LIMIT_MS, async () => received.includes("\n") || isClosed);
  const node = received.includes("\n") ? received.trim() : undefined;
  const works = async () => {
    socket.write("ping");
    await waitUntil("it comes back", ANSWER_LIMIT_MS, async () => received.includes("ping") || isClosed);
    return received.includes("ping");
  };
  return { node, isOpen: () => !isClosed, works };
}

async function nodesUp(): Promise<number> {
  const lines = (await ask("show servers state database")).split("\n").map((line) => line.split(" "));
  // Fields 4 and 6: server name and operational state, of which 2 is running.
  return lines.filter(([, , , name, , state]) => name?.includes("-database-") && state === "2").length;
}

/** What HAProxy answers on its admin socket. */
async function ask(command: string): Promise<string> {
  const signal = answerLimit();
  const path = join(supervisor.directory, "edge", "run", "admin.sock");
  const socket = connect({ path, signal }, () => socket.end(`${command}\n`));
  return (await socket.setEncoding("utf8").toArray({ signal })).join("");
}

/** As the health gate asks: by the shop's name, over TLS. Whether the certificate is believed is curl's part. */
function publicStatus(path: string): Promise<number | undefined> {
  const shop = { host: EDGE.address, port: 443 + EDGE.portOffset, servername: "jamtangan.com", path, agent: false };
  return statusOf(getOverTls({ ...shop, headers: { host: "jamtangan.com" }, rejectUnauthorized: false }));
}

/** The status that a path of the health port is answered with. */
function status(path: string): Promise<number | undefined> {
  return statusOf(get({ host: EDGE.address, port: 8404 + EDGE.portOffset, path, agent: false }));
}

async function statusOf(request: ClientRequest): Promise<number | undefined> {
  const [response] = await once(request, "response", { signal: answerLimit() });
  response.resume();
  return response.statusCode;
}
