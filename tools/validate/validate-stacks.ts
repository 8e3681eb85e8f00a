import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CannotTell, progress } from "../cli";
import { runProgram } from "../program";
import { readStacks, type StackJson, stackFolder } from "../synthesized/stacks";

/** Terraform's verdict on a stack. */
export interface StackValidity {
  readonly stack: string;
  readonly problems: readonly string[];
}

/** @throws CannotTell when nothing is synthesized, or Terraform or its providers are missing */
export async function validateStacks(synth: string): Promise<readonly StackValidity[]> {
  const stacks = readStacks(synth);
  const names = Object.keys(stacks);
  const scratch = mkdtempSync(join(tmpdir(), "matchwatch-validate-"));
  try {
    progress(`downloading the providers of ${names.length} stacks`);
    const providers = await installProviders(scratch, Object.values(stacks));
    progress(`validating ${names.length} stacks`);
    return await Promise.all(
      names.map(async (stack) => {
        // A copy: the stack's own folder belongs to cdktf deploy.
        const copy = join(scratch, stack);
        cpSync(stackFolder(synth, stack), copy, {
          recursive: true,
          filter: (path) => !path.includes(".terraform"),
        });
        return { stack, problems: await stackProblems(copy, providers) };
      }),
    );
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/**
 * One init with every provider, so that stacks can then be initialized in parallel from its folder: parallel inits
 * would race for the plugin cache.
 */
async function installProviders(scratch: string, stacks: readonly StackJson[]): Promise<string> {
  const folder = join(scratch, "providers");
  mkdirSync(folder);
  const providers = Object.assign({}, ...stacks.map(({ terraform }) => terraform?.required_providers));
  writeFileSync(join(folder, "main.tf.json"), JSON.stringify({ terraform: { required_providers: providers } }));
  const { code, output } = await terraform(folder, ["init", "-backend=false", "-input=false", "-no-color"]);
  if (code !== 0) {
    throw new CannotTell(
      `the providers could not be downloaded: check that the registry, or the mirror in your Terraform CLI configuration, can be reached\n${output}`,
    );
  }
  return join(folder, ".terraform", "providers");
}

/** The fields of `terraform validate -json` that are read. */
interface ValidateOutput {
  readonly diagnostics: readonly { readonly summary: string; readonly detail?: string; readonly address?: string }[];
}

async function stackProblems(folder: string, providers: string): Promise<string[]> {
  const init = await terraform(folder, [
    "init",
    "-backend=false",
    "-input=false",
    "-no-color",
    `-plugin-dir=${providers}`,
  ]);
  if (init.code !== 0) return [init.output];
  const { output } = await terraform(folder, ["validate", "-json"]);
  const { diagnostics } = JSON.parse(output) as ValidateOutput;
  return diagnostics.map(({ summary, detail = "", address = "" }) => `${address} ${summary}: ${detail}`.trim());
}

async function terraform(cwd: string, args: readonly string[]): Promise<{ code: number; output: string }> {
  const { code, stdout, stderr } = await runProgram("terraform", args, {
    cwd,
    remedy: "install Terraform 1.11 or newer",
  });
  return { code, output: stdout + stderr };
}
