import { getOrThrow } from "../../config/get-or-throw";
import { production } from "../../config/production";
import type { Country, Topology } from "../../config/topology";

/** Production with the seed's countries alone, of which tests speak by name: others may be added to it. */
export const threeCountries: Topology = {
  ...production,
  countries: Object.fromEntries(
    ["indonesia", "singapore", "india"].map((name) => [name, getOrThrow(production.countries, name)]),
  ),
};

/**
 * A topology with other values at some paths, the rest as in `topology`: `changed({ "countries.india.slot": 0 })`.
 * A path that is not there is added; nothing is shared with what countries share in production.
 */
export function changed(values: Readonly<Record<string, unknown>>, topology: Topology = threeCountries): Topology {
  return Object.entries(values).reduce<Topology>(
    (copy, [path, value]) => replaced(copy, path.split("."), value) as Topology,
    topology,
  );
}

/** A topology with one more country: `like` another one, but for `overrides`. */
export function withCountry(
  name: string,
  overrides: Partial<Country>,
  topology: Topology = threeCountries,
  like = "singapore",
): Topology {
  const countries = { ...topology.countries, [name]: { ...topology.countries[like], ...overrides } };
  return changed({ countries }, topology);
}

/** These and a fourth: its own entry says where it is, all else follows. */
export const fourCountries: Topology = withCountry("japan", {
  region: "asia-northeast1",
  zones: ["asia-northeast1-a", "asia-northeast1-b", "asia-northeast1-c"],
  slot: 3,
  failover: ["singapore", "indonesia"],
  // The total must stay odd.
  database: { ...(threeCountries.countries.singapore as Country).database, nodes: 2 },
});

function replaced(holder: unknown, [key, ...rest]: readonly string[], value: unknown): unknown {
  if (key === undefined) return value;
  const fields = holder as Readonly<Record<string, unknown>>;
  return { ...fields, [key]: replaced(fields[key], rest, value) };
}
