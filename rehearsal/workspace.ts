import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { CannotTell } from "../tools/cli";
import { googlePart, type StackJson } from "./google-part";
import { type Run, type RunOptions, runTerraform, terraform } from "./terraform";

/** How much shorter than written waits are here; grants that are late are late by so much less. */
export const HASTE = 20;

export type Environment = Readonly<Record<string, string | undefined>>;

/** Stacks as they are applied: each in a folder of its own, with their states beside them. Reads what was synthesized, and leaves it as it is. */
export class Workspace {
  /** What was asked for already, by the providers' names. */
  private readonly providers = new Map<string, unknown>();
  private readonly initialized = new Set<string>();

  constructor(
    readonly folder: string,
    /** Of Terraform while it initializes: it may ask a registry. */
    private readonly ownEnvironment: Environment,
    /** Of Terraform while it works: it may ask nobody but the stand-in. */
    readonly environment: Environment,
    /** What of a stack is applied. */
    readonly partOf: (json: StackJson) => StackJson = (json) => googlePart(json).stack,
  ) {}

  /** Puts the part of a synthesized stack that is applied in place of what stood there. */
  place(stack: string, json: StackJson): void {
    this.write(stack, hasten(this.partOf(json)));
  }

  /** Lets the next apply take over what is there, as a file of `import` blocks beside the stack's JSON does. */
  importInto(stack: string, imports: readonly { readonly to: string; readonly id: string }[]): void {
    writeFileSync(join(this.folderOf(stack), "imports.tf.json"), JSON.stringify({ import: imports }));
  }

  read(stack: string): StackJson {
    return readStack(join(this.folder, "cdktf.out"), stack);
  }

  write(stack: string, json: StackJson): void {
    mkdirSync(this.folderOf(stack), { recursive: true });
    mkdirSync(join(this.folder, "state"), { recursive: true });
    writeFileSync(join(this.folderOf(stack), "cdk.tf.json"), JSON.stringify(json, undefined, 1));
  }

  folderOf(stack: string): string {
    return join(this.folder, "cdktf.out", "stacks", stack);
  }

  plan(stack: string, args: readonly string[] = []): Promise<Run> {
    return this.run(stack, ["plan", "-detailed-exitcode", `-out=${this.planFile(stack)}`, ...args]);
  }

  /** Applies what was planned. */
  apply(stack: string, onApplied?: RunOptions["onApplied"]): Promise<Run> {
    return this.run(stack, ["apply", this.planFile(stack)], onApplied);
  }

  /** What Terraform says of a stack in JSON: its state, or its plan. */
  async show(stack: string, what: "state" | "plan"): Promise<unknown> {
    const { stdout } = await this.command(stack, ["show", "-json", ...(what === "plan" ? [this.planFile(stack)] : [])]);
    return JSON.parse(stdout);
  }

  /** @throws Error with Terraform's words when it fails */
  async command(stack: string, args: readonly string[]): Promise<{ stdout: string }> {
    await this.initialize(stack);
    const options = { cwd: this.folderOf(stack), environment: this.environment };
    const { status, stdout, stderr } = await terraform(args, options);
    if (status !== 0) throw new Error(`terraform ${args.join(" ")} in ${stack}: ${stderr || stdout}`);
    return { stdout };
  }

  private async run(stack: string, args: readonly string[], onApplied?: RunOptions["onApplied"]): Promise<Run> {
    await this.initialize(stack);
    const options = { cwd: this.folderOf(stack), environment: this.environment, ...(onApplied && { onApplied }) };
    return runTerraform(args, options);
  }

  private planFile(stack: string): string {
    return join(this.folder, `${stack}.tfplan`);
  }

  private async initialize(stack: string): Promise<void> {
    if (this.initialized.has(stack)) return;
    await this.init(this.folderOf(stack), [`-plugin-dir=${await this.getProviders(stack)}`]);
    this.initialized.add(stack);
  }

  /** Asks the registry, or the mirror of the user's Terraform configuration, once for each provider; inits then find them here. */
  private async getProviders(stack: string): Promise<string> {
    const folder = join(this.folder, "providers");
    const installed = join(folder, ".terraform", "providers");
    const wanted = Object.entries(this.read(stack).terraform.required_providers);
    if (wanted.every(([name]) => this.providers.has(name))) return installed;
    for (const [name, provider] of wanted) this.providers.set(name, provider);
    mkdirSync(folder, { recursive: true });
    const terraform = { required_providers: Object.fromEntries(this.providers) };
    writeFileSync(join(folder, "main.tf.json"), JSON.stringify({ terraform }));
    await this.init(folder, ["-backend=false", "-upgrade"]);
    return installed;
  }

  private async init(cwd: string, args: readonly string[]): Promise<void> {
    const options = { cwd, environment: this.ownEnvironment };
    const { status, stderr, stdout } = await terraform(["init", "-input=false", "-no-color", ...args], options);
    if (status === 0) return;
    throw new CannotTell(
      `the providers could not be installed: check that the registry, or the mirror in your Terraform CLI configuration, can be reached\n${stdout}\n${stderr}`,
    );
  }
}

export function readStack(outdir: string, stack: string): StackJson {
  return JSON.parse(readFileSync(join(outdir, "stacks", stack, "cdk.tf.json"), "utf8")) as StackJson;
}

/** Waits are shorter: `sleep 120` is that many times less. */
function hasten(stack: StackJson): StackJson {
  const text = JSON.stringify(stack).replace(
    /"sleep (\d+)"/g,
    (_, seconds: string) => `"sleep ${Number(seconds) / HASTE}"`,
  );
  return JSON.parse(text) as StackJson;
}
