import { once } from "node:events";
import { readFileSync } from "node:fs";
import { Agent, request } from "node:https";
import { createServer, type Server } from "node:net";
import { join } from "node:path";
import { makeCertificate } from "../../../drill/certificate";
import { ontoLoopback } from "../../../drill/edge/loopback";
import { parseProxyHeader } from "../../../drill/edge/proxy-protocol";
import { Haproxy } from "../../../drill/haproxy";
import { findProgram } from "../../../drill/programs";
import { Supervisor } from "../../../drill/supervisor";
import { waitUntil } from "../../../drill/time";
import { edgeConfig, patient } from "../../drill/synthesized-edges";
import { answerLimit } from "../../support/answer-limit";
import { portOffset } from "../../support/port-offset";

const EDGE = { address: "127.2.64.11", portOffset: portOffset() };
/** Whose budget nobody has used up. */
const FRESH_EDGE = { ...EDGE, address: "127.2.64.13" };
const HOST = "jamtangan.com";
const COUNTRIES = { indonesia: "127.2.47.10", india: "127.10.47.10", singapore: "127.6.47.10" } as const;
type Country = keyof typeof COUNTRIES;

const supervisor = new Supervisor("retries");
const asked: Country[] = [];
/** Heads of the requests that came to them. */
const heads: string[] = [];
/** Countries that do what a path says; the others answer with 200. */
let faulty: readonly Country[] = [];
let certificate: string;
/** Called for each request of a path that begins with `/held` in a country that is not the first: it ends as told. */
let onHeld: (ends: { breaks: () => void; answers: () => void }) => void = () => {};

/**
 * What it does with a request: `/reset/…`, `/close/…`, or a status. With `/reset+503/…` the first faulty country does
 * the first, and those after it the second.
 */
function ingress(country: Country): Server {
  return createServer((socket) => {
    let received = Buffer.alloc(0);
    let isFirst = true;
    socket.on("error", () => {});
    socket.on("data", (data) => {
      received = Buffer.concat([received, data]);
      if (isFirst) {
        const header = parseProxyHeader(received);
        if (header === "incomplete") return;
        received = received.subarray(header.bytes);
        isFirst = false;
      }
      const text = received.toString();
      if (!text.includes("\r\n\r\n")) return;
      received = Buffer.alloc(0);
      const [, path = ""] = /^\w+ \/([\w+]+)/.exec(text) ?? [];
      if (path !== "healthz") {
        asked.push(country);
        heads.push(text);
      }
      const place = faulty.indexOf(country);
      const isFaulty = place >= 0;
      const kinds = path.split("+");
      const what = kinds[place] ?? kinds.at(-1) ?? "";
      if (isFaulty && what === "reset") return void socket.resetAndDestroy();
      if (isFaulty && what === "close") return void socket.destroy();
      const status = isFaulty && /^\d/.test(what) ? what : "200";
      const answers = () => void socket.write(`HTTP/1.1 ${status} Told\r\ncontent-length: 0\r\n\r\n`);
      if (!isFaulty || what !== "held") return answers();
      if (place === 0) socket.destroy();
      else onHeld({ breaks: () => socket.destroy(), answers });
    });
  });
}

const servers = (Object.keys(COUNTRIES) as Country[]).map((country) => ({ country, server: ingress(country) }));
const agent = new Agent({ keepAlive: true, maxSockets: 1 });

async function ask(
  method: string,
  path: string,
  headers: Record<string, string> = {},
  by: Agent | false = agent,
  edge = EDGE,
) {
  const target = { host: edge.address, port: 443 + edge.portOffset, servername: HOST, ca: certificate, agent: by };
  const outgoing = request({
    ...target,
    method,
    path,
    headers: { Host: HOST, ...headers },
    signal: answerLimit(),
  }).end();
  const [response] = await once(outgoing, "response");
  response.resume();
  await once(response, "end");
  return response.statusCode as number;
}

/** How often each country had to be followed by another, by backend and country. */
async function retriesOf(): Promise<Record<string, number>> {
  const response = await fetch(`http://${EDGE.address}:${8405 + EDGE.portOffset}/metrics`, { signal: answerLimit() });
  const samples = (await response.text()).matchAll(
    /^haproxy_server_retry_warnings_total\{proxy="(\w+)",server="([a-z]+)"\} (\d+)$/gm,
  );
  return Object.fromEntries([...samples].map(([, proxy, server, count]) => [`${proxy}/${server}`, Number(count)]));
}

function lastLogLine(): string {
  const lines = readFileSync(join(supervisor.directory, "edge", "log"), "utf8").split("\n");
  return lines.filter((line) => line.includes("country=")).at(-1) ?? "";
}

/** HAProxy writes the line of a request after its answer. */
async function logOf(path: string): Promise<string> {
  const file = join(supervisor.directory, "edge", "log");
  const found = () =>
    readFileSync(file, "utf8")
      .split("\n")
      .filter((line) => line.includes(` ${path} `))
      .at(-1);
  await waitUntil(`${path} is in the log`, 600_000, async () => found() !== undefined);
  return found() ?? "";
}

function program(name: string): string {
  const found = findProgram(name, process.env.PATH ?? "");
  if (!found) throw new Error(`${name} is not installed: run npm run engines`);
  return found;
}

/** On a busy machine its ten seconds may be over before the second request is sent. */
function longSuspicion(config: string): string {
  const long = config.replaceAll(/(acl suspect .* 0:)10$/gm, "$1600");
  expect(long).not.toBe(config);
  return long;
}

async function startEdge(name: string, edge: typeof EDGE): Promise<void> {
  const config = ontoLoopback(longSuspicion(patient(edgeConfig("indonesia"))), edge);
  const setup = { program: program("haproxy"), name, config, certificate, edgeAddress: edge.address };
  await Haproxy.start(supervisor, setup);
}

beforeAll(async () => {
  for (const { country, server } of servers) {
    server.listen(80 + EDGE.portOffset, COUNTRIES[country]);
    await once(server, "listening");
  }
  certificate = makeCertificate(program("openssl"), supervisor.directory, HOST);
  await startEdge("edge", EDGE);
  faulty = [];
  expect(await ask("GET", "/")).toBe(200);
});
afterAll(async () => {
  agent.destroy();
  await supervisor.endAll();
  for (const { server } of servers) server.close();
});
beforeEach(() => {
  asked.splice(0);
  heads.splice(0);
  faulty = ["indonesia", "india", "singapore"];
});

test.each([
  ["a page that breaks its connection", "/reset/1", 502, ["indonesia", "india"]],
  ["a page that closes it", "/close/1", 502, ["indonesia", "india"]],
  ["502", "/502/1", 502, ["indonesia", "india"]],
  ["504", "/504/1", 504, ["indonesia", "india"]],
  ["500, which another country would answer too", "/500/1", 500, ["indonesia"]],
  ["503, which says that nothing was done", "/503/1", 503, ["indonesia", "india", "singapore"]],
])(
  "a read of %s is asked of each country once, in order, and of no more than this takes",
  async (_, path, status, by) => {
    expect(await ask("GET", path)).toBe(status);
    expect(asked).toEqual(by);
  },
);

test("the third country answers what two declined", async () => {
  faulty = ["indonesia", "india"];
  expect(await ask("GET", "/503/third")).toBe(200);
  expect(asked).toEqual(["indonesia", "india", "singapore"]);
  expect(lastLogLine()).toMatch(/ asked=indonesia:\d+,india:\d+,singapore:\d+ /);
});

test("after a break one other country is asked, and no third when that one declines", async () => {
  faulty = ["indonesia", "india"];
  expect(await ask("GET", "/reset+503/then-declined")).toBe(503);
  expect(asked).toEqual(["indonesia", "india"]);
});

test("after one that declined, a country that breaks is the last", async () => {
  faulty = ["indonesia", "india"];
  expect(await ask("GET", "/503+reset/then-broken")).toBe(502);
  expect(asked).toEqual(["indonesia", "india"]);
});

test("the retries that a country causes are its metric, and the log has who was asked and for how long", async () => {
  const before = await retriesOf();
  faulty = ["indonesia"];
  expect(await ask("GET", "/502/metric")).toBe(200);
  const after = await retriesOf();
  expect(after).toEqual({ ...before, "reads/indonesia": (before["reads/indonesia"] ?? 0) + 1 });
  expect(lastLogLine()).toMatch(/ asked=indonesia:\d+,india:\d+ served_by=india /);
});

test.each([
  ["broke", "/reset/2", 502, ["indonesia"]],
  ["was declined", "/503/2", 503, ["indonesia", "india", "singapore"]],
])("a write that %s is sent to no country twice", async (_, path, status, by) => {
  expect(await ask("POST", path)).toBe(status);
  expect(asked).toEqual(by);
});

test("a page that broke two countries is not asked again by the same address, for a while", async () => {
  expect(await ask("GET", "/reset/again")).toBe(502);
  asked.splice(0);
  expect(await ask("GET", "/reset/again?another=query")).toBe(503);
  expect(asked).toEqual([]);
  expect(await ask("GET", "/")).toBe(200);
});

describe("a page that breaks what it reaches", () => {
  const askFresh = (path: string) => ask("GET", path, {}, false, FRESH_EDGE);

  beforeAll(() => startEdge("fresh", FRESH_EDGE));

  test("a crowd of requests for a page that breaks what it reaches breaks few connections of a second country", async () => {
    const held: (() => void)[] = [];
    onHeld = ({ breaks }) => held.push(breaks);
    const answers = Array.from({ length: 12 }, () => askFresh("/held/page"));
    const refused: number[] = [];
    for (const answer of answers) answer.then((status) => refused.push(status));
    await waitUntil("all others are refused", 600_000, async () => refused.length === 10);
    expect(refused).toEqual(Array.from({ length: 10 }, () => 503));
    // Who broke along with it waits, and does not have to do without a retry: a pod may be about to die.
    const beganMs = performance.now();
    expect(await askFresh("/reset+200/other")).toBe(200);
    expect(performance.now() - beganMs).toBeGreaterThan(990);
    for (const breaks of held) breaks();
    expect((await Promise.all(answers)).filter((status) => status === 502)).toHaveLength(2);
    expect(asked.filter((country) => country === "singapore")).toEqual([]);
    expect(asked.filter((country) => country === "india")).toHaveLength(2 + 1);
  });

  test("while it is open whether a page that broke its own country breaks the next, its own is not asked again", async () => {
    const held: (() => void)[] = [];
    onHeld = ({ breaks }) => held.push(breaks);
    const first = askFresh("/held/open");
    await waitUntil("the next country is asked", 600_000, async () => held.length === 1);
    const others = Array.from({ length: 6 }, () => askFresh("/held/open"));
    const refused: number[] = [];
    for (const other of others) other.then((status) => refused.push(status));
    await waitUntil("all but one are refused", 600_000, async () => refused.length === 5);
    for (const breaks of held) breaks();
    expect([await first, ...(await Promise.all(others))].sort()).toEqual([502, 502, 503, 503, 503, 503, 503]);
    expect(asked.sort()).toEqual(["india", "india", "indonesia"]);
  });

  test("a page that broke its own country and is well in the next goes there, whoever asks how often", async () => {
    onHeld = ({ answers }) => answers();
    expect(await askFresh("/held/well")).toBe(200);
    const others = await Promise.all(Array.from({ length: 12 }, () => askFresh("/held/well")));
    expect(others).toEqual(Array.from({ length: 12 }, () => 200));
    expect(asked.filter((country) => country !== "india")).toEqual(["indonesia"]);
  });
});

test("a write that breaks whatever it reaches breaks its own country once, the next twice, and is refused then", async () => {
  const answers: number[] = [];
  for (let number = 0; number < 6; number++) answers.push(await ask("POST", "/reset/pay"));
  expect(answers).toEqual([502, 502, 502, 503, 503, 503]);
  expect(asked).toEqual(["indonesia", "india", "india"]);
  expect(await ask("POST", "/other")).toBe(200);
});

test("a write that broke its own country and is well in the next goes there", async () => {
  faulty = ["indonesia"];
  const answers: number[] = [];
  for (let number = 0; number < 6; number++) answers.push(await ask("POST", "/reset/order"));
  expect(answers).toEqual([502, 200, 200, 200, 200, 200]);
  expect(asked.filter((country) => country === "indonesia")).toHaveLength(1);
});

test("a page that may go to one country only is refused after it broke twice", async () => {
  const answers: number[] = [];
  for (let number = 0; number < 6; number++) {
    answers.push(await ask("GET", "/reset/once", { Accept: "text/event-stream" }));
  }
  expect(answers).toEqual([502, 502, 503, 503, 503, 503]);
  expect(asked).toEqual(["indonesia", "india"]);
  expect(await ask("GET", "/")).toBe(200);
});

test("what the client says of countries and ids reaches neither the app nor the log", async () => {
  expect(await ask("GET", "/plain", { "X-Edge-Asked": ",indonesia", "X-Request-Id": "forged" })).toBe(200);
  expect(asked).toEqual(["indonesia"]);
  const ids = [...(heads.at(-1) ?? "").matchAll(/^x-request-id: (.*?)\r$/gim)].map(([, id]) => id);
  expect(ids).toEqual([expect.stringMatching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/)]);
  expect(await logOf("/plain")).toContain(` request_id=${ids[0]}`);
  expect(await logOf("/plain")).not.toContain("forged");
});

test.each([`${HOST}:x@evil.test`, `${HOST}:8443`, `${HOST}.evil.test`, "a b status=200 served_by=india"])(
  "the host %s is none of the shop's: no app is asked for it",
  async (host) => {
    expect(await ask("GET", "/", { Host: host })).toBeGreaterThanOrEqual(400);
    expect(asked).toEqual([]);
  },
);

test("a host is quoted in the log, whatever is written in it", async () => {
  expect(await ask("GET", "/strange", { Host: "evil.test" })).toBe(421);
  expect(await logOf("/strange")).toContain(' host="evil.test" request="GET /strange ');
});

test("an app is told the host without its port, whatever else the client calls itself", async () => {
  faulty = [];
  expect(await ask("GET", "/", { Host: `${HOST}:443`, "X-Forwarded-Host": "evil.test" })).toBe(200);
  const hosts = [...(heads.at(-1) ?? "").matchAll(/^(host|x-forwarded-host): (.*?)\r$/gim)];
  expect(hosts.map(([, name = "", value]) => [name.toLowerCase(), value]).sort()).toEqual([
    ["host", HOST],
    ["x-forwarded-host", HOST],
  ]);
});

/** Last, because it uses the budget up. */
test("while retries fail, no more are made than one in ten reads, and ten", async () => {
  for (let number = 0; number < 60; number++) await ask("GET", `/504/budget-${number}`);
  expect(asked.length).toBeLessThan(60 + 10 + 6 + 5);
});
