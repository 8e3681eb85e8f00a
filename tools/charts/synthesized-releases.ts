import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Unable } from "./program";

/** A Helm release as it stands in the synthesized JSON. */
export interface Release {
  readonly name: string;
  readonly namespace: string;
  /** Name in the repository; without one, path of a local chart. */
  readonly chart: string;
  readonly repository?: string;
  readonly version?: string;
  /** Documents of YAML, later ones over earlier ones. */
  readonly values: readonly string[];
  /** The stacks that have it just so. */
  readonly stacks: readonly string[];
}

interface Resource {
  readonly name: string;
  readonly namespace?: string;
  readonly chart: string;
  readonly repository?: string;
  readonly version?: string;
  readonly values?: readonly string[];
}

/** Every release of every stack; those that differ in nothing stand here once. */
export function synthesizedReleases(outdir: string): Release[] {
  const folder = join(outdir, "stacks");
  const stacks = existsSync(folder) ? readdirSync(folder).sort() : [];
  if (stacks.length === 0) throw new Unable(`there are no stacks in ${folder}: run npm run synth first`);
  const found = new Map<string, Release>();
  for (const stack of stacks) {
    for (const release of releasesOf(join(folder, stack))) {
      const key = JSON.stringify(release);
      found.set(key, { ...release, stacks: [...(found.get(key)?.stacks ?? []), stack] });
    }
  }
  return [...found.values()];
}

function releasesOf(folder: string): Omit<Release, "stacks">[] {
  const { resource = {} } = JSON.parse(readFileSync(join(folder, "cdk.tf.json"), "utf8"));
  return Object.values<Resource>(resource.helm_release ?? {}).map(
    ({ name, namespace = "default", chart, repository, version, values = [] }) => ({
      name,
      namespace,
      // Terraform runs in the stack's folder, where a local chart is.
      chart: repository ? chart : join(folder, chart),
      ...(repository && { repository }),
      ...(version && { version }),
      values,
    }),
  );
}
