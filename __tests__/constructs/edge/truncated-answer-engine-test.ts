import { execFile } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { createServer, type Server, type Socket } from "node:net";
import { join } from "node:path";
import { makeCertificate } from "../../../drill/certificate";
import { ontoLoopback } from "../../../drill/edge/loopback";
import { parseProxyHeader } from "../../../drill/edge/proxy-protocol";
import { Haproxy } from "../../../drill/haproxy";
import { Supervisor } from "../../../drill/supervisor";
import { edgeConfig, patient } from "../../drill/synthesized-edges";
import { requireProgram } from "../../support/edge-machine";
import { portOffset } from "../../support/port-offset";

// An answer of unknown length that breaks off: its end is told by the connection alone, so every hop on the way has to
// tell it on. HAProxy before 2.8.15 ended the HTTP/2 stream as if all had come, and browsers kept what they had.

const EDGE = { address: "127.2.64.11", portOffset: portOffset() };
const HOST = "jamtangan.com";
const OWN = "127.2.47.10";

/** How a chunked answer of `/<end>/<bytes>` ends. */
const ENDS: Readonly<Record<string, (socket: Socket) => void>> = {
  whole: (socket) => socket.write("0\r\n\r\n"),
  closed: (socket) => socket.end(),
  reset: (socket) => setTimeout(() => socket.resetAndDestroy(), 100), // what was sent arrives first
};

/** curl's exit status for an answer that ends too early. */
const BROKEN = { "--http2": [92], "--http1.1": [18, 56] } as const;
type Version = keyof typeof BROKEN;

const supervisor = new Supervisor("truncated-answer");
const server = ingress();

beforeAll(async () => {
  server.listen(80 + EDGE.portOffset, OWN);
  await once(server, "listening");
  const certificate = makeCertificate(requireProgram("openssl"), supervisor.directory, HOST);
  writeFileSync(join(supervisor.directory, "ca.pem"), certificate);
  const config = ontoLoopback(patient(edgeConfig("indonesia")), EDGE);
  const setup = { program: requireProgram("haproxy"), name: "edge", config, certificate, edgeAddress: EDGE.address };
  await Haproxy.start(supervisor, setup);
});
afterAll(async () => {
  await supervisor.endAll();
  server.close();
});

const VERSIONS = Object.keys(BROKEN) as Version[];
const CASES = VERSIONS.flatMap((version) => [2_000, 200_000].map((bytes) => ({ version, bytes })));

test.each(CASES)("an answer of $bytes bytes that is whole arrives whole over $version", async ({ version, bytes }) => {
  expect(await get(version, `/whole/${bytes}`)).toEqual({ exit: 0, status: 200, protocol: version, bytes });
});

test.each(CASES.flatMap((known) => ["closed", "reset"].map((end) => ({ ...known, end }))))(
  "an answer of $bytes bytes that is $end in the middle is a broken one over $version",
  async ({ version, bytes, end }) => {
    for (const method of ["GET", "POST"]) {
      const answer = await get(version, `/${end}/${bytes}`, "--request", method);
      expect(answer).toMatchObject({ status: 200, protocol: version });
      expect(BROKEN[version]).toContain(answer.exit);
    }
  },
);

/** An ingress that says nothing of its answers' length. */
function ingress(): Server {
  return createServer((socket) => {
    let received = Buffer.alloc(0);
    socket.on("error", () => {});
    socket.on("data", (data) => {
      received = Buffer.concat([received, data]);
      const header = parseProxyHeader(received);
      if (header === "incomplete") return;
      const text = received.subarray(header.bytes).toString();
      if (!text.includes("\r\n\r\n")) return;
      received = received.subarray(0, header.bytes);
      const [, end = "", bytes = "0"] = /^\w+ \/(\w+)\/(\d+) /.exec(text) ?? [];
      if (!ENDS[end]) return socket.write("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n");
      socket.write("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n");
      socket.write(`${Number(bytes).toString(16)}\r\n${"x".repeat(Number(bytes))}\r\n`);
      return ENDS[end](socket);
    });
  });
}

/** Not execFileSync: the ingress answers from this process. */
function get(version: Version, path: string, ...more: readonly string[]) {
  const url = `https://${HOST}:${443 + EDGE.portOffset}${path}`;
  const way = ["--resolve", `${HOST}:${443 + EDGE.portOffset}:${EDGE.address}`, "--cacert", "ca.pem", "--noproxy", "*"];
  const told = ["--silent", "--output", "/dev/null", "--write-out", "%{http_code} %{http_version} %{size_download}"];
  // The config knows its hosts without a port.
  const options = [version, ...way, ...told, "--header", `Host: ${HOST}`, ...more, url];
  return new Promise<{ exit: number; status: number; protocol: string; bytes: number }>((resolve) => {
    execFile(requireProgram("curl"), options, { cwd: supervisor.directory }, (error, stdout) => {
      const [status, protocol, bytes] = stdout.split(" ");
      const exit = error ? Number(error.code) : 0;
      resolve({ exit, status: Number(status), protocol: `--http${protocol}`, bytes: Number(bytes) });
    });
  });
}
