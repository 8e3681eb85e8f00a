import type { Clusters } from "./clusters/clusters";
import { differences, type Expectation, NOTHING } from "./expectation";
import type { StackJson } from "./google-part";
import type { StandIn } from "./stand-in/server";
import type { Diagnostic, PlannedChange, Run } from "./terraform";
import type { Workspace } from "./workspace";

/** One step of a rehearsal and what came of it. */
export interface Step {
  readonly act: string;
  readonly name: string;
  /** None: a runbook step that is not a Terraform run. */
  readonly stack?: string;
  readonly startMs: number;
  readonly endMs: number;
  /** What was applied. */
  readonly run?: Run;
  readonly problems: readonly string[];
}

/** The rehearsal failed, by name. */
export class Failed extends Error {
  constructor(readonly problems: readonly string[]) {
    super(problems.join("\n"));
  }
}

export interface Listener {
  readonly begun: (step: Pick<Step, "act" | "name" | "stack">) => void;
  readonly applied: (count: number) => void;
  readonly ended: (step: Step) => void;
}

/** The estate on its stage: applies stacks, and judges each plan by what its step expects. */
export class Rehearsal {
  readonly steps: Step[] = [];

  constructor(
    readonly workspace: Workspace,
    readonly standIn: StandIn,
    private readonly listener: Listener,
    /** Undefined: what Helm and Kubernetes put into clusters is left out. */
    readonly clusters?: Clusters,
  ) {}

  /** A step: what it returns, or its problems. @throws Failed */
  async step<Value>(about: Pick<Step, "act" | "name" | "stack">, work: () => Promise<Value>): Promise<Value> {
    const startMs = Date.now();
    this.listener.begun(about);
    const end = (outcome: Pick<Step, "problems"> & Partial<Step>): void => {
      const step = { ...about, startMs, endMs: Date.now(), ...outcome };
      this.steps.push(step);
      this.listener.ended(step);
    };
    try {
      const value = await work();
      end({ problems: [], ...(isRun(value) && { run: value }) });
      return value;
    } catch (error) {
      if (error instanceof Failed) end({ problems: error.problems });
      throw error;
    }
  }

  /** Plans a stack, holds the plan to what is expected, applies it, and plans again: the second plan is empty. */
  apply(act: string, name: string, stack: string, expected: Expectation, args: readonly string[] = []): Promise<Run> {
    return this.step({ act, name, stack }, async () => {
      const plan = await this.workspace.plan(stack, args);
      succeed(stack, plan);
      const wrong = differences(expected, plan.planned);
      if (wrong.length > 0) throw new Failed(wrong.map((one) => `${stack}: ${one}`));
      if (plan.planned.length === 0) return plan;
      const run = await this.workspace.apply(stack, (count) => this.listener.applied(count));
      succeed(stack, run);
      if (!args.includes("-destroy")) await this.checkSecondPlan(stack);
      return run;
    });
  }

  /** Puts a synthesized stack in place and applies it. */
  async change(act: string, name: string, stack: string, json: StackJson, expected: Expectation): Promise<Run> {
    await this.place(act, stack, json);
    return this.apply(act, name, stack, expected);
  }

  /** Puts a synthesized stack in place, to be applied, and starts the control planes that it lacks. */
  async place(act: string, stack: string, json: StackJson): Promise<void> {
    const { clusters } = this;
    if (clusters?.lacks(json)) await this.step({ act, name: "control planes", stack }, () => clusters.raise(json));
    this.workspace.place(stack, json);
  }

  /** Destroys a stack. Its control planes end with it, and nothing of ours may be left in them. */
  async destroy(act: string, name: string, stack: string): Promise<void> {
    await this.apply(act, name, stack, { delete: ["*"] }, ["-destroy"]);
    const { clusters } = this;
    const json = this.workspace.read(stack);
    if (!clusters?.standingIn(json).length) return;
    await this.step({ act, name: "nothing is left in its clusters", stack }, async () => {
      const left = await clusters.end(json);
      if (left.length > 0) throw new Failed(left.map((one) => `${stack}: ${one}`));
    });
  }

  /** @throws Failed that names every resource a second plan would change, and by which attributes */
  private async checkSecondPlan(stack: string): Promise<void> {
    const plan = await this.workspace.plan(stack);
    succeed(stack, plan);
    if (differences(NOTHING, plan.planned).length === 0) return;
    const shown = (await this.workspace.show(stack, "plan")) as ShownPlan;
    throw new Failed(plan.planned.map((change) => `${stack}: second plan is not empty: ${describe(change, shown)}`));
  }
}

interface ShownPlan {
  readonly resource_changes: readonly {
    readonly address: string;
    readonly change: { readonly before: Attributes; readonly after: Attributes; readonly after_unknown: Attributes };
  }[];
}

type Attributes = Readonly<Record<string, unknown>> | null;

function describe({ address, action }: PlannedChange, { resource_changes }: ShownPlan): string {
  const { before, after, after_unknown } = resource_changes.find((one) => one.address === address)?.change ?? {};
  const keys = Object.keys({ ...before, ...after, ...after_unknown }).filter(
    (key) => JSON.stringify(before?.[key]) !== JSON.stringify(after?.[key]),
  );
  const values = keys.map(
    (key) => `${key}: ${brief(before?.[key])} -> ${after_unknown?.[key] ? "unknown" : brief(after?.[key])}`,
  );
  return `${action} ${address} (${values.join("; ")})`;
}

function brief(value: unknown): string {
  const text = JSON.stringify(value) ?? "nothing";
  return text.length > 200 ? `${text.slice(0, 200)}...` : text;
}

/** @throws Failed with what Terraform says, naming the resource */
export function succeed(stack: string, { errors }: Run): void {
  if (errors.length > 0) throw new Failed(errors.map((one) => `${stack}: ${describeError(one)}`));
}

export function describeError({ address, summary, detail }: Diagnostic): string {
  return [address, summary, detail.replace(/\s+/g, " ").trim()].filter(Boolean).join(": ");
}

function isRun(value: unknown): value is Run {
  return typeof value === "object" && value !== null && "applied" in value;
}
