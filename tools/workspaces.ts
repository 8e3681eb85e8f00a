import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { left, renderTable } from "./table";
import { TerraformCloudApi } from "./workspaces/api";
import { plannedWorkspaces } from "./workspaces/planned";

const HELP = `Makes the workspaces at Terraform Cloud that the synthesized stacks name, and lets each state be read by exactly
the stacks that read it. What is as it should be is left alone, so it can be run again.

  npm run workspaces -- [--out DIR] [--address URL] [--credentials FILE]

  --out DIR           where cdktf synth wrote to, with an organization configured (default: cdktf.out)
  --address URL       of Terraform Cloud (default: what the stacks name)
  --credentials FILE  with the token, as terraform login writes it (default: its own)
  --help              this text

The token's owner must be allowed to manage workspaces and projects.
Exit code: 0 all is as it should be, 1 something could not be done, 2 the call is wrong.`;

/** The call cannot be followed. */
class Unable extends Error {}

function readToken(file: string, host: string): string {
  let token: unknown;
  try {
    token = JSON.parse(readFileSync(file, "utf8")).credentials?.[host]?.token;
  } catch {
    token = undefined;
  }
  if (typeof token !== "string") throw new Unable(`${file} has no token of ${host}: run terraform login ${host}`);
  return token;
}

async function ensure(outdir: string, address: string | undefined, credentials: string): Promise<void> {
  const { hostname, organization, project, workspaces } = plannedWorkspaces(outdir);
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
    if (changed && done[index] === "as it should be") done[index] = "readers changed";
  }
  console.log(
    renderTable(
      left("workspace", "outcome", "state read by"),
      workspaces.map(({ name, readers }, index) => [name, done[index] ?? "", readers.join(" ") || "nobody else"]),
    ),
  );
}

async function main(): Promise<number> {
  try {
    const { values } = parseArgs({
      options: {
        out: { type: "string", default: "cdktf.out" },
        address: { type: "string" },
        credentials: { type: "string", default: join(homedir(), ".terraform.d", "credentials.tfrc.json") },
        help: { type: "boolean" },
      },
    });
    if (values.help) {
      console.log(HELP);
      return 0;
    }
    await ensure(values.out, values.address, values.credentials);
    return 0;
  } catch (error) {
    console.error((error as Error).message);
    const isCall = String((error as NodeJS.ErrnoException).code).startsWith("ERR_PARSE_ARGS");
    return isCall || error instanceof Unable ? 2 : 1;
  }
}

main().then((code) => {
  process.exitCode = code;
});
