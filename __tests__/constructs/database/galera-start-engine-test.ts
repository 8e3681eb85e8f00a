import { execFileSync, spawn } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer as createHttpServer } from "node:http";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DATABASE_PORTS } from "../../../config/ports";
import { renderDatabaseEnvironment } from "../../../constructs/database/render-database-environment";
import { type DatabaseCloud, startDatabaseCloud } from "../../../drill/data/cloud";
import { SECRETS } from "../../support/database-machine";

const FOLDER = join(__dirname, "../../../constructs/database");
const NETWORK = `127.${20 + (process.pid % 200)}.251`;
const PEERS = [`${NETWORK}.11`, `${NETWORK}.12`] as const;
/** Nobody can say where that is, so whether somebody serves there can't be known. */
const UNSEEN = "unseen.invalid";
const UUID = "4d8408e7-e69b-11f1-b728-4baf4b6c9bfa";
const OTHER_UUID = "7c1f20aa-e69b-11f1-9a4e-1b3a55d2c0de";
/** Names of members, whose fourth part counts their starts. */
const OWN = "51a0b3c2-e69b-11f1-8001-0f3c6a7d9e21";
const OWN_BEFORE = "51a0b3c2-e69b-11f1-8000-0f3c6a7d9e21";
const OTHER = "53bb6f04-e69b-11f1-9c3d-6d1e0a4b7f55";
const THIRD = "55d12ce6-e69b-11f1-a2b7-92f08c3e4d10";

const PROGRAMS = {
  mariadbd: `case " $* " in
*" --wsrep-recover "*) echo "2026-11-22 WSREP: Recovered position: $RECOVERED" >&2 ;;
*) echo "mariadbd \${*:2}" ;;
esac`,
  "mariadb-install-db": `mkdir -p "$MACHINE_ROOT/var/lib/database/mysql/mysql"`,
};

let root: string;
let data: string;
let cloud: DatabaseCloud;
let listeners: Server[];

beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), "start-"));
  data = join(root, "var/lib/database/mysql");
  for (const folder of ["var/lib/database/mysql", "run/mysqld", "etc/default", "bin"]) {
    mkdirSync(join(root, folder), { recursive: true });
  }
  for (const [name, text] of Object.entries(PROGRAMS)) {
    writeFileSync(join(root, "bin", name), `#!/usr/bin/env bash\n${text}\n`, { mode: 0o755 });
  }
  // The script goes on as the user mysql, who may not enter the folder of a clone, such as one below /root.
  for (const script of ["galera-start.sh", "galera-lib.sh"])
    copyFileSync(join(FOLDER, script), join(root, "bin", script));
  cloud = await startDatabaseCloud();
  cloud.secrets.set(SECRETS.initialized, []);
  listeners = [];
});

afterEach(async () => {
  for (const server of listeners) server.close();
  await cloud.close();
  rmSync(root, { recursive: true });
});

test("waits while the data disk is nearly full", async () => {
  writeFileSync(join(root, "bin/stat"), "#!/usr/bin/env bash\necho 1023 1048576\n", { mode: 0o755 });
  expect(await start()).toEqual(["wait", 75]);
});

describe("a disk without data", () => {
  test("the designated node begins the cluster when it was never initialized", async () => {
    expect(await start()).toEqual(["begin-new", "mariadbd --wsrep-new-cluster"]);
  });

  test("so it does when the others do not exist yet", async () => {
    expect(await start({ peers: [UNSEEN, UNSEEN] })).toEqual(["begin-new", "mariadbd --wsrep-new-cluster"]);
  });

  test("another node waits", async () => {
    expect(await start({ rank: 1 })).toEqual(["wait", 75]);
  });

  test("it joins a member that serves, whatever the secret says", async () => {
    await listen(PEERS[1], DATABASE_PORTS.client);
    expect(await start()).toEqual(["join-by-full-copy", "mariadbd"]);
    expect(cloud.requests).toEqual([]);
  });

  test.each([
    ["the cluster was initialized", () => cloud.secrets.set(SECRETS.initialized, ["{}"])],
    ["the record of initialization is disabled", () => cloud.secrets.set(SECRETS.initialized, [undefined])],
    ["Secret Manager can't say", () => Object.assign(cloud, { secretsAway: true })],
    ["this disk was a member before", () => writeFileSync(join(root, "var/lib/database/initialized"), UUID)],
    ["a member looks for the others", () => listen(PEERS[0], DATABASE_PORTS.replication)],
  ])("the designated node waits when %s", async (_, arrange) => {
    await arrange();
    expect(await start()).toEqual(["wait", 75]);
  });

  test("a copy that was cut off counts as none", async () => {
    state({ seqno: 5, safe: 1 });
    writeFileSync(join(data, "sst_in_progress"), "");
    cloud.secrets.set(SECRETS.initialized, ["{}"]);
    expect(await start({ rank: 1 })).toEqual(["wait", 75]);
  });

  describe("that was a member when its copy was cut off", () => {
    beforeEach(() => {
      cloud.secrets.set(SECRETS.initialized, ["{}"]);
      view({ number: 6, members: [OWN_BEFORE, OTHER] });
    });

    test("goes back to those that wait for it in the newest view", async () => {
      await saysView(PEERS[0], 6, UUID, [OWN_BEFORE, OTHER]);
      await saysView(PEERS[1], 5, UUID, [OWN_BEFORE, OTHER, THIRD]);
      expect(await start()).toEqual(["rejoin-without-data", "mariadbd"]);
    });

    test("waits when nobody else has data of that view", async () => {
      expect(await start()).toEqual(["wait", 75]);
      await saysView(PEERS[0], 6, "00000000-0000-0000-0000-000000000000", [OWN_BEFORE, OTHER]);
      expect(await start()).toEqual(["wait", 75]);
    });

    test("waits when its own view is newer: those that it was left with may have no data either", async () => {
      await saysView(PEERS[0], 5, UUID, [OWN_BEFORE, OTHER, THIRD]);
      expect(await start()).toEqual(["wait", 75]);
    });

    test("waits when the others went on without it", async () => {
      await saysView(PEERS[0], 7, UUID, [OTHER, THIRD]);
      await saysView(PEERS[1], 6, UUID, [OWN_BEFORE, OTHER]);
      expect(await start()).toEqual(["wait", 75]);
    });

    test("waits where Secret Manager can't say that the cluster was initialized", async () => {
      await saysView(PEERS[0], 6, UUID, [OWN_BEFORE, OTHER]);
      cloud.secretsAway = true;
      expect(await start()).toEqual(["wait", 75]);
    });
  });
});

describe("an initialization that was cut off", () => {
  test("the designated node puts it aside and begins anew", async () => {
    state({ seqno: -1, safe: 0 });
    writeFileSync(join(data, "old"), "");
    expect(await start()).toEqual(["begin-new", "mariadbd --wsrep-new-cluster"]);
    expect(existsSync(join(data, "old"))).toBe(false);
    expect(execFileSync("find", [join(root, "var/lib/database"), "-name", "old"]).toString()).toMatch(/aside-\d+\/old/);
  });

  test.each([
    ["its disk was a member", () => writeFileSync(join(root, "var/lib/database/initialized"), UUID)],
    ["initialization is recorded", () => cloud.secrets.set(SECRETS.initialized, ["{}"])],
    ["nobody knows", () => Object.assign(cloud, { secretsAway: true })],
  ])("but the data is kept when %s", async (_, arrange) => {
    arrange();
    state({ seqno: -1, safe: 0, view: true });
    writeFileSync(join(data, "old"), "");
    expect(await start()).toEqual(["rejoin", `mariadbd --wsrep_start_position=${UUID}:7`]);
    expect(existsSync(join(data, "old"))).toBe(true);
  });
});

describe("the last one of a full stop", () => {
  beforeEach(() => {
    bornCluster();
    state({ seqno: 9, safe: 1 });
  });

  test("begins when every host says that nobody serves", async () => {
    expect(await start()).toEqual(["begin-as-last", "mariadbd --wsrep-new-cluster"]);
  });

  test("waits when a host can't be seen, and says what a person can do", async () => {
    expect(await start({ peers: [PEERS[0], UNSEEN] })).toEqual(["wait", 75]);
    expect(readFileSync(join(root, "run/mysqld/decision"), "utf8")).toMatch(
      /unseen\.invalid can't be seen.*'galera-start --begin-cluster' on the highest/,
    );
  });

  test("joins when somebody serves", async () => {
    await listen(PEERS[0], DATABASE_PORTS.client);
    expect(await start()).toEqual(["join", "mariadbd"]);
  });

  test("that crashed restores its view of one, whoever can be seen", async () => {
    state({ seqno: -1, safe: 1, view: true });
    expect(await start({ peers: [UNSEEN, UNSEEN] })).toEqual(["rejoin", `mariadbd --wsrep_start_position=${UUID}:7`]);
  });

  test("that crashed and lost its view begins from its recovered position", async () => {
    state({ seqno: -1, safe: 1 });
    expect(await start()).toEqual(["begin-as-last", `mariadbd --wsrep_start_position=${UUID}:7 --wsrep-new-cluster`]);
  });
});

describe("a crash", () => {
  beforeEach(bornCluster);

  test("starts from the recovered position and the saved view", async () => {
    state({ seqno: -1, safe: 0, view: true });
    expect(await start()).toEqual(["rejoin", `mariadbd --wsrep_start_position=${UUID}:7`]);
  });

  test.each([
    ["an older view", 5, UUID, [OTHER, THIRD]],
    ["a later view that this node is a member of", 7, UUID, [OWN_BEFORE, OTHER]],
    ["a later view of another history", 7, OTHER_UUID, [OTHER, THIRD]],
  ])("finds back into its view although another node has %s", async (_, number, history, members) => {
    state({ seqno: -1, safe: 0, view: true });
    await saysView(PEERS[0], number, history, members);
    expect(await start({ peers: [PEERS[0], UNSEEN] })).toEqual(["rejoin", `mariadbd --wsrep_start_position=${UUID}:7`]);
  });

  test("waits for a member that serves when the others went on without it: it would keep them apart", async () => {
    state({ seqno: -1, safe: 0, view: true });
    await saysView(PEERS[0], 7, UUID, [OTHER, THIRD]);
    expect(await start()).toEqual(["wait", 75]);
    expect(readFileSync(join(root, "run/mysqld/decision"), "utf8")).toContain(`older than that of ${PEERS[0]}`);
    expect(readFileSync(join(root, "run/mysqld/position"), "utf8")).toBe("7\n");
    await listen(PEERS[0], DATABASE_PORTS.client);
    expect(await start()).toEqual(["rejoin", `mariadbd --wsrep_start_position=${UUID}:7`]);
  });

  test("without the saved view it needs a member that serves", async () => {
    state({ seqno: -1, safe: 0 });
    expect(await start()).toEqual(["wait", 75]);
    await listen(PEERS[0], DATABASE_PORTS.client);
    expect(await start()).toEqual(["rejoin", `mariadbd --wsrep_start_position=${UUID}:7`]);
  });

  test("within a change of the schema it needs a full copy", async () => {
    state({ uuid: "00000000-0000-0000-0000-000000000000", seqno: -1, safe: 0, view: true });
    expect(await start()).toEqual(["wait", 75]);
    await listen(PEERS[0], DATABASE_PORTS.client);
    expect(await start()).toEqual(["join-by-full-copy", "mariadbd"]);
  });
});

describe.each([
  ["empty", ""],
  ["cut off", "# GALERA saved state\nversion: 2.1\nuuid:    4d84"],
  ["missing", undefined],
])("data whose grastate.dat is %s", (_, text) => {
  beforeEach(() => {
    bornCluster();
    databaseFiles();
    if (text !== undefined) writeFileSync(join(data, "grastate.dat"), text);
  });

  test("starts from what InnoDB has, and finds back into the saved view", async () => {
    view({});
    expect(await start({ rank: 1 })).toEqual(["rejoin", `mariadbd --wsrep_start_position=${UUID}:7`]);
    expect(readFileSync(join(data, "grastate.dat"), "utf8")).toMatch(new RegExp(`^uuid: +${UUID}\nseqno: +-1$`, "m"));
  });

  test("is data to a person as well", async () => {
    expect(await run([], { option: "--position" })).toMatchObject({ code: 0, output: `${UUID}:7\n` });
    expect(await run([], { option: "--begin-cluster" })).toMatchObject({ code: 0 });
    expect(await start({ peers: [UNSEEN, UNSEEN] })).toEqual(["begin-by-order", "mariadbd --wsrep-new-cluster"]);
  });
});

test("a clean stop of one among others: waits for one that serves", async () => {
  bornCluster();
  state({ seqno: 9, safe: 0 });
  expect(await start()).toEqual(["wait", 75]);
  expect(readFileSync(join(root, "run/mysqld/position"), "utf8")).toBe("9\n");
  await listen(PEERS[0], DATABASE_PORTS.client);
  expect(await start()).toEqual(["join", "mariadbd"]);
});

describe("a person's order", () => {
  beforeEach(bornCluster);

  test("begins from this disk once, though others can't be seen", async () => {
    state({ seqno: 9, safe: 0 });
    expect((await run([], { option: "--begin-cluster" })).code).toBe(0);
    expect(await start({ peers: [UNSEEN, UNSEEN] })).toEqual(["begin-by-order", "mariadbd --wsrep-new-cluster"]);
    expect(readFileSync(join(data, "grastate.dat"), "utf8")).toMatch(/^safe_to_bootstrap: 1$/m);
    state({ seqno: 9, safe: 0 });
    expect(await start({ peers: [UNSEEN, UNSEEN] })).toEqual(["wait", 75]);
  });

  test("gives the cluster a new identity, and drops what belongs to the old one", async () => {
    state({ seqno: -1, safe: 0, view: true });
    writeFileSync(join(data, "galera.cache"), "");
    await run([], { option: "--begin-cluster" });
    expect(await start()).toEqual(["begin-by-order", "mariadbd --wsrep-new-cluster"]);
    expect(readFileSync(join(data, "grastate.dat"), "utf8")).toMatch(/^uuid: +0{8}-.+\nseqno: +-1$/m);
    for (const file of ["gvwstate.dat", "galera.cache"]) expect(existsSync(join(data, file))).toBe(false);
  });

  test("of data that Galera has disowned begins as well", async () => {
    state({ uuid: "00000000-0000-0000-0000-000000000000", seqno: -1, safe: 0 });
    await run([], { option: "--begin-cluster" });
    expect(await start()).toEqual(["begin-by-order", "mariadbd --wsrep-new-cluster"]);
  });

  test("is dropped when somebody serves", async () => {
    state({ seqno: 9, safe: 0 });
    await run([], { option: "--begin-cluster" });
    await listen(PEERS[0], DATABASE_PORTS.client);
    expect(await start()).toEqual(["join", "mariadbd"]);
    expect(existsSync(join(root, "var/lib/database/begin-cluster"))).toBe(false);
  });

  test("is refused without data", async () => {
    expect(await run([], { option: "--begin-cluster" })).toMatchObject({ code: 1 });
  });
});

test("--position prints what a person compares", async () => {
  state({ seqno: 9, safe: 0 });
  expect(await run([], { option: "--position" })).toMatchObject({ code: 0, output: `${UUID}:9\n` });
  state({ seqno: -1, safe: 0 });
  expect(await run([], { option: "--position" })).toMatchObject({ code: 0, output: `${UUID}:7\n` });
});

test("called wrongly: exit code 2", async () => {
  expect(await run([], { option: "--nonsense" })).toMatchObject({ code: 2 });
});

interface Given {
  readonly rank?: number;
  readonly peers?: readonly string[];
  readonly option?: string;
}

/** The decision, and what it led to: the arguments of mariadbd or an exit code. */
async function start({ peers = PEERS, ...given }: Given = {}): Promise<[string, string | number | null]> {
  const { code, output } = await run(peers, given);
  const [decision = ""] = readFileSync(join(root, "run/mysqld/decision"), "utf8").split("\t");
  return [decision, code === 0 ? output.trim() : code];
}

function run(
  peers: readonly string[],
  { rank = 0, option }: Given,
): Promise<{ code: number | null; output: string; log: string }> {
  const others = peers.map((address, index) => ({ name: `other-${index}`, address }));
  const members = [...others.slice(0, rank), { name: "own", address: `${NETWORK}.10` }, ...others.slice(rank)];
  writeFileSync(
    join(root, "etc/default/database"),
    renderDatabaseEnvironment({
      node: "own",
      members,
      hosts: ["own.test"],
      secrets: SECRETS,
      schema: "shop",
      appUser: "shop",
      backupBucket: "bucket",
    }),
  );
  if (process.getuid?.() === 0) execFileSync("chown", ["-R", "mysql:mysql", root]);
  const child = spawn(join(root, "bin/galera-start.sh"), option ? [option] : [], {
    cwd: root,
    env: {
      ...cloud.environment,
      FETCH_RETRIES: "0",
      PATH: `${join(root, "bin")}:${process.env.PATH}:/usr/sbin:/sbin`,
      MACHINE_ROOT: root,
      GALERA_LIB: join(root, "bin/galera-lib.sh"),
      LOOK_SECONDS: "0",
      PROBE_SECONDS: "60",
      RECOVERED: `${UUID}:7`,
    },
  });
  let output = "";
  let log = "";
  child.stdout.on("data", (part) => {
    output += part;
  });
  child.stderr.on("data", (part) => {
    log += part;
  });
  return new Promise((resolve) => child.on("close", (code) => resolve({ code, output, log })));
}

/** A disk that was a member of the cluster, which was initialized. */
function bornCluster(): void {
  cloud.secrets.set(SECRETS.initialized, ["{}"]);
  writeFileSync(join(root, "var/lib/database/initialized"), UUID);
}

/** The view that Galera saved. */
function view({ number = 6, members = [OWN_BEFORE, OTHER, THIRD] }): void {
  const lines = [
    `my_uuid: ${OWN}`,
    "#vwbeg",
    `view_id: 3 ${OTHER} ${number}`,
    "bootstrap: 0",
    ...members.map((member, segment) => `member: ${member} ${segment}`),
    "#vwend",
  ];
  writeFileSync(join(data, "gvwstate.dat"), `${lines.join("\n")}\n`);
}

function state({ uuid = UUID, seqno = 0, safe = 0, view: hasView = false }): void {
  databaseFiles();
  const lines = [
    "# GALERA saved state",
    "version: 2.1",
    `uuid: ${uuid}`,
    `seqno: ${seqno}`,
    `safe_to_bootstrap: ${safe}`,
  ];
  writeFileSync(join(data, "grastate.dat"), `${lines.join("\n")}\n`);
  if (hasView) view({});
}

/** What InnoDB has, as far as its presence is looked at. */
function databaseFiles(): void {
  mkdirSync(join(data, "mysql"), { recursive: true });
  writeFileSync(join(data, "ibdata1"), "");
}

/** What another node's health answer says of its saved view. */
function saysView(address: string, number: number, history: string, members: readonly string[]): Promise<void> {
  const names = members.map((member) => member.replace(/-[^-]+(?=-[^-]+$)/, ""));
  const header = { "Galera-View": [number, history, ...names].join(" ") };
  const server = createHttpServer((_, response) => response.writeHead(503, header).end("node down\n"));
  listeners.push(server);
  return new Promise((resolve) => server.listen(DATABASE_PORTS.health, address, resolve));
}

function listen(address: string, port: number): Promise<void> {
  const server = createServer((socket) => socket.destroy());
  listeners.push(server);
  return new Promise((resolve) => server.listen(port, address, resolve));
}
