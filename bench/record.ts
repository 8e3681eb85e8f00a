import { appendFileSync, existsSync, readFileSync } from "node:fs";
import { cpus } from "node:os";
import { CannotTell } from "../tools/cli";

/** One measured case of a run: medians. */
export interface Result {
  readonly name: string;
  readonly seconds: number;
  readonly megabytes: number;
}

/**
 * Appends a run to the page that keeps the history: the date, the machine, and each case as a multiple of the floor, with
 * its peak memory in MB. Where the cases have changed since the last run, a new table begins.
 *
 * @throws CannotTell when the page is not there
 */
export function appendRecord(page: string, results: readonly Result[], today: Date): void {
  if (!existsSync(page)) throw new CannotTell(`${page} is not there: run this in the project's folder`);
  const text = readFileSync(page, "utf8");
  const head = `| ${["date", "machine", "floor", ...results.slice(1).map(({ name }) => name)].join(" | ")} |`;
  const heads = text.split("\n").filter((line) => line.startsWith("| date |"));
  const isNewTable = heads.at(-1) !== head;
  const rule = `| ${Array(results.length + 2)
    .fill("---")
    .join(" | ")} |`;
  appendFileSync(page, `${isNewTable ? `\n${head}\n${rule}\n` : ""}${renderRow(results, today)}\n`);
}

function renderRow([floor, ...others]: readonly Result[], today: Date): string {
  if (!floor) throw new Error("nothing was measured");
  const [cpu] = cpus();
  const machine = `${cpus().length} x ${cpu?.model ?? "unknown"}, Node ${process.versions.node}`;
  const cells = others.map(
    ({ seconds, megabytes }) => `${(seconds / floor.seconds).toFixed(1)} (${megabytes.toFixed(0)} MB)`,
  );
  return `| ${[today.toISOString().slice(0, 10), machine, `${floor.seconds.toFixed(2)} s`, ...cells].join(" | ")} |`;
}
