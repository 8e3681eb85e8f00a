import { readFileSync } from "node:fs";
import { join } from "node:path";
import { stacksOf } from "../compare-synth";

/** A workspace, and the workspaces whose stacks read its state. */
export interface PlannedWorkspace {
  readonly name: string;
  readonly readers: readonly string[];
}

export interface PlannedWorkspaces {
  readonly hostname: string;
  readonly organization: string;
  readonly project: string;
  readonly workspaces: readonly PlannedWorkspace[];
}

interface Cloud {
  readonly hostname: string;
  readonly organization: string;
  readonly workspaces: { readonly name: string; readonly project: string };
}

interface StackJson {
  readonly terraform: { readonly cloud?: Cloud };
  readonly data?: {
    readonly terraform_remote_state?: Record<string, { readonly config: { readonly workspaces: { name: string } } }>;
  };
}

/** What the synthesized stacks ask for, and a workspace for the bootstrap, whose state nobody else reads. */
export function plannedWorkspaces(outdir: string): PlannedWorkspaces {
  const stacks = stacksOf(outdir).map((stack) => readStack(outdir, stack));
  const first = stacks[0] as (typeof stacks)[number];
  const { hostname, organization, workspaces } = first.cloud;
  const bootstrap = first.cloud.workspaces.name.replace(new RegExp(`-${first.stack}$`), "-bootstrap");
  return {
    hostname,
    organization,
    project: workspaces.project,
    workspaces: [
      { name: bootstrap, readers: [] },
      ...stacks.map(({ cloud }) => ({
        name: cloud.workspaces.name,
        readers: stacks
          .filter(({ reads }) => reads.includes(cloud.workspaces.name))
          .map(({ cloud }) => cloud.workspaces.name),
      })),
    ],
  };
}

function readStack(outdir: string, stack: string): { stack: string; cloud: Cloud; reads: string[] } {
  const json = JSON.parse(readFileSync(join(outdir, "stacks", stack, "cdk.tf.json"), "utf8")) as StackJson;
  const { cloud } = json.terraform;
  if (!cloud) {
    throw new Error(
      `${stack} keeps its state in a file: set delivery.terraformCloud in the topology, then npm run synth`,
    );
  }
  const states = Object.values(json.data?.terraform_remote_state ?? {});
  return { stack, cloud, reads: states.map(({ config }) => config.workspaces.name) };
}
