import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { closestNames } from "../../config/closest-names";
import { environments } from "../../config/environments";
import type { Schema, Whole } from "../../config/schema";
import { topology as schema } from "../../config/topology-schema";
import { validateTopology } from "../../config/validate-topology";
import { changed, threeCountries } from "../support/topologies";

type Path = readonly string[];
const everything = Object.entries(environments);
const mail = {
  kind: "email",
  secret: "mail-password",
  to: "people@example.com",
  from: "alerts@example.com",
  server: "smtp.example.com:587",
  username: "alerts",
};
const alerts = { critical: mail, warning: { kind: "slack", secret: "alert-warning" }, outside: "people@example.com" };
const withMail = changed({ alerts, administrators: ["203.0.113.0/24"] });

describe("typing mistakes", () => {
  test("are refused in one list with everything else that is wrong, by path", () => {
    const { india, ...others } = threeCountries.countries;
    const { edge: _edge, failover: _failover, ...halfOfIndia } = india as NonNullable<typeof india>;
    const broken = changed({
      alert: threeCountries.alerts,
      "delivery.terraformCloud": {
        organisation: "jamtangan-id",
        project: "Shop",
      },
      "project.number": "204617350918",
      countries: {
        ...others,
        india: {
          ...halfOfIndia,
          app: { ...halfOfIndia.app, replicas: 3 },
          database: { ...halfOfIndia.database, diskGb: "200", node: 1 },
          vpn: null,
          zones: "asia-south1-a",
        },
      },
      "countries.singapore.failover": [["india"], "atlantis"],
      "countries.singapore.slot": 0,
      "countries.indonesia.archive.archiveAfterDays": 10,
    });
    expect(validateTopology(broken)).toMatchInlineSnapshot(`
      [
        "project.number: "204617350918" is refused: it is text, not a number: use the number that \`gcloud projects describe\` prints",
        "delivery.terraformCloud.organization: is missing: use the organization's name: 3 to 40 letters, digits, hyphens and underscores",
        "delivery.terraformCloud.organisation: "jamtangan-id" is refused: no such field: did you mean organization?",
        "countries.singapore.failover.0: ["india"] is refused: it is a list, not text: name a country of this topology",
        "countries.india.zones: "asia-south1-a" is refused: it is text, not a list: name three different zones",
        "countries.india.failover: is missing: name at least one other country",
        "countries.india.edge: is missing: write an object with machineType, instances, requestsPer10Seconds, slowPaths",
        "countries.india.app.replicas: 3 is refused: no such field: did you mean minReplicas or maxReplicas?",
        "countries.india.database.diskGb: "200" is refused: it is text, not a number: use 20 to 65,536 GB",
        "countries.india.database.node: 1 is refused: no such field: did you mean nodes?",
        "countries.india.vpn: null is refused: it is null, not an object: write an object with machineType, diskGb, backupRetentionDays",
        "alert: {"critical":{"kind":"webhook","secret":"alert-critical"},"warning":{"kind":"slack","secret":"alert-warning"},"outside":"… is refused: no such field: did you mean alerts?",
        "countries.singapore.slot: 0 is refused: indonesia already uses it: give each country its own",
        "countries.indonesia.archive.archiveAfterDays: 10 is refused: use more than nearlineAfterDays (30)",
      ]
    `);
  });

  test.each<[string, string[]]>([
    ["alert", ["alerts"]],
    ["organisation", ["organization"]],
    ["Domain", ["domain"]],
    ["replicas", ["minReplicas", "maxReplicas"]],
    ["xyz", []],
    ["x".repeat(100_000), []],
    ["", []],
  ])("%.20p is answered with the closest names", (name, names) => {
    const known = ["alerts", "domain", "organization", "minReplicas", "maxReplicas", "dns"];
    expect(closestNames(name, known)).toEqual(names);
  });

  test("a long value is cut", () => {
    const [problem] = validateTopology(changed({ notes: "x".repeat(10_000) }));
    expect(problem?.length).toBeLessThan(400);
  });
});

describe("whatever it is given", () => {
  const json = fc.jsonValue();
  test("validation tells problems and never throws", () => {
    fc.assert(fc.property(json, (value) => validateTopology(value).length > 0));
  });

  test.each([undefined, null, 0, "production", [], {}, Symbol("x"), () => 1, 1n])("%p is refused", (value) => {
    expect(validateTopology(value)).not.toEqual([]);
  });

  const cyclic: Record<string, unknown> = { ...threeCountries };
  cyclic.self = cyclic;
  test("a topology that holds itself is refused by the unknown field alone", () => {
    expect(validateTopology(cyclic)).toEqual([expect.stringMatching(/^self: object is refused: no such field/)]);
  });

  test("a field of every place deleted, of another type or added is refused by its path", () => {
    for (const [, topology] of [...everything, ["mail", withMail] as const]) {
      const places = placesIn(topology, []);
      expect(places.length).toBeGreaterThan(100);
      for (const path of places) {
        for (const broken of brokenAt(topology, path)) {
          const problems = validateTopology(broken.topology);
          // What is left out may be an entry of a list or of countries: rules then name what misses it.
          if (broken.mayBeGood && problems.length === 0) continue;
          const words = problems.length === 0 ? "no problem" : problems.join("\n");
          if (!words.includes(broken.expected)) expect(words).toContain(broken.expected);
        }
      }
    }
  });

  test("any JSON in any place tells problems or nothing, and never throws", () => {
    const places = placesIn(withMail, []);
    fc.assert(
      fc.property(fc.constantFrom(...places), json, fc.constantFrom(...places), json, (one, first, two, second) => {
        const broken = put(put(withMail, one, first), two, second);
        for (const problem of validateTopology(broken)) expect(problem).toMatch(/: /);
      }),
      { numRuns: 500 },
    );
  });

  test.each(["__proto__", "constructor", "toString", "prototype"])("%s is no name of anything", (name) => {
    const own = JSON.parse(`{ ${JSON.stringify(name)}: {} }`);
    for (const path of [[], ["countries"], ["countries", "india"], ["countries", "india", "cluster", "pools"]]) {
      const broken = put(threeCountries, path, {
        ...(at(threeCountries, path) as object),
      });
      Object.defineProperty(at(broken, path), name, {
        value: own,
        enumerable: true,
      });
      expect(validateTopology(broken).join("\n")).toContain([...path, name].join("."));
    }
  });
});

describe("each limit", () => {
  const limits = everything.flatMap(([environment, topology]) =>
    wholesIn(schema, topology, []).map(({ path, whole }) => ({
      environment,
      topology,
      path,
      whole,
    })),
  );

  test("is found in the schema", () => {
    expect(limits.length).toBeGreaterThan(2 * 3 * 20);
  });

  test.each(limits.map((limit) => [limit.environment, limit.path.join("."), limit] as const))(
    "of %s, %s, holds to the number",
    (_environment, name, { topology, path, whole }) => {
      const flaws = (value: unknown) => schema.check([], put(topology, path, value)).map(({ problem }) => problem);
      const beyond = whole.most === Number.MAX_SAFE_INTEGER ? [] : [whole.most + 1];
      for (const value of [whole.least, whole.most]) expect(flaws(value)).toEqual([]);
      for (const value of [whole.least - 1, ...beyond, whole.least + 0.5]) {
        expect(flaws(value)).toEqual([expect.stringContaining(`${name}: ${value} is refused: `)]);
        expect(flaws(value)[0]).toContain(whole.remedy);
        expect(validateTopology(put(topology, path, value))).toContain(flaws(value)[0]);
      }
    },
  );

  test("stands in the field's comment as it is in the schema", () => {
    const source = readFileSync(join(__dirname, "../../config/topology-schema.ts"), "utf8");
    const written = limits.map(({ path, whole }) => ({
      field: path.at(-1) ?? "",
      whole,
    }));
    for (const { field, whole } of written.filter(({ whole }) => whole.most !== Number.MAX_SAFE_INTEGER)) {
      const range = `${whole.least.toLocaleString("en-US")} to ${whole.most.toLocaleString("en-US")}`;
      const comments = [...source.matchAll(new RegExp(`/\\*\\*((?:(?!\\*/)[^])*)\\*/\\s+${field}:`, "g"))];
      expect(comments.map(([, comment]) => comment).join("\n")).toContain(range);
    }
  });
});

/** Every place of a JSON-like value: its fields, entries and items. */
function placesIn(value: unknown, path: Path): Path[] {
  if (typeof value !== "object" || value === null) return [path];
  const inner = Object.entries(value).flatMap(([name, own]) => placesIn(own, [...path, name]));
  return path.length === 0 ? inner : [path, ...inner];
}

interface Broken {
  readonly topology: unknown;
  readonly expected: string;
  readonly mayBeGood: boolean;
}

function brokenAt(topology: unknown, path: Path): Broken[] {
  const value = at(topology, path);
  const expected = path.join(".");
  const parent = path.slice(0, -1);
  // Entries of countries, of pools and of lists may be left out; so may what has a default.
  const isEntry = Array.isArray(at(topology, parent)) || ["countries", "pools"].includes(parent.at(-1) ?? "");
  const isOptional = ["alerts", "administrators", "dns.acmeContact"].includes(expected);
  const others = [null, true, typeof value === "number" ? String(value) : 7, typeof value === "object" ? "text" : {}];
  return [
    {
      topology: without(topology, path),
      expected: isEntry ? "" : expected,
      mayBeGood: isEntry || isOptional,
    },
    ...others.map((other) => ({
      topology: put(topology, path, other),
      expected,
      mayBeGood: false,
    })),
    ...(typeof value === "object" && !Array.isArray(value) && !["countries", "pools"].includes(path.at(-1) ?? "")
      ? [
          {
            topology: put(topology, [...path, "added"], 1),
            expected: `${expected}.added`,
            mayBeGood: false,
          },
        ]
      : []),
  ];
}

interface Limit {
  readonly path: Path;
  readonly whole: Whole;
}

/** The whole numbers that a schema finds in a value. */
function wholesIn(own: Schema<unknown>, value: unknown, path: Path): Limit[] {
  const part = own as Partial<Whole> & {
    entries?: Readonly<Record<string, Schema<unknown>>>;
    item?: Schema<unknown>;
    chosen?: (value: unknown) => Schema<unknown>;
  };
  if (part.least !== undefined) return [{ path, whole: own as Whole }];
  if (part.chosen) return wholesIn(part.chosen(value), value, path);
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) => {
    const schemaOf = part.entries?.[name] ?? part.item;
    return schemaOf ? wholesIn(schemaOf, inner, [...path, name]) : [];
  });
}

function at(value: unknown, path: Path): unknown {
  return path.reduce<unknown>((holder, name) => (holder as Record<string, unknown>)[name], value);
}

/** A copy with another value in a place. */
function put(value: unknown, [name, ...rest]: Path, other: unknown): unknown {
  if (name === undefined) return other;
  const holder = (typeof value === "object" && value !== null ? value : {}) as Record<string, unknown>;
  const inner = put(holder[name], rest, other);
  if (!Array.isArray(holder)) return { ...holder, [name]: inner };
  return holder.map((item, index) => (String(index) === name ? inner : item));
}

function without(value: unknown, path: Path): unknown {
  const holder = at(value, path.slice(0, -1));
  const name = path.at(-1) ?? "";
  const left = Array.isArray(holder)
    ? holder.filter((_, index) => String(index) !== name)
    : Object.fromEntries(Object.entries(holder as object).filter(([key]) => key !== name));
  return put(value, path.slice(0, -1), left);
}
