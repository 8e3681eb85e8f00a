import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { type CheckOptions, checkRelease, type Verdict } from "./charts/check-release";
import { synthesizedReleases } from "./charts/synthesized-releases";
import { left, renderTable, right } from "./table";

const HELP = `Renders every Helm release of the synthesized stacks, and checks what the cluster would get.

  npm run charts -- [--out DIR] [--charts DIR] [--schemas DIR] [--kube-version VERSION]

  --out DIR               where cdktf synth wrote to (default: cdktf.out)
  --charts DIR            unpacked charts by name; others are pulled from their repositories
  --schemas DIR           JSON schemas: <kind>-<group>-<version>.json, custom ones <group>/<kind>_<version>.json
                          (default: kubeconform's own, and the public CRDs-catalog)
  --kube-version VERSION  of Kubernetes (default: 1.34.0)
  --help                  this text

Asked are helm (lint, template) and kubeconform (-strict). Then: every container has requests and a memory limit,
every image an exact tag, every replicated workload its promised replicas, spread over zones.
Exit code: 0 all checked and well, 1 a problem, 2 something could not be checked (it says what).`;

/** Renderings at a time: a large chart takes a core and half a GB. */
const AT_ONCE = 2;

async function checkAll(outdir: string, options: Omit<CheckOptions, "scratch">): Promise<Verdict[]> {
  const releases = synthesizedReleases(outdir);
  const scratch = mkdtempSync(join(tmpdir(), "matchwatch-charts-"));
  const waiting = [...releases.entries()];
  const verdicts: Verdict[] = [];
  const work = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const [index, release] = next;
      progress(`${index + 1}/${releases.length} ${release.name} of ${release.stacks.join(", ")}`);
      verdicts[index] = await checkRelease(release, { ...options, scratch });
    }
  };
  try {
    await Promise.all(Array.from({ length: AT_ONCE }, work));
    return verdicts;
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

function report(verdicts: readonly Verdict[]): void {
  console.log(
    renderTable(
      [...left("release", "chart", "version"), ...right("objects"), ...left("verdict", "stacks")],
      verdicts.map(({ release, objects, problems, unchecked }) => [
        release.name,
        release.repository ? release.chart : "local",
        release.version,
        objects,
        problems.length ? "WRONG" : unchecked.length ? "not all checked" : "well",
        release.stacks.join(" "),
      ]),
    ),
  );
  for (const { release, problems, unchecked } of verdicts) {
    for (const problem of problems) console.error(`\n${release.name}: ${problem}`);
    for (const reason of unchecked) console.error(`\n${release.name}, not checked: ${reason}`);
  }
}

function progress(text: string): void {
  console.error(`${text} ...`);
}

async function main(): Promise<number> {
  try {
    const { values } = parseArgs({
      options: {
        out: { type: "string", default: "cdktf.out" },
        charts: { type: "string" },
        schemas: { type: "string" },
        "kube-version": { type: "string", default: "1.34.0" },
        help: { type: "boolean" },
      },
    });
    if (values.help) {
      console.log(HELP);
      return 0;
    }
    const { charts, schemas, "kube-version": kubernetes } = values;
    const verdicts = await checkAll(values.out, { kubernetes, ...(charts && { charts }), ...(schemas && { schemas }) });
    report(verdicts);
    if (verdicts.length === 0) throw new Error(`no stack in ${values.out} has a Helm release`);
    if (verdicts.some(({ problems }) => problems.length > 0)) return 1;
    return verdicts.some(({ unchecked }) => unchecked.length > 0) ? 2 : 0;
  } catch (error) {
    console.error((error as Error).message);
    return 2;
  }
}

main().then((code) => {
  process.exitCode = code;
});
