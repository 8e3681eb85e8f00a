import { availableParallelism, loadavg } from "node:os";
import { CannotTell } from "../../tools/cli";
import { CLIENT_TIMEOUT_MS, type Client, type LoadTarget, type Method, type RequestAnswer, send } from "./client";
import { pagePath, pageSizeOf } from "./page-size";

/** What a client saw of one request. Times are in milliseconds of the drill's own clock. */
export interface RequestRecord extends RequestAnswer {
  readonly edge: string;
  readonly method: Method;
  readonly id: string;
  readonly client: string;
  readonly version: Client["version"];
  readonly startMs: number;
  readonly endMs: number;
}

/** One in five writes. */
const METHODS: readonly Method[] = [
  ...(["POST", "GET", "GET", "HEAD", "GET"] as const),
  ...(["POST", "GET", "GET", "GET", "GET"] as const),
  ...(["POST", "GET", "GET", "OPTIONS", "GET"] as const),
  ...(["POST", "GET", "GET", "GET", "GET"] as const),
];

const TICK_MS = 1;
/** Beyond this the machine is overrun, and no figure means anything. */
const MAX_IN_FLIGHT = 6000;

/** Sends requests on a fixed schedule, whether earlier ones are answered or not, as users do. */
export class Load {
  private readonly records: RequestRecord[] = [];
  private readonly startedMs = performance.now();
  private readonly timer: NodeJS.Timeout;
  private sent = 0;

  /** @param run part of every request's id; unique within a drill */
  constructor(
    private readonly target: LoadTarget,
    private readonly requestsPerSecond: number,
    private readonly run: string,
  ) {
    this.timer = setInterval(() => this.sendWhatIsDue(), TICK_MS);
  }

  /** Sends no more, waits for the answers that are due, and resolves to everything that was seen. */
  async stop(): Promise<readonly RequestRecord[]> {
    clearInterval(this.timer);
    const deadline = performance.now() + CLIENT_TIMEOUT_MS;
    while (this.records.length < this.sent && performance.now() < deadline) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    return this.records;
  }

  private sendWhatIsDue(): void {
    const due = Math.floor(((performance.now() - this.startedMs) * this.requestsPerSecond) / 1000);
    while (this.sent < due) {
      if (this.sent - this.records.length >= MAX_IN_FLIGHT) {
        throw new CannotTell(
          `this machine is too slow for the drill: ${MAX_IN_FLIGHT} requests wait at the edge of ${this.target.edge}, and the load is ${load()}; end other work, or use a smaller --rate`,
        );
      }
      this.send(this.sent++);
    }
  }

  private send(number: number): void {
    const { edge, clients } = this.target;
    const client = clients[number % clients.length];
    if (!client) return;
    const method = METHODS[number % METHODS.length] ?? "GET";
    const id = `${edge}-${this.run}-${number}`;
    const body = method === "POST" ? JSON.stringify({ order: id }) : undefined;
    const path = method === "GET" ? pagePath(pageSizeOf(number), id) : `/${body ? "orders" : "watches"}/${id}`;
    const startMs = performance.now();
    const { address, version } = client;
    send(this.target, client, { method, path, body }, (answer) => {
      this.records.push({ edge, method, id, client: address, version, startMs, endMs: performance.now(), ...answer });
    });
  }
}

/** Of the last minute, and what it is shared by. */
export function load(): string {
  return `${loadavg()[0]?.toFixed(1)} on ${availableParallelism()} processors`;
}
