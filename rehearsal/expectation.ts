import type { Action, PlannedChange } from "./terraform";

/** What a step may do to a stack, by addresses; `*` stands for any part of one. Whatever is not named must not happen. */
export type Expectation = Readonly<Partial<Record<Action, readonly string[]>>>;

/** Nothing changes. */
export const NOTHING: Expectation = {};

const VERBS: Readonly<Record<Action, string>> = {
  create: "created",
  update: "changed in place",
  replace: "replaced",
  delete: "destroyed",
};

/** Every difference between what was expected of a plan and what it holds, each with its address. */
export function differences(expected: Expectation, planned: readonly PlannedChange[]): string[] {
  const unexpected = planned.filter(({ address, action }) => !expected[action]?.some((one) => matches(one, address)));
  const missing = (Object.keys(VERBS) as Action[]).flatMap((action) =>
    (expected[action] ?? [])
      .filter((one) => !planned.some((change) => change.action === action && matches(one, change.address)))
      .map((one) => `${one} is not ${VERBS[action]}, which was expected`),
  );
  return [
    ...unexpected.map(({ address, action }) => `${address} would be ${VERBS[action]}, which was not expected`),
    ...missing,
  ];
}

function matches(pattern: string, address: string): boolean {
  const parts = pattern.split("*").map((part) => part.replace(/[.\\+?^${}()|[\]]/g, "\\$&"));
  return new RegExp(`^${parts.join(".*")}$`).test(address);
}
