import { Agent, request } from "node:https";

// biome-ignore lint/suspicious/noExplicitAny: objects are whatever Kubernetes' API says
export type KubernetesObject = any;

export interface ClientOptions {
  readonly port: number;
  /** PEM text of the certificate that the API server shows. */
  readonly ca: string;
  readonly token: string;
}

const PATCHES = {
  merge: "application/merge-patch+json",
  strategic: "application/strategic-merge-patch+json",
} as const;

/** The API server said no. */
export class ApiError extends Error {
  constructor(
    readonly code: number,
    message: string,
  ) {
    super(message);
  }
}

/** A client of an API server on loopback. */
export class KubernetesClient {
  private readonly agent: Agent;

  constructor(private readonly options: ClientOptions) {
    this.agent = new Agent({ ca: options.ca, keepAlive: true, maxSockets: 8 });
  }

  /** Every object that a path lists. */
  async list(path: string): Promise<KubernetesObject[]> {
    const { items = [] } = await this.call("GET", path);
    return items;
  }

  get(path: string): Promise<KubernetesObject> {
    return this.call("GET", path);
  }

  /** undefined where there is none. */
  async find(path: string): Promise<KubernetesObject | undefined> {
    return this.call("GET", path).catch(unless(404));
  }

  /** @returns the answer */
  post(path: string, body: KubernetesObject): Promise<KubernetesObject> {
    return this.call("POST", path, body);
  }

  /** Makes an object, unless it is there already. */
  async create(path: string, body: KubernetesObject): Promise<void> {
    await this.call("POST", path, body).catch(unless(409));
  }

  async patch(path: string, body: KubernetesObject, kind: keyof typeof PATCHES): Promise<void> {
    // It may be gone by now.
    await this.call("PATCH", path, body, PATCHES[kind]).catch(unless(404));
  }

  async delete(path: string, body?: KubernetesObject): Promise<void> {
    await this.call("DELETE", path, body).catch(unless(404, 409));
  }

  close(): void {
    this.agent.destroy();
  }

  private call(
    method: string,
    path: string,
    body?: KubernetesObject,
    type = "application/json",
  ): Promise<KubernetesObject> {
    const { port, token } = this.options;
    const text = body === undefined ? undefined : JSON.stringify(body);
    const headers = {
      authorization: `Bearer ${token}`,
      accept: "application/json",
      ...(text !== undefined && { "content-type": type, "content-length": Buffer.byteLength(text) }),
    };
    return new Promise((resolve, reject) => {
      const asked = request({ host: "127.0.0.1", port, path, method, headers, agent: this.agent }, (answer) => {
        const chunks: Buffer[] = [];
        answer.on("data", (chunk: Buffer) => chunks.push(chunk));
        answer.on("error", reject);
        answer.on("end", () => {
          const said = Buffer.concat(chunks).toString();
          const code = answer.statusCode ?? 0;
          if (code >= 400) reject(new ApiError(code, `${method} ${path}: ${code} ${messageOf(said)}`));
          else resolve(said.startsWith("{") ? JSON.parse(said) : { text: said });
        });
      });
      asked.on("error", reject);
      asked.end(text);
    });
  }
}

function messageOf(text: string): string {
  try {
    return String(JSON.parse(text).message);
  } catch {
    return text.slice(0, 200);
  }
}

function unless(...codes: readonly number[]): (error: unknown) => undefined {
  return (error) => {
    if (error instanceof ApiError && codes.includes(error.code)) return undefined;
    throw error;
  };
}
