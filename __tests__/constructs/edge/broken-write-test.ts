import { once } from "node:events";
import { connect } from "node:http2";
import { Agent, request } from "node:https";
import { createServer, type Server } from "node:net";
import { makeCertificate } from "../../../drill/edge/certificate";
import { Haproxy } from "../../../drill/edge/haproxy";
import { ontoLoopback } from "../../../drill/edge/loopback";
import { parseProxyHeader } from "../../../drill/edge/proxy-protocol";
import { findProgram } from "../../../drill/programs";
import { Supervisor } from "../../../drill/supervisor";
import { edgeConfig } from "../../drill/synthesized-edges";

const EDGE = { address: "127.2.64.9", portOffset: 21_000 };
const HOST = "jamtangan.com";

/** An ingress that answers reads and breaks every connection that a write arrives on, having read it. */
function ingress(writes: string[]): Server {
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
      if (text.startsWith("POST")) {
        writes.push(text.split("\r\n")[0] ?? "");
        socket.destroy();
      } else socket.write("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n");
    });
  });
}

describe("a write whose connection breaks after it was sent", () => {
  const writes: string[] = [];
  const supervisor = new Supervisor("broken-write");
  const server = ingress(writes);
  const program = (name: string) => {
    const found = findProgram(name, process.env.PATH ?? "");
    if (!found) throw new Error(`${name} is not installed: run npm run engines`);
    return found;
  };
  let certificate: string;

  beforeAll(async () => {
    server.listen(80 + EDGE.portOffset, "127.2.47.10");
    await once(server, "listening");
    certificate = makeCertificate(program("openssl"), supervisor.directory, HOST);
    const config = ontoLoopback(edgeConfig("indonesia"), EDGE);
    await Haproxy.start(supervisor, {
      program: program("haproxy"),
      name: "edge",
      config,
      certificate,
      edgeAddress: EDGE.address,
    });
  });
  afterAll(async () => {
    await supervisor.endAll();
    server.close();
  });
  beforeEach(() => writes.splice(0));

  test("is answered with 502 on an HTTP/2 connection that has served before", async () => {
    const session = connect(`https://${EDGE.address}:${443 + EDGE.portOffset}`, { ca: certificate, servername: HOST });
    const ask = async (method: string) => {
      const stream = session.request({ ":method": method, ":path": "/orders", ":authority": HOST });
      stream.end();
      const [headers] = await once(stream, "response");
      stream.resume();
      return headers[":status"];
    };
    expect(await ask("GET")).toBe(200);
    expect(await ask("POST")).toBe(502);
    expect(writes).toHaveLength(1);
    session.destroy();
  });

  test("is answered with 502 on an HTTP/1.1 connection that has served before", async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const ask = async (method: string) => {
      const outgoing = request({
        ...{ host: EDGE.address, port: 443 + EDGE.portOffset, servername: HOST, ca: certificate, agent, method },
        headers: { Host: HOST },
      }).end();
      const [response] = await once(outgoing, "response");
      response.resume();
      await once(response, "end");
      return { status: response.statusCode, reused: outgoing.reusedSocket };
    };
    expect(await ask("GET")).toEqual({ status: 200, reused: false });
    expect(await ask("POST")).toEqual({ status: 502, reused: true });
    expect(writes).toHaveLength(1);
    agent.destroy();
  });
});
