import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { requireProgram } from "../../support/edge-machine";
import { freePort } from "../../support/free-port";
import { EXPORTERS, exposed } from "./metric-sources";

const folder = mkdtempSync(join(tmpdir(), "exporters-"));
const processes: ChildProcess[] = [];
const isRoot = process.getuid?.() === 0;

afterAll(async () => {
  for (const child of processes.reverse()) await end(child);
  rmSync(folder, { recursive: true });
});

test("the node exporter has what rules ask of a machine", async () => {
  const port = await freePort();
  // As Debian's package has it.
  writeFileSync(join(folder, "some.prom"), "some_metric 1\n");
  const textfiles = `--collector.textfile.directory=${folder}`;
  run("prometheus-node-exporter", [`--web.listen-address=127.0.0.1:${port}`, textfiles]);
  expect(await metricsAt(port)).toEqual(expect.arrayContaining([...EXPORTERS.node.metrics]));
});

test("the exporter of a node of a Galera cluster has what rules ask of it", async () => {
  const data = join(folder, "mariadb");
  mkdirSync(data);
  chmodSync(folder, 0o755);
  const user = isRoot ? ["--user=mysql"] : [];
  if (isRoot) execFileSync("chown", ["mysql:mysql", data]);
  const socket = join(data, "sock");
  execFileSync("mariadb-install-db", ["--no-defaults", `--datadir=${data}`, "--skip-test-db", ...user], {
    stdio: "ignore",
  });
  run("mariadbd", [
    ...["--no-defaults", `--datadir=${data}`, `--socket=${socket}`, "--skip-networking", ...user],
    ...["--wsrep-on=ON", "--wsrep-provider=/usr/lib/galera/libgalera_smm.so", "--wsrep-new-cluster"],
    ...["--wsrep-cluster-address=gcomm://", "--binlog-format=ROW", "--innodb-autoinc-lock-mode=2"],
    `--wsrep-provider-options=gmcast.listen_addr=tcp://127.0.0.1:${await freePort()}`,
  ]);
  const port = await freePort();
  const account = join(folder, "exporter.cnf");
  writeFileSync(account, `[client]\nuser = ${isRoot ? "root" : process.env.USER}\nsocket = ${socket}\n`);
  run("prometheus-mysqld-exporter", [`--web.listen-address=127.0.0.1:${port}`, `--config.my-cnf=${account}`]);
  await until(async () => (await metricsAt(port)).includes("mysql_global_status_questions"));
  expect(await metricsAt(port)).toEqual(expect.arrayContaining([...EXPORTERS.mysqld.metrics]));
});

test("RabbitMQ with a queue has what rules ask of it", async () => {
  const home = join(folder, "rabbitmq");
  mkdirSync(home);
  const [amqp, metrics, distribution, epmd] = [await freePort(), await freePort(), await freePort(), await freePort()];
  writeFileSync(join(home, "plugins"), "[rabbitmq_prometheus].\n");
  writeFileSync(
    join(home, "definitions.json"),
    JSON.stringify({
      vhosts: [{ name: "/" }],
      queues: [{ name: "jobs", vhost: "/", durable: true, auto_delete: false, arguments: {} }],
    }),
  );
  writeFileSync(
    join(home, "rabbitmq.conf"),
    [
      `listeners.tcp.1 = 127.0.0.1:${amqp}`,
      "prometheus.tcp.ip = 127.0.0.1",
      `prometheus.tcp.port = ${metrics}`,
      `load_definitions = ${home}/definitions.json`,
      "",
    ].join("\n"),
  );
  // The program itself: Debian's wrapper would become its own user and use its own folders.
  const path = execFileSync("bash", ["-c", "ls -d /usr/lib/rabbitmq/lib/rabbitmq_server-*/sbin/rabbitmq-server"], {
    encoding: "utf8",
  }).trim();
  run(path, [], {
    HOME: home,
    RABBITMQ_NODENAME: "monitoring@localhost",
    RABBITMQ_CONFIG_FILE: join(home, "rabbitmq.conf"),
    RABBITMQ_MNESIA_BASE: join(home, "data"),
    RABBITMQ_LOG_BASE: join(home, "log"),
    RABBITMQ_ENABLED_PLUGINS_FILE: join(home, "plugins"),
    RABBITMQ_PID_FILE: join(home, "pid"),
    RABBITMQ_DIST_PORT: String(distribution),
    ERL_EPMD_PORT: String(epmd),
    ERL_EPMD_ADDRESS: "127.0.0.1",
  });
  await until(async () => (await metricsAt(metrics)).includes("rabbitmq_queue_messages_ready"));
  const found = await metricsAt(metrics);
  // Erlang's port mapper leaves the group of whoever starts it; it ends when the last node that it knows is gone.
  for (const child of processes.splice(-1)) await end(child);
  await until(async () => endPortMapper(epmd));
  expect(found).toEqual(expect.arrayContaining([...EXPORTERS.rabbitmq.metrics]));
});

/** Whether the port mapper on this port, which is this test's own, has ended. */
function endPortMapper(port: number): boolean {
  try {
    return execFileSync("epmd", ["-port", String(port), "-kill"], { encoding: "utf8", stdio: "pipe" }).includes(
      "Killed",
    );
  } catch {
    return false;
  }
}

function run(program: string, args: readonly string[], environment: Record<string, string> = {}): void {
  const path = program.startsWith("/") ? program : requireProgram(program);
  const child = spawn(path, args, {
    cwd: folder,
    env: { PATH: `${process.env.PATH}:/usr/sbin`, ...environment },
    stdio: "ignore",
    detached: true,
  });
  processes.push(child);
}

/** Ends a program and its children, by the group that it leads. */
async function end(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, "exit");
  process.kill(-child.pid, "SIGKILL");
  await exit;
}

async function metricsAt(port: number): Promise<string[]> {
  let text = "";
  await until(async () => {
    const answer = await fetch(`http://127.0.0.1:${port}/metrics`).catch(() => undefined);
    text = (await answer?.text()) ?? "";
    return text !== "";
  }, 60);
  return [...exposed(text)];
}

async function until(isSo: () => Promise<boolean>, seconds = 600): Promise<void> {
  const deadline = Date.now() + seconds * 1000;
  while (!(await isSo())) {
    if (Date.now() > deadline) throw new Error(`not within ${seconds} s`);
    await sleep(200);
  }
}
