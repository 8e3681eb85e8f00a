import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  BOOTSTRAP_FOLDERS,
  renderElasticBootstrap,
  renderSnapshotCheck,
} from "../../../constructs/monitoring/render-elastic-bootstrap";
import { renderElasticBootstrapValues } from "../../../constructs/monitoring/values/elastic-bootstrap";
import { close, listen } from "../../../drill/http-server";
import { indonesia } from "./sites";

const PASSWORD = "secret-of-elastic";
let folder: string;
let requests: { what: string; user: string; body: string }[];
let answer: { status: number; body: string };
let url: string;

const server = createServer((request, response) => {
  let body = "";
  request.on("data", (data) => {
    body += data;
  });
  request.on("end", () => {
    const user = Buffer.from(String(request.headers.authorization).replace("Basic ", ""), "base64").toString();
    requests.push({ what: `${request.method} ${request.url}`, user, body });
    response.statusCode = answer.status;
    response.end(answer.body);
  });
});

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "bootstrap-"));
  mkdirSync(join(folder, "password"));
  writeFileSync(join(folder, "password", "elastic"), PASSWORD);
  url = `http://127.0.0.1:${await listen(server)}`;
});

beforeEach(() => {
  requests = [];
  answer = { status: 200, body: "{}" };
});

afterAll(async () => {
  rmSync(folder, { recursive: true });
  await close(server);
});

test("Elasticsearch is told where snapshots go, when they are made, how long logs stay, and what they look like", async () => {
  expect(await run(renderElasticBootstrap("snapshots"))).toMatchObject({ code: 0 });
  expect(requests.map(({ what, user }) => `${what} by ${user}`)).toEqual(
    ["_snapshot/archive", "_slm/policy/nightly", "_ilm/policy/shop-logs", "_index_template/shop-logs"].map(
      (path) => `PUT /${path} by elastic:${PASSWORD}`,
    ),
  );
  const [repository, ...others] = requests.map(({ body }) => JSON.parse(body));
  expect(repository).toEqual({ type: "gcs", settings: { bucket: "snapshots", base_path: "elasticsearch" } });
  expect(others[1].policy.phases.delete.actions.wait_for_snapshot).toEqual({ policy: "nightly" });
  expect(others[2]).toMatchObject({ priority: 200, data_stream: {} });
});

test("the job fails at the first request that is refused, and is tried again", async () => {
  answer = { status: 400, body: '{"error":"no such bucket"}' };
  const { code, output } = await run(renderElasticBootstrap("snapshots"));
  expect(code).not.toBe(0);
  expect(output).toContain("no such bucket");
  expect(requests).toHaveLength(1);
});

test.each([
  ["an hour ago", Date.now() - 3_600_000, 0],
  ["25 hours ago", Date.now() - 25 * 3_600_000, 0],
  ["27 hours ago", Date.now() - 27 * 3_600_000, 1],
])("a snapshot of %s", async (_when, time, code) => {
  answer.body = JSON.stringify({ nightly: { last_success: { time } } });
  expect(await run(renderSnapshotCheck())).toMatchObject({ code });
});

test("no snapshot yet, or no answer", async () => {
  expect(await run(renderSnapshotCheck())).toMatchObject({ code: 1 });
  answer.status = 503;
  expect((await run(renderSnapshotCheck())).code).not.toBe(0);
});

test("the job is named after what it does", () => {
  const nameOf = (bucket: string) => {
    const { objects } = renderElasticBootstrapValues({
      ...indonesia,
      buckets: { ...indonesia.buckets, snapshots: bucket },
    }) as { objects: Record<string, { metadata: { name: string } }> };
    return objects.bootstrap?.metadata.name;
  };
  expect(nameOf("a")).toMatch(/^elasticsearch-bootstrap-[0-9a-f]{8}$/);
  expect(nameOf("a")).not.toBe(nameOf("b"));
  expect(nameOf("a")).toBe(nameOf("a"));
});

/** As the pod's shell runs it, with this server in the place of Elasticsearch. */
function run(script: string): Promise<{ code: number; output: string }> {
  const here = script
    .replaceAll(/https:\/\/[^/]+:9200/g, url)
    .replaceAll(`${BOOTSTRAP_FOLDERS.password}/`, `${folder}/password/`);
  return new Promise((resolve) => {
    execFile("/bin/sh", ["-euc", here], { encoding: "utf8" }, (error, stdout, stderr) => {
      resolve({ code: error ? Number(error.code) : 0, output: stdout + stderr });
    });
  });
}
