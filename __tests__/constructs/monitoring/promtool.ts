import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import type { HelmValues } from "../../../constructs/kubernetes/values/helm-values";
import { requireProgram } from "../../support/edge-machine";
import { identityOf, KEPT, kept } from "../../support/kept";

/**
 * Asks promtool about files, which it finds by their names. Its words in order, whether it is content or not. It only
 * computes, so its answer to the same question is kept.
 */
export function promtool(args: readonly string[], files: Readonly<Record<string, HelmValues>>): Promise<string> {
  const program = requireProgram("promtool");
  // JSON is YAML too, and written in a tenth of the time.
  const texts = Object.entries(files).map(([name, content]): [string, string] => [
    name,
    JSON.stringify(content, null, 1),
  ]);
  return kept(join(KEPT, "promtool"), [identityOf(program), ...args, ...texts.flat()], () => ask(program, args, texts));
}

async function ask(
  program: string,
  args: readonly string[],
  files: readonly (readonly [string, string])[],
): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "promtool-"));
  try {
    for (const [name, text] of files) writeFileSync(join(folder, name), text);
    // It lives for seconds: collecting garbage as often as a server does would cost a quarter of them.
    const env = { ...process.env, GOGC: "400" };
    const call = ["-c", 'exec "$0" "$@" 2>&1', program, ...args];
    return (await promisify(execFile)("sh", call, { cwd: folder, env, encoding: "utf8", maxBuffer: 2 ** 30 })).stdout;
  } catch (error) {
    const { stdout, signal } = error as { stdout?: string; signal?: string };
    // What was ended from outside has no answer to keep.
    if (!stdout || signal) throw error;
    return stdout;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
