import { Agent, type RequestOptions, request } from "node:https";

/** Where requests go and who sends them. */
export interface LoadTarget {
  /** Name of the edge. */
  readonly edge: string;
  readonly address: string;
  readonly port: number;
  readonly host: string;
  /** Certificate that the edge must show. */
  readonly certificate: string;
  /** Several, because the edge limits what one address may ask for. */
  readonly clients: readonly Client[];
}

/** One user's address and the connections that are kept open from it. */
export interface Client {
  readonly address: string;
  readonly agent: Agent;
}

export function makeClient(address: string): Client {
  return { address, agent: new Agent({ keepAlive: true, scheduling: "lifo", timeout: IDLE_CONNECTION_MS }) };
}

/** What a client saw of one request. Times are in milliseconds of the drill's own clock. */
export interface RequestRecord {
  readonly edge: string;
  readonly method: Method;
  readonly id: string;
  readonly client: string;
  readonly startMs: number;
  readonly endMs: number;
  /** 0 when there was no answer. */
  readonly status: number;
  /** Why there was no answer. */
  readonly error?: string;
  /** There was no answer on a connection that had served before. */
  readonly wasConnected?: boolean;
  /** Country whose ingress answered; missing when the edge answered by itself. */
  readonly servedBy?: string;
  /** The answer was the edge's own page and asked to come back later. */
  readonly isUnavailablePage: boolean;
}

export type Method = "GET" | "HEAD" | "OPTIONS" | "POST";

/** One in five writes. */
const METHODS: readonly Method[] = [
  ...(["POST", "GET", "GET", "HEAD", "GET"] as const),
  ...(["POST", "GET", "GET", "GET", "GET"] as const),
  ...(["POST", "GET", "GET", "OPTIONS", "GET"] as const),
  ...(["POST", "GET", "GET", "GET", "GET"] as const),
];

const TICK_MS = 1;
const CLIENT_TIMEOUT_MS = 20_000;
/** Less than HAProxy's keep-alive timeout, so that a client never picks a connection that is just being closed. */
const IDLE_CONNECTION_MS = 8000;
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
        throw new Error(`${MAX_IN_FLIGHT} requests wait at the edge of ${this.target.edge}: use a smaller --rate`);
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
    const startMs = performance.now();
    const options: RequestOptions = {
      ...connectionOptions(this.target, client),
      agent: client.agent,
      method,
      path: `/${method === "POST" ? "orders" : "watches"}/${id}`,
      headers: {
        Host: this.target.host,
        ...(body && { "Content-Type": "application/json", "Content-Length": Buffer.byteLength(body) }),
      },
    };
    sendRequest(options, body, (answer) => {
      this.records.push({ edge, method, id, client: client.address, startMs, endMs: performance.now(), ...answer });
    });
  }
}

/** How a client of `target` connects, on a connection of its own unless an agent is added. */
export function connectionOptions(target: LoadTarget, client = target.clients[0]): RequestOptions {
  return {
    host: target.address,
    port: target.port,
    servername: target.host,
    ca: target.certificate,
    agent: false,
    ...(client && { localAddress: client.address }),
  };
}

export type RequestAnswer = Pick<RequestRecord, "status" | "error" | "wasConnected" | "servedBy" | "isUnavailablePage">;

/** Sends one request; tells exactly once how it ended. */
export function sendRequest(
  options: RequestOptions,
  body: string | undefined,
  onEnd: (answer: RequestAnswer) => void,
): void {
  let isOver = false;
  const end = (answer: RequestAnswer) => {
    if (isOver) return;
    isOver = true;
    clearTimeout(timeout);
    onEnd(answer);
  };
  const fail = (error: string) =>
    end({ status: 0, error, wasConnected: outgoing.reusedSocket, isUnavailablePage: false });
  const outgoing = request(options, (response) => {
    response.resume();
    response.on("error", (error) => fail(error.message));
    response.on("end", () => {
      const { "x-served-by": servedBy, "retry-after": retryAfter, "content-type": type } = response.headers;
      const isUnavailablePage = retryAfter !== undefined && type === "text/html; charset=utf-8";
      end({
        status: response.statusCode ?? 0,
        ...(typeof servedBy === "string" && { servedBy }),
        isUnavailablePage,
      });
    });
  });
  const timeout = setTimeout(() => {
    fail("timeout");
    outgoing.destroy();
  }, CLIENT_TIMEOUT_MS);
  outgoing.on("error", (error: NodeJS.ErrnoException) => fail(error.code ?? error.message));
  outgoing.end(body);
}
