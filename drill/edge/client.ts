import { type ClientHttp2Session, connect, constants } from "node:http2";
import { Agent, type RequestOptions, request } from "node:https";
import { bodySize } from "./page-size";

export type Method = "GET" | "HEAD" | "OPTIONS" | "POST";

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
  /** Address of whoever means ill. */
  readonly attacker: string;
}

/** One user: an address, and the connections that are kept open from it. */
export type Client =
  | { readonly version: "HTTP/1.1"; readonly address: string; readonly agent: Agent }
  | { readonly version: "HTTP/2"; readonly address: string; readonly sessions: Sessions };

/** What a client saw of one answer. */
export interface RequestAnswer {
  /** 0 when there was none. */
  readonly status: number;
  /** Why there was none, or none that was whole. */
  readonly error?: string;
  /** There was no answer on a connection that had served before. */
  readonly wasConnected?: boolean;
  /** How an answer ended that was not whole: the client was told, or takes it for whole. */
  readonly cut?: "told" | "silent";
  /** Country whose ingress answered; missing when the edge answered by itself. */
  readonly servedBy?: string;
  /** The answer was the edge's own page and asked to come back later. */
  readonly isUnavailablePage: boolean;
}

export interface Outgoing {
  readonly method: Method;
  readonly path: string;
  readonly body?: string | undefined;
}

export const CLIENT_TIMEOUT_MS = 20_000;
/** Less than HAProxy's keep-alive timeout, so that a client never picks a connection that is just being closed. */
const IDLE_CONNECTION_MS = 8000;
/** As browsers have it; with 64 KB a large page would wait for each acknowledgement. */
const WINDOW_BYTES = 6_000_000;

/** Clients with the two versions by turns. */
export function makeClient(address: string, number: number): Client {
  if (number % 2 === 1) return { version: "HTTP/2", address, sessions: new Sessions() };
  const agent = new Agent({ keepAlive: true, scheduling: "lifo", timeout: IDLE_CONNECTION_MS });
  return { version: "HTTP/1.1", address, agent };
}

/** The one connection that an HTTP/2 client has, and the next one when it may not be used any more. */
export class Sessions {
  private session: ClientHttp2Session | undefined;

  /** @returns the connection, and whether it was there before */
  get(target: LoadTarget, localAddress: string): { session: ClientHttp2Session; wasConnected: boolean } {
    const open = this.session;
    if (open && !open.closed && !open.destroyed) return { session: open, wasConnected: !open.connecting };
    const session = connect(`https://${target.address}:${target.port}`, {
      ...{ ca: target.certificate, servername: target.host, localAddress },
      settings: { initialWindowSize: WINDOW_BYTES, enablePush: false },
    });
    session.on("connect", () => session.setLocalWindowSize(WINDOW_BYTES));
    session.on("goaway", () => this.leave(session));
    session.on("close", () => this.leave(session));
    session.on("error", () => this.leave(session));
    this.session = session;
    return { session, wasConnected: false };
  }

  private leave(session: ClientHttp2Session): void {
    if (this.session === session) this.session = undefined;
  }
}

/** Sends one request; tells exactly once how it ended. */
export function send(
  target: LoadTarget,
  client: Client,
  outgoing: Outgoing,
  onEnd: (answer: RequestAnswer) => void,
): void {
  if (client.version === "HTTP/2") sendOverHttp2(target, client, outgoing, onEnd);
  else sendOverHttp1(target, client, outgoing, onEnd);
}

function sendOverHttp1(
  target: LoadTarget,
  client: Client & { version: "HTTP/1.1" },
  { method, path, body }: Outgoing,
  onEnd: (answer: RequestAnswer) => void,
): void {
  const headers = {
    Host: target.host,
    ...(body && { "Content-Type": "application/json", "Content-Length": Buffer.byteLength(body) }),
  };
  sendRequest({ ...connectionOptions(target, client), agent: client.agent, method, path, headers }, body, onEnd);
}

/** How a client of `target` connects, on a connection of its own unless an agent is added. */
export function connectionOptions(target: LoadTarget, client = target.clients[0]): RequestOptions {
  return {
    ...{ host: target.address, port: target.port, servername: target.host, ca: target.certificate, agent: false },
    ...(client && { localAddress: client.address }),
  };
}

/** Over HTTP/1.1. */
export function sendRequest(
  options: RequestOptions,
  body: string | undefined,
  onEnd: (answer: RequestAnswer) => void,
): void {
  const once = new Once(onEnd, expectedBytes(options.method, options.path), () => outgoing.destroy());
  const outgoing = request(options, (response) => {
    const { "x-served-by": servedBy, "retry-after": retryAfter, "content-type": type } = response.headers;
    once.begins({ status: response.statusCode ?? 0, servedBy, retryAfter, type });
    response.on("data", (data: Buffer) => once.receives(data.length));
    response.on("error", (error) => once.fails(error.message, true));
    response.on("end", () => once.ends());
  });
  outgoing.on("error", (error: NodeJS.ErrnoException) =>
    once.fails(error.code ?? error.message, outgoing.reusedSocket),
  );
  outgoing.end(body);
}

/** @param isAgain its stream was refused before */
function sendOverHttp2(
  target: LoadTarget,
  client: Client & { version: "HTTP/2" },
  outgoing: Outgoing,
  onEnd: (answer: RequestAnswer) => void,
  isAgain = false,
): void {
  const { method, path, body } = outgoing;
  const { session, wasConnected } = client.sessions.get(target, client.address);
  const stream = session.request({
    ...{ ":method": method, ":path": path, ":authority": target.host },
    ...(body && { "content-type": "application/json" }),
  });
  const once = new Once(onEnd, expectedBytes(method, path), () => stream.destroy());
  stream.on("response", (headers) => {
    const { "x-served-by": servedBy, "retry-after": retryAfter, "content-type": type } = headers;
    once.begins({ status: headers[":status"] ?? 0, servedBy, retryAfter, type });
  });
  stream.on("data", (data: Buffer) => once.receives(data.length));
  const fails = (error: string) => {
    if (isAgain || stream.rstCode !== constants.NGHTTP2_REFUSED_STREAM) once.fails(error, wasConnected);
    // Browsers send again what was refused, writes too: it was not processed (RFC 9113, 8.7). At a reload that is a request
    // which the client had not written yet when HAProxy left the connection.
    else if (once.leaves()) sendOverHttp2(target, client, outgoing, onEnd, true);
  };
  stream.on("error", (error: NodeJS.ErrnoException) => fails(error.code ?? error.message));
  let isEnded = false;
  stream.on("end", () => {
    isEnded = true;
  });
  // A reset stream ends too: only its code tells that from a whole one.
  stream.on("close", () => (isEnded && stream.rstCode === 0 ? once.ends() : fails("closed")));
  stream.end(body);
}

function expectedBytes(method: string | undefined, path: string | null | undefined): number | undefined {
  return method === "GET" ? bodySize(path ?? "")?.bytes : undefined;
}

interface Beginning {
  readonly status: number;
  readonly servedBy: unknown;
  readonly retryAfter: unknown;
  readonly type: unknown;
}

/** Follows one answer, and tells once how it ended. */
class Once {
  private isOver = false;
  private received = 0;
  private beginning: Beginning | undefined;
  private readonly timeout = setTimeout(() => {
    this.fails("timeout", true);
    this.giveUp();
  }, CLIENT_TIMEOUT_MS);

  constructor(
    private readonly onEnd: (answer: RequestAnswer) => void,
    private readonly expected: number | undefined,
    private readonly giveUp: () => void,
  ) {}

  begins(beginning: Beginning): void {
    this.beginning = beginning;
  }

  receives(bytes: number): void {
    this.received += bytes;
  }

  ends(): void {
    // Whatever is to come, "end" came first: the client has it for whole.
    const isCut = this.beginning?.status === 200 && this.expected !== undefined && this.received !== this.expected;
    this.tell(isCut ? { cut: "silent" } : {});
  }

  fails(error: string, wasConnected: boolean): void {
    if (this.beginning) this.tell({ error, cut: "told" });
    else this.tell({ error, wasConnected });
  }

  /** Tells nothing. @returns false when it was told already */
  leaves(): boolean {
    if (this.isOver) return false;
    this.isOver = true;
    clearTimeout(this.timeout);
    return true;
  }

  private tell(ending: Pick<RequestAnswer, "error" | "cut" | "wasConnected">): void {
    if (!this.leaves()) return;
    const { status = 0, servedBy, retryAfter, type } = this.beginning ?? {};
    const isUnavailablePage = retryAfter !== undefined && type === "text/html; charset=utf-8";
    this.onEnd({ status, ...(typeof servedBy === "string" && { servedBy }), isUnavailablePage, ...ending });
  }
}
