import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { HelmValues } from "../../../constructs/kubernetes/values/helm-values";
import { toYaml } from "../../../constructs/kubernetes/yaml";
import { requireProgram } from "../../support/edge-machine";

/** Asks promtool about files, which it finds by their names. Its words, whether it is content or not. */
export function promtool(args: readonly string[], files: Readonly<Record<string, HelmValues>>): string {
  const folder = mkdtempSync(join(tmpdir(), "promtool-"));
  try {
    for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), toYaml(content));
    return execFileSync(requireProgram("promtool"), args, { cwd: folder, encoding: "utf8", stdio: "pipe" });
  } catch (error) {
    const { stdout = "", stderr = String(error) } = error as { stdout?: string; stderr?: string };
    return `${stdout}${stderr}`;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
