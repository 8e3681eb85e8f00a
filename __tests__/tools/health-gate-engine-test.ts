import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { production } from "../../config/production";
import { type ToldEdge, ToldEdges } from "../support/told-edges";

const ROOT = join(__dirname, "..", "..");
const SCRIPT = join(ROOT, "tools", "health-gate.sh");
const DOMAIN = "shop.example";

/** The real script and the real curl, against edges that are one TLS server on an address each. */
describe("the health gate", () => {
  let told: ToldEdges;
  let edges: ToldEdges["edges"];
  beforeAll(async () => {
    told = await ToldEdges.start(DOMAIN, ["india", "singapore"]);
    edges = told.edges;
  });
  beforeEach(() => {
    told.asked = 0;
    told.page = "/";
    told.allWell();
  });
  afterAll(() => told.stop());

  /** Not spawnSync: the edges answer from this process. */
  function gate(countries: string[], settings: Record<string, string> = {}) {
    const env = { ...told.environment, ROUNDS: "3", PAUSE: "0", WITHIN: "600", ...settings };
    const child = spawn("bash", [SCRIPT, DOMAIN, ...countries], { env: { ...process.env, ...env } });
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
    expect(told.asked).toBe(3 * 2 * 3);
  });

  test.each<[string, Partial<ToldEdge>, string]>([
    ["an edge that is not well", { health: 503 }, "india: its edge answers 503 to /healthz/edge"],
    ["a database node that is not reached", { databases: 503 }, "india: its edge answers 503 to /healthz/database"],
    ...[502, 404, 403, 429].map((shop): [string, Partial<ToldEdge>, string] => [
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
    Object.assign(edges.india as ToldEdge, broken);
    const { status, output } = await gate(["india", "singapore"], { PAUSE: "1", WITHIN: "2" });
    expect(status).toBe(1);
    expect(output).toBe(`${says}\nnot healthy within 2 s: india singapore\n`);
  });

  test("opens the page that it is told, and takes a redirect for an answer", async () => {
    told.page = "/watches";
    Object.assign(edges.india as ToldEdge, { shop: 302 });
    expect(await gate(["india"], { PAGE: "/watches" })).toMatchObject({ status: 0 });
    expect(await gate(["india"], { ROUNDS: "1", WITHIN: "0", PAUSE: "1" })).toMatchObject({ status: 1 });
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
    Object.assign(edges.india as ToldEdge, { health: 503 });
    expect(await gate(["singapore"])).toMatchObject({ status: 0 });
  });

  test("begins to count again after a trouble, and opens when it is over", async () => {
    Object.assign(edges.india as ToldEdge, { health: 503 });
    setTimeout(() => Object.assign(edges.india as ToldEdge, { health: 200 }), 1500);
    expect(await gate(["india"], { PAUSE: "1" })).toMatchObject({ status: 0 });
  });

  test("stays closed for an edge that is well every other time: it is not well for long", async () => {
    const edge = { shop: 200, databases: 200, servedBy: "india", health: 200 };
    edges.india = Object.defineProperty(edge, "health", { get: () => (told.asked % 4 === 0 ? 503 : 200) });
    expect(await gate(["india"], { ROUNDS: "2", PAUSE: "1", WITHIN: "4" })).toMatchObject({ status: 1 });
  });

  test("does not believe a certificate that nobody vouches for", async () => {
    expect(await gate(["india"], { CURL_HOME: told.distrusting, WITHIN: "0", PAUSE: "1" })).toEqual({
      status: 1,
      output: "india: its edge answers 000 to /healthz/edge\nnot healthy within 0 s: india\n",
    });
  });

  test("explains a wrong call", async () => {
    expect(await gate([])).toMatchObject({ status: 2, output: expect.stringContaining("DOMAIN COUNTRY") });
  });
});
