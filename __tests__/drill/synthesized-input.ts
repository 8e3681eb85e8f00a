import { chmodSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { production } from "../../config/production";
import { escapeTemplate, unescapeTemplate } from "../../constructs/escape-template";
import { stackFile } from "../../tools/synthesized/stacks";
import { synthesizeInto } from "../support/synth";

/** Synthesizes production, with the text under `key` in every machine's metadata changed. @returns the directory */
export function writeSynthesized(key: string, change?: (text: string) => string): string {
  const out = mkdtempSync(join(tmpdir(), "drill-input-"));
  chmodSync(out, 0o755); // A drill's servers run as users of their own.
  synthesizeInto(out, production);
  for (const country of change ? Object.keys(production.countries) : []) {
    const file = stackFile(out, `region-${country}`);
    const stack = JSON.parse(readFileSync(file, "utf8"));
    for (const { metadata } of Object.values<Resources>(stack.resource).flatMap(Object.values<Resources[string]>)) {
      const text = metadata?.[key];
      if (metadata && text !== undefined) metadata[key] = escapeTemplate(change?.(unescapeTemplate(text)) ?? "");
    }
    writeFileSync(file, JSON.stringify(stack));
  }
  return out;
}

type Resources = Record<string, { metadata?: Record<string, string> }>;
