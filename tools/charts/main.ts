import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CannotTell, command, EXIT, progress, SYNTH, start } from "../cli";
import { left, renderTable, right } from "../table";
import { type CheckOptions, checkRelease, type ReleaseCheck } from "./check-release";
import { synthesizedReleases } from "./synthesized-releases";

/** Concurrent renderings: a large chart takes a core and half a GB. */
const AT_ONCE = 2;

async function checkAll(synth: string, options: Omit<CheckOptions, "scratch">): Promise<ReleaseCheck[]> {
  const releases = synthesizedReleases(synth);
  const scratch = mkdtempSync(join(tmpdir(), "matchwatch-charts-"));
  const waiting = [...releases.entries()];
  const checks: ReleaseCheck[] = [];
  const work = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const [index, release] = next;
      progress(`${index + 1}/${releases.length} ${release.name} of ${release.stacks.join(", ")}`);
      checks[index] = await checkRelease(release, { ...options, scratch });
    }
  };
  try {
    await Promise.all(Array.from({ length: AT_ONCE }, work));
    return checks;
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

function report(checks: readonly ReleaseCheck[]): void {
  console.log(
    renderTable(
      [...left("release", "chart", "version"), ...right("objects"), ...left("verdict", "stacks")],
      checks.map(({ release, objects, problems, unchecked }) => [
        release.name,
        release.repository ? release.chart : "local",
        release.version,
        objects,
        problems.length ? "WRONG" : unchecked.length ? "partly checked" : "fine",
        release.stacks.join(" "),
      ]),
    ),
  );
  for (const { release, problems, unchecked } of checks) {
    for (const problem of problems) console.error(`\n${release.name}: ${problem}`);
    for (const reason of unchecked) console.error(`\n${release.name}, not checked: ${reason}`);
  }
}

export const charts = command({
  name: "charts",
  summary: "Renders every Helm release of the synthesized stacks, and checks the objects that the cluster would get.",
  options: {
    ...SYNTH,
    charts: { type: "string", value: "DIR", says: "unpacked charts by name (default: pulled from their repositories)" },
    schemas: {
      type: "string",
      value: "DIR",
      says: "JSON schemas: <kind>-<group>-<version>.json, custom ones <group>/<kind>_<version>.json (default: kubeconform's own, and the public CRDs-catalog)",
    },
    "kube-version": { type: "string", value: "VERSION", default: "1.34.0", says: "of Kubernetes" },
  },
  details: [
    "Runs helm (lint, template) and kubeconform (-strict), then checks that every container has requests and a memory limit, every image an exact tag, and every replicated workload the promised replicas, spread over zones.",
  ],
  exits: { fine: "all checked, no problem", refused: "a problem" },
  run: async ({ synth, charts, schemas, "kube-version": kubernetes }) => {
    const checks = await checkAll(synth, { kubernetes, ...(charts && { charts }), ...(schemas && { schemas }) });
    if (checks.length === 0) throw new CannotTell(`no stack in ${synth} has a Helm release`);
    report(checks);
    if (checks.some(({ problems }) => problems.length > 0)) return EXIT.refused;
    return checks.some(({ unchecked }) => unchecked.length > 0) ? EXIT.cannotTell : EXIT.fine;
  },
});

if (require.main === module) void start(charts);
