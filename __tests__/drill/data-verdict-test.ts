import type { Outcome, WriteRecord } from "../../drill/data/client";
import { clientFigures, longestGapMs, nodeFigures, returnOf } from "../../drill/data/figures";
import { findingsOf, type Holding } from "../../drill/data/findings";
import { latencyOf } from "../../drill/data/latency";
import { renderLatencyPlot } from "../../drill/data/latency-plot";
import { breachesOf, breachesOfLatency, type JudgedRound, PROMISES } from "../../drill/data/promises";
import { farthestMs, orderMs, realRoundTrips } from "../../drill/data/round-trips";
import { type Sample, twoPrimaries } from "../../drill/data/sampler";
import { randomFault, seededRandom } from "../../drill/data/schedule";

const MOMENTS = { startMs: 0, strikeMs: 1000, struckMs: 1200, healMs: 5000, wholeMs: 6500, endMs: 9000 };
const COUNTRIES = ["indonesia", "singapore", "india"];

function write(endMs: number, outcome: Outcome = "acknowledged"): WriteRecord {
  return { id: `w${endMs}`, country: "india", startMs: endMs - 80, endMs, outcome };
}

function sample(atMs: number, views: Record<string, readonly string[] | undefined>, state = "Synced"): Sample {
  return {
    atMs,
    views: Object.fromEntries(
      Object.entries(views).map(([node, members]) => [
        node,
        members && { status: members.length > 0 ? "Primary" : "non-Primary", state, members, uuid: "u" },
      ]),
    ),
  };
}

describe("longestGapMs", () => {
  it("counts from the last write before the strike", () => {
    const moments = { ...MOMENTS, endMs: 4200 };
    expect(longestGapMs([write(500), write(900), write(4000), write(4100)], moments)).toBe(3100);
  });

  it("leaves out what was before the strike", () => {
    const moments = { ...MOMENTS, endMs: 1150 };
    expect(longestGapMs([write(100), write(950), write(1010), write(1100)], moments)).toBe(90);
  });

  it("reaches to the end when nothing follows", () => {
    expect(longestGapMs([write(900)], MOMENTS)).toBe(8100);
    expect(longestGapMs([], MOMENTS)).toBe(8000);
  });

  it("reaches to the end when one write came after the strike and none after it", () => {
    expect(longestGapMs([write(900), write(1100)], MOMENTS)).toBe(7900);
  });
});

it("tells what a client knows of its writes", () => {
  const records = [write(900), write(1300), write(2000), write(6000), write(1500, "unknown"), write(1600, "refused")];
  expect(clientFigures("india", records, new Set(["w1500"]), MOMENTS)).toMatchObject({
    acknowledged: 4,
    refused: 1,
    unknown: 1,
    unknownFound: 1,
    acknowledgedMeanwhile: 1, // w1300 was under way at the strike, w6000 came after the cure
    slowestMs: 80,
    wroteInTheEnd: false, // w6000 came before all nodes were back
  });
  expect(clientFigures("india", [write(6600)], new Set(), MOMENTS).wroteInTheEnd).toBe(true);
});

describe("nodeFigures", () => {
  it("counts until the node is synced for good", () => {
    const samples = [
      sample(5200, { india: undefined }),
      sample(5400, { india: COUNTRIES }),
      sample(5600, { india: COUNTRIES }, "Joiner"),
      sample(5800, { india: COUNTRIES }),
      sample(6000, { india: COUNTRIES }),
    ];
    const journal = "join: x serves\nWSREP: Receiving IST... 0.0%\nrejoin: crashed at 7\n";
    expect(nodeFigures("india", samples, journal, MOMENTS)).toEqual({
      ...{ node: "india", backMs: 800, how: "IST", decision: "rejoin" },
    });
  });

  it("knows a node that never came back", () => {
    expect(nodeFigures("india", [sample(5200, { india: [] })], "", MOMENTS).backMs).toBeUndefined();
  });

  it("takes the write sets after a full copy for a part of it", () => {
    expect(returnOf("Proceeding with SST\nReceiving IST... 100.0%")).toBe("SST");
    expect(returnOf("")).toBe("nothing missed");
  });
});

describe("findingsOf", () => {
  const holding = (node: string, ids: readonly string[], changes: Partial<Holding> = {}): Holding => {
    const rows = new Map<string, number>();
    for (const id of ids) rows.set(id, (rows.get(id) ?? 0) + 1);
    return { node, rows, checksum: "1", uuid: "u", clusterSize: 2, ...changes };
  };
  const ledger = [write(1), write(2), write(3, "unknown")];

  it("finds nothing when all is there once, and does not expect what was not acknowledged", () => {
    expect(findingsOf(ledger, [holding("a", ["w1", "w2"]), holding("b", ["w1", "w2"])])).toEqual({
      ...{ acknowledged: 2, missing: [], repeated: [], isEqual: true, difference: "" },
    });
  });

  it("finds an acknowledged write that one node lacks", () => {
    expect(findingsOf(ledger, [holding("a", ["w1", "w2"]), holding("b", ["w1"])]).missing).toEqual(["w2"]);
  });

  it("finds an unacknowledged write that is there twice", () => {
    expect(findingsOf(ledger, [holding("a", ["w1", "w2", "w3", "w3"])]).repeated).toEqual(["w3"]);
  });

  it.each([{ checksum: "2" }, { uuid: "v" }, { clusterSize: 1 }])("finds nodes that differ: %j", (changes) => {
    const { isEqual, difference } = findingsOf([], [holding("a", []), holding("b", [], changes)]);
    expect(isEqual).toBe(false);
    expect(difference).toContain("b: ");
  });
});

describe("twoPrimaries", () => {
  it("finds groups without a common member", () => {
    const views = { indonesia: ["indonesia"], singapore: ["singapore", "india"], india: ["singapore", "india"] };
    expect(twoPrimaries(sample(0, views))).toEqual([["indonesia"], ["singapore", "india"]]);
  });

  it.each([
    ["who still has the view before a split", { indonesia: COUNTRIES, india: ["singapore", "india"] }],
    ["who knows that it has no quorum", { indonesia: [], india: ["singapore", "india"] }],
    ["who does not answer", { indonesia: undefined, india: ["singapore", "india"] }],
  ])("passes over %s", (_, views) => {
    expect(twoPrimaries(sample(0, views))).toBeUndefined();
  });
});

describe("breachesOf", () => {
  const fault = { name: "killed", goOn: "all", mustRefuse: "none", withoutCopy: true } as const;
  const client = clientFigures("india", [write(900), write(1300), write(6000)], new Set(), { ...MOMENTS, endMs: 6100 });
  const figures = { ...client, gapMs: 4000, acknowledgedMeanwhile: 0, wroteInTheEnd: true };
  const findings = { acknowledged: 3, missing: [], repeated: [], isEqual: true, difference: "" };
  const fine: JudgedRound = {
    ...{ fault, struck: ["indonesia"], clients: [figures], isWhole: true, findings, twoPrimaries: undefined, cuts: [] },
    nodes: [{ node: "indonesia-database-1", backMs: 4000, how: "IST", decision: "rejoin" }],
  };
  const promises = (changes: Partial<JudgedRound>, ignoreTimes = false) =>
    breachesOf({ ...fine, ...changes }, ignoreTimes).map(({ promise }) => promise);

  it("finds nothing in a good round", () => {
    expect(promises({})).toEqual([]);
  });

  const BROKEN: [string, Partial<JudgedRound>][] = [
    ["no-acknowledged-write-lost", { findings: { ...findings, missing: ["w1"] } }],
    ["written-once", { findings: { ...findings, repeated: ["w1"] } }],
    ["no-divergence", { findings: { ...findings, isEqual: false, difference: "a: 1, b: 2" } }],
    ["one-primary", { twoPrimaries: [["indonesia"], ["india"]] }],
    [
      "minority-refuses",
      { fault: { ...fault, mustRefuse: "all" }, clients: [{ ...figures, acknowledgedMeanwhile: 1 }] },
    ],
    ["writes-again", { clients: [{ ...figures, gapMs: 5001 }] }],
    ["back-by-itself", { nodes: [{ node: "x", backMs: undefined, how: "IST", decision: "" }] }],
    ["back-by-itself", { nodes: [{ node: "x", backMs: 4000, how: "SST", decision: "" }] }],
    ["back-by-itself", { isWhole: false }],
    ["writes-in-the-end", { clients: [{ ...figures, wroteInTheEnd: false }] }],
    ["untouched-are-not-cut", { cuts: [{ country: "india", opened: 90, count: 1 }] }],
  ];
  it.each(BROKEN)("%s", (promise, changes) => {
    expect(promises(changes)).toEqual([promise]);
  });

  it("has an example of every promise", () => {
    expect(new Set(BROKEN.map(([promise]) => promise))).toEqual(new Set(PROMISES.map(({ name }) => name)));
  });

  it("takes nothing for kept that could not be asked", () => {
    expect(promises({ findings: undefined })).toEqual(["no-acknowledged-write-lost", "no-divergence"]);
  });

  it("says where and by how much", () => {
    expect(breachesOf({ ...fine, findings: { ...findings, missing: ["w1", "w2"] } }, false)[0]?.detail).toBe(
      "killed of indonesia: 2 missing of 3 acknowledged, w1, w2 among them",
    );
  });

  it("leaves times out when told to, and judges nobody who was promised nothing", () => {
    const clients = [{ ...figures, country: "indonesia", gapMs: 30_000, acknowledgedMeanwhile: 1 }];
    expect(promises({ clients }, true)).toEqual([]);
    const split = { ...fault, goOn: "of others", mustRefuse: "of struck" } as const;
    expect(promises({ clients, fault: split })).toEqual(["minority-refuses"]);
    expect(promises({ clients, fault: split, struck: ["india"] })).toEqual(["writes-again"]);
    expect(promises({ clients, fault: { ...fault, againSeconds: 40 } })).toEqual([]);
    expect(promises({ fault: { ...fault, withoutCopy: false }, nodes: [{ ...node, how: "SST" }] })).toEqual([]);
  });
  const [node = { node: "", backMs: 0, how: "IST", decision: "" } as const] = fine.nodes;
});

describe("latency", () => {
  const latency = {
    distance: "as it is",
    countries: "one",
    ...{ clients: 1, rows: 1 },
    ...{ roundTripMs: 72, limitMs: 73 },
  } as const;

  it("without a commit is a broken promise, not a number", () => {
    const nothing = { ...latency, ...latencyOf([write(900, "refused")]) };
    expect(nothing).toMatchObject({ perSecond: 0, p50Ms: undefined, p99Ms: undefined });
    expect(breachesOfLatency([nothing])).toEqual([
      {
        promise: "commits-at-every-distance",
        detail: "as it is, 1 clients of one country: no commit at all",
      },
    ]);
    expect(renderLatencyPlot([nothing])).not.toContain("NaN");
  });

  it("is told from the commits that there were", () => {
    const measured = { ...latency, ...latencyOf([write(900), write(1000)]) };
    expect(measured.p50Ms).toBe(80);
    expect(breachesOfLatency([measured])).toEqual([]);
  });
});

describe("random schedules", () => {
  const titles = (seed: number) => {
    const random = seededRandom(seed);
    return Array.from({ length: 200 }, () => randomFault(random, "x", COUNTRIES).title);
  };

  it("are the same for the same seed alone", () => {
    expect(titles(1)).toEqual(titles(1));
    expect(titles(1)).not.toEqual(titles(2));
  });

  it("never take a second disk, or one while all machines are down", () => {
    const disk = titles(3).filter((title) => title.includes("loses its disk"));
    expect(disk.length).toBeGreaterThan(10);
    expect(
      disk.filter((title) => title.split("loses its disk").length > 2 || /lose their machines/.test(title)),
    ).toEqual([]);
  });
});

describe("round trips", () => {
  it("are the real ones of known countries, in any order, and a guess of others", () => {
    expect(realRoundTrips(["india", "indonesia", "japan"])).toEqual([
      { between: ["india", "indonesia"], milliseconds: 72 },
      { between: ["india", "japan"], milliseconds: 60 },
      { between: ["indonesia", "japan"], milliseconds: 60 },
    ]);
  });

  it("bound a commit by half of the longest circle", () => {
    const equal = COUNTRIES.flatMap((one, index) =>
      COUNTRIES.slice(index + 1).map((other) => ({ between: [one, other] as const, milliseconds: 60 })),
    );
    expect([farthestMs(equal, "india"), orderMs(equal, "india")]).toEqual([60, 90]);
    const real = realRoundTrips(COUNTRIES);
    expect([farthestMs(real, "singapore"), orderMs(real, "singapore")]).toEqual([60, 73]);
    expect(orderMs(real.slice(0, 1), "indonesia")).toBe(14);
  });
});
