import { fingerprint, type Json, type Request, type Stored, schemaOf } from "./cloud";
import { finish, unwrap, withoutServerFields, writeChangeTime } from "./create";
import type { Schema } from "./descriptions";
import { checkImmutable } from "./immutable";
import { type Fate, replyTo } from "./operations";
import { checkReferences, usersOf } from "./references";
import { Refusal } from "./refusal";
import type { SpecialCases } from "./special-case";

/** PATCH merges what is sent, PUT replaces what the caller owns. */
export function change(request: Request, special: SpecialCases): Json {
  const { cloud, apis, method, path, query } = request;
  const stored = cloud.must(method.api.name, path);
  const { body: sent } = unwrap(request);
  checkFingerprint(stored, sent);
  checkReferences(cloud, apis, sent);
  const schema = schemaOf(method.api, stored.schema);
  const wanted = withoutServerFields(schema, sent);
  checkImmutable(cloud, stored, schema, wanted);
  const next = structuredClone(stored.body);
  if (method.verb === "update" && method.item === method.request) {
    for (const key of Object.keys(next)) if (!isServers(schema.properties?.[key], key)) delete next[key];
    Object.assign(next, special.defaults?.[stored.schema]);
  }
  const mask = query.get("updateMask")?.split(",").map(camelCase);
  if (mask) for (const field of mask) writeAt(next, field, readAt(wanted, field));
  else merge(next, wanted);
  const before = stored.body;
  stored.body = next;
  return settle(request, stored, special, before);
}

/** POST .../{resource}/setX: what the body or the query names is written to the resource. */
export function act(request: Request, special: SpecialCases): Json {
  const { cloud, apis, method, query, body = {} } = request;
  const stored = cloud.must(method.api.name, request.path.replace(/[:/][a-zA-Z]+$/, ""));
  const { properties = {} } = schemaOf(method.api, stored.schema);
  checkReferences(cloud, apis, body);
  const before = stored.body;
  stored.body = structuredClone(before);
  const whole = Object.entries(properties).find(([, one]) => one.$ref && one.$ref === method.request)?.[0];
  if (whole) replacePart(stored, whole, body);
  else writeParts(request, stored, query, body);
  return settle(request, stored, special, before);
}

/** setMetadata, setTags: the body is one field of the resource, with a fingerprint of its own. */
function replacePart(stored: Stored, key: string, body: Json): void {
  const before = stored.body[key];
  if (before?.fingerprint && body.fingerprint && before.fingerprint !== body.fingerprint) {
    throw new Refusal(412, `Supplied fingerprint does not match current ${key} fingerprint.`, "conditionNotMet");
  }
  stored.body[key] = { ...body, fingerprint: fingerprint({ ...body, fingerprint: undefined }) };
}

function writeParts({ method }: Request, stored: Stored, query: URLSearchParams, body: Json): void {
  const { properties = {} } = schemaOf(method.api, stored.schema);
  const { labelFingerprint } = stored.body;
  if (body.labelFingerprint && labelFingerprint && body.labelFingerprint !== labelFingerprint) {
    throw new Refusal(412, "Labels fingerprint either invalid or resource labels have changed", "conditionNotMet");
  }
  const inBody = Object.entries(body).filter(([key]) => key in properties);
  const inQuery = [...query].filter(([key]) => key in properties);
  if (inBody.length + inQuery.length === 0) {
    throw Refusal.unknown(`what ${method.id} changes`);
  }
  for (const [key, value] of inBody) stored.body[key] = value;
  for (const [key, value] of inQuery) stored.body[key] = value === "true" || (value === "false" ? false : value);
}

/** A change that is refused leaves everything as it was. */
function settle(request: Request, stored: Stored, special: SpecialCases, before: Json): Json {
  const { cloud } = request;
  writeChangeTime(cloud, stored);
  try {
    special.changed?.[stored.schema]?.(stored, request);
  } catch (error) {
    stored.body = before;
    throw error;
  }
  finish(cloud, stored);
  return replyTo(request, stored, fateOf(request));
}

function fateOf({ cloud, method, path }: Request): Fate {
  const error = cloud.faults.operationError(method, path);
  return { error, runsForMs: cloud.faults.operationMs(method, path) };
}

/** Takes a resource away that nothing uses. */
export function remove(request: Request, special: SpecialCases): Json {
  const { cloud, method, path } = request;
  const stored = cloud.must(method.api.name, path);
  if (stored.body.deletionProtection === true) {
    throw new Refusal(400, `Invalid resource usage: 'Resource '${path}' is protected against deletion.'`);
  }
  special.deleted?.[stored.schema]?.(stored, request);
  const [user] = method.api.name === "compute" ? usersOf(cloud, path) : [];
  if (user) {
    const message = `The resource '${path}' is already being used by '${user.path}'`;
    throw new Refusal(400, message, "resourceInUseByAnotherResource");
  }
  const fate = fateOf(request);
  if (!fate.error) cloud.drop(method.api.name, path);
  return replyTo(request, stored, fate);
}

/** @throws Refusal when somebody else changed the resource since the caller read it */
function checkFingerprint({ body, path }: Stored, sent: Json): void {
  for (const key of ["fingerprint", "etag"]) {
    if (sent?.[key] && body[key] && sent[key] !== body[key]) {
      throw new Refusal(412, `Invalid ${key}: the resource '${path}' has changed`, "conditionNotMet");
    }
  }
}

/** Fields that a PUT leaves as they are. */
function isServers(schema: Schema | undefined, key: string): boolean {
  return (
    schema?.readOnly === true ||
    /output.only|\[Output Only\]|server-generated|server defined/i.test(schema?.description ?? "") ||
    ["kind", "id", "name", "selfLink", "region", "zone"].includes(key)
  );
}

/** JSON merge patch: objects merge, lists are replaced, null removes. */
export function merge(target: Json, patch: Json): void {
  for (const [key, value] of Object.entries(patch ?? {})) {
    if (value === null) delete target[key];
    else if (isObject(value) && isObject(target[key])) merge(target[key], value);
    else target[key] = value;
  }
}

function isObject(value: Json): boolean {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function readAt(body: Json, field: string): Json {
  return field.split(".").reduce((one, key) => one?.[key], body);
}

function writeAt(body: Json, field: string, value: Json): void {
  const keys = field.split(".");
  const end = keys.pop() ?? "";
  let here = body;
  for (const key of keys) {
    here[key] ??= {};
    here = here[key];
  }
  if (value === undefined || value === null) delete here[end];
  else here[end] = value;
}

function camelCase(field: string): string {
  return field.trim().replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
