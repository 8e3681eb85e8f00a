import { execFileSync, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { production } from "../../config/production";
import { requireProgram } from "../support/edge-machine";

const ROOT = join(__dirname, "..", "..");
const SCRIPT = join(ROOT, "tools", "health-gate.sh");
const DOMAIN = "shop.example";

/** What an edge answers: to its health check, and to users. */
interface Edge {
  health: number;
  databases: number;
  shop: number;
  servedBy: string;
}

/** The real script and the real curl, against edges that are one TLS server on an address each. */
describe("the health gate", () => {
  const scratch = mkdtempSync(join(tmpdir(), "matchwatch-gate-"));
  const distrusting = join(scratch, "distrusting");
  const edges: Record<string, Edge> = {};
  const addresses: Record<string, string> = { india: "127.0.0.2", singapore: "127.0.0.3" };
  let server: Server;
  let asked = 0;
  /** What users open; everything else is not found. */
  let page = "/";

  beforeAll(async () => {
    const [key, certificate] = [join(scratch, "key.pem"), join(scratch, "certificate.pem")];
    const options = [
      "-newkey",
      "ec",
      "-pkeyopt",
      "ec_paramgen_curve:P-256",
      "-nodes",
      "-days",
      "2",
      "-subj",
      `/CN=${DOMAIN}`,
    ];
    const files = ["-addext", `subjectAltName=DNS:${DOMAIN}`, "-keyout", key, "-out", certificate];
    execFileSync(requireProgram("openssl"), ["req", "-x509", ...options, ...files], { stdio: "ignore" });
    server = createServer({ key: readFileSync(key), cert: readFileSync(certificate) }, ({ url, socket }, response) => {
      asked += 1;
      const country = Object.keys(addresses).find((name) => addresses[name] === socket.localAddress) ?? "";
      const edge = edges[country] as Edge;
      if (url === "/healthz/edge") response.writeHead(edge.health).end();
      else if (url === "/healthz/database") response.writeHead(edge.databases).end();
      else if (url !== page) response.writeHead(404, { "X-Served-By": edge.servedBy }).end();
      else response.writeHead(edge.shop, { "X-Served-By": edge.servedBy }).end();
    });
    await new Promise<void>((done) => server.listen(0, "0.0.0.0", done));
    const { port } = server.address() as AddressInfo;
    const resolve = Object.entries(addresses).map(
      ([country, address]) => `resolve = "${country}.edge.${DOMAIN}:${port}:${address}"`,
    );
    writeFileSync(join(scratch, ".curlrc"), [`cacert = "${certificate}"`, ...resolve].join("\n"));
    mkdirSync(distrusting);
    writeFileSync(join(distrusting, ".curlrc"), resolve.join("\n"));
  });
  beforeEach(() => {
    asked = 0;
    page = "/";
    for (const country of Object.keys(addresses))
      edges[country] = { health: 200, databases: 200, shop: 200, servedBy: country };
  });
  afterAll(() => {
    server.close();
    rmSync(scratch, { recursive: true, force: true });
  });

  /** Not spawnSync: the edges answer from this process. */
  function gate(countries: string[], settings: Record<string, string> = {}) {
    const { port } = server.address() as AddressInfo;
    const env = { ROUNDS: "3", PAUSE: "0", WITHIN: "2", EDGE_PORT: String(port), ...settings };
    const child = spawn("bash", [SCRIPT, DOMAIN, ...countries], {
      env: { ...process.env, CURL_HOME: scratch, ...env },
    });
    let output = "";
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (output += chunk));
    return new Promise<{ status: number | null; output: string }>((done) =>
      child.on("close", (status) => done({ status, output })),
    );
  }

  test("opens when every country serves its own users some times in a row", async () => {
    expect(await gate(["india", "singapore"])).toEqual({
      status: 0,
      output: "healthy 3 times in a row: india singapore\n",
    });
    expect(asked).toBe(3 * 2 * 3);
  });

  test.each<[string, Partial<Edge>, string]>([
    ["an edge that is not well", { health: 503 }, "india: its edge answers 503 to /healthz/edge"],
    ["a database node that is not reached", { databases: 503 }, "india: its edge answers 503 to /healthz/database"],
    ...[502, 404, 403, 429].map((shop): [string, Partial<Edge>, string] => [
      `a shop that answers ${shop}`,
      { shop },
      `india: / is answered with ${shop}, served by india`,
    ]),
    [
      "a country that another stands in for",
      { servedBy: "singapore" },
      "india: / is answered with 200, served by singapore",
    ],
  ])("stays closed for %s, and says so once", async (_what, broken, says) => {
    Object.assign(edges.india as Edge, broken);
    const { status, output } = await gate(["india", "singapore"], { PAUSE: "1" });
    expect(status).toBe(1);
    expect(output).toBe(`${says}\nnot healthy within 2 s: india singapore\n`);
  });

  test("opens the page that it is told, and takes a redirect for an answer", async () => {
    page = "/watches";
    Object.assign(edges.india as Edge, { shop: 302 });
    expect(await gate(["india"], { PAGE: "/watches" })).toMatchObject({ status: 0 });
    expect(await gate(["india"])).toMatchObject({ status: 1 });
  });

  test("watches for longer than an edge takes to bring a config to its last zone", () => {
    const number = (file: string, name: RegExp) => Number(name.exec(readFileSync(join(ROOT, file), "utf8"))?.[1]);
    const [rounds, pause] = [/ROUNDS:-(\d+)/, /PAUSE:-(\d+)/].map((name) => number("tools/health-gate.sh", name));
    const stagger = number("constructs/edge/edge-sync.sh", /STAGGER_SECONDS:-(\d+)/);
    const timer = number("constructs/edge/boot.sh", /OnUnitInactiveSec=(\d+)/);
    const zones = Math.max(...Object.values(production.countries).map(({ zones }) => zones.length));
    expect(((rounds ?? 0) - 1) * (pause ?? 0)).toBeGreaterThan((zones - 1) * stagger + timer);
  });

  test("does not ask countries that are not named", async () => {
    Object.assign(edges.india as Edge, { health: 503 });
    expect(await gate(["singapore"])).toMatchObject({ status: 0 });
  });

  test("begins to count again after a trouble, and opens when it is over", async () => {
    Object.assign(edges.india as Edge, { health: 503 });
    setTimeout(() => Object.assign(edges.india as Edge, { health: 200 }), 1500);
    expect(await gate(["india"], { PAUSE: "1", WITHIN: "20" })).toMatchObject({ status: 0 });
  });

  test("stays closed for an edge that is well every other time: it is not well for long", async () => {
    const edge = { shop: 200, databases: 200, servedBy: "india", health: 200 };
    edges.india = Object.defineProperty(edge, "health", { get: () => (asked % 4 === 0 ? 503 : 200) });
    expect(await gate(["india"], { ROUNDS: "5" })).toMatchObject({ status: 1 });
  });

  test("does not believe a certificate that nobody vouches for", async () => {
    expect(await gate(["india"], { CURL_HOME: distrusting, WITHIN: "0", PAUSE: "1" })).toEqual({
      status: 1,
      output: "india: its edge answers 000 to /healthz/edge\nnot healthy within 0 s: india\n",
    });
  });

  test("explains a wrong call", async () => {
    expect(await gate([])).toMatchObject({ status: 2, output: expect.stringContaining("DOMAIN COUNTRY") });
  });
});
