import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readStacks } from "../../tools/synthesized/stacks";

/** Numbers that no port has, one for each; ten apart, so that none is another's neighbour. */
const FIRST_STAND_IN = 40_001;
const STEP = 10;

const COUNTRIES = ["indonesia", "singapore", "india"];

type Ports = Readonly<Record<string, unknown>>;

/** Every number in the module of ports, by its path, such as `EDGE_PORTS.health`. */
function numbersOf(value: unknown, path: string): [path: string, port: number][] {
  if (typeof value === "number") return [[path, value]];
  return Object.entries(value as Ports).flatMap(([key, inner]) => numbersOf(inner, path ? `${path}.${key}` : key));
}

/** The same tree with other numbers. */
function replaced(value: unknown, next: () => number): unknown {
  if (typeof value === "number") return next();
  if (Array.isArray(value)) return value.map((item) => replaced(item, next));
  return Object.fromEntries(Object.entries(value as Ports).map(([key, inner]) => [key, replaced(inner, next)]));
}

const actual: Ports = jest.requireActual("../../config/ports");

/** The JSON of every stack, and the text within it as machines read it. */
function synthesized(ports: unknown): string {
  const outdir = mkdtempSync(join(tmpdir(), "matchwatch-ports-"));
  jest.isolateModules(() => {
    jest.doMock("../../config/ports", () => ports);
    const { changed } = require("../support/topologies");
    const { writeEstate } = require("../support/write-estate");
    writeEstate(
      outdir,
      changed({
        // Each controller somewhere: their metrics have different ports.
        "countries.india.cluster.ingress": "nginx-ingress",
        // With production's the queue's limit is 3,000, which is also Grafana's port.
        ...Object.fromEntries(COUNTRIES.map((country) => [`countries.${country}.app.messagesPerReplica`, 51])),
      }),
    );
    jest.dontMock("../../config/ports");
  });
  const text = JSON.stringify(readStacks(outdir));
  rmSync(outdir, { recursive: true });
  return text;
}

/**
 * Where a number stands as a port: after a colon or the word, in a list of ports, or in a variable of that name.
 * From 1,000 on anywhere: nothing else of the estate has these numbers.
 */
function asPort(port: number): RegExp {
  return port < 1000
    ? new RegExp(
        `[a-z\\d\\]*]:${port}(?!\\d|\\.\\d)|[Pp][Oo][Rr][Tt][Ss]?["\\\\ :=\\[]+(?:"?\\d+"?,)*"?${port}(?!\\d)`,
        "g",
      )
    : new RegExp(`(?<![\\d.])${port}(?![\\d.])`, "g");
}

test("a port that is changed is changed everywhere", () => {
  let stand = FIRST_STAND_IN - STEP;
  const changed = synthesized(replaced({ ...actual }, () => (stand += STEP)));
  const before = synthesized(actual);
  const left = numbersOf(actual, "").flatMap(([path, port]) => {
    return [...changed.matchAll(asPort(port))].map(({ index }) => `${path} ${port}: ${around(changed, index)}`);
  });
  expect([...new Set(left)]).toEqual([]);
  const unused = numbersOf(actual, "").filter(([, port]) => !asPort(port).test(before));
  expect(unused).toEqual([]);
});

function around(text: string, index: number): string {
  return text.slice(Math.max(0, index - 60), index + 40);
}
