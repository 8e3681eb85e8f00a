import { specialCasesOf } from "./apis/all";
import { act, change, remove } from "./change";
import { type Json, type Request, schemaOf } from "./cloud";
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
  if (method.verb === "list") return list(request);
  if (method.verb === "delete") return remove(request, special);
  if (method.verb === "patch" || method.verb === "update") return change(request, special);
  if (method.http === "POST") return act(request, special);
  throw Refusal.unknown(method.id);
}

function get({ cloud, method, path }: Request, special: SpecialCases): Json {
  const found = cloud.get(method.api.name, path)?.body ?? special.catalogue?.(cloud, method, path);
  if (!found) throw Refusal.notFound(path);
  return found;
}

function list({ cloud, method, path }: Request): Json {
  const { properties = {} } = schemaOf(method.api, method.response);
  const key = Object.entries(properties).find(([, one]) => one.items?.$ref === method.item)?.[0] ?? "items";
  return { [key]: cloud.children(method.api.name, path).map(({ body }) => body) };
}
