import { cpSync, existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";

const SCHEMA = "values.schema.json";

/**
 * Copies charts. A schema of values that reads others by address is left out, because Helm would fetch those at every
 * install and a rehearsal reaches nobody; `npm run charts` holds the values to it.
 *
 * @param from folder with unpacked charts, by name
 * @returns `to`
 */
export function copyChartsOffline(from: string, to: string): string {
  for (const name of readdirSync(from).filter((one) => existsSync(join(from, one, "Chart.yaml")))) {
    cpSync(join(from, name), join(to, name), { recursive: true, dereference: true });
    const schema = join(to, name, SCHEMA);
    if (existsSync(schema) && /"\$ref":\s*"https?:/.test(readFileSync(schema, "utf8"))) rmSync(schema);
  }
  return to;
}
