import { FAULTS } from "../../drill/country/faults";
import { figuresOf } from "../../drill/country/figures";
import type { Ledger } from "../../drill/country/ledger";
import { breachesOf, ledgerBreaches } from "../../drill/country/promises";
import type { Round } from "../../drill/country/round";
import type { Deed } from "../../drill/country/users-process";

const MOMENTS = { startMs: 0, strikeMs: 10_000, healMs: 20_000, wholeMs: 25_000, endMs: 30_000 };
const ORDERS: Readonly<Record<string, readonly string[]>> = {
  indonesia: ["indonesia", "india", "singapore"],
  india: ["india", "indonesia", "singapore"],
};

/** A page and an order each second, answered at once by the own country, but for what is changed. */
function deeds(country: string, change: (deed: Deed) => Partial<Deed> = () => ({})): Deed[] {
  return Array.from({ length: 60 }, (_, number): Deed => {
    const startMs = number * 500;
    const kind = number % 2 ? "order" : "page";
    const deed: Deed = {
      ...{ country, kind, id: `${country}-${number}`, startMs, endMs: startMs + 10 },
      ...{ status: 200, servedBy: country, isStubborn: false },
    };
    return { ...deed, ...change(deed) };
  });
}

function roundOf(fault: string, indonesia: readonly Deed[], isWhole = true): Round {
  const found = FAULTS.find(({ name }) => name === fault);
  if (!found) throw new Error(fault);
  const all = [...indonesia, ...deeds("india")];
  const figures = ["indonesia", "india"].map((country) => figuresOf(country, all, MOMENTS));
  return { fault: found, struck: ["indonesia"], moments: MOMENTS, isWhole, deeds: all, figures };
}

const judge = (round: Round, ignoreTimes = false) =>
  breachesOf(round, (country) => ORDERS[country] ?? [], ignoreTimes).map(({ promise }) => promise);
const isStruck = ({ startMs }: Deed) => startMs >= 10_000 && startMs < 20_000;
const byIndia = (deed: Deed) => (isStruck(deed) ? { servedBy: "india" } : {});

test("an app that is gone is kept when the next country serves at once", () => {
  expect(judge(roundOf("app", deeds("indonesia", byIndia)))).toEqual([]);
});

test("pages of a country that is not the next one are named, also when times are not judged", () => {
  const round = roundOf(
    "app",
    deeds("indonesia", (deed) => (isStruck(deed) ? { servedBy: "singapore" } : {})),
  );
  expect(judge(round)).toEqual(["countries-in-order"]);
  expect(judge(round, true)).toEqual(["countries-in-order"]);
});

test("ten seconds without a success are too long for an app, not for an edge that DNS must leave out", () => {
  const silent = deeds("indonesia", (deed) => (isStruck(deed) ? { status: 0 } : {}));
  expect(figuresOf("indonesia", silent, MOMENTS)).toMatchObject({ readGapMs: 11_000, orderGapMs: 11_000, failed: 20 });
  expect(judge(roundOf("app", silent))).toEqual(["pages-again", "orders-again", "countries-in-order"]);
  expect(judge(roundOf("edge", silent))).toEqual([]);
});

test("users who never succeed again have a gap to the end", () => {
  const gone = deeds("indonesia", ({ startMs }) => (startMs >= 10_000 ? { status: 503 } : {}));
  expect(figuresOf("indonesia", gone, MOMENTS).readGapMs).toBe(30_000 - 9_010);
  expect(judge(roundOf("split", gone))).toEqual(["quiet-after"]);
});

test("whose resolver keeps to no TTL is counted apart", () => {
  const stubborn = deeds("indonesia", (deed) => ({ isStubborn: true, ...(isStruck(deed) && { status: 0 }) }));
  const figures = figuresOf("indonesia", [...deeds("indonesia"), ...stubborn], MOMENTS);
  expect(figures).toMatchObject({ asked: 60, failed: 0, failedStubborn: 20 });
});

test("a failure after all is whole, a basket that went back, and what does not heal are named", () => {
  const late = deeds("indonesia", ({ startMs }) => (startMs === 26_000 ? { status: 502 } : {}));
  expect(judge(roundOf("split", late, false))).toEqual(["heals", "quiet-after"]);
  const back = deeds("indonesia", ({ startMs }) => (startMs === 26_000 ? { lostMs: 6_000 } : {}));
  expect(judge(roundOf("split", back))).toEqual(["baskets-recent"]);
});

test("orders that were told and are not there, or never worked on, are named", () => {
  const kept: Ledger = { told: 3, missing: [], unfulfilled: [], untold: 1, isEqual: true };
  expect(ledgerBreaches(kept)).toEqual([]);
  expect(ledgerBreaches({ ...kept, missing: ["a"], unfulfilled: ["a", "b"], isEqual: false })).toEqual([
    { promise: "told-order-kept", detail: "1: a" },
    { promise: "message-worked-on", detail: "2: a, b" },
    { promise: "databases-equal", detail: "they differ" },
  ]);
});
