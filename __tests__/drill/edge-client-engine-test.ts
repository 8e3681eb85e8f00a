import { once } from "node:events";
import { constants, createSecureServer, type ServerHttp2Stream } from "node:http2";
import type { AddressInfo } from "node:net";
import { makeCertificate } from "../../drill/certificate";
import { type LoadTarget, makeClient, type RequestAnswer, send } from "../../drill/edge/client";
import { Supervisor } from "../../drill/supervisor";
import { requireProgram } from "../support/edge-machine";

// A drill's users must do what browsers do, or it finds faults that nobody sees, and misses some that everybody does.

const ADDRESS = "127.2.64.21";
const supervisor = new Supervisor("edge-client");
const certificate = makeCertificate(requireProgram("openssl"), supervisor.directory, "jamtangan.com");
const server = createSecureServer({ key: certificate, cert: certificate });
/** What the server does with one stream after the other; it answers those that come after. */
const does: ((stream: ServerHttp2Stream) => void)[] = [];
let streams = 0;

const refuse = (stream: ServerHttp2Stream) => stream.close(constants.NGHTTP2_REFUSED_STREAM);
const breakIt = (stream: ServerHttp2Stream) => stream.close(constants.NGHTTP2_INTERNAL_ERROR);

beforeAll(async () => {
  server.on("stream", (stream) => {
    streams++;
    stream.on("error", () => {});
    const act = does.shift();
    if (act) return act(stream);
    stream.respond({ ":status": 200 });
    stream.end();
  });
  server.listen(0, ADDRESS);
  await once(server, "listening");
});
beforeEach(() => {
  does.splice(0);
  streams = 0;
});
afterAll(async () => {
  await supervisor.endAll();
  server.close();
});

function ask(method: "GET" | "POST"): Promise<RequestAnswer> {
  const client = makeClient("127.0.0.1", 1);
  const { port } = server.address() as AddressInfo;
  const target: LoadTarget = {
    ...{ edge: "test", address: ADDRESS, port, host: "jamtangan.com", certificate, clients: [client] },
    attacker: "127.0.0.1",
  };
  const outgoing = { method, path: "/orders/1", ...(method === "POST" && { body: "{}" }) };
  return new Promise((resolve) =>
    send(target, client, outgoing, (answer) => {
      if (client.version === "HTTP/2") client.sessions.get(target, client.address).session.destroy();
      resolve(answer);
    }),
  );
}

test.each(["GET", "POST"] as const)("a %s whose stream is refused is sent once more", async (method) => {
  does.push(refuse);
  expect(await ask(method)).toMatchObject({ status: 200 });
  expect(streams).toBe(2);
});

test("what is refused twice has failed", async () => {
  does.push(refuse, refuse);
  expect(await ask("GET")).toMatchObject({ status: 0, error: "ERR_HTTP2_STREAM_ERROR" });
  expect(streams).toBe(2);
});

test("a stream that breaks may have been processed: it is not sent again", async () => {
  does.push(breakIt);
  expect(await ask("POST")).toMatchObject({ status: 0, error: "ERR_HTTP2_STREAM_ERROR" });
  expect(streams).toBe(1);
});
