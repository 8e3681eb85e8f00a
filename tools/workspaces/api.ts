/** A resource in JSON:API format. */
interface Resource {
  readonly id: string;
  readonly attributes?: Record<string, unknown>;
}

interface Answer {
  readonly data: Resource | readonly Resource[];
}

/**
 * Settings of every workspace: Terraform runs where it is called and the workspace keeps its state; only named readers
 * may read it; it cannot be destroyed as a whole from the web pages.
 */
const ATTRIBUTES = {
  "execution-mode": "local",
  "global-remote-state": false,
  "allow-destroy-plan": false,
} as const;

/** The part of Terraform Cloud's API that workspaces need. Everything is read first, and only written if it differs. */
export class TerraformCloudApi {
  constructor(
    private readonly address: string,
    private readonly organization: string,
    private readonly token: string,
  ) {}

  /** @returns the project's id */
  async ensureProject(name: string): Promise<string> {
    const path = `organizations/${this.organization}/projects`;
    const found = await this.list(`${path}?filter%5Bnames%5D=${encodeURIComponent(name)}`);
    const project = found.find(({ attributes }) => attributes?.name === name);
    return project?.id ?? (await this.write("POST", path, { type: "projects", attributes: { name } })).id;
  }

  async ensureWorkspace(name: string, projectId: string): Promise<{ id: string; outcome: string }> {
    const path = `organizations/${this.organization}/workspaces`;
    // A workspace with its own mode keeps it when the organization's default changes.
    const attributes = { name, ...ATTRIBUTES, "setting-overwrites": { "execution-mode": true } };
    const found = await this.request("GET", `${path}/${name}`);
    if (!found) {
      const relationships = { project: { data: { type: "projects", id: projectId } } };
      const { id } = await this.write("POST", path, { type: "workspaces", attributes, relationships });
      return { id, outcome: "created" };
    }
    const { id, attributes: has = {} } = found.data as Resource;
    if (Object.entries(ATTRIBUTES).every(([key, value]) => has[key] === value)) return { id, outcome: "unchanged" };
    await this.write("PATCH", `workspaces/${id}`, { type: "workspaces", attributes });
    return { id, outcome: "changed" };
  }

  /** @returns whether the readers had to be changed */
  async ensureReaders(workspace: string, readers: readonly string[]): Promise<boolean> {
    const path = `workspaces/${workspace}/relationships/remote-state-consumers`;
    const has = (await this.list(`${path}?page%5Bsize%5D=100`)).map(({ id }) => id);
    if (has.sort().join() === [...readers].sort().join()) return false;
    await this.request("PATCH", path, { data: readers.map((id) => ({ type: "workspaces", id })) });
    return true;
  }

  private async list(path: string): Promise<readonly Resource[]> {
    return ((await this.request("GET", path))?.data ?? []) as readonly Resource[];
  }

  private async write(method: string, path: string, data: object): Promise<Resource> {
    return (await this.request(method, path, { data }))?.data as Resource;
  }

  /** @returns nothing when the thing does not exist, or the response has no content */
  private async request(method: string, path: string, body?: object): Promise<Answer | undefined> {
    const response = await fetch(`${this.address}/api/v2/${path}`, {
      method,
      headers: { authorization: `Bearer ${this.token}`, "content-type": "application/vnd.api+json" },
      ...(body && { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(30_000),
    });
    if (response.status === 404 && method === "GET") return undefined;
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path} returned ${response.status}: ${text.slice(0, 500)}`);
    return text ? (JSON.parse(text) as Answer) : undefined;
  }
}
