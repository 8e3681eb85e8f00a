import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createServer as createHttpServer } from "node:http";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { DATABASE_PORTS } from "../../../config/ports";
import { renderDatabaseEnvironment } from "../../../constructs/database/render-database-environment";
import { OwnClock } from "../../../drill/data/own-clock";
import { answerLimit } from "../../support/answer-limit";
import { SECRETS } from "../../support/database-machine";

const FOLDER = join(__dirname, "../../../constructs/database");
const NETWORK = `127.${20 + (process.pid % 200)}.252`;
const OWN = `${NETWORK}.10`;
const PEERS = [`${NETWORK}.11`, `${NETWORK}.12`] as const;

/** A server that says what the file `says` holds, and is silent while there is a file `silent`. */
const PROGRAMS = {
  mariadb: `echo connects >>"$MACHINE_ROOT/connections"
[[ ! -e $MACHINE_ROOT/refuses ]] || { cat "$MACHINE_ROOT/refuses" >&2; exit 1; }
while read -r; do
  [[ $REPLY != SET* ]] || echo "$REPLY" >>"$MACHINE_ROOT/begins"
  while [[ -e $MACHINE_ROOT/silent ]]; do sleep 0.05; done
  cat "$MACHINE_ROOT/says"
  echo end
done`,
  systemctl: 'echo "$*" >>"$MACHINE_ROOT/calls"',
  stat: 'cat "$MACHINE_ROOT/room"',
};
const SYNCED = {
  wsrep_connected: "ON",
  wsrep_cluster_status: "Primary",
  wsrep_local_state_comment: "Synced",
  wsrep_ready: "ON",
  wsrep_last_committed: "20",
  read_only: "OFF",
};
const NO_QUORUM = { wsrep_cluster_status: "non-Primary", wsrep_local_state_comment: "Initialized", wsrep_ready: "OFF" };
const METRICS_FILE = "var/lib/prometheus/node-exporter/galera-health.prom";
const CANNOT_CONNECT = "ERROR 2002 (HY000): Can't connect to local server through socket";

let root: string;
let watch: ChildProcess;
let listeners: Server[];

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "health-"));
  for (const folder of ["bin", "run/mysqld", "etc/default"]) mkdirSync(join(root, folder), { recursive: true });
  for (const [name, text] of Object.entries(PROGRAMS)) {
    writeFileSync(join(root, "bin", name), `#!/usr/bin/env bash\n${text}\n`, { mode: 0o755 });
  }
  hasRoom(100_000);
  const members = [OWN, ...PEERS].map((address, index) => ({ name: `node-${index}`, address }));
  const environment = { node: "node-0", members, hosts: ["own.test"], secrets: SECRETS };
  const names = { schema: "shop", appUser: "shop", backupBucket: "bucket" };
  writeFileSync(join(root, "etc/default/database"), renderDatabaseEnvironment({ ...environment, ...names }));
  listeners = [];
});

afterEach(async () => {
  const ended = once(watch, "exit");
  watch.kill();
  await ended;
  for (const server of listeners) server.close();
  rmSync(root, { recursive: true, force: true });
});

describe("what is not death", () => {
  test("a donor takes writes: 200", async () => {
    says({ wsrep_local_state_comment: "Donor/Desynced" });
    start();
    await answers("200 node-0 donor/desynced");
  });

  test.each(["ERROR 1040 (HY000): Too many connections", "ERROR 1226 (42000): User has exceeded"])(
    "a server that is full is alive: %s",
    async (words) => {
      writeFileSync(join(root, "refuses"), words);
      start();
      await answers("200 node-0 full");
    },
  );

  test("a slow server keeps its answer, one that is silent for long loses it", async () => {
    says({});
    start({ SLOW_SECONDS: "10" });
    await answers("200 node-0 synced");
    writeFileSync(join(root, "silent"), "");
    await sleep(1_500);
    expect(await answer()).toBe("200 node-0 synced");
    await answers("503 node-0 hangs");
    rmSync(join(root, "silent"));
    await answers("200 node-0 synced");
    expect(kills()).toBe(0);
  });

  test("a clock that is set is no silence: the answer stays, and nobody is killed", async () => {
    says({});
    const clock = new OwnClock(root);
    start({ SLOW_SECONDS: "60", HANG_SECONDS: "60" }, clock);
    await answers("200 node-0 synced");
    writeFileSync(join(root, "silent"), "");
    clock.set(86_400);
    // The script sees it within 10 s.
    await sleep(12_000);
    expect([await answer(), kills()]).toEqual(["200 node-0 synced", 0]);
  });

  test("a joiner that cannot serve yet says so", async () => {
    says({ wsrep_local_state_comment: "Joining", wsrep_ready: "OFF" });
    start();
    await answers("503 node-0 not-synced");
  });

  test("any number of checks at once costs the server no further connection than the watch's own", async () => {
    says({});
    start();
    await answers("200 node-0 synced");
    const all = await Promise.all(Array.from({ length: 60 }, answer));
    expect(new Set(all)).toEqual(new Set(["200 node-0 synced"]));
    expect(readFileSync(join(root, "connections"), "utf8")).toBe("connects\n");
  });
});

/** Names of members as an answer gives them. */
const OWN_NAME = "aaaaaaaa-e69b-11f1-111111111111";
const OTHER_NAME = "bbbbbbbb-e69b-11f1-222222222222";
const THIRD_NAME = "cccccccc-e69b-11f1-333333333333";

/** The view that Galera saved on this node's disk. */
function view(number: number, ...names: string[]): void {
  const data = join(root, "var/lib/database/mysql");
  mkdirSync(data, { recursive: true });
  writeFileSync(join(data, "grastate.dat"), "# GALERA saved state\nuuid:    history\nseqno:   -1\n");
  const members = names.map(
    (name, segment) => `member: ${name.slice(0, 18)}-800${segment}${name.slice(18)} ${segment}`,
  );
  const lines = ["my_uuid: own", "#vwbeg", `view_id: 3 first ${number}`, "bootstrap: 0", ...members, "#vwend", ""];
  writeFileSync(join(data, "gvwstate.dat"), lines.join("\n"));
}

test("every answer has the reason and the saved view: its number, the history, and the members", async () => {
  view(6, OWN_NAME, OTHER_NAME);
  says({});
  start();
  await answers("200 node-0 synced");
  const { headers } = await fetch(`http://${OWN}:${DATABASE_PORTS.health}/`, { signal: answerLimit() });
  expect(headers.get("galera-state")).toBe("synced");
  expect(headers.get("galera-view")).toBe(`6 history ${OWN_NAME} ${OTHER_NAME}`);
});

describe("a member that never stopped, and another one that cannot come back into its view", () => {
  const begins = () => (existsSync(join(root, "begins")) ? readFileSync(join(root, "begins"), "utf8") : "");
  const down = (saved: string, state = "down") => ({ "Galera-State": state, "Galera-View": saved });
  const OLDER = `5 history ${OWN_NAME} ${OTHER_NAME} ${THIRD_NAME}`;

  async function serving(...members: string[]): Promise<void> {
    view(6, ...members);
    says({});
    start({ STUCK_SECONDS: "0" });
    await answers("200 node-0 synced");
  }

  async function losesQuorum(): Promise<void> {
    says(NO_QUORUM);
    await answers("503 node-0 no-quorum");
  }

  /** It has served in its view, and then loses the quorum. */
  async function served(...members: string[]): Promise<void> {
    await serving(...members);
    await losesQuorum();
  }

  async function expectToWait(): Promise<void> {
    await rounds();
    expect([begins(), kills()]).toEqual(["", 0]);
  }

  beforeEach(() => listen(OWN, DATABASE_PORTS.replication));

  test("it begins: nobody else can, and it has all that was acknowledged", async () => {
    await serve(PEERS[0], 503, "node-1 down", down(""));
    await serve(PEERS[1], 503, "node-2 down", down(OLDER));
    await served(OWN_NAME, OTHER_NAME);
    await until(() => begins() === "SET GLOBAL wsrep_provider_pc_bootstrap = ON\n");
    expect(kills()).toBe(0);
  });

  test("it begins when a member stopped in order while another one crashed: Galera keeps no view for that one", async () => {
    await serve(PEERS[0], 503, "node-1 down", down(`6 history ${OWN_NAME} ${OTHER_NAME} ${THIRD_NAME}`));
    await serve(PEERS[1], 503, "node-2 down", { ...down("- history"), "Galera-Position": "20" });
    await served(OWN_NAME, OTHER_NAME, THIRD_NAME);
    await until(() => begins() !== "");
    expect(kills()).toBe(0);
  });

  const crashed = down(`6 history ${OWN_NAME} ${OTHER_NAME} ${THIRD_NAME}`);
  const stopped = (position: string, history = "history") => ({
    ...down(`- ${history}`),
    "Galera-Position": position,
  });
  test.each([
    ["both others stopped in order: the two may have gone on together", stopped("20"), stopped("20")],
    ["the one that crashed was in a newer view", down(`7 history ${OTHER_NAME} ${THIRD_NAME}`), stopped("20")],
    ["the one that stopped belongs to another history", crashed, stopped("20", "stranger")],
    ["the one that stopped has more than this one", crashed, stopped("21")],
    ["the one that stopped does not say what it has", crashed, stopped("-")],
  ])("it waits when %s", async (_, first, second) => {
    await serve(PEERS[0], 503, "node-1 down", first);
    await serve(PEERS[1], 503, "node-2 down", second);
    await served(OWN_NAME, OTHER_NAME, THIRD_NAME);
    await expectToWait();
  });

  test("with a second one that never stopped, the first does", async () => {
    await serve(PEERS[0], 503, "node-1 down", down(""));
    await serve(PEERS[1], 503, "node-2 no-quorum", down(`6 history ${OWN_NAME} ${OTHER_NAME}`, "no-quorum"));
    await served(OWN_NAME, OTHER_NAME);
    await until(() => begins() !== "");
  });

  test("it waits when it was in that view, but had not caught up yet", async () => {
    await serve(PEERS[0], 503, "node-1 down", down(""));
    await serve(PEERS[1], 503, "node-2 down", down(OLDER));
    await serving(OWN_NAME, THIRD_NAME);
    says({ wsrep_local_state_comment: "Joining", wsrep_ready: "OFF" });
    await answers("503 node-0 not-synced");
    view(7, OWN_NAME, OTHER_NAME);
    await losesQuorum();
    await expectToWait();
  });

  test.each([
    ["has a newer view", down(`7 history ${OTHER_NAME} ${THIRD_NAME}`)],
    ["has data, and no view that would say how old it is", down("- history")],
    ["does not say what it is", {}],
    ["hangs", down(OLDER, "hangs")],
    ["has nothing either: the two may have gone on together", down("")],
  ])("it waits when another node %s", async (_, headers) => {
    await serve(PEERS[0], 503, "node-1 down", down(""));
    await serve(PEERS[1], 503, "node-2 down", headers);
    await served(OWN_NAME, OTHER_NAME, THIRD_NAME);
    await expectToWait();
  });

  test("it waits when another node is out of sight", async () => {
    await serve(PEERS[0], 503, "node-1 down", down(""));
    await served(OWN_NAME, OTHER_NAME);
    await expectToWait();
  });

  test("it waits when no disk is lost and nobody stopped: the others come back by themselves", async () => {
    await serve(PEERS[0], 503, "node-1 down", down(`6 history ${OWN_NAME} ${OTHER_NAME}`));
    await serve(PEERS[1], 503, "node-2 down", down(OLDER));
    await served(OWN_NAME, OTHER_NAME);
    await expectToWait();
  });
});

describe("what only a restart mends", () => {
  test("no quorum although every node is up and nobody serves, once all say so", async () => {
    says(NO_QUORUM);
    for (const address of [OWN, ...PEERS]) await listen(address, DATABASE_PORTS.replication);
    await serve(PEERS[0], 503, "node-1 stuck");
    start({ STUCK_SECONDS: "5" });
    await until(() => metric("database_stuck") === 1);
    await answers("503 node-0 stuck");
    await sleep(1_000);
    // One that restarts alone would be drawn into the same state again.
    expect(kills()).toBe(0);
    await serve(PEERS[1], 503, "node-2 stuck");
    await until(() => kills() === 1);
    // The others may not have looked yet.
    expect(await answer()).toBe("503 node-0 stuck");
    // The next one comes after twice the time.
    await sleep(5_000);
    expect(kills()).toBe(1);
    await until(() => kills() === 2);
  });

  test("a server that serves nobody yet, the same; also one whose server is gone says it is stuck", async () => {
    writeFileSync(join(root, "refuses"), CANNOT_CONNECT);
    await listen(OWN, DATABASE_PORTS.replication);
    for (const address of PEERS) await serve(address, 503, "node stuck");
    start({ STUCK_SECONDS: "1" });
    await until(() => kills() === 1);
  });

  describe("a saved view that never served, and a node that waits for its members", () => {
    const position = (number: string, state = "down") => ({ "Galera-State": state, "Galera-Position": number });
    const waits = { ...position("21"), "Galera-View": `5 history ${OWN_NAME} ${OTHER_NAME} ${THIRD_NAME}` };

    /** This one and the first other are its members, and both look for each other. */
    beforeEach(async () => {
      view(6, OWN_NAME, OTHER_NAME);
      writeFileSync(join(root, "run/mysqld/position"), "20\n");
      writeFileSync(join(root, "refuses"), CANNOT_CONNECT);
      await listen(OWN, DATABASE_PORTS.replication);
    });

    test.each([
      ["an older view", waits],
      ["data without a view", { ...waits, "Galera-View": "- history" }],
    ])("they are restarted together: nobody needs what waits with %s", async (_, headers) => {
      await serve(PEERS[0], 503, "node-1 stuck", position("21"));
      await serve(PEERS[1], 503, "node-2 down", headers);
      start({ STUCK_SECONDS: "1" });
      await until(() => kills() === 1);
    });

    test.each([
      ["has something that they lack", { ...waits, "Galera-Position": "22" }],
      ["does not say what it has", { ...waits, "Galera-Position": "-" }],
      ["has no data: what it had may be missed", { ...waits, "Galera-View": "" }],
      ["has another history", { ...waits, "Galera-View": "5 stranger" }],
      ["has the same view", { ...waits, "Galera-View": `6 history ${OWN_NAME} ${OTHER_NAME}` }],
      ["hangs", { ...waits, "Galera-State": "hangs" }],
    ])("they wait for a person when the third one %s", async (_, headers) => {
      await serve(PEERS[0], 503, "node-1 stuck", position("21"));
      await serve(PEERS[1], 503, "node-2 down", headers);
      await expectNoKill();
    });

    test("a member of the view is missing: they wait for it", async () => {
      view(6, OWN_NAME, OTHER_NAME, THIRD_NAME);
      await serve(PEERS[0], 503, "node-1 stuck", position("21"));
      await serve(PEERS[1], 503, "node-2 down", waits);
      await expectNoKill();
    });
  });

  test("in the end alone, where another one cannot say what it is", async () => {
    says(NO_QUORUM);
    for (const address of [OWN, ...PEERS]) await listen(address, DATABASE_PORTS.replication);
    start({ STUCK_SECONDS: "1" });
    await until(() => kills() === 1);
  });

  test("no quorum while another one serves", async () => {
    says(NO_QUORUM);
    await listen(OWN, DATABASE_PORTS.replication);
    await serve(PEERS[1]);
    start({ STUCK_SECONDS: "1" });
    await until(() => kills() === 1);
  });
});

describe("a server that looks for those that serve", () => {
  const synced = { "Galera-State": "synced", "Galera-Position": "-" };
  const inView = (...names: string[]) => ({ ...synced, "Galera-View": `6 history ${names.join(" ")}` });
  const both = inView(OTHER_NAME, THIRD_NAME);

  beforeEach(() => writeFileSync(join(root, "refuses"), CANNOT_CONNECT));

  test("is restarted when it is in nobody's view: Galera was refused, and does not try again", async () => {
    await listen(OWN, DATABASE_PORTS.replication);
    for (const address of PEERS) await serve(address, 200, "node synced", both);
    start({ STUCK_SECONDS: "1" });
    await until(() => kills() > 0);
    // It is told of as a node that takes no writes, once.
    expect(metric("database_stuck")).toBe(0);
  });

  test.each([
    ["is in their view, and takes a copy", inView(OTHER_NAME, THIRD_NAME, OWN_NAME), both],
    ["may be in the view of one, who says nothing of it", synced, both],
    ["is in the view of one that another one still serves without", inView(OTHER_NAME, OWN_NAME), inView(THIRD_NAME)],
  ])("is left alone when it %s", async (_, ...views) => {
    await listen(OWN, DATABASE_PORTS.replication);
    for (const [index, address] of PEERS.entries()) await serve(address, 200, "node synced", views[index]);
    await expectNoKill();
  });

  test("is left alone when it does not listen yet", async () => {
    for (const address of PEERS) await serve(address, 200, "node synced", both);
    await expectNoKill();
  });

  test("is left alone while a third one, that does not serve yet, may be it in their view", async () => {
    await listen(OWN, DATABASE_PORTS.replication);
    await serve(PEERS[0], 200, "node-1 synced", both);
    await serve(PEERS[1], 503, "node-2 not-synced", { ...both, "Galera-State": "not-synced" });
    await expectNoKill();
  });
});

describe("a disk that is nearly full", () => {
  test("takes its node out of the cluster while all others serve", async () => {
    says({});
    await serve(PEERS[0]);
    await serve(PEERS[1]);
    await listen(OWN, DATABASE_PORTS.replication);
    start();
    await answers("200 node-0 synced");
    hasRoom(511);
    await until(() => kills() > 0);
  });

  test("is left alone while another node does not serve: two of three would be gone", async () => {
    says({});
    await serve(PEERS[0]);
    await listen(PEERS[1], DATABASE_PORTS.replication);
    await listen(OWN, DATABASE_PORTS.replication);
    hasRoom(511);
    start();
    await answers("200 node-0 synced");
    await rounds();
    expect(kills()).toBe(0);
  });
});

describe("what comes back by itself is left alone", () => {
  test("no quorum while a node is missing", async () => {
    says(NO_QUORUM);
    for (const address of [OWN, PEERS[0]]) await listen(address, DATABASE_PORTS.replication);
    start({ STUCK_SECONDS: "0" });
    await answers("503 node-0 no-quorum");
    await rounds();
    expect([kills(), metric("database_stuck")]).toEqual([0, 0]);
  });

  test("a server that takes a full copy from one that serves", async () => {
    writeFileSync(join(root, "refuses"), CANNOT_CONNECT);
    for (const address of [OWN, ...PEERS]) await listen(address, DATABASE_PORTS.replication);
    await serve(PEERS[0]);
    await expectNoKill();
  });

  test("a server that starts and greets nobody yet", async () => {
    says({});
    writeFileSync(join(root, "silent"), "");
    start({ SLOW_SECONDS: "1", HANG_SECONDS: "2" });
    await answers("503 node-0 down");
    await sleep(3_000);
    expect(kills()).toBe(0);
  });
});

async function expectNoKill(): Promise<void> {
  start({ STUCK_SECONDS: "0" });
  await answers("503 node-0 down");
  await rounds();
  expect(kills()).toBe(0);
}

/** The watch has gone round so often that it would have acted: with no seconds to wait, it acts the first time. */
async function rounds(count = 4): Promise<void> {
  /** Each round makes the file anew. */
  const madeAt = () => statSync(join(root, METRICS_FILE), { throwIfNoEntry: false })?.mtimeMs;
  for (let left = count; left > 0; left--) {
    const before = madeAt();
    await until(() => madeAt() !== before);
  }
}

function hasRoom(megabytes: number): void {
  writeFileSync(join(root, "room"), `${megabytes} 1048576\n`);
}

function says(changes: Partial<Record<string, string>>): void {
  const lines = Object.entries({ ...SYNCED, ...changes }).map(([name, value]) => `${name}\t${value}\n`);
  writeFileSync(join(root, "says"), lines.join(""));
}

function start(environment: Readonly<Record<string, string>> = {}, clock?: OwnClock): void {
  const [file = "", ...args] = [...(clock?.command ?? []), join(FOLDER, "galera-health.sh"), "watch"];
  watch = spawn(file, args, {
    stdio: "ignore",
    env: {
      ...process.env,
      ...{
        MACHINE_ROOT: root,
        GALERA_LIB: join(FOLDER, "galera-lib.sh"),
        HEALTH_ACCOUNT: "root",
        WATCH_SECONDS: "0.2",
      },
      PATH: `${join(root, "bin")}:${process.env.PATH}`,
      ...clock?.environment,
      ...environment,
    },
  });
}

async function answer(): Promise<string> {
  const response = await fetch(`http://${OWN}:${DATABASE_PORTS.health}/`, { signal: answerLimit() });
  return `${response.status} ${(await response.text()).trim()}`;
}

function answers(expected: string): Promise<void> {
  return until(async () => (await answer()) === expected);
}

function kills(): number {
  const calls = join(root, "calls");
  return existsSync(calls) ? readFileSync(calls, "utf8").split("kill --signal=SIGKILL mariadb.service").length - 1 : 0;
}

function metric(name: string): number {
  const text = readFileSync(join(root, METRICS_FILE), "utf8");
  return Number(new RegExp(`^${name} (\\S+)$`, "m").exec(text)?.[1]);
}

function listen(address: string, port: number): Promise<void> {
  const server = createServer((socket) => socket.destroy());
  listeners.push(server);
  return new Promise((resolve) => server.listen(port, address, resolve));
}

function serve(address: string, status = 200, words = "node synced", headers = {}): Promise<void> {
  const server = createHttpServer((_, response) => response.writeHead(status, headers).end(`${words}\n`));
  listeners.push(server);
  return new Promise((resolve) => server.listen(DATABASE_PORTS.health, address, resolve));
}

async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await (async () => condition())().catch(() => false))) await sleep(100);
}
