import { specialCasesOf } from "./apis/all";
import { act, change, remove } from "./change";
import { type Cloud, type Json, type Request, type Stored, schemaOf } from "./cloud";
import { create, isCreation } from "./create";
import { getOperation, replyTo } from "./operations";
import { getPolicy, setPolicy } from "./policies";
import { Refusal } from "./refusal";
import type { SpecialCases } from "./special-case";

/** What every API does alike, told by the methods' names and schemas; special cases come first. */
export function answer(request: Request): Json {
  const { method } = request;
  const special = specialCasesOf(method.api.name);
  const handler = special.methods?.[method.id];
  if (handler) return handler(request, (stored) => replyTo(request, stored));
  if (method.id.includes("perations.")) return getOperation(request);
  if (method.verb === "getIamPolicy") return getPolicy(request);
  if (method.verb === "setIamPolicy") return setPolicy(request);
  if (isCreation(method.verb)) return create(request, special);
  if (method.verb === "get") return get(request, special);
  if (method.verb === "list") return list(request, special);
  if (method.verb === "delete") return remove(request, special);
  if (method.verb === "patch" || method.verb === "update") return change(request, special);
  if (method.http === "POST") return act(request, special);
  throw Refusal.unknown(method.id);
}

function get({ cloud, method, path }: Request, special: SpecialCases): Json {
  const stored = cloud.get(method.api.name, path);
  const found = stored ? viewOf(cloud, stored, special) : special.catalogue?.(cloud, method, path);
  if (!found) throw Refusal.notFound(path);
  return found;
}

function viewOf(cloud: Cloud, stored: Stored, { views }: SpecialCases): Json {
  const view = views?.[stored.schema];
  return view ? { ...stored.body, ...view(stored, cloud) } : stored.body;
}

function list({ cloud, method, path }: Request, special: SpecialCases): Json {
  const { properties = {} } = schemaOf(method.api, method.response);
  const key = Object.entries(properties).find(([, one]) => one.items?.$ref === method.item)?.[0] ?? "items";
  return {
    kind: properties.kind?.default,
    [key]: cloud.children(method.api.name, path).map((one) => viewOf(cloud, one, special)),
  };
}
