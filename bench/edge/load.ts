import { spawnSync } from "node:child_process";
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { CannotTell } from "../../tools/cli";
import type { Measured, PAGES } from "./servers";

/** What clients ask for, and how. */
export interface LoadCase {
  readonly version: "HTTP/1.1" | "HTTP/2";
  readonly page: keyof typeof PAGES;
  /** Each request with a TLS connection of its own; otherwise some connections are kept. */
  readonly isNew: boolean;
  readonly method: "GET" | "POST";
}

export interface LoadFigures {
  readonly requestsPerSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Processor time of HAProxy for one request. */
  readonly cpuMicroseconds: number;
}

const REQUESTS = { kept: { "1k": 20_000, "100k": 3000 }, new: { "1k": 1500, "100k": 800 } } as const;
const KEPT_CONNECTIONS = 20;
/** Requests that an HTTP/2 connection has under way. */
const STREAMS = 5;

/** @throws CannotTell when an answer is not a good one: a figure of errors would say nothing */
export function measure(h2load: string, directory: string, measured: Measured, load: LoadCase): LoadFigures {
  const { version, page, isNew, method } = load;
  const requests = REQUESTS[isNew ? "new" : "kept"][page];
  const log = join(directory, "h2load.log");
  const args = [
    ...["-n", String(requests), "-c", String(isNew ? requests : KEPT_CONNECTIONS), "-t", "1"],
    ...(version === "HTTP/1.1" ? ["--h1"] : ["-m", String(isNew ? 1 : STREAMS)]),
    ...(method === "POST" ? ["-d", join(directory, "pages", "1k")] : []),
    ...[`--connect-to=${measured.address}:${measured.port}`, `--log-file=${log}`, `https://${measured.host}/${page}`],
  ];
  rmSync(log, { force: true });
  const before = measured.haproxy.cpuMs();
  const { stdout, stderr } = spawnSync(h2load, args, { encoding: "utf8", maxBuffer: 1 << 28 });
  const cpuMs = measured.haproxy.cpuMs() - before;
  const [, rate] = /finished in .*?, ([\d.]+) req\/s/.exec(stdout) ?? [];
  const [, good] = /status codes: (\d+) 2xx/.exec(stdout) ?? [];
  if (Number(good) !== requests)
    throw new CannotTell(`of ${requests} requests ${good ?? 0} were answered:\n${stdout}${stderr}`);
  const times = readFileSync(log, "utf8")
    .trim()
    .split("\n")
    .map((line) => Number(line.split("\t")[2]) / 1000);
  times.sort((a, b) => a - b);
  return {
    requestsPerSecond: Number(rate),
    p50Ms: times[Math.floor(times.length * 0.5)] ?? 0,
    p99Ms: times[Math.floor(times.length * 0.99)] ?? 0,
    cpuMicroseconds: (cpuMs * 1000) / requests,
  };
}
