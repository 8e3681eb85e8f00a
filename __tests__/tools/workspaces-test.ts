import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { workspaces } from "../../tools/workspaces/main";
import { callCommand } from "../support/call-command";
import { synthesizeInto } from "../support/synth";
import { changed, threeCountries } from "../support/topologies";

interface Workspace {
  readonly id: string;
  relationships?: { project: { data: { id: string } } };
  attributes: Record<string, unknown>;
  readers: string[];
}

/** As much of Terraform Cloud's API as is called, kept in memory; who asks without the token is refused. */
class TerraformCloudStandIn {
  readonly writes: string[] = [];
  readonly projects: string[] = [];
  readonly workspaces = new Map<string, Workspace>();

  answer(method: string, path: string, body: { data?: unknown }): [number, object?] {
    if (method !== "GET") this.writes.push(`${method} ${path}`);
    const byId = (id: string) => [...this.workspaces.values()].find((workspace) => workspace.id === id) as Workspace;
    const data = body.data as Pick<Workspace, "attributes" | "relationships">;
    const [, kind, id, rest, name] = /^\/api\/v2\/([^/]+)\/([^/?]+)(?:\/([^/?]+))?(?:\/([^/?]+))?/.exec(path) ?? [];
    if (kind === "organizations" && rest === "projects") {
      if (method === "POST") this.projects.push(String(data.attributes.name));
      const found = this.projects.map((project) => ({
        id: `prj-${project}`,
        attributes: { name: project },
      }));
      return [200, { data: method === "POST" ? found.at(-1) : found }];
    }
    if (kind === "organizations" && method === "POST") {
      const made = {
        id: `ws-${this.workspaces.size}`,
        attributes: data.attributes,
        ...(data.relationships && { relationships: data.relationships }),
        readers: [],
      };
      this.workspaces.set(String(data.attributes.name), made);
      return [201, { data: made }];
    }
    if (kind === "organizations") {
      const found = this.workspaces.get(name ?? "");
      return found ? [200, { data: found }] : [404];
    }
    const workspace = byId(id ?? "");
    if (rest !== "relationships") {
      workspace.attributes = { ...workspace.attributes, ...data.attributes };
      if (data.relationships) workspace.relationships = data.relationships;
      return [200, { data: workspace }];
    }
    if (method === "GET") return [200, { data: workspace.readers.map((reader) => ({ id: reader })) }];
    workspace.readers = (body.data as { id: string }[]).map((reader) => reader.id);
    return [204];
  }
}

async function bodyOf(request: IncomingMessage): Promise<{ data?: unknown }> {
  let text = "";
  for await (const chunk of request) text += chunk;
  return text ? JSON.parse(text) : {};
}

describe("npm run workspaces", () => {
  const scratch = mkdtempSync(join(tmpdir(), "matchwatch-workspaces-"));
  const outdir = join(scratch, "out");
  const credentials = join(scratch, "credentials.json");
  let cloud: TerraformCloudStandIn;
  /** What is answered before anything else is. */
  let faults: { status: number; headers?: Record<string, string>; body?: string }[] = [];
  let server: Server;

  beforeAll(async () => {
    const delivery = {
      repository: 1,
      terraformCloud: { organization: "jamtangan", project: "shop" },
    };
    synthesizeInto(outdir, changed({ delivery }));
    writeFileSync(
      credentials,
      JSON.stringify({
        credentials: { "app.terraform.io": { token: "secret" } },
      }),
    );
    server = createServer(async (request, response) => {
      const fault = faults.shift();
      if (fault) {
        response.writeHead(fault.status, fault.headers).end(fault.body);
        return;
      }
      const isOwner = request.headers.authorization === "Bearer secret";
      const [status, body] = isOwner
        ? cloud.answer(request.method ?? "", request.url ?? "", await bodyOf(request))
        : [401, { errors: ["unauthorized"] }];
      response.writeHead(status).end(body && JSON.stringify(body));
    });
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  });
  beforeEach(() => {
    cloud = new TerraformCloudStandIn();
    faults = [];
  });
  afterAll(() => {
    server.close();
    rmSync(scratch, { recursive: true, force: true });
  });

  async function run(args: string[] = []) {
    const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const call = ["--synth", outdir, "--address", address, "--credentials", credentials, ...args];
    const { status, stdout, stderr } = await callCommand(workspaces, ...call);
    return { status, output: stdout + stderr };
  }

  test("makes a workspace per stack whose state exactly its readers read, and the second time nothing", async () => {
    const first = await run();
    expect(first.output).toMatchInlineSnapshot(`
      "workspace                    outcome  state read by
      ---------------------------  -------  ------------------------------------------
      production-bootstrap         created  nobody else
      production-monitoring        created  nobody else
      production-network           created  production-monitoring
                                            production-region-india
                                            production-region-indonesia
                                            production-region-singapore
      production-region-india      created  production-monitoring
      production-region-indonesia  created  production-monitoring
      production-region-singapore  created  production-monitoring
      "
    `);
    expect(first.status).toBe(0);
    for (const { attributes } of cloud.workspaces.values()) {
      expect(attributes).toMatchObject({
        "execution-mode": "local",
        "global-remote-state": false,
      });
    }
    cloud.writes.length = 0;
    const second = await run();
    expect(cloud.writes).toEqual([]);
    expect(second.output.match(/unchanged/g)).toHaveLength(6);
  });

  test("mends what somebody changed by hand", async () => {
    await run();
    const network = cloud.workspaces.get("production-network") as Workspace;
    network.attributes["global-remote-state"] = true;
    network.readers.push("ws-99");
    cloud.writes.length = 0;
    expect((await run()).status).toBe(0);
    expect(cloud.writes).toEqual([
      `PATCH /api/v2/workspaces/${network.id}`,
      `PATCH /api/v2/workspaces/${network.id}/relationships/remote-state-consumers`,
    ]);
    expect(network.attributes["global-remote-state"]).toBe(false);
    expect(network.readers).not.toContain("ws-99");
  });

  test("moves a workspace of another project into its own", async () => {
    await run();
    const network = cloud.workspaces.get("production-network") as Workspace;
    const own = network.relationships;
    network.relationships = { project: { data: { id: "prj-other" } } };
    cloud.writes.length = 0;
    expect((await run()).status).toBe(0);
    expect(cloud.writes).toEqual([`PATCH /api/v2/workspaces/${network.id}`]);
    expect(network.relationships).toEqual(own);
  });

  test("asks again while the service is overloaded or limits the rate", async () => {
    faults = [429, 503, 502].map((status) => ({ status, headers: { "retry-after": "0" }, body: "<html>busy</html>" }));
    expect(await run()).toMatchObject({ status: 0 });
    expect(cloud.workspaces.size).toBe(6);
  });

  test.each([
    ["a service that stays overloaded", 503, "busy", "run this again in a few minutes"],
    ["an organization of another name", 404, "", "delivery.terraformCloud"],
    ["a right that is missing", 403, "{}", "may manage workspaces"],
    ["a value that is not accepted", 422, '{"errors":["Name is taken"]}', "Name is taken"],
    ["a proxy in between", 200, "<html>log in</html>", "returned something else than JSON"],
  ])("says what to do about %s", async (_what, status, body, remedy) => {
    faults = Array.from({ length: 5 }, () => ({ status, headers: { "retry-after": "0" }, body }));
    expect(await run()).toEqual({ status: 2, output: expect.stringContaining(remedy) });
  });

  test("says what is missing: a token, an organization, a right", async () => {
    const nothing = join(scratch, "nothing.json");
    expect(await run(["--credentials", nothing])).toEqual({
      status: 2,
      output: expect.stringContaining("run terraform login app.terraform.io"),
    });
    const local = join(scratch, "local");
    synthesizeInto(local, threeCountries);
    expect(await run(["--synth", local])).toMatchObject({
      output: expect.stringContaining("delivery.terraformCloud"),
    });
    const wrong = join(scratch, "wrong.json");
    writeFileSync(
      wrong,
      JSON.stringify({
        credentials: { "app.terraform.io": { token: "other" } },
      }),
    );
    const { status, output } = await run(["--credentials", wrong]);
    expect({ status, output }).toEqual({
      status: 2,
      output: expect.stringContaining("401"),
    });
    expect(output).not.toContain("other");
  });
});
