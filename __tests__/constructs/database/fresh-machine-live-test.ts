import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { machinePackages } from "../../../config/packages";
import { bootPorts, DATABASE_PORTS } from "../../../config/ports";
import { renderDatabaseEnvironment } from "../../../constructs/database/render-database-environment";
import { renderMariadbConfig } from "../../../constructs/database/render-mariadb";
import { startupScript } from "../../../constructs/machine/startup-script";
import { type DatabaseCloud, startDatabaseCloud } from "../../../drill/data/cloud";
import { BUCKET, SECRETS } from "../../support/database-machine";
import { FreshMachine } from "../../support/fresh-machine";
import { machineLogsMetadata } from "../../support/machine-logs";

const FOLDER = join(__dirname, "../../../constructs/database");
const SCRIPTS = ["galera-lib", "galera-start", "galera-credentials", "galera-health", "galera-backup", "galera-alter"];
const NODE = { name: "indonesia-database-1", address: "127.2.65.13", segment: 0 };
const BOOT = startupScript(FOLDER, machinePackages.database, bootPorts.database);

let cloud: DatabaseCloud;
let machine: FreshMachine;

beforeAll(async () => {
  cloud = await startDatabaseCloud();
  for (const secret of Object.values(SECRETS)) cloud.secrets.set(secret, []);
  machine = await FreshMachine.create();
  const scripts = SCRIPTS.map((script) => [script, readFileSync(join(FOLDER, `${script}.sh`), "utf8")] as const);
  const metadata = {
    ...Object.fromEntries(scripts),
    "database-environment": renderDatabaseEnvironment({
      ...{ node: NODE.name, members: [NODE], hosts: ["database.indonesia.internal.shop.test"], secrets: SECRETS },
      ...{ schema: "shop", appUser: "shop", backupBucket: BUCKET },
    }),
    "mariadb-cnf": renderMariadbConfig({
      ...{ node: NODE.name, members: [NODE], donors: [], memoryMb: 512, cpus: 2 },
      ...{ outageMinutes: 10, writeMbPerMinute: 1 },
    }),
  };
  for (const [path, text] of machineLogsMetadata("database")) cloud.metadata.set(`instance/${path}`, text);
  for (const [key, text] of Object.entries(metadata)) cloud.metadata.set(`instance/attributes/${key}`, text);
});
afterAll(async () => {
  await machine?.remove();
  await cloud.close();
});

const boot = () => machine.run(BOOT, cloud.environment);
/** As HAProxy asks it. */
const healthCheck = () =>
  machine.run(`curl --silent --noproxy "*" --write-out "%{http_code}" http://${NODE.address}:${DATABASE_PORTS.health}`);
const query = (statement: string) => machine.run(`mariadb -BN -e "${statement}"`);

test("first boot: the packages come from Debian, and MariaDB begins the cluster as the unit runs it", async () => {
  const { code, output } = await boot();
  expect({ code, output }).toEqual({ code: 0, output: expect.stringContaining("it gets a filesystem") });
  await until(async () => (await healthCheck()).output === `${NODE.name} synced\n200`);
  await until(async () => (await query("SELECT User FROM mysql.global_priv WHERE User = 'prometheus'")).output !== "");
  expect(await query("SELECT @@datadir, @@innodb_snapshot_isolation")).toEqual({
    code: 0,
    output: "/var/lib/database/mysql/\t1\n",
  });
  expect(await machine.run("stat --format %U /var/lib/database/mysql; findmnt -no FSTYPE /var/lib/database")).toEqual({
    code: 0,
    output: "mysql\next4\n",
  });
});

test("the exporter that the unit names reaches the server", async () => {
  const { output } = await machine.run(`unshare --net bash -c '
ip link set lo up
setpriv --reuid=prometheus --regid=prometheus --init-groups \\
  $(sed -n "s/^ExecStart=//p" /etc/systemd/system/prometheus-mysqld-exporter.service.d/database.conf) >/dev/null 2>&1 &
until curl --silent --noproxy "*" http://127.0.0.1:9104/metrics | grep "^mysql_up"; do sleep 0.2; done
kill %1'`);
  expect(output).toBe("mysql_up 1\n");
});

test("second boot: nothing is installed or formatted, no file changes, MariaDB goes on", async () => {
  const [before, pid] = [await machine.state(), await machine.run("cat $MACHINE/mariadb.service.pid")];
  expect(await boot()).toMatchObject({ code: 0 });
  expect(await machine.state()).toEqual(before);
  expect(await machine.run("cat $MACHINE/mariadb.service.pid")).toEqual(pid);
  expect((await query("SELECT 1")).code).toBe(0);
});

test("the disk of another machine, whose users had other numbers, is taken over with its data", async () => {
  await query("CREATE TABLE shop.kept (id INT PRIMARY KEY); INSERT INTO shop.kept VALUES (7)");
  const stop = "pid=$(cat $MACHINE/mariadb.service.pid); kill $pid; while readlink /proc/$pid/exe; do sleep 0.1; done";
  await machine.run(`${stop} >/dev/null; chown --recursive 4242:4242 /var/lib/database`);
  expect(await boot()).toMatchObject({ code: 0 });
  await until(async () => (await query("SELECT id FROM shop.kept")).output === "7\n");
});

test("systemd accepts the units with all that they name, and starts them at the next boot", async () => {
  const [own, all] = [
    "ls /etc/systemd/system | grep -E 'service$|socket$|timer$|mount$'",
    "ls /etc/systemd/system/*.wants",
  ];
  const units = (await machine.run(own)).output.split("\n").filter((unit) => unit && !unit.includes("@"));
  expect(units).toEqual(expect.arrayContaining(["mariadb.service", "galera-watch.service", "var-lib-database.mount"]));
  const verified = await machine.run(
    `systemd-analyze verify --man=no ${units.join(" ")} prometheus-mysqld-exporter.service`,
  );
  expect(verified).toEqual({ code: 0, output: "" });
  expect((await machine.run(all)).output).toMatch(/galera-watch.service.*mariadb.service/s);
});

test("what upgrades by itself is all but MariaDB and Galera", async () => {
  const people = await machine.upgradedByPeople();
  expect(people).toEqual(
    expect.arrayContaining(["galera-4", "mariadb-backup", "mariadb-server", "mariadb-server-core"]),
  );
  expect(people.filter((name) => !/mariadb|galera/.test(name))).toEqual([]);
});

async function until(isSo: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 600_000;
  while (!(await isSo())) {
    if (Date.now() > deadline)
      throw new Error(`not within 10 minutes; MariaDB says:\n${machine.log("mariadb.service")}`);
    await sleep(500);
  }
}
