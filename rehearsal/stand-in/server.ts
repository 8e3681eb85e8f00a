import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import { answer } from "./answer";
import { answeredFields } from "./answered-fields";
import { firstServices } from "./apis/service-usage";
import { bodyProblems, deprecatedFields, queryProblems } from "./check-body";
import type { Cloud, Json } from "./cloud";
import { type Api, fillTemplate, type Method } from "./descriptions";
import type { Faults } from "./faults";
import { errorBody, Refusal } from "./refusal";

/** One call and what came of it, as the report tells it. */
export interface Call {
  readonly atMs: number;
  readonly http: string;
  readonly url: string;
  readonly method: string | undefined;
  readonly status: number;
  readonly error: string | undefined;
}

export interface StandInOptions {
  readonly apis: ReadonlyMap<string, Api>;
  readonly cloud: Cloud;
  /** PEM texts of a certificate for 127.0.0.1. */
  readonly tls: { readonly key: string; readonly cert: string };
  /** Whether an API must have been switched on before it answers. */
  readonly strict: boolean;
}

/** Google Cloud on loopback: one HTTPS server per API, because parts of the provider keep only the host of an endpoint. */
export class StandIn {
  readonly calls: Call[] = [];
  /** Deprecated fields that were sent, by method. */
  readonly deprecated = new Set<string>();
  private readonly servers = new Map<string, Server>();

  constructor(private readonly options: StandInOptions) {}

  async start(): Promise<void> {
    for (const api of this.options.apis.values()) {
      // Node ends a connection that was idle for five seconds, and Terraform would lose what it sends at that moment.
      const server = createServer({ ...this.options.tls, keepAliveTimeout: 0 }, (incoming, outgoing) => {
        const chunks: Buffer[] = [];
        incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
        incoming.on("end", () => {
          const { method = "", url = "/", headers } = incoming;
          const authorized = headers.authorization?.startsWith("Bearer ") ?? false;
          const { status, body } = this.call(api, method, url, Buffer.concat(chunks).toString(), authorized);
          outgoing.writeHead(body === undefined ? 204 : status, { "content-type": "application/json; charset=UTF-8" });
          outgoing.end(body === undefined ? undefined : JSON.stringify(body));
        });
      });
      await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
      this.servers.set(api.name, server);
    }
  }

  /** Where an API answers: https://127.0.0.1:PORT */
  address(api: string): string {
    const address = this.servers.get(api)?.address() as AddressInfo | undefined;
    if (!address) throw new Error(`the stand-in serves no API called ${api}`);
    return `https://127.0.0.1:${address.port}`;
  }

  async stop(): Promise<void> {
    for (const server of this.servers.values()) {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    }
  }

  /** Id of the project that it stands in for. */
  get project(): string {
    return this.options.cloud.project.id;
  }

  /** What is to go wrong. */
  get faults(): Faults {
    return this.options.cloud.faults;
  }

  /** A call of somebody's beside Terraform, as gcloud makes it. @throws Error when it is refused */
  ask(api: string, http: string, path: string, body?: Json): Json {
    const known = this.options.apis.get(api);
    if (!known) throw new Error(`the stand-in serves no API called ${api}`);
    const outcome = this.call(known, http, path, body === undefined ? "" : JSON.stringify(body));
    if (outcome.status !== 200) throw new Error(`${http} ${path}: ${outcome.body?.error?.message}`);
    return outcome.body;
  }

  /** One call, as the servers take it. */
  call(api: Api, http: string, target: string, text: string, authorized = true): { status: number; body: Json } {
    const url = new URL(target, "https://127.0.0.1");
    let method: Method | undefined;
    let outcome: { status: number; body: Json };
    try {
      if (!authorized) throw new Refusal(401, "Request is missing required authentication credential", "required");
      const { path, ...found } = this.route(api, http, url);
      method = found.method;
      outcome = { status: 200, body: this.serve(method, path, withJsonNames(url.searchParams), text) };
    } catch (error) {
      // Anything else is a mistake of the stand-in's: the caller learns it as a 500.
      const { status, message, reason } =
        error instanceof Refusal
          ? error
          : { status: 500, message: String((error as Error).stack), reason: "backendError" };
      outcome = { status, body: errorBody({ status, message, reason }) };
    }
    const { status, body } = outcome;
    this.calls.push({ atMs: Date.now(), http, url: target, method: method?.id, status, error: body?.error?.message });
    return outcome;
  }

  private route(api: Api, http: string, url: URL): { method: Method; path: string } {
    const { project } = this.options.cloud;
    const path = decodeURIComponent(url.pathname)
      .replace(/\/$/, "")
      .replace(new RegExp(`/projects/(?:-|${project.number})(?=/|:|$)`), `/projects/${project.id}`);
    for (const method of api.methods) {
      const values = method.http === http ? method.pattern.exec(path)?.slice(1) : undefined;
      if (values) return { method, path: fillTemplate(method.template, values) };
    }
    throw new Refusal(404, `No method of ${api.name} takes ${http} ${path}`, "notFound");
  }

  private serve(method: Method, path: string, query: URLSearchParams, text: string): Json {
    const { apis, cloud, strict } = this.options;
    if (strict) this.checkEnabled(method.api.name);
    cloud.faults.refuse(method, path);
    const body = text === "" ? undefined : parse(text);
    const schema = method.request ? { $ref: method.request } : undefined;
    const problems = [...queryProblems(method, query), ...(schema ? bodyProblems(method.api, schema, body) : [])];
    if (problems.length > 0) throw new Refusal(400, `${method.id}: ${problems.join("; ")}`, "badRequest");
    for (const field of schema ? deprecatedFields(method.api, schema, body) : []) {
      this.deprecated.add(`${method.id} ${field}`);
    }
    return answeredFields(method.api, answer({ cloud, apis, method, path, query, body }));
  }

  private checkEnabled(api: string): void {
    const { cloud } = this.options;
    const service = `${api}.googleapis.com`;
    if (firstServices.has(service) || cloud.get("serviceusage", `projects/${cloud.project.id}/services/${service}`))
      return;
    const message = `${service} has not been used in project ${cloud.project.number} before or it is disabled.`;
    throw new Refusal(403, message, "accessNotConfigured");
  }
}

function parse(text: string): Json {
  try {
    return JSON.parse(text);
  } catch {
    throw new Refusal(400, "Invalid JSON payload received.", "parseError");
  }
}

/** Google takes a parameter by its JSON name and by that of the field behind it, and the provider sends both kinds. */
function withJsonNames(query: URLSearchParams): URLSearchParams {
  const named = new URLSearchParams();
  for (const [key, value] of query) {
    named.append(
      key.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase()),
      value,
    );
  }
  return named;
}
