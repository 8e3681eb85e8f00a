import { countryOfStack, type SynthesizedEstate, type SynthesizedResource } from "../synthesized/estate";
import type { Change } from "./change";
import { isRecord } from "./plan-file";

/** Where a change is felt. */
export interface Place {
  /** Undefined for what all countries share. */
  readonly country: string | undefined;
  readonly layer: string;
  /** Ids of the constructs above the resource and its own, below the stack and the country. */
  readonly path: readonly string[];
}

/** The layer of whatever stands below a construct, by the first construct's id. */
const LAYERS: Readonly<Record<string, string>> = {
  alerts: "monitoring",
  "app-cluster": "cluster",
  archive: "archive",
  "backup-watch": "monitoring",
  "challenge-zone": "dns",
  database: "database",
  "database-keys": "keys",
  "dead-mans-switch": "monitoring",
  "docker-hub": "images",
  edge: "edge",
  "elasticsearch-agent": "monitoring",
  "elasticsearch-database": "monitoring",
  "elasticsearch-edge": "monitoring",
  "elasticsearch-reader": "monitoring",
  "elasticsearch-vpn": "monitoring",
  firewall: "firewall",
  keys: "keys",
  network: "network",
  "outside-watch": "monitoring",
  platform: "in the cluster",
  "private-zone": "dns",
  "public-zone": "dns",
  site: "monitoring",
  vpc: "network",
  vpn: "vpn",
};

/** Of a country's network, or of nobody's construct. */
const LAYERS_OF_TYPES: Readonly<Record<string, string>> = {
  google_compute_address: "addresses",
  google_compute_firewall: "firewall",
  google_compute_global_address: "addresses",
};

const OTHER = "other";

/** Tells where changes are felt: by the synthesized JSON what that knows, by what the plans say the rest. */
export class Places {
  private readonly countries: readonly string[];
  private readonly known: ReadonlyMap<string, SynthesizedResource>;
  private readonly paths: ReadonlyMap<Change, readonly string[]>;

  /** @param changes all of the run, also what stays: they name the countries that there are */
  constructor(changes: readonly Change[], estate?: SynthesizedEstate) {
    this.known = new Map(estate?.resources.map((each) => [`${each.stack} ${each.type}.${each.id}`, each]));
    this.paths = new Map(changes.map((change) => [change, this.constructPath(change)]));
    const named = [...this.paths]
      .map(([change, path]) => ownCountry(change, path))
      .filter((country) => country !== undefined);
    // The longer first, so that no country's key hides another that begins with it.
    this.countries = [...new Set([...(estate?.countries ?? []), ...named])].sort(
      (a, b) => b.length - a.length || (a < b ? -1 : 1),
    );
  }

  of(change: Change): Place {
    const whole = this.paths.get(change) ?? this.constructPath(change);
    const path = whole[0] === "countries" ? whole.slice(2) : whole;
    const country = ownCountry(change, whole) ?? this.namedCountry(change, path);
    return { country, layer: layerOf(change, path), path };
  }

  /**
   * From the JSON: a resource that is destroyed, or another estate's, is not in it. cdktf makes addresses of paths,
   * with underscores between the ids and a hash at the end, and leaves out an id that ends the one before it.
   */
  private constructPath({ stack, type, name }: Change): readonly string[] {
    return this.known.get(`${stack} ${type}.${name}`)?.path ?? name.replace(/_[0-9A-F]{8}$/, "").split("_");
  }

  /** Firewall rules and records name countries without a label. */
  private namedCountry({ before, after }: Change, path: readonly string[]): string | undefined {
    const names = [after.name, before.name, path[1]?.replace(/^edge-/, "")].map(String);
    return this.countries.find((country) => names.some((name) => name === country || name.startsWith(`${country}-`)));
  }
}

/** By its label, its construct or its stack. */
function ownCountry(change: Change, path: readonly string[]): string | undefined {
  const below = path.indexOf("countries") + 1;
  return labelledCountry(change) ?? (below > 0 ? path[below] : undefined) ?? countryOfStack(change.stack);
}

function layerOf({ stack, type }: Change, [first = ""]: readonly string[]): string {
  if (Object.hasOwn(LAYERS_OF_TYPES, type)) return LAYERS_OF_TYPES[type] ?? OTHER;
  if (Object.hasOwn(LAYERS, first)) return LAYERS[first] ?? OTHER;
  if (stack === "monitoring") return "monitoring";
  return /^(helm|kubernetes)_/.test(type) ? "in the cluster" : OTHER;
}

function labelledCountry({ before, after }: Change): string | undefined {
  for (const { labels, resource_labels: clusterLabels } of before === after ? [after] : [after, before]) {
    for (const each of [labels, clusterLabels]) {
      if (isRecord(each) && typeof each.country === "string") return each.country;
    }
  }
  return undefined;
}

/** A stack that is named after one country while its resources are labelled with another: a file was mixed up. */
export function mixedUpStacks(changes: readonly Change[]): string[] {
  const found = new Map<string, string>();
  for (const change of changes) {
    const expected = countryOfStack(change.stack);
    const label = labelledCountry(change);
    if (expected && label && label !== expected) found.set(change.stack, label);
  }
  return [...found].map(
    ([stack, label]) => `the plan given as "${stack}" is of ${label}: name its stack, as in region-${label}=FILE`,
  );
}
