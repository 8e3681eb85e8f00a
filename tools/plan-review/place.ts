import { tags } from "../../config/names";
import type { Change } from "./change";
import { isRecord } from "./plan-file";

/** Where a change is felt. */
export interface Place {
  /** Undefined for what all countries share. */
  readonly country: string | undefined;
  readonly layer: string;
}

interface Layer {
  readonly layer: string;
  readonly stack?: RegExp;
  readonly type?: RegExp;
  /** Of the address's last part, which begins with the construct's path. */
  readonly name?: RegExp;
}

/** The first row that fits is a change's layer. */
const LAYERS: readonly Layer[] = [
  { layer: "edge", name: /^edge_/ },
  { layer: "database", name: /^database_/ },
  { layer: "cluster", name: /^app-cluster_/ },
  { layer: "vpn", name: /^(countries_[a-z0-9-]+_)?vpn_/ },
  { layer: "firewall", type: /^google_compute_firewall$/ },
  { layer: "dns", type: /^google_dns_/ },
  { layer: "dns", name: /^(public|private)-zone_/ },
  { layer: "keys", type: /^google_kms_/ },
  { layer: "keys", name: /_keys_granted_/ },
  { layer: "archive", name: /_archive_/ },
  { layer: "addresses", type: /^google_compute_(global_)?address$/ },
  { layer: "network", type: /^google_compute_(network|subnetwork|router|router_nat|route)$/ },
  { layer: "monitoring", stack: /^monitoring$/ },
  { layer: "monitoring", name: /^alert-receiver$|^countries_[a-z0-9-]+_elasticsearch-/ },
  { layer: "in the cluster", type: /^(helm|kubernetes)_/ },
  { layer: "in the cluster", name: /^platform_/ },
  { layer: "cluster", type: /^google_(container|gke)_/ },
];

const OTHER = "other";

export function layerOf({ stack, type, name }: Pick<Change, "stack" | "type" | "name">): string {
  const fits = (pattern: RegExp | undefined, text: string) => pattern === undefined || pattern.test(text);
  const row = LAYERS.find((layer) => fits(layer.stack, stack) && fits(layer.type, type) && fits(layer.name, name));
  return row?.layer ?? OTHER;
}

/** Tells places apart, once every change is known: firewall rules and records name countries without a label. */
export class Places {
  private readonly countries: readonly string[];

  constructor(changes: readonly Change[]) {
    const named = new Set(changes.flatMap((change) => ownCountry(change) ?? []));
    // The longer first, so that no country's key hides another that begins with it.
    this.countries = [...named].sort((a, b) => b.length - a.length || (a < b ? -1 : 1));
  }

  of(change: Change): Place {
    return { country: ownCountry(change) ?? this.namedCountry(change), layer: layerOf(change) };
  }

  private namedCountry({ name, before, after }: Change): string | undefined {
    const given = String(after.name ?? before.name ?? "");
    const part = name.replace(/^(firewall_|public-zone_edge-)/, "");
    return this.countries.find(
      (country) => given.startsWith(`${country}-`) || part.startsWith(`${country}-`) || part.startsWith(`${country}_`),
    );
  }
}

/** By its label, its construct's path or its stack. */
function ownCountry({ stack, name, before, after }: Change): string | undefined {
  const label = [after, before].map(labelledCountry).find((country) => country !== undefined);
  return label ?? /(?:^|_)countries_([a-z0-9-]+)_/.exec(name)?.[1] ?? /^region-(.+)$/.exec(stack)?.[1];
}

function labelledCountry({ labels, resource_labels: clusterLabels }: Change["after"]): string | undefined {
  const country = [labels, clusterLabels].filter(isRecord).find(({ country }) => typeof country === "string")?.country;
  return typeof country === "string" ? country : undefined;
}

/** A stack that is named after one country while its resources are labelled with another: a file was mixed up. */
export function mixedUpStacks(changes: readonly Change[]): string[] {
  const found = new Map<string, string>();
  for (const change of changes) {
    const expected = /^region-(.+)$/.exec(change.stack)?.[1];
    const label = labelledCountry(change.after) ?? labelledCountry(change.before);
    if (expected && label && label !== expected) found.set(change.stack, label);
  }
  return [...found].map(
    ([stack, label]) => `the plan given as "${stack}" is of ${label}: name its stack, as in region-${label}=FILE`,
  );
}

/** The node's label, such as `database-1`, of a machine or disk of the Galera cluster. */
export function galeraNode(change: Change): string | undefined {
  const label = /^database_(database-\d+)_/.exec(change.name)?.[1];
  if (change.type === "google_compute_disk") return layerOf(change) === "database" ? (label ?? change.name) : undefined;
  if (change.type !== "google_compute_instance") return undefined;
  const tagged = [change.before.tags, change.after.tags].some(
    (list) => Array.isArray(list) && list.includes(tags.database),
  );
  return tagged || layerOf(change) === "database" ? (label ?? change.name) : undefined;
}
