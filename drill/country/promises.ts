import type { Breach } from "../breach";
import { seconds } from "../data/seconds";
import type { UserFigures } from "./figures";
import type { Ledger } from "./ledger";
import type { Round } from "./round";

/** A basket may look a moment old after its user is led to another country: what replication takes, and a write that waited. */
const BASKET_LIMIT_MS = 5_000;

/** Promises that a round broke. */
export function breachesOf(
  round: Round,
  orderOf: (country: string) => readonly string[],
  ignoreTimes: boolean,
): Breach[] {
  const { fault, struck, isWhole, figures } = round;
  const at = (detail: string) => `${fault.title}: ${detail}`;
  return [
    ...(isWhole ? [] : [{ promise: "heals", detail: at("not whole in time") }]),
    ...figures.flatMap((own): Breach[] => [
      ...(ignoreTimes ? [] : gapBreaches(own, struck.includes(own.country) ? fault.own : fault.others, at)),
      ...(own.failedAfter === 0
        ? []
        : [{ promise: "quiet-after", detail: at(`${own.country}: ${own.failedAfter} failed`) }]),
      ...(fault.failsNobody && own.failed > 0
        ? [{ promise: "fails-nobody", detail: at(`${own.country}: ${own.failed} failed`) }]
        : []),
      ...(own.lostMs <= BASKET_LIMIT_MS
        ? []
        : [
            {
              promise: "baskets-recent",
              detail: at(`${own.country}: ${seconds(own.lostMs)}`),
            },
          ]),
      ...(fault.inOrder && struck.includes(own.country) ? orderBreaches(own, struck, orderOf(own.country), at) : []),
    ]),
  ];
}

function gapBreaches(
  { country, readGapMs, orderGapMs }: UserFigures,
  limits: Round["fault"]["own"],
  at: (detail: string) => string,
): Breach[] {
  if (!limits) return [];
  const judged = [
    { what: "page", gapMs: readGapMs, limit: limits.reads },
    { what: "order", gapMs: orderGapMs, limit: limits.orders },
  ];
  return judged
    .filter(({ gapMs, limit }) => gapMs > limit * 1000)
    .map(({ what, gapMs, limit }) => ({
      promise: `${what}s-again`,
      detail: at(`${country}: ${seconds(gapMs)}, more than ${limit} s`),
    }));
}

/** While its own shop is gone, pages come from the next country of the order alone. */
function orderBreaches(
  { country, servedBy }: UserFigures,
  struck: readonly string[],
  order: readonly string[],
  at: (detail: string) => string,
): Breach[] {
  const next = order.find((each) => !struck.includes(each));
  const others = Object.entries(servedBy).filter(([by]) => by !== next && !struck.includes(by));
  if (others.length === 0 && next !== undefined && servedBy[next]) return [];
  const seen = Object.entries(servedBy)
    .map(([by, count]) => `${by} ${count}`)
    .join(", ");
  return [{ promise: "countries-in-order", detail: at(`${country} expects ${next}, was served by ${seen}`) }];
}

/** Promises about what users were told, over the whole drill. */
export function ledgerBreaches({ missing, unfulfilled, isEqual }: Ledger): Breach[] {
  const some = (ids: readonly string[]) => `${ids.length}: ${ids.slice(0, 3).join(", ")}`;
  return [
    ...(missing.length > 0 ? [{ promise: "told-order-kept", detail: some(missing) }] : []),
    ...(unfulfilled.length > 0 ? [{ promise: "message-worked-on", detail: some(unfulfilled) }] : []),
    ...(isEqual ? [] : [{ promise: "databases-equal", detail: "they differ" }]),
  ];
}
