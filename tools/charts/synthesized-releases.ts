import { join } from "node:path";
import { readStacks, stackFolder } from "../synthesized/stacks";

/** A Helm release from the synthesized JSON. */
export interface SynthesizedRelease {
  readonly name: string;
  readonly namespace: string;
  /** Name in the repository; without one, path of a local chart. */
  readonly chart: string;
  readonly repository?: string;
  readonly version?: string;
  /** YAML documents; later ones override earlier ones. */
  readonly values: readonly string[];
  /** The stacks that contain exactly this release. */
  readonly stacks: readonly string[];
}

/** Attributes of a `helm_release`. */
interface ReleaseAttributes {
  readonly name: string;
  readonly namespace?: string;
  readonly chart: string;
  readonly repository?: string;
  readonly version?: string;
  readonly values?: readonly string[];
}

/** Every release of every stack; identical ones are listed once. */
export function synthesizedReleases(synth: string): SynthesizedRelease[] {
  const found = new Map<string, SynthesizedRelease>();
  for (const [stack, { resource = {} }] of Object.entries(readStacks(synth))) {
    for (const attributes of Object.values(resource.helm_release ?? {})) {
      const release = readRelease(stackFolder(synth, stack), attributes as unknown as ReleaseAttributes);
      const key = JSON.stringify(release);
      found.set(key, { ...release, stacks: [...(found.get(key)?.stacks ?? []), stack] });
    }
  }
  return [...found.values()];
}

function readRelease(folder: string, attributes: ReleaseAttributes): Omit<SynthesizedRelease, "stacks"> {
  const { name, namespace = "default", chart, repository, version, values = [] } = attributes;
  return {
    name,
    namespace,
    // Terraform runs in the stack's folder, to which a local chart's path is relative.
    chart: repository ? chart : join(folder, chart),
    ...(repository && { repository }),
    ...(version && { version }),
    values,
  };
}
