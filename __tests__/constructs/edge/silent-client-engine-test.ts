import { once } from "node:events";
import { connect } from "node:net";
import { makeCertificate } from "../../../drill/certificate";
import { ontoLoopback } from "../../../drill/edge/loopback";
import { Haproxy } from "../../../drill/haproxy";
import { Supervisor } from "../../../drill/supervisor";
import { edgeConfig } from "../../drill/synthesized-edges";
import { requireProgram } from "../../support/edge-machine";
import { portOffset } from "../../support/port-offset";

const EDGE = { address: "127.2.64.12", portOffset: portOffset() };
const CROWDED = { address: "127.2.64.14", portOffset: portOffset() };
const supervisor = new Supervisor("silent-client");
afterAll(() => supervisor.endAll());

test("who connects and never begins with TLS is cut off long before a client that is slow", async () => {
  const certificate = makeCertificate(requireProgram("openssl"), supervisor.directory, "jamtangan.com");
  const config = ontoLoopback(edgeConfig("indonesia"), EDGE).replaceAll("timeout client 30s", "timeout client 1h");
  const setup = { program: requireProgram("haproxy"), name: "edge", config, certificate, edgeAddress: EDGE.address };
  await Haproxy.start(supervisor, setup);
  const silent = connect(443 + EDGE.portOffset, EDGE.address).resume();
  silent.setTimeout(300_000, () => silent.destroy(new Error("still open after five minutes")));
  await once(silent, "close");
});

test("as many silent clients as connections, and health checks are answered all the same", async () => {
  const most = 200;
  const whole = edgeConfig("indonesia");
  const [, machine] = /^ +maxconn (\d+)$/m.exec(whole) ?? [];
  // Every limit in proportion. That of one address stays above them: this is what many addresses do together.
  const limited = whole.replace(/^( +maxconn )(\d+)$/gm, (_, name, limit) => name + (limit * most) / Number(machine));
  const config = ontoLoopback(limited, CROWDED).replaceAll("timeout client-hs 5s", "timeout client-hs 1h");
  const certificate = makeCertificate(requireProgram("openssl"), supervisor.directory, "jamtangan.com");
  const setup = { program: requireProgram("haproxy"), name: "crowded", config, certificate };
  await Haproxy.start(supervisor, { ...setup, edgeAddress: CROWDED.address });
  const answer = async (port: number, path: string) => {
    const url = `http://${CROWDED.address}:${port + CROWDED.portOffset}${path}`;
    return (await fetch(url, { headers: { Connection: "close" }, signal: AbortSignal.timeout(60_000) })).text();
  };
  expect(await answer(8405, "/metrics")).toMatch(new RegExp(`^haproxy_process_max_connections ${most}$`, "m"));
  const silent = [80, 443].flatMap((port) =>
    Array.from({ length: most }, () => connect(port + CROWDED.portOffset, CROWDED.address)),
  );
  try {
    await Promise.all(silent.map((socket) => once(socket, "connect")));
    for (let check = 0; check < 10; check++) expect(await answer(8404, "/livez")).toBe("live");
  } finally {
    for (const socket of silent) socket.destroy();
  }
});
