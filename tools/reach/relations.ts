import type { SynthesizedEstate } from "../synthesized/estate";

/** Somebody or something of the estate, without the country's key in its name. */
export interface Party {
  readonly what: string;
  readonly country?: string;
}

/** One row of a matrix, before countries are merged. */
export interface Relation {
  readonly from: Party;
  readonly to: Party;
  /** Further cells that distinguish rows, such as ports. */
  readonly cells: readonly string[];
}

/** Splits the country off a name: `indonesia-edge` and `logs-indonesia` contain one. */
export function partyOf(name: string, { countries, project }: SynthesizedEstate): Party {
  const bare = name.startsWith(`${project}-`) ? name.slice(project.length + 1) : name;
  for (const country of countries) {
    if (bare.startsWith(`${country}-`)) return { what: bare.slice(country.length + 1), country };
    if (bare.endsWith(`-${country}`)) return { what: bare.slice(0, -country.length - 1), country };
  }
  return { what: bare };
}

/**
 * Rows of a table: what is the same in every country becomes one row, so a similar country adds none. The last cell
 * says where it applies.
 */
export function summarize(relations: readonly Relation[], countries: readonly string[]): string[][] {
  const rows = new Map<string, { cells: readonly string[]; scope: Scope; found: Set<string> }>();
  for (const { from, to, cells } of relations) {
    const scope = scopeOf(from, to);
    const row = [from.what, to.what, ...cells];
    const key = JSON.stringify([row, scope.kind]);
    const { found } = rows.get(key) ?? rows.set(key, { cells: row, scope, found: new Set() }).get(key) ?? {};
    found?.add(scope.where);
  }
  return [...rows.values()]
    .map(({ cells, scope, found }) => [...cells, WORDS[scope.kind]([...found].sort(), countries.length)])
    .sort((a, b) => (a.join() < b.join() ? -1 : 1));
}

type Kind = "nowhere" | "one" | "within" | "between";

interface Scope {
  readonly kind: Kind;
  readonly where: string;
}

function scopeOf({ country: from }: Party, { country: to }: Party): Scope {
  if (from && to) {
    return from === to ? { kind: "within", where: from } : { kind: "between", where: `${from} to ${to}` };
  }
  const country = from ?? to;
  return country ? { kind: "one", where: country } : { kind: "nowhere", where: "" };
}

const WORDS: Readonly<Record<Kind, (found: readonly string[], countries: number) => string>> = {
  nowhere: () => "-",
  one: (found, countries) => (found.length === countries ? "every country" : found.join(", ")),
  within: (found, countries) => (found.length === countries ? "within every country" : `within ${found.join(", ")}`),
  between: (found, countries) =>
    found.length === countries * (countries - 1) ? "from every country to every other" : found.join(", "),
};
