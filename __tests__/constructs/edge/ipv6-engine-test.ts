import { once } from "node:events";
import { createServer as createHttpServer } from "node:http";
import { get } from "node:https";
import { connect, createServer, type Socket } from "node:net";
import { connect as secure } from "node:tls";
import { makeCertificate } from "../../../drill/certificate";
import { ontoLoopback } from "../../../drill/edge/loopback";
import { readHeader } from "../../../drill/edge/proxy-protocol";
import { Haproxy } from "../../../drill/haproxy";
import { Supervisor } from "../../../drill/supervisor";
import { patient } from "../../drill/synthesized-edges";
import { answerLimit } from "../../support/answer-limit";
import { requireProgram } from "../../support/edge-machine";
import { portOffset } from "../../support/port-offset";
import { edgeMetadata, synthesize } from "../../support/synth";
import { changed } from "../../support/topologies";

const HOST = "jamtangan.com";
const LIMIT = 10;
const EDGE = { address: "127.2.64.15", addressIpv6: "::1", portOffset: portOffset() };
/** Is told the clients' addresses, because loopback has one address over IPv6. */
const TOLD = { ...EDGE, address: "127.2.64.16", portOffset: EDGE.portOffset + 1 };

const supervisor = new Supervisor("ipv6");
let certificate: string;
/** By connection, the client that the edge names in the PROXY header. */
const clients = new WeakMap<Socket, string | undefined>();
/** Whom the app serves, by the PROXY header and by what the edge forwards. */
const served: (readonly [string | undefined, unknown])[] = [];

const http = createHttpServer(({ url, headers, socket }, response) => {
  if (url !== "/healthz") served.push([clients.get(socket), headers["x-forwarded-for"]]);
  response.end();
});
const apps = [EDGE, TOLD].map(({ portOffset }) => {
  const server = createServer((socket) => {
    socket.on("error", () => socket.destroy());
    readHeader(socket, (client) => {
      clients.set(socket, client);
      http.emit("connection", socket);
    });
  });
  return { server, port: 80 + portOffset };
});

beforeAll(async () => {
  for (const { server, port } of apps) {
    server.listen(port, "127.2.47.10");
    await once(server, "listening");
  }
  certificate = makeCertificate(requireProgram("openssl"), supervisor.directory, HOST);
  const topology = changed({ "countries.indonesia.edge.requestsPer10Seconds": LIMIT });
  const config = patient(edgeMetadata(synthesize(topology), "indonesia", "haproxy-cfg"))
    // A machine under load takes its time over what is to be counted.
    .replaceAll("gpc0_rate(10s)", "gpc0_rate(1h)")
    .replaceAll("expire 60s", "expire 1h");
  const told = config
    .replaceAll(" v6only ssl", " v6only accept-proxy ssl")
    // Those of a connection run before the header is read.
    .replaceAll("tcp-request connection", "tcp-request session");
  for (const [edge, name, text] of [
    [EDGE, "edge", config],
    [TOLD, "told", told],
  ] as const) {
    const placed = { name, config: ontoLoopback(text, edge), edgeAddress: edge.address };
    const setup = { program: requireProgram("haproxy"), certificate, ...placed };
    await Haproxy.start(supervisor, setup);
  }
});
afterAll(async () => {
  await supervisor.endAll();
  for (const { server } of apps) server.close();
});
beforeEach(() => served.splice(0));

let browsers = 0;

/** The status of a new browser's request. */
async function ask(host: string, edge: typeof EDGE, client?: string): Promise<number | undefined> {
  const socket = connect(443 + edge.portOffset, host);
  socket.on("error", () => {});
  if (client) socket.write(`PROXY TCP6 ${client} 2001:db8::443 40000 443\r\n`);
  const createConnection = () => secure({ socket, servername: HOST, ca: certificate });
  const headers = { Host: HOST, "User-Agent": `browser ${browsers++}` };
  const [response] = await once(get({ host: HOST, headers, createConnection, signal: answerLimit() }), "response");
  response.resume();
  await once(response, "end");
  socket.destroy();
  return response.statusCode;
}

test("over IPv6 the shop is served as over IPv4, and each client is called by its own address", async () => {
  expect(await ask("::1", EDGE)).toBe(200);
  expect(await ask(EDGE.address, EDGE)).toBe(200);
  const [overIpv6, overIpv4] = served;
  expect(overIpv6).toEqual(["0:0:0:0:0:0:0:1", "::1"]);
  expect(overIpv4?.join()).toMatch(/^(127\.[\d.]+),\1$/);
});

test("plain HTTP leads to HTTPS, and health checks are answered, over IPv6 too", async () => {
  const answer = async (port: number, path: string) => {
    const url = `http://[::1]:${port + EDGE.portOffset}${path}`;
    const response = await fetch(url, { redirect: "manual", signal: answerLimit() });
    return response.status;
  };
  expect(await answer(8404, "/livez")).toBe(200);
  // The host is not the shop's.
  expect(await answer(80, "/")).toBe(421);
});

test("the addresses of one customer share a limit, and the next customer's have their own", async () => {
  // An address has ten times as much as a browser.
  for (let device = 0; device <= 10 * LIMIT; device++) {
    expect(await ask("::1", TOLD, `2001:db8:0:1:${device.toString(16)}::1`)).toBe(200);
  }
  expect(await ask("::1", TOLD, "2001:db8:0:1:ffff::1")).toBe(429);
  expect(await ask("::1", TOLD, "2001:db8:0:2::1")).toBe(200);
});
