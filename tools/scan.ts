import { execFile } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { EXCEPTIONS, type Exception } from "./scan-exceptions";
import { left, renderTable, right } from "./table";

/** Its checks change from version to version, and the exceptions with them. */
const CHECKOV_VERSION = "3.3.30";
const REMEDY = `install it with pipx install checkov==${CHECKOV_VERSION}, or into a virtual environment whose bin is on the PATH`;

const HELP = `Scans the synthesized stacks with checkov ${CHECKOV_VERSION} and refuses every failure that has no reason.

  npm run scan -- [--out DIR]

  --out DIR  where cdktf synth wrote to (default: cdktf.out)
  --help     this text

Checkov comes from PyPI: ${REMEDY}.
Failures that stay, with their reasons, are in tools/scan-exceptions.ts. Nothing is sent anywhere.
Exit code: 0 every failure has a reason, 1 one has none or a reason has no failure, 2 it cannot be told.`;

interface Finding {
  readonly check_id: string;
  readonly check_name: string;
  readonly file_path: string;
  readonly resource: string;
}

interface Report {
  readonly results: { readonly passed_checks: readonly Finding[]; readonly failed_checks: readonly Finding[] };
  readonly summary: { readonly parsing_errors: number };
}

/** It cannot be told whether the stacks pass. */
class Unable extends Error {}

async function scan(outdir: string): Promise<number> {
  const folder = join(outdir, "stacks");
  const stacks = existsSync(folder) ? readdirSync(folder) : [];
  if (stacks.length === 0) throw new Unable(`there are no stacks in ${folder}: run npm run synth first`);
  await requireVersion();
  console.error(`scanning ${stacks.length} stacks ...`);
  const { results, summary } = await report(folder);
  const problems = [
    ...(summary.parsing_errors > 0 ? [`${summary.parsing_errors} files could not be read by checkov`] : []),
    ...unchecked(stacks, results),
    ...unexplained(results.failed_checks, EXCEPTIONS),
  ];
  console.log(figures(stacks, results));
  console.log(`\n${reasons(results.failed_checks, EXCEPTIONS)}`);
  for (const problem of problems) console.error(problem);
  return problems.length > 0 ? 1 : 0;
}

async function requireVersion(): Promise<void> {
  const version = (await checkov(["--version"])).trim();
  if (version !== CHECKOV_VERSION) throw new Unable(`checkov is ${version}, not ${CHECKOV_VERSION}: ${REMEDY}`);
}

async function report(folder: string): Promise<Report> {
  const options = ["--framework", "terraform_json", "--output", "json", "--skip-download", "--soft-fail"];
  const output = await checkov(["--directory", folder, ...options]);
  const parsed = JSON.parse(output) as Partial<Report>;
  // With nothing to check it prints a summary and no results.
  return { results: { passed_checks: [], failed_checks: [] }, summary: { parsing_errors: 0 }, ...parsed };
}

/** A stack that checkov passed over, which it does without a word when it does not understand a file. */
function unchecked(stacks: readonly string[], { passed_checks, failed_checks }: Report["results"]): string[] {
  const checked = new Set([...passed_checks, ...failed_checks].map(stackOf));
  return stacks
    .filter((stack) => !checked.has(stack))
    .map((stack) => `${stack}: not one check was made, checkov passed it over: is terraform.required_version set?`);
}

function unexplained(failures: readonly Finding[], exceptions: readonly Exception[]): string[] {
  const open = failures.filter((failure) => !exceptions.some((exception) => covers(exception, failure)));
  const idle = exceptions.filter((exception) => !failures.some((failure) => covers(exception, failure)));
  return [
    ...open.map((failure) => `${failure.check_id} ${placeOf(failure)}: ${failure.check_name}`),
    ...idle.map(({ check, resource }) => `${check} ${resource}: the exception matches no failure any more, remove it`),
  ];
}

function figures(stacks: readonly string[], { passed_checks, failed_checks }: Report["results"]): string {
  const count = (findings: readonly Finding[], stack: string) =>
    findings.filter((finding) => stackOf(finding) === stack).length;
  return renderTable(
    [...left("stack"), ...right("passed", "failed")],
    stacks.map((stack) => [stack, count(passed_checks, stack), count(failed_checks, stack)]),
  );
}

function reasons(failures: readonly Finding[], exceptions: readonly Exception[]): string {
  return renderTable(
    [...left("exception"), ...right("failures"), ...left("reason")],
    exceptions.map((exception) => [
      exception.check,
      failures.filter((failure) => covers(exception, failure)).length,
      exception.reason,
    ]),
  );
}

function covers({ check, resource }: Exception, failure: Finding): boolean {
  return check === failure.check_id && resource.test(placeOf(failure));
}

function placeOf(finding: Finding): string {
  return `${stackOf(finding)}/${finding.resource.replace(/^resource\./, "")}`;
}

function stackOf({ file_path }: Finding): string {
  return file_path.split("/").at(-2) ?? "";
}

function checkov(args: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile("checkov", args, { maxBuffer: 2 ** 28 }, (error, stdout, stderr) => {
      if (error?.code === "ENOENT") reject(new Unable(`checkov is not on the PATH: ${REMEDY}`));
      else if (error) reject(new Unable(`checkov failed: ${stderr || error.message}`));
      else resolve(stdout);
    });
  });
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
    return await scan(values.out);
  } catch (error) {
    console.error((error as Error).message);
    return 2;
  }
}

main().then((code) => {
  process.exitCode = code;
});
