import { type Figures, failureKind, figuresOf, longestGapMs } from "../../drill/edge/figures";
import { LedgerReader, ledgerLine, parseLedger } from "../../drill/edge/ledger";
import type { RequestRecord } from "../../drill/edge/load";
import { combinations, NOBODY } from "../../drill/edge/order";
import { breachesOf, type JudgedRound, orderBreaches } from "../../drill/edge/promises";

const MOMENTS = { startMs: 0, strikeMs: 100, struckMs: 110, healMs: 500, healedMs: 600, endMs: 1000 };

function record(endMs: number, changes: Partial<RequestRecord> = {}): RequestRecord {
  const base = { edge: "india", method: "GET", id: `${endMs}`, client: "127.0.0.1", version: "HTTP/2" } as const;
  return { ...base, startMs: endMs - 5, endMs, status: 200, servedBy: "india", isUnavailablePage: false, ...changes };
}

function executed(id: string, client = "127.0.0.1", country = "india", status = 200) {
  return { method: "POST", id, client, status, country };
}

describe("longestGapMs", () => {
  it("is the longest time between successful ends, in whatever order they were seen", () => {
    expect(longestGapMs([record(340), record(100), record(110), record(350)], 0)).toBe(230);
  });

  it("counts from the strike on, the one that spans it included", () => {
    const records = [record(0), record(80), record(110), record(120)];
    expect(longestGapMs(records, 100)).toBe(30);
  });

  it("is not ended by a failure", () => {
    expect(longestGapMs([record(100), record(150, { status: 503 }), record(200)], 0)).toBe(100);
  });
});

describe("failureKind", () => {
  it.each([
    ["refused", { status: 503 }],
    ["error", { status: 503, servedBy: "india" }],
    ["error", { status: 500, servedBy: "india" }],
    ["broke", { status: 502 }],
    ["broke", { status: 0, error: "ECONNRESET", wasConnected: true }],
    ["dropped", { status: 0, error: "ECONNREFUSED", wasConnected: false }],
    ["timeout", { status: 504 }],
    ["timeout", { status: 0, error: "timeout", wasConnected: true }],
  ] as const)("%s: %j", (kind, changes) => {
    const { servedBy, ...failed } = record(100);
    expect(failureKind({ ...failed, ...changes })).toBe(kind);
  });
});

describe("figuresOf", () => {
  it("tells failed writes that ran from those that did not", () => {
    const { servedBy, ...failed } = record(200, { method: "POST", status: 502 });
    const records = [
      { ...failed, id: "ran" },
      { ...failed, id: "lost" },
      { ...failed, id: "page", status: 503 },
    ];
    expect(figuresOf(records, [executed("ran")], MOMENTS, "india").failedWrites).toEqual({
      broke: { count: 2, executed: 1 },
      refused: { count: 1, executed: 0 },
    });
  });

  it("finds writes that were executed twice, and lets reads be", () => {
    const records = [record(200, { method: "POST", id: "w" }), record(210, { id: "r" })];
    const executions = [executed("w"), executed("r"), executed("w"), executed("r")];
    expect(figuresOf(records, executions, MOMENTS, "india").repeatedWrites).toEqual(["w"]);
  });

  it("measures the way back from a request that was sent after the cure", () => {
    const records = [
      record(620, { startMs: 300 }),
      record(700, { servedBy: "indonesia" }),
      record(760, { startMs: 750 }),
    ];
    const { backMs, servedBy, servedWhileStruck } = figuresOf(records, [], MOMENTS, "india");
    expect(backMs).toBe(150);
    expect(servedBy).toEqual({ india: 2, indonesia: 1 });
    expect(servedWhileStruck).toEqual({});
  });

  it("counts what countries were asked, and who was asked again, from what reached them", () => {
    const records = [record(200, { id: "a" }), record(210, { id: "b" }), record(220, { id: "c" })];
    const declined = (id: string, country: string) => executed(id, "127.0.0.1", country, 503);
    const ledger = [executed("a"), declined("b", "india"), executed("b", "127.0.0.1", "singapore"), executed("other")];
    const figures = figuresOf([...records], [...ledger, declined("c", "india"), executed("c")], MOMENTS, "india");
    expect(figures).toMatchObject({ asked: 5, mostAsked: 2, askedAgain: ["c"], repeatedWrites: [] });
  });

  it("takes an answer that was cut off for a failed one, told or not", () => {
    const records = [record(200, { cut: "told" }), record(210, { cut: "silent" }), record(220)];
    const figures = figuresOf(records, [], MOMENTS, "india");
    expect(figures).toMatchObject({ failedReads: 2, failedReadKinds: { cut: 2 }, silentCuts: 1 });
  });

  it("tells reads that were under way when the fault struck from those that were sent into it", () => {
    const broke = { status: 0, error: "ECONNRESET", wasConnected: true };
    const records = [record(130, { ...broke, startMs: 105 }), record(140, { ...broke, startMs: 111 })];
    const figures = figuresOf(records, [], MOMENTS, "india");
    expect(figures).toMatchObject({ failedReadKinds: { broke: 2 }, readsBrokenByStrike: 1 });
  });

  it("notices that the ingress was told another client", () => {
    expect(figuresOf([record(200)], [executed("200", "127.0.0.2")], MOMENTS, "india").wrongClients).toBe(1);
  });
});

describe("breachesOf", () => {
  const fine = figuresOf([record(90), record(120), record(700)], [], MOMENTS, "india");

  function round(figures: Partial<Figures>, changes: Partial<JudgedRound> = {}): JudgedRound {
    const order = ["india", "indonesia", "singapore"];
    const edges = [{ country: "india", order, figures: { ...fine, longestGapMs: 20, ...figures } }];
    const fault = { name: "killed", maxGapMs: 50 };
    const untouched = {
      country: "singapore",
      order: [],
      figures: { ...fine, longestGapMs: 10, servedWhileStruck: {} },
    };
    const seen = { edges: [...edges, untouched], noiseMs: 10, timesDown: 0, problems: [] };
    return { fault, struck: ["india"], isPlain: false, ...seen, ...changes };
  }

  it("finds nothing in a good round", () => {
    expect(breachesOf(round({}), false)).toEqual([]);
  });

  it.each([
    ["reads-never-fail", { failedReads: 1 }],
    ["writes-never-twice", { repeatedWrites: ["w"] }],
    ["writes-fail-only-in-flight", { failedWrites: { refused: { count: 1, executed: 0 } } }],
    ["short-gap", { longestGapMs: 61 }],
    ["back-home", { backMs: undefined }],
    ["first-choice", { servedWhileStruck: { singapore: 1 } }],
    ["client-address", { wrongClients: 1 }],
  ])("%s", (promise, figures) => {
    const breaches = breachesOf(round(figures), false);
    expect(breaches.map((breach) => breach.promise)).toEqual([promise]);
    expect(breaches[0]?.detail).toContain("killed of india, edge india: ");
  });

  it("forgives a write whose connection broke, but not where nothing was struck", () => {
    const figures = { failedWrites: { broke: { count: 1, executed: 1 } } };
    expect(breachesOf(round(figures), false)).toEqual([]);
    expect(breachesOf(round(figures, { struck: [] }), false)[0]?.promise).toBe("untouched-never-fail");
  });

  it("takes the machine's own noise off, and leaves times out when told to", () => {
    expect(breachesOf(round({ longestGapMs: 60 }), false)).toEqual([]);
    expect(breachesOf(round({ longestGapMs: 5000, backMs: undefined }), true)).toEqual([]);
  });

  it("expects the page, fast, while no country is up", () => {
    const struck = ["india", "singapore"];
    const down = (figures: Partial<Figures>) =>
      breachesOf(round({ failedReads: 9, ...figures }, { struck }), false).map(({ promise }) => promise);
    expect(down({})).toEqual([]);
    expect(down({ uncleanFailures: 1 })).toEqual(["clean-503"]);
    expect(down({ slowestFailureMs: 4000 })).toEqual(["fast-503"]);
  });

  it("excuses answers that a fault cuts off, and no others", () => {
    const fault = { name: "killed", cutsAnswers: true };
    const failed = (count: number, cut: number) =>
      breachesOf(round({ failedReads: count, failedReadKinds: { cut } }, { fault }), false);
    expect(failed(2, 2)).toEqual([]);
    expect(failed(3, 2)[0]?.promise).toBe("reads-never-fail");
    expect(breachesOf(round({ failedReads: 2, failedReadKinds: { cut: 2 } }), false)[0]?.promise).toBe(
      "reads-never-fail",
    );
  });

  it("excuses reads that broke as two countries died, and not as one did", () => {
    const failed = (failedReads: number, struck: readonly string[]) =>
      breachesOf(
        round({ failedReads, failedReadKinds: { broke: failedReads }, readsBrokenByStrike: 1 }, { struck }),
        false,
      );
    expect(failed(1, ["india", "indonesia"])).toEqual([]);
    expect(failed(2, ["india", "indonesia"])[0]?.promise).toBe("reads-never-fail");
    expect(failed(1, ["india"])[0]?.promise).toBe("reads-never-fail");
  });

  it.each([
    ["cut-is-told", { silentCuts: 1 }, {}, {}],
    ["asked-once", { askedAgain: ["a"] }, {}, {}],
    ["asked-once", { mostAsked: 2 }, { maxAsked: 1 }, {}],
    ["retries-are-few", { asked: 5, requests: 4 }, { maxAskedPerRequest: 1.2 }, {}],
    ["nobody-down", {}, { marksNobody: true }, { timesDown: 1 }],
    ["health-answers", {}, {}, { problems: ["nothing in 5 s"] }],
  ])("%s: %j", (promise, figures, limits, changes) => {
    const fault = { name: "x", ...limits };
    const promises = breachesOf(round(figures, { fault, ...changes }), false).map(({ promise: name }) => name);
    expect(new Set(promises)).toEqual(new Set([promise]));
  });

  it("does not judge the plain configuration, or a promise that is not given", () => {
    expect(breachesOf(round({ failedReads: 1 }, { isPlain: true }), false)).toEqual([]);
    const fault = { name: "x", excuses: ["reads-never-fail"] };
    expect(breachesOf(round({ failedReads: 1 }, { fault }), false)).toEqual([]);
  });
});

describe("the order", () => {
  it("is broken by a single answer from elsewhere", () => {
    const answer = { country: "india", up: ["indonesia", "singapore"], expected: "indonesia" };
    expect(orderBreaches([{ ...answer, seen: ["indonesia", "indonesia"] }])).toEqual([]);
    expect(orderBreaches([{ ...answer, seen: ["indonesia", "singapore"] }])).toEqual([
      {
        promise: "seed-order",
        detail: "edge india, up indonesia and singapore: expected indonesia, answered indonesia, singapore",
      },
    ]);
    expect(orderBreaches([{ country: "india", up: [], expected: NOBODY, seen: ["ECONNRESET"] }])).toHaveLength(1);
  });

  it("is walked through every combination, one change at a time", () => {
    const walk = combinations(["a", "b", "c"]);
    expect(walk[0]).toEqual(["a", "b", "c"]);
    expect(new Set(walk.map((up) => up.join()))).toHaveProperty("size", 8);
    const changes = walk.slice(1).map((up, index) => Math.abs(up.length - (walk[index]?.length ?? 0)));
    expect(new Set(changes)).toEqual(new Set([1]));
  });
});

it("reads back what the ledger holds", () => {
  const executions = [executed("a"), executed("b", "127.0.0.2")].map(({ country, ...line }) => line);
  expect(parseLedger(executions.map(ledgerLine).join(""))).toEqual(executions);
  expect(new LedgerReader("/nonexistent").readNew()).toEqual([]);
});
