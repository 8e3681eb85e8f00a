import { createHash } from "node:crypto";
import type { Api, Method, Schema } from "./descriptions";
import type { Faults } from "./faults";
import { Refusal } from "./refusal";

// biome-ignore lint/suspicious/noExplicitAny: bodies are whatever Google's schemas say
export type Json = any;

export interface Stored {
  readonly api: Api;
  /** Name of its schema: what the collection's get answers. */
  readonly schema: string;
  /** Without the version: projects/p/global/networks/shop */
  readonly path: string;
  body: Json;
}

export interface Policy {
  readonly bindings: readonly { readonly role: string; readonly members: readonly string[] }[];
  readonly etag: string;
}

export interface Project {
  readonly id: string;
  readonly number: string;
}

/** One request as its method reads it. */
export interface Request {
  readonly cloud: Cloud;
  readonly apis: ReadonlyMap<string, Api>;
  readonly method: Method;
  /** What the URL names, without the version. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly body: Json;
}

/** Where control planes of clusters answer, by cluster name. */
export type ControlPlanes = Readonly<Record<string, string>>;

/** What exists. Keys of resources and policies are API/PATH: compute/projects/p/global/networks/shop */
export class Cloud {
  readonly resources = new Map<string, Stored>();
  readonly policies = new Map<string, Policy>();
  /** By the last part of their names, or whole. */
  readonly operations = new Map<string, Json>();
  /** When a member was first given a role on something, in milliseconds of the clock. */
  readonly grantedAt = new Map<string, number>();
  private serial = 0;

  constructor(
    readonly project: Project,
    readonly faults: Faults,
    readonly controlPlanes: ControlPlanes = {},
  ) {}

  get(api: string, path: string): Stored | undefined {
    return this.resources.get(`${api}/${path}`);
  }

  /** @throws Refusal when there is none */
  must(api: string, path: string): Stored {
    const found = this.get(api, path);
    if (!found) throw Refusal.notFound(path);
    return found;
  }

  put(stored: Stored): Stored {
    this.resources.set(`${stored.api.name}/${stored.path}`, stored);
    return stored;
  }

  /** Takes a resource away with all below it, and their policies. */
  drop(api: string, path: string): void {
    const gone = `${api}/${path}`;
    for (const keys of [this.resources, this.policies, this.grantedAt]) {
      for (const key of keys.keys()) {
        if (key === gone || key.startsWith(`${gone}/`) || key.startsWith(`${gone} `)) keys.delete(key);
      }
    }
  }

  children(api: string, collection: string): Stored[] {
    const depth = collection.split("/").length + 1;
    return this.all().filter(
      (one) => one.api.name === api && one.path.startsWith(`${collection}/`) && one.path.split("/").length === depth,
    );
  }

  /** Everything, or everything of one schema. */
  all(schema?: string): Stored[] {
    const all = [...this.resources.values()];
    return schema === undefined ? all : all.filter((one) => one.schema === schema);
  }

  /** Numbers that look like the cloud's, and are the same in every run. */
  number(): string {
    this.serial += 1;
    return String(4_000_000_000_000_000_000n + BigInt(this.serial) * 7_919n);
  }

  now(): string {
    return new Date().toISOString();
  }

  serviceAccountExists(email: string): boolean {
    return this.get("iam", `projects/${this.project.id}/serviceAccounts/${email}`) !== undefined;
  }
}

/** What changes when the value changes, in the form that Google's fingerprints and etags have: eight bytes in base64. */
export function fingerprint(value: unknown): string {
  return createHash("sha1")
    .update(JSON.stringify(value ?? null))
    .digest()
    .subarray(0, 8)
    .toString("base64")
    .replaceAll("/", "_")
    .replaceAll("+", "-");
}

export function schemaOf(api: Api, name: string | undefined): Schema {
  return api.schemas[name ?? ""] ?? {};
}
