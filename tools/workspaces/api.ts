import { setTimeout as sleep } from "node:timers/promises";
import { CannotTell } from "../cli";

/** A resource in JSON:API format. */
interface Resource {
  readonly id: string;
  readonly attributes?: Record<string, unknown>;
  readonly relationships?: { readonly project?: { readonly data?: { readonly id: string } } };
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

/** Attempts at a request while Terraform Cloud is overloaded or limits the rate, and the first pause between them. */
const ATTEMPTS = 5;
const PAUSE_MS = 1000;

/** What to do about a refusal, by status. */
const REMEDIES: Readonly<Record<number, string>> = {
  401: "the token is not valid any more: run terraform login",
  403: "the token's owner may not do this: use one who may manage workspaces and projects",
  404: "it does not exist, or the token's owner may not see it: compare delivery.terraformCloud of the topology with the organization's name, and use a token of a member who may manage workspaces",
  422: "Terraform Cloud does not accept this: the words above say which value",
};

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
    const { data } = await this.require("GET", `${path}?filter%5Bnames%5D=${encodeURIComponent(name)}`);
    const found = data as readonly Resource[];
    const project = found.find(({ attributes }) => attributes?.name === name);
    return project?.id ?? (await this.write("POST", path, { type: "projects", attributes: { name } })).id;
  }

  async ensureWorkspace(name: string, projectId: string): Promise<{ id: string; outcome: string }> {
    const path = `organizations/${this.organization}/workspaces`;
    // A workspace with its own mode keeps it when the organization's default changes.
    const attributes = { name, ...ATTRIBUTES, "setting-overwrites": { "execution-mode": true } };
    const found = await this.request("GET", `${path}/${name}`);
    const relationships = { project: { data: { type: "projects", id: projectId } } };
    if (!found) {
      const { id } = await this.write("POST", path, { type: "workspaces", attributes, relationships });
      return { id, outcome: "created" };
    }
    const { id, attributes: has = {}, relationships: of } = found.data as Resource;
    // The bootstrap lets only runs of this project log in.
    const isInProject = of?.project?.data?.id === projectId;
    if (isInProject && Object.entries(ATTRIBUTES).every(([key, value]) => has[key] === value)) {
      return { id, outcome: "unchanged" };
    }
    await this.write("PATCH", `workspaces/${id}`, { type: "workspaces", attributes, relationships });
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
    return (await this.require("GET", path)).data as readonly Resource[];
  }

  private async write(method: string, path: string, data: object): Promise<Resource> {
    return (await this.require(method, path, { data })).data as Resource;
  }

  /** @throws CannotTell also when the thing does not exist */
  private async require(method: string, path: string, body?: object): Promise<Answer> {
    const answer = await this.request(method, path, body);
    if (!answer) throw refused(method, path, 404, "");
    return answer;
  }

  /**
   * @returns nothing when the thing does not exist, or the response has no content
   * @throws CannotTell with the status and what to do about it
   */
  private async request(method: string, path: string, body?: object): Promise<Answer | undefined> {
    const response = await this.send(method, path, body);
    if (response.status === 404 && method === "GET") return undefined;
    const text = await response.text();
    if (!response.ok) throw refused(method, path, response.status, text);
    try {
      return text ? (JSON.parse(text) as Answer) : undefined;
    } catch {
      throw new CannotTell(
        `${method} ${path}: ${this.address} returned something else than JSON; is there a proxy in between, or is --address wrong?`,
      );
    }
  }

  /** Asks again while the service is overloaded or limits the rate; everything that is written may be written twice. */
  private async send(method: string, path: string, body?: object): Promise<Response> {
    for (let attempt = 1; ; attempt += 1) {
      const response = await fetch(`${this.address}/api/v2/${path}`, {
        method,
        headers: { authorization: `Bearer ${this.token}`, "content-type": "application/vnd.api+json" },
        ...(body && { body: JSON.stringify(body) }),
        signal: AbortSignal.timeout(30_000),
      });
      const isPassing = response.status === 429 || response.status >= 500;
      if (!isPassing || attempt === ATTEMPTS) return response;
      const seconds = Number(response.headers.get("retry-after") ?? Number.NaN);
      await sleep(Number.isFinite(seconds) ? seconds * 1000 : PAUSE_MS * 2 ** (attempt - 1));
    }
  }
}

function refused(method: string, path: string, status: number, text: string): CannotTell {
  const remedy =
    REMEDIES[status] ?? (status === 429 || status >= 500 ? "run this again in a few minutes: what is done stays" : "");
  return new CannotTell(
    [`${method} ${path} returned ${status}`, text.slice(0, 500), remedy].filter((part) => part !== "").join(": "),
  );
}
