import type { Cloud, Json, Stored } from "./cloud";
import { type Api, hasShape } from "./descriptions";
import { Refusal } from "./refusal";

export const COMPUTE = "https://www.googleapis.com/compute/v1/";
const WHOLE =
  /^(?:https:\/\/[^/]+\/compute\/(?:v1|beta)\/|\/\/compute\.googleapis\.com\/)?(projects\/[^/]+\/(?:global|regions\/[^/]+|zones\/[^/]+)\/[a-zA-Z]+\/[^/]+(?:\/[^/]+)?)$/;
const PARTIAL = /^(?:global|regions\/[^/]+|zones\/[^/]+)\/[a-zA-Z]+\/[^/]+$/;
const KEY = /^projects\/[^/]+\/locations\/[^/]+\/keyRings\/[^/]+\/cryptoKeys\/[^/]+/;

/** The path of the compute resource that a text names, if it names one. */
export function computePath(cloud: Cloud, text: string): string | undefined {
  return PARTIAL.test(text) ? `projects/${cloud.project.id}/${text}` : WHOLE.exec(text)?.[1];
}

/** The compute resource that a field of a body names. */
export function referenced(cloud: Cloud, text: string | undefined): Stored {
  if (!text) throw Refusal.unknown("which resource is meant where none is named");
  return cloud.must("compute", computePath(cloud, text) ?? text);
}

/**
 * Every text of a body that names a resource must name one that exists. Shows a wrong order of creation.
 *
 * @throws Refusal that names the first one that does not
 */
export function checkReferences(cloud: Cloud, apis: ReadonlyMap<string, Api>, body: Json): void {
  for (const text of textsOf(body)) {
    const path = computePath(cloud, text);
    if (path?.startsWith(`projects/${cloud.project.id}/`) && isMade(apis, path) && !cloud.get("compute", path)) {
      throw Refusal.notFound(path);
    }
    const key = KEY.exec(text)?.[0];
    if (key && !cloud.get("cloudkms", key)) throw new Refusal(400, `Cloud KMS key '${key}' was not found`);
  }
}

/** Whether a resource of that path is made by somebody. Zones and machine types are not. */
function isMade(apis: ReadonlyMap<string, Api>, path: string): boolean {
  const methods = apis.get("compute")?.methods ?? [];
  return methods.some(({ verb, template }) => verb === "insert" && hasShape(`${template}/x`, path));
}

/** Who uses a resource. Shows a wrong order of destruction. */
export function usersOf(cloud: Cloud, path: string): Stored[] {
  return cloud
    .all()
    .filter(
      (one) =>
        one.path !== path &&
        !one.path.startsWith(`${path}/`) &&
        [...textsOf(withoutBackLinks(one.body))].some((text) => computePath(cloud, text) === path),
    );
}

/** A resource's links to its own users are no use of them, nor is what it was once copied from. */
function withoutBackLinks(body: Json): Json {
  return Object.fromEntries(Object.entries(body).filter(([key]) => !NO_USE.has(key)));
}

const NO_USE: ReadonlySet<string> = new Set([
  ...["selfLink", "users", "inUseBy", "instanceGroup", "instanceGroupUrls", "subnetworks"],
  ...["sourceDisk", "sourceImage", "sourceSnapshot"],
]);

/** As the cloud answers: every reference a whole URL. */
export function withWholeReferences(cloud: Cloud, value: Json): Json {
  if (typeof value === "string") {
    const path = computePath(cloud, value);
    return path ? COMPUTE + path : value;
  }
  if (Array.isArray(value)) return value.map((one) => withWholeReferences(cloud, one));
  if (!value || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, withWholeReferences(cloud, one)]));
}

function* textsOf(value: Json): Generator<string> {
  if (typeof value === "string") yield value;
  else if (value && typeof value === "object") for (const one of Object.values(value)) yield* textsOf(one);
}

export function selfLink({ api, path }: Pick<Stored, "api" | "path">): string {
  return api.name === "compute" ? COMPUTE + path : `https://${api.name}.googleapis.com/v1/${path}`;
}

/** Region or zone of a path. */
export function placeOf(path: string): string {
  return /\/(?:regions|zones|locations)\/([^/]+)/.exec(path)?.[1] ?? "global";
}
