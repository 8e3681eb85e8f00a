import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { machinePackages } from "../../../config/packages";
import { bootPorts, EDGE_PORTS } from "../../../config/ports";
import { renderEdgeEnvironment } from "../../../constructs/edge/render-edge-environment";
import { startupScript } from "../../../constructs/machine/startup-script";
import { ontoLoopback } from "../../../drill/edge/loopback";
import { edgeConfig } from "../../drill/synthesized-edges";
import { type CloudStandIn, startCloud } from "../../support/cloud-stand-in";
import { FreshMachine } from "../../support/fresh-machine";
import { machineLogsMetadata } from "../../support/machine-logs";
import { portOffset } from "../../support/port-offset";

const FOLDER = join(__dirname, "../../../constructs/edge");
// edge-sync asks the health port here.
const EDGE = { address: "127.0.0.1", portOffset: portOffset() };
const HEALTH = EDGE_PORTS.health + EDGE.portOffset;
const HTTPS = EDGE_PORTS.https + EDGE.portOffset;
const BOOT = startupScript(FOLDER, machinePackages.edge, bootPorts.edge);

let cloud: CloudStandIn;
let machine: FreshMachine;

beforeAll(async () => {
  cloud = await startCloud();
  machine = await FreshMachine.create();
  const zones = ["a", "b", "c"].map((zone) => `asia-southeast2-${zone}`);
  const certificateSecret = "projects/shop/secrets/indonesia-edge-certificate";
  const environment = renderEdgeEnvironment({ certificateSecret, hosts: ["jamtangan.com"], zones });
  const metadata = {
    "attributes/edge-sync": readFileSync(join(FOLDER, "edge-sync.sh"), "utf8"),
    "attributes/edge-environment": environment
      .replace(`"${EDGE_PORTS.health}"`, `"${HEALTH}"`)
      .replace(`"${EDGE_PORTS.https}"`, `"${HTTPS}"`),
    // A login may open fewer files than the edge's unit.
    "attributes/haproxy-cfg": ontoLoopback(edgeConfig("indonesia"), EDGE).replace("maxconn 20000", "maxconn 4000"),
    ...Object.fromEntries(machineLogsMetadata("edge")),
    "network-interfaces/0/ip": EDGE.address,
    zone: "projects/204617350918/zones/asia-southeast2-b",
  };
  for (const [key, text] of Object.entries(metadata)) cloud.metadata.set(`instance/${key}`, text);
});
afterAll(async () => {
  await machine?.remove();
  await cloud.close();
});

const boot = () => machine.run(BOOT, { METADATA_URL: cloud.metadataUrl, SECRETS_URL: cloud.secretsUrl });

test("first boot: the packages come from Debian, and HAProxy serves the synthesized config as the unit runs it", async () => {
  const { code, output } = await boot();
  const log = machine.log("haproxy.service");
  expect({ code, output, log }).toMatchObject({
    code: 0,
    output: expect.stringMatching(/release [0-9a-f]{64} serves/),
  });
  const { output: owner } = await machine.run("ps -o user= -p $(cat $MACHINE/haproxy.service.pid)");
  expect(owner.trim()).toBe("haproxy");
  expect(await answer(`http://${EDGE.address}:${HEALTH}/livez`)).toBe("200");
  // No ingress is there, and no certificate yet: the page that says so, from the stand-in.
  expect(await answer(`https://${EDGE.address}:${HTTPS}/`)).toBe("503");
});

test("second boot: nothing is installed, no file changes, HAProxy goes on", async () => {
  const [before, pid] = [await machine.state(), await machine.run("cat $MACHINE/haproxy.service.pid")];
  machine.calls();
  expect(await boot()).toEqual({ code: 0, output: "" });
  expect(await machine.state()).toEqual(before);
  expect(await machine.run("cat $MACHINE/haproxy.service.pid")).toEqual(pid);
  expect(machine.calls().filter((call) => /start haproxy|reload haproxy/.test(call))).toEqual([]);
});

test("systemd accepts the units with all that they name, and starts them at the next boot", async () => {
  const units = "haproxy.service edge-sync.service edge-sync.timer prometheus-node-exporter.service";
  expect(await machine.run(`systemd-analyze verify --man=no ${units}`)).toEqual({ code: 0, output: "" });
  const { output } = await machine.run("ls /etc/systemd/system/*.wants");
  expect(output).toContain("haproxy.service");
  expect(output).toContain("edge-sync.timer");
});

test("what upgrades by itself is all but HAProxy", async () => {
  expect(await machine.upgradedByPeople()).toEqual(["haproxy"]);
});

async function answer(url: string): Promise<string> {
  const options = ["--silent", "--insecure", "--noproxy", "*", "--output", "/dev/null", "--write-out", "%{http_code}"];
  const { stdout } = await promisify(execFile)("curl", [...options, "--header", "Host: jamtangan.com", url]);
  return stdout;
}
