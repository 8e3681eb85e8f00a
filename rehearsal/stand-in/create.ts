import { type Cloud, fingerprint, type Json, type Request, type Stored, schemaOf } from "./cloud";
import { hasShape, type Schema } from "./descriptions";
import { replyTo } from "./operations";
import { COMPUTE, checkReferences, selfLink, withWholeReferences } from "./references";
import { Refusal } from "./refusal";
import type { SpecialCases } from "./special-case";

const CREATE: ReadonlySet<string> = new Set(["insert", "create"]);

export function isCreation(verb: string): boolean {
  return CREATE.has(verb);
}

/** Makes a resource as every API does: told by the method's schemas alone, then by the API's special cases. */
export function create(request: Request, special: SpecialCases): Json {
  const { cloud, apis, method, path: collection, query } = request;
  const { schema, body } = unwrap(request);
  const id = special.ids?.[schema]?.(body, request) ?? lastPart(body.name) ?? givenId(query, request.body);
  if (!id) throw new Refusal(400, `${method.id}: no name is given`);
  const path = `${collection}/${id}`;
  checkParent(request);
  if (cloud.get(method.api.name, path)) {
    throw new Refusal(409, `The resource '${path}' already exists`, "alreadyExists");
  }
  checkReferences(cloud, apis, body);
  const sent = withoutServerFields(method.api.schemas[schema], body);
  const stored: Stored = {
    api: method.api,
    schema,
    path,
    body: structuredClone({ ...special.defaults?.[schema], ...sent }),
  };
  writeServerFields(cloud, stored);
  special.created?.[schema]?.(stored, request);
  finish(cloud, stored);
  const error = cloud.faults.operationError(method, path);
  // A creation that fails leaves nothing behind, unless the API is known to leave a ruin.
  if (!error) cloud.put(stored);
  else if (special.failed?.[schema]) special.failed[schema](cloud.put(stored), request);
  else cloud.drop(method.api.name, path);
  return replyTo(request, stored, { error, runsForMs: cloud.faults.operationMs(method, path) });
}

/** CreateClusterRequest holds a cluster: what counts is the item in it. */
export function unwrap({ method, body }: Request): { readonly schema: string; readonly body: Json } {
  const schema = method.item ?? method.request ?? "";
  if (!method.request || method.request === schema) return { schema, body: body ?? {} };
  const { properties = {} } = schemaOf(method.api, method.request);
  const key = Object.keys(properties).find((one) => properties[one]?.$ref === schema);
  return { schema, body: (key ? body?.[key] : body) ?? {} };
}

/** What a caller sends of the fields that only the server writes is ignored, as Google does. */
export function withoutServerFields(schema: Schema | undefined, body: Json): Json {
  const isServers = (key: string) => {
    const { readOnly = false, description = "" } = schema?.properties?.[key] ?? {};
    return readOnly || /^\[?output[ -]only/i.test(description);
  };
  return Object.fromEntries(Object.entries(body).filter(([key]) => !isServers(key) || key === "fingerprint"));
}

const CREATED = ["creationTimestamp", "createTime", "timeCreated", "creationTime"];
const UPDATED = ["updateTime", "updated"];

/** What the server writes itself, by the names that all of Google's schemas share. */
function writeServerFields(cloud: Cloud, stored: Stored): void {
  const { properties = {} } = schemaOf(stored.api, stored.schema);
  const { api, body, path } = stored;
  const write = (key: string, value: unknown): void => {
    if (key in properties && value !== undefined) body[key] = value;
  };
  write("kind", properties.kind?.default);
  for (const key of [...CREATED, ...UPDATED]) write(key, cloud.now());
  if (body.name === undefined) write("name", path);
  write("selfLink", selfLink(stored));
  if (api.name === "compute") for (const place of ["region", "zone"]) write(place, placeUrl(cloud, place, path));
  if (/^u?int64$/.test(properties.id?.format ?? "")) write("id", cloud.number());
  if (api.name === "storage") write("id", body.name);
  for (const key of ["uid", "uniqueId"]) write(key, cloud.number());
  write("projectNumber", cloud.project.number);
  write("selfLinkWithId", `${COMPUTE}${path.split("/").slice(0, -1).join("/")}/${body.id}`);
}

function placeUrl(cloud: Cloud, place: string, path: string): string | undefined {
  const found = new RegExp(`/${place}s/([^/]+)/`).exec(path)?.[1];
  return found && `${COMPUTE}projects/${cloud.project.id}/${place}s/${found}`;
}

/** Times of a resource that was changed. */
export function writeChangeTime(cloud: Cloud, { api, schema, body }: Stored): void {
  const { properties = {} } = schemaOf(api, schema);
  for (const key of UPDATED) if (key in properties) body[key] = cloud.now();
}

/** After every write: whole references and fingerprints. */
export function finish(cloud: Cloud, stored: Stored): void {
  const { properties = {} } = schemaOf(stored.api, stored.schema);
  if (stored.api.name === "compute") stored.body = withWholeReferences(cloud, stored.body);
  const { fingerprint: _1, etag: _2, labelFingerprint: _3, ...rest } = stored.body;
  if ("labelFingerprint" in properties) stored.body.labelFingerprint = fingerprint(rest.labels ?? rest.resourceLabels);
  if ("fingerprint" in properties) stored.body.fingerprint = fingerprint(rest);
  if ("etag" in properties) stored.body.etag = fingerprint(rest);
}

/** A name that is a query parameter (roleId=...) or stands beside the item in the body. */
function givenId(query: URLSearchParams, body: Json): string | undefined {
  for (const [key, value] of query) if (key.endsWith("Id") && key !== "requestId") return value;
  return Object.entries(body ?? {}).find(([key]) => /^[a-z][A-Za-z]*Id$/.test(key))?.[1] as string | undefined;
}

/** What a resource is made in must be there, unless nobody makes it: projects, regions, zones. */
function checkParent({ cloud, method, path }: Request): void {
  const parent = path.split("/").slice(0, -1).join("/");
  if (/(^|\/)(projects\/[^/]+|global|regions\/[^/]+|zones\/[^/]+|locations\/[^/]+)$/.test(parent)) return;
  const isMade = method.api.methods.some(
    (one) => CREATE.has(one.verb) && one.id !== method.id && hasShape(`${one.template}/x`, parent),
  );
  if (isMade) cloud.must(method.api.name, parent);
}

function lastPart(name: unknown): string | undefined {
  return typeof name === "string" && name !== "" ? name.split("/").pop() : undefined;
}
