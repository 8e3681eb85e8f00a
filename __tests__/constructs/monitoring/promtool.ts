import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { HelmValues } from "../../../constructs/kubernetes/values/helm-values";
import { toYaml } from "../../../constructs/kubernetes/yaml";
import { requireProgram } from "../../support/edge-machine";

/** Asks promtool about files, which it finds by their names. Its words in order, whether it is content or not. */
export function promtool(args: readonly string[], files: Readonly<Record<string, HelmValues>>): string {
  const folder = mkdtempSync(join(tmpdir(), "promtool-"));
  try {
    for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), toYaml(content));
    // It lives for seconds: collecting garbage as often as a server does would cost a quarter of them.
    const env = { ...process.env, GOGC: "400" };
    const call = ["-c", 'exec "$0" "$@" 2>&1', requireProgram("promtool"), ...args];
    return execFileSync("sh", call, { cwd: folder, env, encoding: "utf8", maxBuffer: 2 ** 30 });
  } catch (error) {
    const { stdout } = error as { stdout?: string };
    return stdout || String(error);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
