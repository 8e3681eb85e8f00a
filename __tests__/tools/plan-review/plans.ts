import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseExceptions } from "../../../tools/plan-review/exceptions";
import { parsePlan, type StackPlan } from "../../../tools/plan-review/plan-file";
import type { ChangeJson, PlanJson, ResourceChangeJson } from "../../../tools/plan-review/plan-json";
import { type Review, review } from "../../../tools/plan-review/review";
import type { SynthesizedEstate } from "../../../tools/synthesized/estate";

export const FIXTURES = join(__dirname, "fixtures");
export const TODAY = new Date("2026-11-22T12:00:00Z");

/** A real plan, as `situation/stack`. */
export function fixture(name: string): StackPlan {
  const plan = parsePlan(readFileSync(join(FIXTURES, `${name}.json`)));
  if (typeof plan === "string") throw new Error(`${name} ${plan}`);
  return { stack: name.split("/")[1] as string, plan };
}

export function reviewed(plans: readonly (string | StackPlan)[], exceptions = "", estate?: SynthesizedEstate): Review {
  return review(
    plans.map((plan) => (typeof plan === "string" ? fixture(plan) : plan)),
    parseExceptions(exceptions, TODAY),
    estate,
  );
}

/** Names of the rules that refuse, and of those that warn. */
export function verdictsOf({ refused, warned }: Review): { refused: string[]; warned: string[] } {
  return { refused: refused.map(({ rule }) => rule.name), warned: warned.map(({ rule }) => rule.name) };
}

/** A plan written by hand, from the documented format. */
export function planOf(stack: string, changes: readonly ResourceChangeJson[], rest: Partial<PlanJson> = {}): StackPlan {
  return { stack, plan: { format_version: "1.2", terraform_version: "1.11.4", resource_changes: changes, ...rest } };
}

export function changeOf(
  address: string,
  actions: readonly string[],
  change: Partial<ChangeJson> = {},
  rest: Partial<ResourceChangeJson> = {},
): ResourceChangeJson {
  const [type = "", name = ""] = address.split(".");
  return { address, mode: "managed", type, name, change: { actions, before: {}, after: {}, ...change }, ...rest };
}
