import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { createServer as createSecureServer } from "node:https";
import { tmpdir } from "node:os";
import { gunzipSync } from "node:zlib";
import { makeCertificate } from "../../drill/certificate";
import { close, listen } from "../../drill/http-server";

interface Outcome {
  readonly create: { readonly status: number; readonly error?: { readonly reason: string } };
}

async function body(request: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part);
  return Buffer.concat(parts);
}

/** Elasticsearch's bulk API as far as an agent uses it: it knows its user, and takes an id once. */
export class ElasticsearchStandIn {
  /** Text of each line by its id. */
  readonly lines = new Map<string, Readonly<Record<string, string>>>();
  /** What the next requests are answered with as a whole: statuses, until none is left. */
  readonly refusals: number[] = [];
  /** How many lines of the next request have no room. */
  full = 0;
  /** Requests that came from somebody with the right password. */
  requests = 0;
  readonly certificate: string;
  private readonly server: Server;

  constructor(
    private readonly password: string,
    private readonly port: number,
  ) {
    const pem = makeCertificate("openssl", tmpdir(), "localhost");
    this.certificate = pem;
    this.server = createSecureServer(
      { cert: pem, key: pem },
      (request, response) => void this.answer(request, response),
    );
  }

  open(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.server.once("error", reject);
      this.server.listen(this.port, "127.0.0.1", () => resolve());
    });
  }

  close(): Promise<void> {
    return close(this.server);
  }

  messages(): string[] {
    return [...this.lines.values()].map(({ message = "" }) => message);
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const text = (await body(request)).toString();
    const refusal = this.refusals.shift();
    if (refusal) return void response.writeHead(refusal).end(JSON.stringify({ error: {}, status: refusal }));
    const user = Buffer.from(`agent:${this.password}`).toString("base64");
    if (request.headers.authorization !== `Basic ${user}`) return void response.writeHead(401).end("{}");
    if (!/^\/logs-edge-machines\/_bulk\?/.test(request.url ?? "")) return void response.writeHead(404).end("{}");
    this.requests += 1;
    const lines = text.trimEnd().split("\n");
    const items: Outcome[] = [];
    for (let index = 0; index < lines.length; index += 2) items.push(this.take(lines[index], lines[index + 1]));
    const errors = items.some(({ create }) => create.status >= 300);
    response.end(JSON.stringify({ errors, items }));
  }

  private take(action = "", document = ""): Outcome {
    if (this.full > 0) {
      this.full -= 1;
      return { create: { status: 429, error: { reason: "no room" } } };
    }
    const id: string = JSON.parse(action).create._id;
    if (this.lines.has(id)) return { create: { status: 409, error: { reason: "it is there already" } } };
    this.lines.set(id, JSON.parse(document));
    return { create: { status: 201 } };
  }
}

/** A bucket that nobody may read, and in which nothing is overwritten. */
export class BucketStandIn {
  readonly objects = new Map<string, Buffer>();
  isAway = false;
  private readonly server = createServer(async (request, response) => {
    const content = await body(request);
    const url = new URL(request.url ?? "", "http://bucket");
    const name = url.searchParams.get("name") ?? "";
    const isRight = url.pathname === "/upload/storage/v1/b/logs/o" && url.searchParams.get("ifGenerationMatch") === "0";
    if (this.isAway || !isRight || !name) return void response.writeHead(this.isAway ? 503 : 404).end("{}");
    if (this.objects.has(name)) return void response.writeHead(412).end("{}");
    this.objects.set(name, content);
    response.end("{}");
  });

  async open(): Promise<string> {
    return `http://127.0.0.1:${await listen(this.server)}`;
  }

  close(): Promise<void> {
    return close(this.server);
  }

  messages(): string[] {
    const lines = [...this.objects.values()].flatMap((content) => gunzipSync(content).toString().trimEnd().split("\n"));
    return lines.map((line) => JSON.parse(line).message);
  }
}
