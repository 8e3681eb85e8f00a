import { readFileSync } from "node:fs";
import { join } from "node:path";

/** A schema of a discovery document, as Google writes it. */
export interface Schema {
  readonly $ref?: string;
  readonly type?: string;
  readonly format?: string;
  readonly enum?: readonly string[];
  readonly enumDeprecated?: readonly boolean[];
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: Schema;
  readonly pattern?: string;
  readonly default?: string;
  readonly readOnly?: boolean;
  readonly deprecated?: boolean;
  readonly description?: string;
}

interface Parameter extends Schema {
  readonly location: "path" | "query";
  readonly required?: boolean;
}

interface RawMethod {
  readonly id: string;
  readonly path: string;
  readonly flatPath?: string;
  readonly httpMethod: string;
  readonly parameters?: Readonly<Record<string, Parameter>>;
  readonly request?: { readonly $ref: string };
  readonly response?: { readonly $ref: string };
}

interface RawResource {
  readonly methods?: Readonly<Record<string, RawMethod>>;
  readonly resources?: Readonly<Record<string, RawResource>>;
}

interface RawDocument extends RawResource {
  readonly name: string;
  readonly servicePath: string;
  readonly parameters: Readonly<Record<string, Parameter>>;
  readonly schemas: Readonly<Record<string, Schema>>;
}

/** One method of an API. */
export interface Method {
  readonly api: Api;
  readonly id: string;
  /** Last part of the id: insert, get, setIamPolicy... */
  readonly verb: string;
  readonly http: string;
  /** As in the document, without the version: projects/{project}/global/firewalls */
  readonly template: string;
  readonly pattern: RegExp;
  readonly query: Readonly<Record<string, Parameter>>;
  readonly request: string | undefined;
  readonly response: string | undefined;
  /** Schema of what the collection holds: what its get answers. */
  readonly item: string | undefined;
}

export interface Api {
  readonly name: string;
  readonly schemas: Readonly<Record<string, Schema>>;
  readonly methods: readonly Method[];
}

/** The discovery documents that the stand-in works by. */
export const DOCUMENTS = [
  "compute.v1",
  "container.v1",
  "dns.v1",
  "secretmanager.v1",
  "storage.v1",
  "iam.v1",
  "cloudkms.v1",
  "gkebackup.v1",
  "monitoring.v3",
  "logging.v2",
  "artifactregistry.v1",
  "cloudresourcemanager.v1",
  "iamcredentials.v1",
  "serviceusage.v1",
  "sts.v1",
] as const;

const VERSION = /^(dns\/)?v\d+\//;

/** Every API by its name, read from Google's own descriptions in `directory`. */
export function loadApis(directory: string): ReadonlyMap<string, Api> {
  return new Map(
    DOCUMENTS.map((file) => {
      const api = readApi(JSON.parse(readFileSync(join(directory, `${file}.json`), "utf8")) as RawDocument);
      return [api.name, api];
    }),
  );
}

function readApi(raw: RawDocument): Api {
  const methods: Method[] = [];
  const api: Api = { name: raw.name, schemas: raw.schemas, methods };
  const visit = (resource: RawResource): void => {
    const item = resource.methods?.get?.response?.$ref;
    for (const method of Object.values(resource.methods ?? {})) methods.push(readMethod(api, raw, method, item));
    for (const child of Object.values(resource.resources ?? {})) visit(child);
  };
  visit(raw);
  // The most literal path wins: images/family/{family} before images/{image}.
  methods.sort((a, b) => literals(b.template) - literals(a.template));
  return api;
}

function readMethod(api: Api, raw: RawDocument, method: RawMethod, item: string | undefined): Method {
  const path = method.flatPath ?? method.path;
  const parameters = Object.entries({ ...raw.parameters, ...method.parameters });
  return {
    api,
    id: method.id,
    verb: method.id.slice(method.id.lastIndexOf(".") + 1),
    http: method.httpMethod,
    template: path.replace(VERSION, ""),
    pattern: new RegExp(`^/${raw.servicePath}${path}$`.replace(/[.]/g, "\\.").replace(/\{[^}]+\}/g, "([^/]+?)")),
    query: Object.fromEntries(parameters.filter(([, { location }]) => location === "query")),
    request: method.request?.$ref,
    response: method.response?.$ref,
    item,
  };
}

function literals(template: string): number {
  return template.replace(/\{[^}]+\}/g, "").length;
}

/** The path that a request names: the template with its values, without the version. */
export function fillTemplate(template: string, values: readonly string[]): string {
  let next = 0;
  return template.replace(/\{[^}]+\}/g, () => values[next++] ?? "");
}

/** Whether a path has the shape of a template, whose last part may be the literal "x" for any name. */
export function hasShape(template: string, path: string): boolean {
  const parts = template.split("/");
  const given = path.split("/");
  return (
    parts.length === given.length &&
    parts.every(
      (part, index) => part.startsWith("{") || part === given[index] || (index === parts.length - 1 && part === "x"),
    )
  );
}
