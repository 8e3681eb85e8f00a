import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { close, listen } from "../http-server";

/** A secret's versions, oldest first; undefined means disabled. Missing secrets return 404. */
export type Versions = (string | undefined)[];

/** Content of the stand-in for Google Cloud, and the requests it received. */
export interface DatabaseCloud {
  /** Metadata by path under `computeMetadata/v1/`. */
  readonly metadata: Map<string, string>;
  readonly secrets: Map<string, Versions>;
  /** Objects by `bucket/name`. */
  readonly objects: Map<string, Buffer>;
  /** Method and path of each request, except for tokens. */
  readonly requests: string[];
  /** While true, requests for secrets return 503. */
  secretsAway: boolean;
  /** Number of uploaded pieces to reject with 503. */
  brokenPieces: number;
  readonly token: string;
  /** Environment with which the scripts find it. */
  readonly environment: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

/** Objects that one answer lists: the service may give fewer than it is asked for. */
const PAGE = 4;

type State = Pick<DatabaseCloud, "metadata" | "secrets" | "objects" | "requests" | "token"> & {
  secretsAway: boolean;
  brokenPieces: number;
};

/**
 * Metadata server, Secret Manager and Cloud Storage on one port, as strict about headers and tokens as the real ones.
 * @param address that it listens on
 */
export async function startDatabaseCloud(address = "127.0.0.1"): Promise<DatabaseCloud> {
  const token = `token-${"s3cr3t".repeat(8)}`;
  const tokenAnswer = JSON.stringify({ access_token: token, expires_in: 3599, token_type: "Bearer" });
  const state: State = {
    metadata: new Map([["instance/service-accounts/default/token", tokenAnswer]]),
    secrets: new Map(),
    objects: new Map(),
    requests: [],
    token,
    secretsAway: false,
    brokenPieces: 0,
  };
  const uploads = new Map<string, Buffer>();
  const server = createServer((request, response) => {
    const body: Buffer[] = [];
    request.on("data", (data) => body.push(data));
    request.on("end", () => answer(state, uploads, request, Buffer.concat(body), response));
  });
  const origin = `http://${address}:${await listen(server, address)}`;
  const environment = {
    METADATA_URL: `${origin}/computeMetadata/v1`,
    SECRETS_URL: `${origin}/v1`,
    STORAGE_URL: origin,
  };
  return Object.assign(state, { environment, close: () => close(server) });
}

function answer(
  state: State,
  uploads: Map<string, Buffer>,
  { method = "", url = "", headers }: IncomingMessage,
  body: Buffer,
  response: ServerResponse,
): void {
  const send = (status: number, text: string | Buffer = "", more = {}) => response.writeHead(status, more).end(text);
  const { pathname, searchParams } = new URL(url, "http://cloud");
  if (pathname.startsWith("/computeMetadata/v1/")) {
    if (headers["metadata-flavor"] !== "Google") return void send(403);
    const value = state.metadata.get(pathname.slice("/computeMetadata/v1/".length));
    return void (value === undefined ? send(404) : send(200, value));
  }
  state.requests.push(`${method} ${pathname}`);
  if (headers.authorization !== `Bearer ${state.token}`) return void send(401);
  if (pathname.startsWith("/v1/")) return void send(...secret(state, method, pathname.slice("/v1/".length), body));
  if (pathname.startsWith("/upload/")) {
    const bucket = pathname.split("/")[5] ?? "";
    if (method === "POST") {
      const key = `${bucket}/${searchParams.get("name")}`;
      if (state.objects.has(key)) return void send(412);
      uploads.set(key, Buffer.alloc(0));
      return void send(200, "", { Location: `http://${headers.host}${pathname}?session=${encodeURIComponent(key)}` });
    }
    return void send(piece(state, uploads, searchParams.get("session") ?? "", headers["content-range"] ?? "", body));
  }
  const [, bucket, name] = /^\/storage\/v1\/b\/([^/]+)\/o(?:\/(.+))?$/.exec(pathname) ?? [];
  if (bucket === undefined) return void send(404);
  if (name === undefined) {
    return void send(200, JSON.stringify(listing(state, bucket, searchParams)));
  }
  const object = state.objects.get(`${bucket}/${decodeURIComponent(name)}`);
  send(object ? 200 : 404, object);
}

/** A page of a bucket's objects that match, in the order of their names; the token is the last name of the page before. */
function listing({ objects }: State, bucket: string, wanted: URLSearchParams) {
  const after = wanted.get("pageToken") ?? "";
  const glob = (wanted.get("matchGlob") ?? "**")
    .replaceAll(".", "\\.")
    .replace(/\*+/g, ({ length }) => (length > 1 ? ".*" : "[^/]*"));
  const matching = new RegExp(`^${glob}$`);
  const names = [...objects.keys()]
    .filter((key) => key.startsWith(`${bucket}/`))
    .map((key) => key.slice(bucket.length + 1))
    .filter((name) => matching.test(name) && name > after)
    .sort();
  const page = names.slice(0, Math.min(Number(wanted.get("maxResults") ?? 1000), PAGE));
  return {
    items: page.map((name) => ({ name })),
    ...(page.length < names.length && { nextPageToken: page.at(-1) }),
  };
}

function secret(state: State, method: string, path: string, body: Buffer): [status: number, text: string] {
  if (state.secretsAway) return [503, ""];
  const [, added] = /^(.+):addVersion$/.exec(path) ?? [];
  if (method === "POST" && added !== undefined) {
    const versions = state.secrets.get(added);
    if (!versions) return [404, ""];
    versions.push(Buffer.from(JSON.parse(body.toString()).payload.data, "base64").toString());
    return [200, JSON.stringify({ name: `${added}/versions/${versions.length}`, state: "ENABLED" })];
  }
  const [, resource = "", version] = /^(.+)\/versions\/(latest|\d+):access$/.exec(path) ?? [];
  const versions = state.secrets.get(resource) ?? [];
  const number = version === "latest" ? versions.length : Number(version);
  if (number < 1 || number > versions.length) return [404, ""];
  const value = versions[number - 1];
  if (value === undefined) return [400, ""];
  const data = Buffer.from(value).toString("base64");
  return [200, JSON.stringify({ name: `${resource}/versions/${number}`, payload: { data } })];
}

/** One piece of a resumable upload: 308 until the range says where the object ends. */
function piece(state: State, uploads: Map<string, Buffer>, key: string, range: string, body: Buffer): number {
  const [, first, total = "*"] = /^bytes (?:(\d+)-\d+|\*)\/(\d+|\*)$/.exec(range) ?? [];
  const before = uploads.get(key);
  if (!before) return 404;
  if (state.brokenPieces > 0) {
    state.brokenPieces -= 1;
    return 503;
  }
  const start = first === undefined ? before.length : Number(first);
  if (start > before.length || (total === "*" && body.length % (256 * 1024) !== 0)) return 400;
  const whole = Buffer.concat([before.subarray(0, start), body]);
  uploads.set(key, whole);
  if (total === "*") return 308;
  if (Number(total) !== whole.length) return 400;
  state.objects.set(key, whole);
  return 200;
}
