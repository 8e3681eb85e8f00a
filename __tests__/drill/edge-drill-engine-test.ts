import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { production } from "../../config/production";
import { broken, drillProcesses, runDrill, startDrill, TOO_SLOW, temporaryDirectories } from "./drill-run";
import { writeSynthesizedEdges } from "./synthesized-edges";

/** Beyond this it hangs; no judgement about speed. */
function drill(directory: string, ...args: string[]) {
  return runDrill("edge", directory, "--rate", "20", ...args);
}

/** A drill whose first round is over, so that everything runs, and its end. One that is too slow ends before: again. */
async function startedDrill(directory: string): Promise<[child: ChildProcess, closed: Promise<unknown[]>]> {
  for (;;) {
    const child = startDrill(
      ["edge", "--synth", directory, "--fault", "killed", "--rate", "20", "--ignore-times"],
      directory,
    );
    let errors = "";
    child.stderr.on("data", (data) => {
      errors += data;
    });
    const closed = once(child, "close");
    await Promise.race([once(child.stdout, "data"), closed]);
    if (child.exitCode !== 2 || !errors.includes(TOO_SLOW)) return [child, closed];
  }
}

describe("npm run drill -- edge", () => {
  let out: string;
  afterEach(() => rmSync(out, { recursive: true, force: true }));

  it("keeps every promise with the configuration as it is", async () => {
    out = writeSynthesizedEdges();
    const run = await drill(out, "--short");
    expect(run.errors).not.toContain("Error");
    expect(broken(run)).toEqual([]);
    expect(run.status).toBe(0);
    const { rounds, order } = JSON.parse(run.output);
    expect(rounds.map((round: { fault: string }) => round.fault)).toEqual(["none", "killed", "hang", "503"]);
    // Every country's users, with every set of countries down.
    const countries = Object.keys(production.countries).length;
    expect(order).toHaveLength(countries * 2 ** countries);
    expect(readFileSync(join(out, "report.html"), "utf8")).toContain("</svg>");
    expect(temporaryDirectories(out)).toEqual([]);
  });

  it("names the order when two backups are swapped", async () => {
    const swap = (config: string) =>
      config.replace(/^( *http-request set-var.txn.next. .*)\n(.*)\n(.*)$/gm, "$1\n$3\n$2");
    out = writeSynthesizedEdges(swap);
    const run = await drill(out, "--short", "--fault", "order");
    expect(broken(run)).toEqual(["seed-order"]);
    expect(run.status).toBe(1);
  });

  it("names failed reads when nothing is tried again", async () => {
    out = writeSynthesizedEdges((config) =>
      config
        .replace(/retry-on .*/g, "retry-on none")
        .replaceAll("option redispatch 1", "no option redispatch")
        .replaceAll("retries 1", "retries 0"),
    );
    const run = await drill(out, "--short", "--fault", "503");
    expect(broken(run)).toContain("reads-never-fail");
    expect(run.status).toBe(1);
  });

  it("leaves nothing behind when it is told to end", async () => {
    out = writeSynthesizedEdges();
    const [child, closed] = await startedDrill(out);
    expect(drillProcesses(out).length).toBeGreaterThan(6);
    expect(temporaryDirectories(out)).toHaveLength(1);
    child.kill("SIGTERM");
    expect(await closed).toEqual([143, null]);
    expect(drillProcesses(out)).toEqual([]);
    expect(temporaryDirectories(out)).toEqual([]);
  });

  it.each([
    [["--fault", "earthquake"], "--fault earthquake is unknown: use killed, "],
    [["--country", "atlantis"], "--country atlantis is unknown: use indonesia, "],
    [["--rate", "9000"], "use 20 to 500"],
    [["--synth", "nowhere"], "run npm run synth first"],
  ])("refuses %j with what would be right", async (args, message) => {
    out = mkdtempSync(join(tmpdir(), "drill-input-"));
    const run = await drill(out, ...args);
    expect(run.errors).toContain(message);
    expect(run.status).toBe(2);
  });
});
