import { load } from "js-yaml";
import { type Party, partyOf } from "../reach/relations";
import { type Attributes, listOf, type SynthesizedEstate, type SynthesizedResource } from "../synthesized/estate";

/** A Helm release with its values, and what can be asked of them. */
export class Release {
  readonly name: string;
  readonly chart: string;
  /** A local chart holds objects of ours: they are drawn instead of it. */
  readonly isLocal: boolean;
  private readonly documents: readonly unknown[];

  constructor({ name, chart, repository, values }: Attributes) {
    this.name = String(name);
    this.chart = String(chart);
    this.isLocal = !repository;
    this.documents = listOf<string>(values).map((text) => load(text.replace(/([$%])\1\{/g, "$1{")));
  }

  /** What stands at a path of keys; of several documents the last one counts, as with Helm. */
  at(...path: readonly string[]): unknown {
    return this.documents
      .map((document) => path.reduce<unknown>((value, key) => recordOf(value)[key], document))
      .findLast((value) => value !== undefined);
  }

  /** Kubernetes objects of a kind, wherever they stand. */
  objects(kind: string): readonly Attributes[] {
    return this.documents.flatMap(recordsOf).filter((each) => each.kind === kind);
  }

  strings(): readonly string[] {
    return this.documents.flatMap(stringsOf);
  }
}

export function recordOf(value: unknown): Attributes {
  return typeof value === "object" && value !== null ? (value as Attributes) : {};
}

function recordsOf(value: unknown): Attributes[] {
  if (typeof value !== "object" || value === null) return [];
  return [value as Attributes, ...Object.values(value).flatMap(recordsOf)];
}

function stringsOf(value: unknown): string[] {
  if (typeof value === "string") return [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(stringsOf) : [];
}

/** Releases and clusters of a country's region stack. */
export function inRegion(country: string): (resource: SynthesizedResource) => boolean {
  return ({ stack }) => stack === `region-${country}`;
}

/** Those that stand elsewhere: in a stack of the country's own, or below its key in one for all countries. */
export function outsideRegion(country: string): (resource: SynthesizedResource) => boolean {
  return ({ stack, attributes }) => {
    const { path } = recordOf(recordOf(attributes["//"]).metadata);
    const isOwn = stack.endsWith(`-${country}`) || String(path).split("/").includes(country);
    return !stack.startsWith("region-") && isOwn;
  };
}

export function releasesOf(
  estate: SynthesizedEstate,
  isWanted: (resource: SynthesizedResource) => boolean,
): readonly Release[] {
  return estate
    .ofType("helm_release")
    .filter(isWanted)
    .map(({ attributes }) => new Release(attributes))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** The reserved internal address that a host, by name or by number, stands for. */
export function addressOf(host: string, estate: SynthesizedEstate): Party | undefined {
  const record = estate.ofType("google_dns_record_set").find(({ attributes }) => attributes.name === `${host}.`);
  const number = record ? listOf<string>(record.attributes.rrdatas)[0] : host;
  const found = estate.ofType("google_compute_address").find(({ attributes }) => attributes.address === number);
  return found && partyOf(String(found.attributes.name), estate);
}

/** A number of things, or the range that it moves in. */
export function count(minimum: unknown, maximum: unknown, unit: string): string {
  const range = maximum === undefined || maximum === minimum ? `${minimum}` : `${minimum} to ${maximum}`;
  return `${range} ${unit}${range === "1" ? "" : "s"}`;
}
