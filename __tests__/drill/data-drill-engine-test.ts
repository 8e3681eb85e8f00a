import { once } from "node:events";
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { sleepMs } from "../../drill/time";
import { broken, drillProcesses, runDrill, startDrill, temporaryDirectories } from "./drill-run";
import { writeSynthesized } from "./synthesized-input";

/** Beyond this it hangs; no judgement about speed. */
/** The drill's servers run as users of their own, in namespaces of their own. */
const asRoot = process.getuid?.() === 0 ? it : it.skip;

describe("npm run drill -- data", () => {
  let out: string;
  beforeEach(() => {
    out = writeSynthesized("mariadb-cnf");
  });
  afterEach(() => rmSync(out, { recursive: true, force: true }));

  asRoot("as root: keeps every promise with the machines as they are", async () => {
    const run = await runDrill("data", out, "--short");
    expect(run.errors).not.toContain("Error");
    expect(broken(run)).toEqual([]);
    expect(run.status).toBe(0);
    const { rounds } = JSON.parse(run.output);
    expect(rounds.map((round: { fault: string }) => round.fault)).toEqual(["killed", "cold-start"]);
    const [killed] = rounds;
    expect(killed.nodes).toEqual([expect.objectContaining({ how: "IST", decision: "rejoin" })]);
    expect(killed.findings.acknowledged).toBeGreaterThan(50);
    expect(readFileSync(join(out, "report.html"), "utf8")).toContain("</svg>");
    expect(temporaryDirectories(out)).toEqual([]);
  });

  asRoot("as root: leaves nothing behind when it is told to end", async () => {
    const child = startDrill(["data", "--synth", out, "--report", join(out, "report.html")], out);
    while (drillProcesses(out).length < 15) await sleepMs(200);
    child.kill("SIGTERM");
    expect(await once(child, "close")).toEqual([143, null]);
    expect(drillProcesses(out)).toEqual([]);
    expect(temporaryDirectories(out)).toEqual([]);
  });

  it.each([
    [["--fault", "earthquake"], "--fault earthquake is unknown: use killed, "],
    [["--country", "atlantis"], "--country atlantis is unknown: use indonesia, "],
    [["--rate", "900"], "use 5 to 50"],
    [["--synth", "nowhere"], "run npm run synth first"],
  ])("refuses %j with what would be right", async (args, message) => {
    const run = await runDrill("data", out, ...args);
    expect(run.errors).toContain(message);
    expect(run.status).toBe(2);
  });
});
