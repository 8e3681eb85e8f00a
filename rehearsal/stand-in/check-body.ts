import type { Api, Method, Schema } from "./descriptions";

/** What Google's JSON front end says of a body before the service itself sees it: every problem, each with its place. */
export function bodyProblems(api: Api, schema: Schema, value: unknown, at = ""): string[] {
  if (value === null || value === undefined) return [];
  if (schema.$ref) return bodyProblems(api, api.schemas[schema.$ref] ?? {}, value, at);
  if (schema.type === "array") {
    if (!Array.isArray(value)) return [`Invalid value at '${at}' (list expected)`];
    return value.flatMap((one, index) => bodyProblems(api, schema.items ?? {}, one, `${at}[${index}]`));
  }
  if (schema.type === "object" || schema.properties) return objectProblems(api, schema, value, at);
  return scalarProblems(api, schema, value, at);
}

/** Sent by every version of the provider and taken by Google, though no document has it: Router.nats[].initialNatIps */
const UNDOCUMENTED: ReadonlySet<string> = new Set(["initialNatIps"]);

function objectProblems(api: Api, schema: Schema, value: unknown, at: string): string[] {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    return [`Invalid value at '${at}' (object expected)`];
  }
  return Object.entries(value).flatMap(([key, one]) => {
    const inner = schema.properties?.[key] ?? schema.additionalProperties;
    if (inner) return bodyProblems(api, inner, one, at ? `${at}.${key}` : key);
    if (UNDOCUMENTED.has(key) || !schema.properties) return [];
    return [`Invalid JSON payload received. Unknown name "${key}" at '${at}': Cannot find field.`];
  });
}

const SCALARS: Readonly<Record<string, (value: unknown, schema: Schema) => boolean>> = {
  string: (value, { format }) =>
    typeof value === "string" ? isWellFormed(value, format) : typeof value === "number" && /int64/.test(format ?? ""),
  integer: (value) => Number.isInteger(value) || (typeof value === "string" && /^-?\d+$/.test(value)),
  number: (value) =>
    typeof value === "number" || (typeof value === "string" && value !== "" && !Number.isNaN(Number(value))),
  boolean: (value) => typeof value === "boolean",
};

function scalarProblems(api: Api, schema: Schema, value: unknown, at: string): string[] {
  const { type = "", format } = schema;
  if (SCALARS[type] && !SCALARS[type](value, schema)) {
    return [`Invalid value at '${at}' (${format ?? type}), ${JSON.stringify(value)}`];
  }
  // What only the server writes is not judged: Google ignores it.
  if (schema.readOnly) return [];
  const text = String(value);
  // Compute Engine takes an empty text for none.
  if (text === "" && api.name === "compute") return [];
  if (schema.enum && !schema.enum.includes(text)) {
    return [`Invalid value at '${at}' (enum), ${JSON.stringify(value)}; one of ${schema.enum.join(", ")}`];
  }
  if (schema.pattern && !new RegExp(`^(?:${schema.pattern})$`).test(text)) {
    return [`Invalid value for field '${at}': '${value}'. Must be a match of regex '${schema.pattern}'`];
  }
  if (schema.enumDeprecated?.[schema.enum?.indexOf(text) ?? -1]) {
    return [`Invalid value at '${at}' (enum), ${JSON.stringify(value)} is deprecated and no longer supported`];
  }
  return [];
}

const FORMATS: Readonly<Record<string, (value: string) => boolean>> = {
  "google-duration": (value) => /^-?\d+(\.\d+)?s$/.test(value),
  "google-datetime": (value) => !Number.isNaN(Date.parse(value)),
  "date-time": (value) => !Number.isNaN(Date.parse(value)),
  int64: (value) => /^-?\d+$/.test(value),
  uint64: (value) => /^\d+$/.test(value),
  byte: (value) => /^[A-Za-z0-9+/_=-]*$/.test(value),
};

function isWellFormed(value: string, format = ""): boolean {
  return value === "" || (FORMATS[format]?.(value) ?? true);
}

/** Problems of what stands behind the question mark. */
export function queryProblems({ query }: Method, given: URLSearchParams): string[] {
  const problems = [...given].flatMap(([key, value]) => {
    const known = query[key];
    // Secret Manager and others take parts of a message: options.requestedPolicyVersion
    if (!known) return key.startsWith("options.") ? [] : [`unknown query parameter "${key}"`];
    if (!known.enum || known.enum.includes(value)) return [];
    return [`query parameter ${key}: "${value}" is none of ${known.enum.join(", ")}`];
  });
  const missing = Object.entries(query).filter(([key, { required }]) => required && !given.has(key));
  return [...problems, ...missing.map(([key]) => `query parameter "${key}" is missing`)];
}

/** Fields that Google marks as deprecated and still takes, as their paths in the body. */
export function deprecatedFields(api: Api, schema: Schema, value: unknown, at = ""): string[] {
  if (schema.$ref) return deprecatedFields(api, api.schemas[schema.$ref] ?? {}, value, at);
  if (Array.isArray(value)) return value.flatMap((one) => deprecatedFields(api, schema.items ?? {}, one, `${at}[]`));
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, one]) => {
    const inner = schema.properties?.[key] ?? schema.additionalProperties ?? {};
    const path = at ? `${at}.${key}` : key;
    // What is sent empty asks for nothing.
    const isSet = one !== null && one !== false && one !== "";
    return [...(inner.deprecated && isSet ? [path] : []), ...deprecatedFields(api, inner, one, path)];
  });
}
