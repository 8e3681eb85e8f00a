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
