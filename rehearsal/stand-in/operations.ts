import { type Cloud, type Json, type Request, type Stored, schemaOf } from "./cloud";
import { COMPUTE, selfLink } from "./references";
import { Refusal } from "./refusal";

/** What a write answers: the resource itself, or an operation that is done at once unless a fault says otherwise. */
export function replyTo(request: Request, stored: Stored, fate: Fate = {}): Json {
  const { method } = request;
  if (!method.response) return undefined;
  if (method.response === stored.schema) return stored.body;
  const { properties = {} } = schemaOf(method.api, method.response);
  if (Object.keys(properties).length === 0) return {};
  if (properties.done) return longRunning(request, stored, fate);
  if (method.api.name === "dns" && properties.type) return dnsOperation(request.cloud, method.verb);
  if (properties.operationType) return classicOperation(request, stored, fate);
  const holder = Object.keys(properties).find((key) => properties[key]?.$ref === stored.schema) ?? "resource";
  return { [holder]: stored.body };
}

/** How an operation ends. */
export interface Fate {
  readonly error?: string | undefined;
  readonly runsForMs?: number;
}

/** An operation as it stands now, and as it will end. */
interface Pending {
  readonly doneAt: number;
  readonly running: Json;
  readonly done: Json;
}

/** google.longrunning.Operation */
function longRunning({ cloud }: Request, { path, body }: Stored, { error, runsForMs = 0 }: Fate): Json {
  const parent = /^projects\/[^/]+(\/locations\/[^/]+)?/.exec(path)?.[0];
  const name = `${parent}/operations/operation-${cloud.number()}`;
  const running = { name, done: false, metadata: { target: path } };
  const end = error ? { error: { code: 13, message: error } } : { response: body };
  return remember(cloud, name, { doneAt: Date.now() + runsForMs, running, done: { ...running, done: true, ...end } });
}

function dnsOperation(cloud: Cloud, type: string): Json {
  const id = `operation-${cloud.number()}`;
  const done = { kind: "dns#operation", id, status: "done", type: type.toUpperCase(), startTime: cloud.now() };
  return remember(cloud, id, { doneAt: 0, running: done, done });
}

/** Those of Compute Engine and GKE. */
function classicOperation({ cloud, method }: Request, { api, path }: Stored, { error, runsForMs = 0 }: Fate): Json {
  const name = `operation-${cloud.number()}`;
  const [, kind, place] = /^projects\/[^/]+\/(?:(zones|regions|locations)\/([^/]+)|global)/.exec(path) ?? [];
  const scope = kind ? `${kind}/${place}` : "global";
  const isCompute = api.name === "compute";
  const running = {
    name,
    operationType: method.verb,
    status: "RUNNING",
    targetLink: selfLink({ api, path }),
    selfLink: selfLink({ api, path: `projects/${cloud.project.id}/${scope}/operations/${name}` }),
    ...(isCompute && { kind: "compute#operation", id: cloud.number(), insertTime: cloud.now(), progress: 0 }),
    ...(isCompute && { startTime: cloud.now(), user: "rehearsal" }),
    ...(isCompute && kind && { [kind.slice(0, -1)]: `${COMPUTE}projects/${cloud.project.id}/${scope}` }),
    ...(!isCompute && { zone: place }),
  };
  const failure = isCompute ? { errors: [{ code: "INTERNAL_ERROR", message: error }] } : { code: 13, message: error };
  const done = {
    ...running,
    status: "DONE",
    ...(isCompute && { progress: 100, endTime: cloud.now() }),
    ...(error && { error: failure }),
    ...(error && (isCompute ? { httpErrorStatusCode: 500, httpErrorMessage: error } : { statusMessage: error })),
  };
  return remember(cloud, name, { doneAt: Date.now() + runsForMs, running, done });
}

export function remember(cloud: Cloud, name: string, pending: Pending): Json {
  cloud.operations.set(name, pending);
  return stateOf(pending);
}

function stateOf({ doneAt, running, done }: Pending): Json {
  return Date.now() >= doneAt ? done : running;
}

/** Answers get and wait of an operation, whatever the API. */
export function getOperation({ cloud, path }: Request): Json {
  const name = path.replace(/\/wait$/, "");
  const found = cloud.operations.get(name.split("/").pop() ?? "") ?? cloud.operations.get(name);
  if (!found) throw new Refusal(404, `The operation '${path}' was not found`, "notFound");
  return stateOf(found);
}
