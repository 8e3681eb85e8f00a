import type { Step } from "../rehearsal";
import type { AppliedChange } from "../terraform";
import type { Workspace } from "../workspace";

/** One resource of the first deploy: when it was made, and what it came after. */
export interface Made extends AppliedChange {
  readonly stack: string;
  readonly dependsOn: readonly string[];
}

export interface DeployTimeline {
  readonly made: readonly Made[];
  /** What the last resource of each stack waited for, from its first on. */
  readonly critical: readonly Made[];
}

interface State {
  readonly values?: {
    readonly root_module: {
      readonly resources: readonly { readonly address: string; readonly depends_on?: readonly string[] }[];
    };
  };
}

/** What was made so far, with its dependencies as Terraform's states have them. */
export async function timelineOf(steps: readonly Step[], workspace: Workspace): Promise<DeployTimeline> {
  const made: Made[] = [];
  for (const { stack = "", run } of steps) {
    if (!run || run.applied.length === 0) continue;
    const { values } = (await workspace.show(stack, "state")) as State;
    const dependencies = new Map(
      values?.root_module.resources.map(({ address, depends_on = [] }) => [address, depends_on]),
    );
    for (const change of run.applied)
      made.push({ ...change, stack, dependsOn: dependencies.get(change.address) ?? [] });
  }
  return {
    made,
    critical: [...new Set(made.map(({ stack }) => stack))].flatMap((stack) =>
      criticalPath(made.filter((one) => one.stack === stack)),
    ),
  };
}

/** From the resource that was done last back to the dependency that was done last, and so on; in the order of time. */
export function criticalPath(made: readonly Made[]): Made[] {
  const latest = (some: readonly Made[]) =>
    some.reduce<Made | undefined>((last, one) => (last && last.endMs >= one.endMs ? last : one), undefined);
  const path: Made[] = [];
  for (let here = latest(made); here; ) {
    path.unshift(here);
    const { dependsOn } = here;
    here = latest(made.filter(({ address }) => dependsOn.includes(address)));
  }
  return path;
}
