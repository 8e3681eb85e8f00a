import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseExceptions } from "../../../tools/plan-review/exceptions";
import { parsePlan, type StackPlan } from "../../../tools/plan-review/plan-file";
import type { ChangeJson, PlanJson, ResourceChangeJson } from "../../../tools/plan-review/plan-json";
import { type Review, review } from "../../../tools/plan-review/review";
import type { SynthesizedEstate } from "../../../tools/synthesized/estate";
import { resources, type StackJson, type Synthesized } from "../../support/synth";

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
    // As without a file of them: YAML takes longer to parse than most plans to review.
    exceptions === "" ? { entries: [], problems: [] } : parseExceptions(exceptions, TODAY),
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

/** What cdktf notes, and what Terraform keeps to itself. */
const NOT_PLANNED = ["//", "depends_on", "lifecycle", "provider", "provisioner"];

/** Types that the provider makes anew for most changes. */
const MADE_ANEW = /_iam_member$|_instance_template$|_address$|_resource_policy$|^terraform_data$/;

/** The plans that lead from one synthesized estate to another, as far as the JSON tells: nothing is computed in them. */
export function plansBetween(before: Synthesized, after: Synthesized): StackPlan[] {
  const names = new Set([...Object.keys(before.stacks), ...Object.keys(after.stacks)]);
  return [...names].map((stack) => {
    const [old, next] = [before, after].map(({ stacks }) => plannedAttributes(stacks[stack]));
    const addresses = new Set([...(old ?? new Map()).keys(), ...(next ?? new Map()).keys()]);
    return planOf(
      stack,
      [...addresses].map((address) => changeBetween(address, old?.get(address), next?.get(address))),
    );
  });
}

function plannedAttributes(stack: StackJson | undefined): Map<string, Attributes> {
  const all = stack ? resources(stack) : [];
  return new Map(all.map(({ address, attributes }) => [address, planned(attributes)]));
}

type Attributes = Record<string, unknown>;

/** Made once for each resource, so that what two estates share is the same object in their plans too. */
const PLANNED = new WeakMap<Attributes, Attributes>();

function planned(attributes: Attributes): Attributes {
  const known = PLANNED.get(attributes);
  if (known) return known;
  const made = Object.fromEntries(Object.entries(attributes).filter(([name]) => !NOT_PLANNED.includes(name)));
  PLANNED.set(attributes, made);
  return made;
}

function changeBetween(
  address: string,
  before: Attributes | undefined,
  after: Attributes | undefined,
): ResourceChangeJson {
  const isSame = before === after || JSON.stringify(before) === JSON.stringify(after);
  const update = MADE_ANEW.test(address.split(".")[0] ?? "") ? ["create", "delete"] : ["update"];
  const actions = isSame ? ["no-op"] : !before ? ["create"] : !after ? ["delete"] : update;
  return changeOf(address, actions, { before: before ?? null, after: after ?? null });
}
