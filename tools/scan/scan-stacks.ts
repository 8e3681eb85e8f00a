import { join } from "node:path";
import { CannotTell, progress } from "../cli";
import { runProgram } from "../program";
import { stackNames } from "../synthesized/stacks";
import { left, renderTable, right } from "../table";
import { EXCEPTIONS, type ScanException } from "./exceptions";

/** Pinned: checks differ between versions, and so do the exceptions. */
export const CHECKOV_VERSION = "3.3.30";
export const REMEDY = `install it with pipx install checkov==${CHECKOV_VERSION}, or into a virtual environment whose bin is on the PATH`;

/** One check of one resource. */
interface ScanCheck {
  readonly check_id: string;
  readonly check_name: string;
  readonly file_path: string;
  readonly resource: string;
}

interface Report {
  readonly results: { readonly passed_checks: readonly ScanCheck[]; readonly failed_checks: readonly ScanCheck[] };
  readonly summary: { readonly parsing_errors: number };
}

/** @throws CannotTell when nothing is synthesized, or checkov is missing or of another version */
export async function scanStacks(synth: string): Promise<{ tables: string; problems: readonly string[] }> {
  const stacks = stackNames(synth);
  await requireVersion();
  progress(`scanning ${stacks.length} stacks`);
  const { results, summary } = await report(join(synth, "stacks"));
  return {
    tables: `${figures(stacks, results)}\n\n${reasons(results.failed_checks, EXCEPTIONS)}`,
    problems: [
      ...(summary.parsing_errors > 0 ? [`${summary.parsing_errors} files could not be read by checkov`] : []),
      ...unchecked(stacks, results),
      ...unexplained(results.failed_checks, EXCEPTIONS),
    ],
  };
}

async function requireVersion(): Promise<void> {
  const version = (await checkov(["--version"])).trim();
  if (version !== CHECKOV_VERSION) throw new CannotTell(`checkov is ${version}, not ${CHECKOV_VERSION}: ${REMEDY}`);
}

async function report(folder: string): Promise<Report> {
  const options = ["--framework", "terraform_json", "--output", "json", "--skip-download", "--soft-fail"];
  const output = await checkov(["--directory", folder, ...options]);
  const parsed = JSON.parse(output) as Partial<Report>;
  // With nothing to check, checkov prints a summary and no results.
  return { results: { passed_checks: [], failed_checks: [] }, summary: { parsing_errors: 0 }, ...parsed };
}

/** Stacks that checkov skipped, which it does silently when it cannot parse a file. */
function unchecked(stacks: readonly string[], { passed_checks, failed_checks }: Report["results"]): string[] {
  const checked = new Set([...passed_checks, ...failed_checks].map(stackOf));
  return stacks
    .filter((stack) => !checked.has(stack))
    .map(
      (stack) => `${stack}: checkov skipped this stack, probably because terraform.required_version is set: remove it`,
    );
}

function unexplained(failures: readonly ScanCheck[], exceptions: readonly ScanException[]): string[] {
  const open = failures.filter((failure) => !exceptions.some((exception) => covers(exception, failure)));
  const idle = exceptions.filter((exception) => !failures.some((failure) => covers(exception, failure)));
  return [
    ...open.map((failure) => `${failure.check_id} ${addressOf(failure)}: ${failure.check_name}`),
    ...idle.map(({ check, resource }) => `${check} ${resource}: the exception no longer matches a failure: remove it`),
  ];
}

function figures(stacks: readonly string[], { passed_checks, failed_checks }: Report["results"]): string {
  const count = (checks: readonly ScanCheck[], stack: string) =>
    checks.filter((check) => stackOf(check) === stack).length;
  return renderTable(
    [...left("stack"), ...right("passed", "failed")],
    stacks.map((stack) => [stack, count(passed_checks, stack), count(failed_checks, stack)]),
  );
}

function reasons(failures: readonly ScanCheck[], exceptions: readonly ScanException[]): string {
  return renderTable(
    [...left("exception"), ...right("failures"), ...left("reason")],
    exceptions.map((exception) => [
      exception.check,
      failures.filter((failure) => covers(exception, failure)).length,
      exception.reason,
    ]),
  );
}

function covers({ check, resource }: ScanException, failure: ScanCheck): boolean {
  return check === failure.check_id && resource.test(addressOf(failure));
}

function addressOf(check: ScanCheck): string {
  return `${stackOf(check)}/${check.resource.replace(/^resource\./, "")}`;
}

function stackOf({ file_path }: ScanCheck): string {
  return file_path.split("/").at(-2) ?? "";
}

async function checkov(args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await runProgram("checkov", args, { remedy: REMEDY });
  if (code !== 0) throw new CannotTell(`checkov failed: ${stderr || stdout}`);
  return stdout;
}
