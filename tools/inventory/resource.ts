import { type Attributes, listOf } from "../synthesized/stacks";

/** A resource of the synthesized JSON, or of a plan: their attributes have the same names. */
export interface Resource {
  readonly stack: string;
  readonly type: string;
  /** Of its Terraform address. */
  readonly id: string;
  /** The country that it belongs to; undefined for what all share. */
  readonly country: string | undefined;
  readonly attributes: Attributes;
}

/** Where something stands, and what it is a part of. */
export interface Site {
  readonly country: string;
  readonly region: string;
  readonly layer: string;
}

/** What of the estate a resource is a part of: `edge`, `app cluster`, `monitoring`. */
export function layerOf({ stack, id }: Resource): string {
  if (!stack.startsWith("region-")) return stack;
  const [first = ""] = id.split("_");
  return CLUSTER_PARTS.includes(first) ? "app cluster" : first;
}

/** The cluster itself, and what is installed in it. */
const CLUSTER_PARTS = ["app-cluster", "platform"];

/** By its own words, or by those of the country's other resources. */
export function siteOf(resource: Resource, regions: ReadonlyMap<string, string>): Site {
  const country = resource.country ?? "";
  return { country, region: regionOf(resource) ?? regions.get(country) ?? "", layer: layerOf(resource) };
}

/** The region of each country. */
export function regionsOf(resources: readonly Resource[]): ReadonlyMap<string, string> {
  return new Map(
    resources.flatMap((resource): [string, string][] => {
      const region = regionOf(resource);
      return region && resource.country ? [[resource.country, region]] : [];
    }),
  );
}

function regionOf({ type, attributes: { region, zone, node_locations: zones } }: Resource): string | undefined {
  if (!/^google_(compute|container_node)/.test(type)) return undefined;
  const place = region ?? zone ?? listOf<unknown>(zones)[0];
  return typeof place === "string" ? place.replace(/-[a-z]$/, "") : undefined;
}

/** A number that the JSON may hold as text, or not at all. */
export function numberOf(value: unknown, otherwise: number): number {
  return value === undefined || value === null || Number.isNaN(Number(value)) ? otherwise : Number(value);
}
