import { type ClientHttp2Session, connect as connectHttp2 } from "node:http2";
import { Agent, request } from "node:https";
import { epochMs, sleepMs } from "../time";

/**
 * A country's users, as a process on their network: they ask DNS when its answer has grown old, keep connections as
 * browsers do, half of them over HTTP/2, and ask again once for a page whose connection broke, never for an order.
 */
export interface UsersSetup {
  readonly country: string;
  /** Name that they go to. */
  readonly host: string;
  readonly certificates: readonly string[];
  readonly perSecond: number;
  /** How long an answer of DNS is used, in milliseconds. */
  readonly ttlMs: number;
}

export const KINDS = ["page", "basket", "add", "order"] as const;
export type Kind = (typeof KINDS)[number];

/** One thing that a user did. Times are those of the wall clock, in milliseconds. */
export interface Deed {
  readonly country: string;
  readonly kind: Kind;
  /** Of an order. */
  readonly id: string;
  readonly startMs: number;
  readonly endMs: number;
  /** 0 when no answer came. */
  readonly status: number;
  /** Country whose shop answered. */
  readonly servedBy?: string;
  /** How old the newest thing was that a basket had lost, in milliseconds. */
  readonly lostMs?: number;
  /** Whose resolver keeps to no TTL. */
  readonly isStubborn: boolean;
}

/** What the drill tells: the address that DNS would answer now, a new round, or to stop. */
export type UsersOrder = { readonly address: string } | { readonly run: string } | "stop";

const DEEDS: readonly Kind[] = ["page", "add", "page", "page", "order", "page", "basket", "page", "order", "page"];
const BASKETS = 10;
const PAGE_LIMIT_MS = 10_000;
/** An edge waits 30 s for a write. */
const WRITE_LIMIT_MS = 35_000;
/** One of so many resolves too rarely. */
const STUBBORN_EVERY = 20;
const STUBBORN_MS = 600_000;

interface Answer {
  readonly status: number;
  readonly body: { readonly country?: string; readonly version?: number };
}

/** What one resolver knows. */
class Resolver {
  private address = "";
  private askedMs = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly dns: () => string,
    private readonly ttlMs: number,
  ) {}

  resolve(): string {
    if (performance.now() - this.askedMs > this.ttlMs) {
      this.address = this.dns();
      this.askedMs = performance.now();
    }
    return this.address;
  }
}

class Browser {
  private agent = new Agent({ keepAlive: true });
  private session: ClientHttp2Session | undefined;
  private connectedTo = "";

  constructor(
    private readonly setup: UsersSetup,
    private readonly resolver: Resolver,
    private readonly isHttp2: boolean,
  ) {}

  /** @throws Error when no answer comes */
  async ask(method: string, path: string, limitMs: number): Promise<Answer> {
    const address = this.resolver.resolve();
    if (address !== this.connectedTo) this.startAfresh();
    this.connectedTo = address;
    try {
      return await (this.isHttp2
        ? this.askHttp2(address, method, path, limitMs)
        : this.askHttp1(address, method, path, limitMs));
    } catch (error) {
      this.startAfresh();
      throw error;
    }
  }

  /** Opens connections anew from here on; what is under way on the old ones goes on. */
  private startAfresh(): void {
    this.agent = new Agent({ keepAlive: true });
    this.session?.close();
    this.session = undefined;
  }

  private askHttp1(address: string, method: string, path: string, limitMs: number): Promise<Answer> {
    const { host, certificates } = this.setup;
    return new Promise((resolve, reject) => {
      const sent = request(
        {
          ...{ host: address, port: 443, servername: host, ca: [...certificates], agent: this.agent },
          ...{ method, path, headers: { host, "user-agent": "a browser", "content-length": 0 } },
          signal: AbortSignal.timeout(limitMs),
        },
        (response) => {
          let text = "";
          response.on("data", (data) => (text += data));
          response.on("end", () => resolve(readAnswer(response.statusCode ?? 0, text)));
          response.on("error", reject);
        },
      );
      sent.on("error", reject);
      sent.end();
    });
  }

  private askHttp2(address: string, method: string, path: string, limitMs: number): Promise<Answer> {
    const { host, certificates } = this.setup;
    if (!this.session || this.session.closed || this.session.destroyed) {
      this.session = connectHttp2(`https://${address}`, { servername: host, ca: [...certificates] });
      this.session.on("error", () => undefined);
    }
    const stream = this.session.request({
      ...{ ":method": method, ":path": path, ":authority": host },
      ...{ "user-agent": "a browser", "content-length": "0" },
    });
    stream.end();
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error("no answer")), limitMs);
      let status = 0;
      let text = "";
      stream.on("response", (headers) => (status = Number(headers[":status"])));
      stream.on("data", (data) => (text += data));
      stream.on("error", reject);
      stream.on("close", () => {
        clearTimeout(timer);
        if (status && stream.rstCode === 0) resolve(readAnswer(status, text));
        else reject(new Error("the stream broke"));
      });
    });
  }
}

function readAnswer(status: number, text: string): Answer {
  try {
    return { status, body: JSON.parse(text) };
  } catch {
    return { status, body: {} }; // the edge's own page
  }
}

class Users {
  private address = "";
  private run = "";
  private wanted = true;
  private readonly acknowledged = new Map<string, { readonly version: number; readonly atMs: number }[]>();
  private readonly browsers: readonly Browser[];
  private readonly stubborn: Browser;

  constructor(private readonly setup: UsersSetup) {
    const resolver = () => new Resolver(() => this.address, setup.ttlMs);
    this.browsers = [false, true, false, true].map((isHttp2) => new Browser(setup, resolver(), isHttp2));
    this.stubborn = new Browser(setup, new Resolver(() => this.address, STUBBORN_MS), false);
    process.on("message", (order: UsersOrder) => {
      if (order === "stop") this.wanted = false;
      else if ("address" in order) this.address = order.address;
      else this.run = order.run;
    });
    process.on("disconnect", () => process.exit(0));
  }

  async shop(): Promise<void> {
    process.send?.("ready");
    const open = new Set<Promise<void>>();
    const startMs = performance.now();
    for (let number = 0; this.wanted; number += 1) {
      if (this.run && this.address) {
        const deed = this.do(number, this.run).finally(() => open.delete(deed));
        open.add(deed);
      }
      await sleepMs(Math.max(0, startMs + ((number + 1) * 1000) / this.setup.perSecond - performance.now()));
    }
    await Promise.all(open);
    process.send?.("done", () => process.exit(0));
  }

  private async do(number: number, run: string): Promise<void> {
    const { country } = this.setup;
    const isStubborn = number % STUBBORN_EVERY === 0;
    const browser = isStubborn ? this.stubborn : (this.browsers[number % this.browsers.length] ?? this.stubborn);
    const kind = DEEDS[number % DEEDS.length] ?? "page";
    const id = kind === "order" ? `${run}-${country}-${number}` : String(number % BASKETS);
    const basket = `${country}-${id}`;
    const startMs = epochMs();
    const before = kind === "basket" ? [...(this.acknowledged.get(basket) ?? [])] : [];
    const answer = await this.askAgain(browser, kind, { page: id, basket, add: basket, order: id }[kind]);
    const endMs = epochMs();
    const { version = 0 } = answer.body;
    if (kind === "add" && answer.status === 200) this.remember(basket, version, endMs);
    const lost = answer.status === 200 ? before.filter((known) => known.version > version) : [];
    const deed: Deed = {
      ...{ country, kind, id, startMs, endMs, status: answer.status, isStubborn },
      ...(answer.body.country && { servedBy: answer.body.country }),
      ...(lost.length > 0 && { lostMs: startMs - Math.min(...lost.map(({ atMs }) => atMs)) }),
    };
    process.send?.(deed);
  }

  /** As a browser: a page is asked for once more when its connection broke. */
  private async askAgain(browser: Browser, kind: Kind, id: string): Promise<Answer> {
    const path = { page: "products", basket: "baskets", add: "baskets", order: "orders" }[kind];
    const isRead = kind === "page" || kind === "basket";
    const ask = () => browser.ask(isRead ? "GET" : "POST", `/${path}/${id}`, isRead ? PAGE_LIMIT_MS : WRITE_LIMIT_MS);
    const none: Answer = { status: 0, body: {} };
    return ask().catch(() => (isRead ? ask().catch(() => none) : none));
  }

  private remember(basket: string, version: number, atMs: number): void {
    // What is older than a minute, every country must have by now.
    const known = (this.acknowledged.get(basket) ?? []).slice(-20);
    this.acknowledged.set(basket, [...known, { version, atMs }]);
  }
}

if (require.main === module) void new Users(JSON.parse(process.argv[2] ?? "")).shop();
