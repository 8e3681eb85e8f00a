import { rmSync } from "node:fs";
import { figuresOf, type Moments } from "../../drill/queue/figures";
import type { Reading } from "../../drill/queue/meter";
import { breachesOf, type JudgedRound } from "../../drill/queue/promises";
import type { MessageRecord, Outcome } from "../../drill/queue/publisher";
import { readBroker } from "../../drill/queue/synthesized-broker";
import { writeSynthesized } from "./synthesized-input";

const MOMENTS: Moments = { startMs: 0, strikeMs: 10_000, healMs: 20_000, wholeMs: 25_000, endMs: 60_000 };

function message(sentMs: number, outcome: Outcome = "confirmed", node = "zone-a"): MessageRecord {
  return { id: `m${sentMs}`, node, sentMs, endMs: sentMs + 5, outcome };
}

const sent = Array.from({ length: 60 }, (_, second) => message(second * 1000));
const there = (records: readonly MessageRecord[]) => new Map(records.map(({ id }) => [id, 1]));
/** Right readings, each some seconds late. */
const readings = (lateMs = 4000): Reading[] =>
  Array.from({ length: 75 }, (_, second) => {
    const length = sent.filter(({ endMs }) => endMs <= second * 1000 - lateMs).length;
    return { askedMs: second * 1000, atMs: second * 1000 + 20, length };
  });

function round(changes: {
  readonly records?: readonly MessageRecord[];
  readonly found?: ReadonlyMap<string, number>;
  readonly returned?: ReadonlyMap<string, number>;
  readonly readings?: readonly Reading[];
  readonly fault?: Partial<JudgedRound["fault"]>;
  readonly isWhole?: boolean;
}): JudgedRound {
  const { records = sent, found = there(records), returned = there([]), isWhole = true } = changes;
  const fault = { name: "killed", keepsMajority: true, isCutOff: false, ...changes.fault };
  const figures = figuresOf(records, { found, returned }, changes.readings ?? readings(), MOMENTS, ["zone-a"]);
  return { fault, figures, isWhole, fallbackSeconds: 60 };
}

const broken = (judged: JudgedRound) => breachesOf(judged, false).map(({ promise }) => promise);

test("a round in which nothing is lost keeps every promise", () => {
  expect(broken(round({}))).toEqual([]);
});

test("a message that was set aside is not lost", () => {
  const judged = round({
    found: there(sent.slice(1)),
    returned: there(sent.slice(0, 1)),
    readings: readings().map((reading) => ({ ...reading, length: Math.max(0, (reading.length ?? 0) - 1) })),
    fault: { returns: true },
  });
  expect(broken(judged)).toEqual([]);
});

test.each<[string, Parameters<typeof round>[0], string[]]>([
  [
    "a confirmed message that is gone",
    { found: there(sent.slice(1)) },
    ["no-confirmed-message-lost", "length-is-right"],
  ],
  ["a cut-off node that confirms", { fault: { isCutOff: true } }, ["minority-confirms-nothing"]],
  [
    "no confirmation for 16 s",
    { records: sent.filter(({ sentMs }) => sentMs <= 10_000 || sentMs >= 26_000), readings: [] },
    ["confirms-again", "length-is-right"],
  ],
  ["a last gap that never ends", { records: sent.slice(0, 11) }, ["confirms-again", "length-is-right"]],
  ["a wrong last length", { readings: readings().slice(0, 60) }, ["length-is-right"]],
  ["a fault of returned messages that set none aside", { fault: { returns: true } }, ["returned-set-aside"]],
  ["a queue that is not whole again", { isWhole: false }, ["back-by-itself"]],
])("%s is told", (_title, changes, promises) => {
  expect(broken(round(changes))).toEqual(promises);
});

test("a length that stands still while messages come is no right one", () => {
  const still = readings().map((reading) => (reading.askedMs > 10_000 ? { ...reading, length: 6 } : reading));
  expect(round({ readings: still }).figures.blindMs).toBeGreaterThan(30_000);
  expect(round({}).figures.blindMs).toBeLessThan(3_000);
});

test("what may be there or not breaks nothing, and is counted", () => {
  const records = sent.map((record, index) =>
    index === 12 || index === 13 ? { ...record, outcome: "unknown" as const } : record,
  );
  const found = there(records);
  found.delete("m12000");
  const { figures } = round({ records, found });
  expect(figures).toMatchObject({ confirmed: 58, unknown: 2, unknownFound: 1, missing: [] });
});

test("without a majority nobody is promised a confirmation in time", () => {
  expect(broken(round({ records: sent.slice(0, 11), readings: [], fault: { keepsMajority: false } }))).toEqual([
    "length-is-right",
  ]);
});

test("the broker is the synthesized one: configuration, definitions with the drill's passwords, KEDA's patience", () => {
  const out = writeSynthesized("");
  try {
    const { nodes, config, definitions, queue, fallbackSeconds } = readBroker(out, "india");
    expect({ nodes, queue, fallbackSeconds }).toEqual({ nodes: 3, queue: "jobs", fallbackSeconds: 60 });
    expect(config).toContain("default_queue_type = quorum");
    expect(Object.keys(definitions)).toEqual(["10-users.json", "20-shop.json"]);
    expect(JSON.parse(definitions["10-users.json"] ?? "").users[0]).toMatchObject({
      name: "app",
      password: "app-password",
    });
    expect(JSON.parse(definitions["20-shop.json"] ?? "").queues[0]).toMatchObject({ name: "jobs" });
    expect(() => readBroker(out, "atlantis")).toThrow("has no stack region-atlantis");
  } finally {
    rmSync(out, { recursive: true, force: true });
  }
});
