import { type Attributes, listOf } from "../synthesized/stacks";

/** A resource of the synthesized JSON or of a plan, which use the same attribute names. */
export interface Resource {
  readonly stack: string;
  readonly type: string;
  /** Part of its Terraform address. */
  readonly id: string;
  /** The country it belongs to; undefined for shared ones. */
  readonly country: string | undefined;
  readonly attributes: Attributes;
}

/** Where something is, and what it is part of. */
export interface Site {
  readonly country: string;
  readonly region: string;
  readonly layer: string;
}

/** The part of the estate that a resource belongs to: `edge`, `app cluster`, `monitoring`. */
export function layerOf({ stack, id }: Resource): string {
  if (!stack.startsWith("region-")) return stack;
  const [first = ""] = id.split("_");
  return CLUSTER_PARTS.includes(first) ? "app cluster" : first;
}

/** The cluster itself, and what is installed in it. */
const CLUSTER_PARTS = ["app-cluster", "platform"];

/** From its own attributes, or from the country's other resources. */
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

/** A number that the JSON may contain as text, or not at all. */
export function numberOf(value: unknown, otherwise: number): number {
  return value === undefined || value === null || Number.isNaN(Number(value)) ? otherwise : Number(value);
}
