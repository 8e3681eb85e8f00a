import { loadAll } from "js-yaml";
import { type Attributes, listOf } from "../synthesized/stacks";
import { numberOf, type Resource, regionsOf, type Site, siteOf } from "./resource";

/** Disks of one kind that are not a machine's boot disk. */
export interface DiskGroup extends Site {
  readonly name: string;
  readonly type: string;
  readonly gb: number;
  readonly count: number;
  /** Copies of each disk in different zones; each is billed and counts. */
  readonly copies: number;
}

/** Compute Engine disks, and the volumes that releases request in their values. */
export function diskGroups(resources: readonly Resource[]): DiskGroup[] {
  const regions = regionsOf(resources);
  return resources.flatMap((resource): DiskGroup[] => {
    const { type, attributes } = resource;
    if (type === "google_compute_disk") {
      const disk = { name: String(attributes.name), type: String(attributes.type), gb: numberOf(attributes.size, 0) };
      return [{ ...siteOf(resource, regions), ...disk, count: 1, copies: 1 }];
    }
    if (type !== "helm_release") return [];
    return volumesOf(attributes).map(({ storageClass, ...volume }) => ({
      ...siteOf(resource, regions),
      ...volume,
      ...classOf(storageClass, resource, resources),
    }));
  });
}

interface Volume {
  readonly name: string;
  readonly gb: number;
  readonly count: number;
  readonly storageClass: string;
}

/** Charts name the same things differently: a size, with a count and a class beside or above it. */
const COUNTS = ["replicas", "replicaCount", "count"];
const CLASSES = ["storageClassName", "storageClass"];
/** A claim's own size, and what some charts call the size of persistence. */
const SIZES = ["storage", "size"];

function volumesOf({ name, values }: Attributes): Volume[] {
  // Parsing takes most of the time that a bill does, and the longest texts, dashboards, hold no size.
  const texts = listOf<string>(values).filter((text) => typeof text === "string" && /\dGi\b/.test(text));
  return texts
    .flatMap((text) => documentsOf(text.replace(/([$%])\1\{/g, "$1{")))
    .flatMap((document) => {
      const { global } = recordOf(document);
      const storageClass = String(recordOf(global).storageClass ?? "");
      return find(document, { name: String(name), count: 1, storageClass });
    });
}

/** None in what is not YAML, such as a plan's masked text: Helm would refuse it, and make no volume. */
function documentsOf(text: string): unknown[] {
  try {
    return loadAll(text);
  } catch {
    return [];
  }
}

function find(value: unknown, above: Omit<Volume, "gb">): Volume[] {
  if (Array.isArray(value)) return value.flatMap((each) => find(each, above));
  if (!isAttributes(value)) return [];
  const said = (names: readonly string[]) => names.map((name) => value[name]).find((each) => each !== undefined);
  const here = {
    name: above.name,
    count: numberOf(said(COUNTS), above.count),
    storageClass: String(said(CLASSES) ?? above.storageClass),
  };
  const [gb] = SIZES.flatMap((key) => /^(\d+)Gi$/.exec(String(value[key] ?? ""))?.[1] ?? []);
  const own = gb === undefined ? [] : [{ ...here, gb: Number(gb) }];
  return [...own, ...Object.values(value).flatMap((each) => find(each, here))];
}

function classOf(name: string, { stack, country }: Resource, resources: readonly Resource[]) {
  const found = resources.find((each) => {
    if (each.type !== "kubernetes_storage_class_v1" || each.stack !== stack || each.country !== country) return false;
    const [metadata] = listOf(each.attributes.metadata);
    return metadata?.name === name;
  });
  const parameters = recordOf(found?.attributes.parameters);
  return {
    // GKE's default class uses balanced disks.
    type: String(parameters.type ?? "pd-balanced"),
    copies: parameters["replication-type"] === "regional-pd" ? 2 : 1,
  };
}

function recordOf(value: unknown): Attributes {
  return isAttributes(value) ? value : {};
}

function isAttributes(value: unknown): value is Attributes {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
