import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { CannotTell, command, EXIT, SYNTH, start } from "../cli";
import { left, renderTable } from "../table";
import { TerraformCloudApi } from "./api";
import { plannedWorkspaces } from "./planned";

function readToken(file: string, host: string): string {
  let token: unknown;
  try {
    token = JSON.parse(readFileSync(file, "utf8")).credentials?.[host]?.token;
  } catch {
    token = undefined;
  }
  if (typeof token !== "string") throw new CannotTell(`${file} has no token of ${host}: run terraform login ${host}`);
  return token;
}

async function ensure(synth: string, address: string | undefined, credentials: string): Promise<void> {
  const { hostname, organization, project, workspaces } = plannedWorkspaces(synth);
  const api = new TerraformCloudApi(address ?? `https://${hostname}`, organization, readToken(credentials, hostname));
  const projectId = await api.ensureProject(project);
  const ids = new Map<string, string>();
  const done: string[] = [];
  for (const { name } of workspaces) {
    const { id, outcome } = await api.ensureWorkspace(name, projectId);
    ids.set(name, id);
    done.push(outcome);
  }
  for (const [index, { name, readers }] of workspaces.entries()) {
    const id = ids.get(name) as string;
    const changed = await api.ensureReaders(
      id,
      readers.map((reader) => ids.get(reader) as string),
    );
    if (changed && done[index] === "unchanged") done[index] = "readers changed";
  }
  console.log(
    renderTable(
      left("workspace", "outcome", "state read by"),
      workspaces.map(({ name, readers }, index) => [name, done[index] ?? "", readers.join(" ") || "nobody else"]),
    ),
  );
}

export const workspaces = command({
  name: "workspaces",
  summary:
    "Creates the Terraform Cloud workspaces that the synthesized stacks name, and lets each state be read only by the stacks that need it. Leaves alone what is already right, so it can be run again.",
  options: {
    ...SYNTH,
    address: { type: "string", value: "URL", says: "Terraform Cloud's address (default: from the stacks)" },
    credentials: {
      type: "string",
      value: "FILE",
      says: "credentials as terraform login writes them (default: ~/.terraform.d/credentials.tfrc.json)",
    },
  },
  details: ["The token's owner needs permission to manage workspaces and projects."],
  exits: { fine: "everything is as planned" },
  run: async ({ synth, address, credentials }) => {
    await ensure(synth, address, credentials ?? join(homedir(), ".terraform.d", "credentials.tfrc.json"));
    return EXIT.fine;
  },
});

if (require.main === module) void start(workspaces);
