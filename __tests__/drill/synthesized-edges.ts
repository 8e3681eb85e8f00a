import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { production } from "../../config/production";
import { literal } from "../../constructs/terraform-text";
import { unescapeTerraform } from "../../drill/edge/synthesized-config";
import { edgeMetadata, synthesize, synthesizeInto } from "../support/synth";

const estate = synthesize(production);

/** A country's configuration in production, as its edge machine reads it. */
export function edgeConfig(country: string): string {
  return edgeMetadata(estate, country, "haproxy-cfg");
}

/** Synthesizes production, with the configuration of each edge changed by `change`. @returns the directory */
export function writeSynthesizedEdges(change?: (config: string) => string): string {
  const out = mkdtempSync(join(tmpdir(), "drill-input-"));
  synthesizeInto(out, production);
  for (const country of change ? Object.keys(production.countries) : []) {
    const file = join(out, "stacks", `region-${country}`, "cdk.tf.json");
    const stack = JSON.parse(readFileSync(file, "utf8"));
    for (const { metadata } of Object.values<{ metadata: Record<string, string> }>(
      stack.resource.google_compute_region_instance_template,
    )) {
      metadata["haproxy-cfg"] = literal(change?.(unescapeTerraform(metadata["haproxy-cfg"] ?? "")) ?? "");
    }
    writeFileSync(file, JSON.stringify(stack));
  }
  return out;
}
