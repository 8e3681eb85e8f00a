import { cpSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { charts } from "../../config/versions";
import type { ReleaseRow } from "../../constructs/kubernetes/release-row";
import { toYaml } from "../../constructs/kubernetes/yaml";

/** Writes stacks with these releases as cdktf writes them: remote charts by repository, the local one as an asset. */
export function writeStacks(outdir: string, stacks: Readonly<Record<string, readonly ReleaseRow[]>>): void {
  for (const [stack, releases] of Object.entries(stacks)) {
    const folder = join(outdir, "stacks", stack);
    const asset = join("assets", "chart", "0F1E");
    mkdirSync(folder, { recursive: true });
    cpSync(join(__dirname, "../../charts/custom-resources"), join(folder, asset), { recursive: true });
    const resources = releases.map(({ chart, name, namespace, values }, index) => [
      `release-${index}`,
      {
        name,
        namespace,
        values: [toYaml(values)],
        ...(chart === "custom-resources" ? { chart: asset } : { chart, ...charts[chart] }),
      },
    ]);
    const json = { resource: { helm_release: Object.fromEntries(resources) } };
    writeFileSync(join(folder, "cdk.tf.json"), JSON.stringify(json));
  }
}
