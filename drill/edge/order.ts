import { waitUntil } from "../time";
import { connectionOptions, type RequestAnswer, sendRequest } from "./client";
import type { Edge, Stage } from "./stage";

/** Who answered at one edge while some of the countries were up. */
export interface OrderAnswer {
  /** Country of the edge. */
  readonly country: string;
  readonly up: readonly string[];
  /** The country that is to serve, or {@link NOBODY}. */
  readonly expected: string;
  /** Who served, request by request. */
  readonly seen: readonly string[];
}

export type OrderOf = (country: string) => readonly string[];

/** Stands among the names of faults on the command line. */
export const ORDER = "order";

/** The edge's own 503 page. */
export const NOBODY = "503 page";

/** More than one, for the first may still find a connection from before. */
const REQUESTS_PER_STEP: readonly ("GET" | "POST")[] = ["GET", "GET", "GET", "POST", "GET", "POST"];
const SETTLE_LIMIT_MS = 120_000;

/** Asks every edge with every combination of countries up, and ends with all of them up. */
export async function walkOrder(stage: Stage, orderOf: OrderOf): Promise<OrderAnswer[]> {
  const answers: OrderAnswer[] = [];
  for (const up of combinations([...stage.ingresses.keys()])) {
    await setUp(stage, up);
    answers.push(...(await Promise.all(stage.edges.map((edge) => askEdge(edge, up, orderOf(edge.country))))));
  }
  await setUp(stage, [...stage.ingresses.keys()]);
  return answers;
}

/** Every subset once, each differing from the one before by a single item: fewest starts (a Gray code). */
export function combinations<Item>(items: readonly Item[]): Item[][] {
  return Array.from({ length: 2 ** items.length }, (_, step) => {
    const bits = step ^ (step >> 1);
    // From all to none and back, so that the walk begins as the drill left off.
    return items.filter((_, index) => !((bits >> index) & 1));
  });
}

/** Starts and kills until exactly `up` run and every edge has seen it. */
async function setUp(stage: Stage, up: readonly string[]): Promise<void> {
  await Promise.all(
    [...stage.ingresses].map(([country, ingress]) => (up.includes(country) ? ingress.start() : ingress.kill())),
  );
  await waitUntil(`the edges take exactly ${up.join(", ") || "nobody"} for up`, SETTLE_LIMIT_MS, async () => {
    const states = await Promise.all(stage.edges.map(({ haproxy }) => haproxy.servers()));
    return states.flat().every(({ country, isUp }) => isUp === up.includes(country));
  });
}

async function askEdge(edge: Edge, up: readonly string[], order: readonly string[]): Promise<OrderAnswer> {
  const seen: string[] = [];
  for (const [index, method] of REQUESTS_PER_STEP.entries()) {
    const answer = await ask(edge, method, `order-${edge.country}-${up.join("-")}-${index}`);
    if (answer.isUnavailablePage) seen.push(NOBODY);
    else seen.push(answer.servedBy ?? answer.error ?? `status ${answer.status}`);
  }
  const expected = order.find((country) => up.includes(country)) ?? NOBODY;
  return { country: edge.country, up, expected, seen };
}

function ask({ target }: Edge, method: string, id: string): Promise<RequestAnswer> {
  const options = { ...connectionOptions(target), method, path: `/watches/${id}`, headers: { Host: target.host } };
  return new Promise((resolve) => sendRequest(options, undefined, resolve));
}
