import { execFile } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { left, renderTable } from "./table";

const HELP = `Asks the real Terraform and the real providers whether every synthesized stack is valid.

  npm run validate -- [--out DIR]

  --out DIR  where cdktf synth wrote to (default: cdktf.out)
  --help     this text

Providers come from wherever your Terraform gets them; nothing is configured and no state is touched.
Exit code: 0 all valid, 1 a stack is invalid, 2 it cannot be told (no stacks, no Terraform, no providers).`;

interface Verdict {
  readonly stack: string;
  readonly problems: readonly string[];
}

/** It cannot be told whether the stacks are valid. */
class Unable extends Error {}

async function validate(outdir: string): Promise<readonly Verdict[]> {
  const stacks = synthesizedStacks(outdir);
  const scratch = mkdtempSync(join(tmpdir(), "matchwatch-validate-"));
  try {
    progress(`getting the providers of ${stacks.length} stacks`);
    const providers = await installProviders(
      scratch,
      stacks.map((stack) => join(outdir, "stacks", stack)),
    );
    progress(`validating ${stacks.length} stacks`);
    return await Promise.all(
      stacks.map(async (stack) => {
        // A copy: the stack's own folder belongs to cdktf deploy.
        const copy = join(scratch, stack);
        cpSync(join(outdir, "stacks", stack), copy, {
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

function synthesizedStacks(outdir: string): string[] {
  const folder = join(outdir, "stacks");
  const stacks = existsSync(folder) ? readdirSync(folder) : [];
  if (stacks.length === 0) throw new Unable(`there are no stacks in ${folder}: run npm run synth first`);
  return stacks;
}

/**
 * One init that needs every provider once, so that stacks can then start side by side from its folder: several
 * inits at once race for the same plugin cache.
 */
async function installProviders(scratch: string, stacks: readonly string[]): Promise<string> {
  const folder = join(scratch, "providers");
  mkdirSync(folder);
  const required = stacks.map((stack) => JSON.parse(readFileSync(join(stack, "cdk.tf.json"), "utf8")));
  const providers = Object.assign({}, ...required.map(({ terraform }) => terraform.required_providers));
  writeFileSync(join(folder, "main.tf.json"), JSON.stringify({ terraform: { required_providers: providers } }));
  const { code, output } = await terraform(folder, ["init", "-backend=false", "-input=false", "-no-color"]);
  if (code !== 0) {
    throw new Unable(
      `the providers cannot be had: check that the registry, or the mirror in your Terraform CLI configuration, can be reached\n${output}`,
    );
  }
  return join(folder, ".terraform", "providers");
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
  const { diagnostics } = JSON.parse(output) as {
    diagnostics: { summary: string; detail?: string; address?: string }[];
  };
  return diagnostics.map(({ summary, detail = "", address = "" }) => `${address} ${summary}: ${detail}`.trim());
}

function terraform(cwd: string, args: readonly string[]): Promise<{ code: number; output: string }> {
  return new Promise((resolve, reject) => {
    execFile("terraform", args, { cwd, maxBuffer: 2 ** 26 }, (error, stdout, stderr) => {
      if (error && "code" in error && error.code === "ENOENT") {
        reject(new Unable("terraform is not on the PATH: install Terraform 1.11 or newer"));
      } else {
        resolve({ code: typeof error?.code === "number" ? error.code : error ? 1 : 0, output: stdout + stderr });
      }
    });
  });
}

function progress(text: string): void {
  console.error(`${text} ...`);
}

async function main(): Promise<number> {
  try {
    const { values } = parseArgs({
      options: { out: { type: "string", default: "cdktf.out" }, help: { type: "boolean" } },
    });
    if (values.help) {
      console.log(HELP);
      return 0;
    }
    const verdicts = await validate(values.out);
    console.log(
      renderTable(
        left("stack", "verdict"),
        verdicts.map(({ stack, problems }) => [stack, problems.length ? "INVALID" : "valid"]),
      ),
    );
    for (const { stack, problems } of verdicts) {
      for (const problem of problems) console.error(`\n${stack}: ${problem}`);
    }
    return verdicts.some(({ problems }) => problems.length > 0) ? 1 : 0;
  } catch (error) {
    console.error((error as Error).message);
    return 2;
  }
}

main().then((code) => {
  process.exitCode = code;
});
