import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { close, listen } from "../../drill/http-server";

/** What the stand-in hands out. A value that is missing is answered with 404, as Google does. */
export interface CloudContent {
  /** Metadata by its path below `computeMetadata/v1/`. */
  readonly metadata: Map<string, string>;
  /** Versions of each secret by resource name, the oldest first; one that was destroyed is empty. */
  readonly secrets: Map<string, readonly string[]>;
}

/** Metadata server and Secret Manager on one port: as strict as they are about header and token. */
export interface CloudStandIn extends CloudContent {
  readonly metadataUrl: string;
  readonly secretsUrl: string;
  /** The token that the stand-in gives out and asks for; it must appear nowhere else. */
  readonly token: string;
  close(): Promise<void>;
}

const TOKEN_PATH = "instance/service-accounts/default/token";

export async function startCloud(): Promise<CloudStandIn> {
  const token = `token-${"s3cr3t".repeat(8)}`;
  const metadata = new Map([
    [TOKEN_PATH, JSON.stringify({ access_token: token, expires_in: 3599, token_type: "Bearer" })],
  ]);
  const secrets = new Map<string, readonly string[]>();
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    answer({ metadata, secrets }, token, request, response, Buffer.concat(chunks).toString());
  });
  const port = await listen(server);
  return {
    metadata,
    secrets,
    token,
    metadataUrl: `http://127.0.0.1:${port}/computeMetadata/v1`,
    secretsUrl: `http://127.0.0.1:${port}/v1`,
    close: () => close(server),
  };
}

function answer(
  content: CloudContent,
  token: string,
  { method, url = "", headers }: IncomingMessage,
  response: ServerResponse,
  body: string,
) {
  const send = (status: number, text = "") => response.writeHead(status).end(text);
  const [, metadataPath] = /^\/computeMetadata\/v1\/([^?]+)/.exec(url) ?? [];
  const [, secret, wanted] = /^\/v1\/(.+)\/versions\/(latest|\d+):access$/.exec(url) ?? [];
  if (metadataPath !== undefined) {
    if (headers["metadata-flavor"] !== "Google") return send(403, "Missing Metadata-Flavor:Google header.");
    const value = content.metadata.get(metadataPath);
    return value === undefined ? send(404) : send(200, value);
  }
  const managed = /^\/v1\/(projects\/[^/]+\/secrets\/[^/:]+)(?:\/versions|:)(.*)$/.exec(url);
  if (secret === undefined && !managed) return send(404);
  if (headers.authorization !== `Bearer ${token}`) return send(401);
  if (secret === undefined) return send(200, manage(content, method, managed?.[1] ?? "", managed?.[2] ?? "", body));
  const versions = content.secrets.get(secret) ?? [];
  const version = wanted === "latest" ? versions.length : Number(wanted);
  const value = versions[version - 1];
  if (value === undefined) return send(404);
  if (value === "") return send(400);
  const data = Buffer.from(value).toString("base64");
  return send(200, JSON.stringify({ name: `${secret}/versions/${version}`, payload: { data } }));
}

/** Adds, lists and destroys versions, and answers over several lines as Google does. */
function manage(
  { secrets }: CloudContent,
  method: string | undefined,
  secret: string,
  action: string,
  body: string,
): string {
  const versions = secrets.get(secret) ?? [];
  const name = (index: number) => `${secret}/versions/${index + 1}`;
  const [, destroyed] = /^\/(\d+):destroy$/.exec(action) ?? [];
  if (method === "POST" && action === "addVersion") {
    const { payload } = JSON.parse(body) as { payload: { data: string } };
    secrets.set(secret, [...versions, Buffer.from(payload.data, "base64").toString()]);
    return JSON.stringify({ name: name(versions.length), state: "ENABLED" }, undefined, 2);
  }
  if (method === "POST" && destroyed !== undefined) {
    secrets.set(
      secret,
      versions.map((value, index) => (index + 1 === Number(destroyed) ? "" : value)),
    );
    return JSON.stringify({ name: name(Number(destroyed) - 1), state: "DESTROYED" }, undefined, 2);
  }
  const enabled = versions.flatMap((value, index) => (value === "" ? [] : [{ name: name(index), state: "ENABLED" }]));
  return JSON.stringify({ versions: enabled.reverse(), totalSize: enabled.length }, undefined, 2);
}
