import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { staging } from "../../config/staging";
import { stackFile } from "../../tools/synthesized/stacks";
import { synthesizeInto } from "../support/synth";

/** Whether Terraform finds the provider here: not every machine reaches a registry or has a mirror. */
function providerIsHere(): boolean {
  const folder = mkdtempSync(join(tmpdir(), "provider-"));
  try {
    synthesizeInto(folder, staging);
    const { terraform } = JSON.parse(readFileSync(stackFile(folder, "network"), "utf8"));
    const { google } = terraform.required_providers;
    writeFileSync(join(folder, "main.tf.json"), JSON.stringify({ terraform: { required_providers: { google } } }));
    return spawnSync("terraform", ["init", "-input=false"], { cwd: folder }).status === 0;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Not a silent skip: jest names a skipped test. */
export const whereProvider = providerIsHere() ? describe : describe.skip;
