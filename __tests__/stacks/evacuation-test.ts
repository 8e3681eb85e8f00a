import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { validateTopology } from "../../config/validate-topology";
import { compareSynth } from "../../tools/synthesized/compare-synth";
import { edgeMetadata, synthesize, synthesizeInto } from "../support/synth";
import { changed, threeCountries } from "../support/topologies";

const evacuated = changed({ "countries.india.state": "evacuated" });
const folder = mkdtempSync(join(tmpdir(), "evacuation-"));
afterAll(() => rmSync(folder, { recursive: true }));

test("changes what DNS answers, the country's own edge, and nothing else", () => {
  synthesizeInto(join(folder, "before"), threeCountries);
  synthesizeInto(join(folder, "after"), evacuated);
  const found = compareSynth(join(folder, "before"), join(folder, "after"));
  expect(found.map(({ stack }) => stack)).toEqual(["network", "region-india"]);
  const places = found.flatMap((difference) => difference.places);
  expect(places.filter((place) => !/routing_policy\.(geo|\d+\.geo)|haproxy-cfg/.test(place))).toEqual([]);
  expect(places.length).toBeGreaterThan(0);
});

test.each(["reads", "database"])("the edge asks its own country last in backend %s", (backend) => {
  const config = edgeMetadata(synthesize(evacuated), "india", "haproxy-cfg");
  const [, text = ""] = config.split(new RegExp(`^backend ${backend}$`, "m"));
  const servers = [...(text.split(/^\S/m)[0] ?? "").matchAll(/^ +server ([a-z]+)\S* [\d.]+:/gm)];
  expect(servers.map(([, country]) => country)).toEqual(["indonesia", "singapore", "india"]);
});

test("somebody must serve the country's users", () => {
  const all = ["indonesia", "singapore", "india"].map((country) => [`countries.${country}.state`, "evacuated"]);
  expect(validateTopology(changed(Object.fromEntries(all)))).toHaveLength(3);
  expect(validateTopology(changed(Object.fromEntries(all.slice(1))))).toEqual([]);
  expect(
    validateTopology(changed({ "countries.india.failover": ["singapore"], ...Object.fromEntries(all.slice(1)) })),
  ).toEqual([
    'countries.india.state: "evacuated" is refused: keep one of its failover countries in service, or nobody serves its users',
  ]);
  expect(validateTopology(changed({ "countries.india.state": "closed" }))).toEqual([
    'countries.india.state: "closed" is refused: use evacuated, or leave it out',
  ]);
});
