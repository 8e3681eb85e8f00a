import { once } from "node:events";
import { connect } from "node:http2";
import { Agent, request } from "node:https";
import { createServer, type Server, type Socket } from "node:net";
import { makeCertificate } from "../../../drill/certificate";
import { ontoLoopback } from "../../../drill/edge/loopback";
import { parseProxyHeader } from "../../../drill/edge/proxy-protocol";
import { Haproxy } from "../../../drill/haproxy";
import { findProgram } from "../../../drill/programs";
import { Supervisor } from "../../../drill/supervisor";
import { edgeConfig, patient } from "../../drill/synthesized-edges";
import { answerLimit } from "../../support/answer-limit";
import { portOffset } from "../../support/port-offset";

const EDGE = { address: "127.2.64.9", portOffset: portOffset() };
const HOST = "jamtangan.com";
const OWN = "127.2.47.10";
const NEXT = "127.10.47.10";

/** What an ingress does to the connection that a request for `/broken` arrives on, after it has read the request. */
type Break = (socket: Socket) => void;
const BREAKS: Readonly<Record<string, Break>> = {
  closed: (socket) => socket.destroy(),
  reset: (socket) => socket.resetAndDestroy(),
};

/** An ingress that notes every request line and answers with 200, unless it breaks the connection. */
function ingress(seen: string[], broken: Break | undefined): Server {
  return createServer((socket) => {
    let received = Buffer.alloc(0);
    let headerBytes = -1;
    socket.on("error", () => {});
    socket.on("data", (data) => {
      received = Buffer.concat([received, data]);
      if (headerBytes < 0) {
        const header = parseProxyHeader(received);
        if (header === "incomplete") return;
        headerBytes = header.bytes;
      }
      const text = received.subarray(headerBytes).toString();
      if (!text.includes("\r\n\r\n")) return;
      received = received.subarray(0, headerBytes);
      const [line = ""] = text.split("\r\n");
      if (!line.includes("/healthz")) seen.push(line);
      if (broken && line.includes("/broken")) broken(socket);
      else socket.write("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n");
    });
  });
}

function program(name: string): string {
  const found = findProgram(name, process.env.PATH ?? "");
  if (!found) throw new Error(`${name} is not installed: run npm run engines`);
  return found;
}

interface Answer {
  readonly status: number;
  readonly servedBy: string | undefined;
}

type Client = { ask: (method: string, path: string) => Promise<Answer>; end: () => void };

/** Clients that use one connection for everything they ask. */
const CLIENTS: Readonly<Record<string, (certificate: string) => Client>> = {
  "HTTP/2": (certificate) => {
    const session = connect(`https://${EDGE.address}:${443 + EDGE.portOffset}`, { ca: certificate, servername: HOST });
    return {
      async ask(method, path) {
        const stream = session.request(
          { ":method": method, ":path": path, ":authority": HOST },
          { signal: answerLimit() },
        );
        stream.end();
        const [headers] = await once(stream, "response");
        stream.resume();
        return { status: headers[":status"], servedBy: headers["x-served-by"] };
      },
      end: () => session.destroy(),
    };
  },
  "HTTP/1.1": (certificate) => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    return {
      async ask(method, path) {
        const target = { host: EDGE.address, port: 443 + EDGE.portOffset, servername: HOST, ca: certificate };
        const outgoing = request({
          ...target,
          agent,
          method,
          path,
          headers: { Host: HOST },
          signal: answerLimit(),
        }).end();
        const [response] = await once(outgoing, "response");
        response.resume();
        await once(response, "end");
        return { status: response.statusCode, servedBy: response.headers["x-served-by"] };
      },
      end: () => agent.destroy(),
    };
  },
};

const CASES = Object.keys(BREAKS).flatMap((how) => Object.keys(CLIENTS).map((protocol) => [how, protocol] as const));

describe.each(CASES)("when the own country's connection is %s after the request was sent, over %s", (how, protocol) => {
  const seen: string[] = [];
  const supervisor = new Supervisor("broken-connection");
  const servers = [
    { server: ingress(seen, BREAKS[how]), address: OWN },
    { server: ingress([], undefined), address: NEXT },
  ];
  let client: Client;

  beforeAll(async () => {
    for (const { server, address } of servers) {
      server.listen(80 + EDGE.portOffset, address);
      await once(server, "listening");
    }
    const certificate = makeCertificate(program("openssl"), supervisor.directory, HOST);
    const config = ontoLoopback(patient(edgeConfig("indonesia")), EDGE);
    const setup = { program: program("haproxy"), name: "edge", config, certificate, edgeAddress: EDGE.address };
    await Haproxy.start(supervisor, setup);
    client = CLIENTS[protocol]?.(certificate) as Client;
    expect(await client.ask("GET", "/")).toEqual({ status: 200, servedBy: "indonesia" });
  });
  afterAll(async () => {
    client.end();
    await supervisor.endAll();
    for (const { server } of servers) server.close();
  });
  beforeEach(() => seen.splice(0));

  test("a write is answered with 502 and sent once", async () => {
    expect(await client.ask("POST", "/broken")).toMatchObject({ status: 502 });
    expect(seen).toEqual(["POST /broken HTTP/1.1"]);
  });

  test("a read is answered by the next country", async () => {
    expect(await client.ask("GET", "/broken")).toEqual({ status: 200, servedBy: "india" });
  });
});
