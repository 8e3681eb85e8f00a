import { once } from "node:events";
import { createServer as createHttpServer, type ServerResponse } from "node:http";
import { connect } from "node:http2";
import { get } from "node:https";
import type { Server } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { makeCertificate } from "../../../drill/certificate";
import { ontoLoopback } from "../../../drill/edge/loopback";
import { behindProxy } from "../../../drill/edge/proxy-protocol";
import { Haproxy } from "../../../drill/haproxy";
import { Supervisor } from "../../../drill/supervisor";
import { patient } from "../../drill/synthesized-edges";
import { requireProgram } from "../../support/edge-machine";
import { portOffset } from "../../support/port-offset";
import { edgeMetadata, synthesize } from "../../support/synth";
import { changed } from "../../support/topologies";

const EDGE = { address: "127.2.64.13", portOffset: portOffset() };
const HOST = "jamtangan.com";
const COUNTRIES = { indonesia: "127.2.47.10", india: "127.10.47.10", singapore: "127.6.47.10" } as const;
const STREAM = { accept: "text/event-stream" };
/** Longer than every limit of the edge that is not meant for a page's pauses. */
const PAUSE_MS = 33_000;
const TEST_MS = 600_000;

const supervisor = new Supervisor("slow-answers");
/** Who was asked for each path, in order. */
const asked = new Map<string, string[]>();
let certificate: string;

/** What apps take their time over, by the beginning of the path. */
const PAGES: Readonly<Record<string, (response: ServerResponse) => Promise<void>>> = {
  /** An event, a pause, an event. */
  events: async (response) => {
    response.writeHead(200, { "Content-Type": "text/event-stream" }).write("data: 1\n\n");
    await sleep(PAUSE_MS);
    response.end("data: 2\n\n");
  },
  /** No byte until there is something to tell. */
  late: async (response) => {
    await sleep(PAUSE_MS);
    response.end("data: 1\n\ndata: 2\n\n");
  },
  page: async (response) => {
    await sleep(3000);
    response.end("data: 1\n\ndata: 2\n\n");
  },
};

function app(country: string): Server {
  const http = createHttpServer(async ({ url = "" }, response) => {
    const [, kind = ""] = url.split("/");
    if (kind === "healthz") return response.end();
    asked.set(url, [...(asked.get(url) ?? []), country]);
    return PAGES[kind]?.(response);
  });
  return behindProxy(http);
}

const apps = Object.entries(COUNTRIES).map(([country, address]) => ({ address, server: app(country) }));

beforeAll(async () => {
  for (const { address, server } of apps) {
    server.listen(80 + EDGE.portOffset, address);
    await once(server, "listening");
  }
  certificate = makeCertificate(requireProgram("openssl"), supervisor.directory, HOST);
  const topology = changed({ "countries.indonesia.edge.slowPaths": ["/late/report"] });
  const config = ontoLoopback(patient(edgeMetadata(synthesize(topology), "indonesia", "haproxy-cfg")), EDGE);
  const setup = { program: requireProgram("haproxy"), name: "edge", config, certificate, edgeAddress: EDGE.address };
  await Haproxy.start(supervisor, setup);
});
afterAll(async () => {
  await supervisor.endAll();
  for (const { server } of apps) server.close();
});

const target = () => ({ host: EDGE.address, port: 443 + EDGE.portOffset, servername: HOST, ca: certificate });

async function overHttp1(path: string, headers: Record<string, string>): Promise<string> {
  const [response] = await once(
    get({ ...target(), path, headers: { Host: HOST, ...headers }, agent: false }),
    "response",
  );
  return `${response.statusCode} ${(await response.setEncoding("utf8").toArray()).join("")}`;
}

async function overHttp2(path: string, headers: Record<string, string>): Promise<string> {
  const session = connect(`https://${EDGE.address}:${443 + EDGE.portOffset}`, { ca: certificate, servername: HOST });
  const stream = session.request({ ":path": path, ":authority": HOST, ...headers });
  const [answer] = await once(stream, "response");
  const text = (await stream.setEncoding("utf8").toArray()).join("");
  session.destroy();
  return `${answer[":status"]} ${text}`;
}

const CASES = [
  ["an event stream that pauses", "/events/stream", STREAM],
  ["an event stream that begins late", "/late/stream", STREAM],
  ["an export that pauses", "/events/export", {}],
  ["a report on a path that the topology names", "/late/report", {}],
  ["a page that takes 3 s", "/page/1", {}],
] as const;

test(
  "what is slow or pauses comes whole over HTTP/1.1 and HTTP/2, and one country does the work once",
  async () => {
    const seen = CASES.flatMap(([what, path, headers]) =>
      Object.entries({ overHttp1, overHttp2 }).map(async ([name, way]) => {
        const own = `${path}/${name}`;
        return [`${what} ${name}`, await way(own, headers), asked.get(own)];
      }),
    );
    const expected = CASES.flatMap(([what]) =>
      ["overHttp1", "overHttp2"].map((name) => [`${what} ${name}`, "200 data: 1\n\ndata: 2\n\n", ["indonesia"]]),
    );
    expect(await Promise.all(seen)).toEqual(expected);
  },
  TEST_MS,
);
