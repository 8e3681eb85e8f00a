import { CannotTell } from "../cli";
import { type CloudBackend, readStacks, type StackJson } from "../synthesized/stacks";

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

/** The synthesized stacks' workspaces, and one for the bootstrap, whose state nobody else reads. */
export function plannedWorkspaces(synth: string): PlannedWorkspaces {
  const stacks = Object.entries(readStacks(synth)).map(([stack, json]) => stateOf(stack, json));
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

/** Where a stack keeps its state, and whose states it reads. */
interface StackState {
  readonly stack: string;
  readonly cloud: CloudBackend;
  readonly reads: readonly string[];
}

function stateOf(stack: string, { terraform, data }: StackJson): StackState {
  const cloud = terraform?.cloud;
  if (!cloud) {
    throw new CannotTell(
      `${stack} keeps its state in a file: set delivery.terraformCloud in the topology, then npm run synth`,
    );
  }
  const states = Object.values(data?.terraform_remote_state ?? {});
  return { stack, cloud, reads: states.map(({ config }) => (config as RemoteStateConfig).workspaces.name) };
}

interface RemoteStateConfig {
  readonly workspaces: { readonly name: string };
}
