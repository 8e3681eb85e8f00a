import { execFileSync } from "node:child_process";
import { VRL } from "../../../tools/engines/vrl";
import { wheelFolder } from "../../../tools/engines/wheel-files";

export type LogEvent = Readonly<Record<string, unknown>>;

/** Events are handed over and back as JSON, because the module turns nested objects into text. */
const RUN = `
import json, sys
from vector_bindings import execute_vrl
program, events = json.load(sys.stdin)
print(json.dumps([json.loads(one["json"]) for one in execute_vrl(program + '\\n. = {"json": encode_json(.)}', events)]))
`;

/** Runs a program of Vector's language over events, each on its own, by Vector's own compiler and runtime. */
export function runVrl(program: string, events: readonly LogEvent[]): LogEvent[] {
  const input = JSON.stringify([program, events.map((event) => JSON.stringify(event))]);
  const environment = { ...process.env, PYTHONPATH: wheelFolder(process.env, VRL) };
  return JSON.parse(execFileSync("python3", ["-c", RUN], { input, env: environment, encoding: "utf8" }));
}
