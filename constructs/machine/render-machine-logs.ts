import { names } from "../../config/names";
import { SITE_PORTS } from "../../config/ports";
import type { MachineLogsSettings } from "./machine-logs-settings";

/** Logs that programs write to files; all others are in the journal. A new entry begins as the expression says. */
const FILES: Readonly<Record<MachineLogsSettings["kind"], readonly { path: string; tag: string; begin?: string }[]>> = {
  edge: [],
  database: [{ path: "/var/log/mysql/slow.log", tag: "slow-query", begin: "^# User@Host:" }],
  vpn: [{ path: "/var/log/pritunl.log", tag: "pritunl" }],
};

/** Machines whose lines name clients: their addresses leave shortened to /24 and /48 (docs/decisions/0034-logs.md). */
const FACING_THE_WORLD: readonly MachineLogsSettings["kind"][] = ["edge", "vpn"];
const SHORTEN_ADDRESSES =
  '\n  action(type="mmanon" ipv4.bits="8" ipv4.mode="zero" ipv6.bits="80" ipv6.anonmode="zero")';

/** Below the state directory of the unit, which only root reads. */
const HOME = "/var/lib/machine-logs";

/** Bytes of disk that lines may fill while Elasticsearch is away. Further ones are only archived. */
const QUEUE_SIZE = "2g";

/** Lines that the queue may hold: more than fit into its bytes, which decide. The default is 1,000. */
const QUEUE_LINES = 100_000_000;

/** The text of `/etc/default/machine-logs`, which systemd reads. */
export function renderMachineLogsEnvironment(settings: MachineLogsSettings): string {
  const { elasticsearchHost, kind, project, userSecret, archiveBucket } = settings;
  return [
    `LOGS_ELASTICSEARCH="https://${elasticsearchHost}:${SITE_PORTS.elasticsearch}/${names.machineLogs(kind)}"`,
    `LOGS_SECRET="projects/${project}/secrets/${userSecret}"`,
    `LOGS_BUCKET="${archiveBucket}"`,
    "",
  ].join("\n");
}

/**
 * rsyslogd's config. It reads on where it stopped, whatever stopped it: there is no queue in memory between the journal
 * and the files and the queue on disk, and the place in the journal is written after each line.
 */
export function renderRsyslogConfig(settings: MachineLogsSettings): string {
  return `${[
    `global(workDirectory="${HOME}" maxMessageSize="64k" net.enableDNS="off")`,
    'main_queue(queue.type="Direct")',
    'module(load="imjournal" stateFile="journal.state" fileCreateMode="0600" persistStateInterval="1" ratelimit.interval="0")',
    // Without a file to read, imfile is an error.
    ...(FILES[settings.kind].length > 0 ? ['module(load="imfile")'] : []),
    'module(load="omprog")',
    // A byte that is no UTF-8 would make Elasticsearch refuse the whole request.
    'module(load="mmutf8fix")',
    ...(FACING_THE_WORLD.includes(settings.kind) ? ['module(load="mmanon")'] : []),
    `module(load="impstats" interval="10" format="json" log.syslog="off" log.file="${HOME}/stats.json" ruleset="nothing")`,
    'ruleset(name="nothing") { stop }',
    ...templates(settings),
    ruleset(settings),
    ...FILES[settings.kind].map(
      ({ path, tag, begin }) =>
        `input(type="imfile" file="${path}" tag="${tag}" ruleset="machine"${begin ? ` startmsg.regex="${begin}" readTimeout="5"` : ""})`,
    ),
    "call machine",
  ].join("\n")}\n`;
}

function templates({ country, kind }: MachineLogsSettings): string[] {
  const constants = {
    country,
    "data_stream.type": "logs",
    "data_stream.dataset": kind,
    "data_stream.namespace": "machines",
  };
  const properties = {
    message: "msg",
    host: "hostname",
    unit: "$!_SYSTEMD_UNIT",
    program: "programname",
    severity: "syslogseverity-text",
  };
  return [
    // Ends each with a line feed.
    'template(name="document" type="list" option.jsonf="on") {',
    '  property(outname="@timestamp" name="timereported" dateFormat="rfc3339" date.inUTC="on" format="jsonf")',
    ...Object.entries(properties).map(
      ([name, property]) => `  property(outname="${name}" name="${property}" format="jsonf")`,
    ),
    ...Object.entries(constants).map(
      ([name, value]) => `  constant(outname="${name}" value="${value}" format="jsonf")`,
    ),
    "}",
    // By its id, a line that is sent twice is there once.
    'template(name="identified" type="string" string="%$.id% %$.document%")',
    'template(name="archived" type="string" string="%$.document%")',
    `template(name="quarter" type="string" string="${HOME}/archive/%$now-utc%_%$hour-utc%_%$qhour%.ndjson")`,
  ];
}

/** The queue drops the newest when it is full, because waiting would keep lines from the archive. */
function ruleset({ kind }: MachineLogsSettings): string {
  return `ruleset(name="machine") {
  action(type="mmutf8fix")${FACING_THE_WORLD.includes(kind) ? SHORTEN_ADDRESSES : ""}
  set $.id = $uuid;
  set $.document = exec_template("document");
  action(type="omfile" dynaFile="quarter" template="archived" createDirs="on" dirCreateMode="0700" fileCreateMode="0600")
  action(type="omprog" name="elasticsearch" template="identified" binary="/usr/local/sbin/machine-logs deliver"
    confirmMessages="on" confirmTimeout="60000" useTransactions="on" closeTimeout="5000"
    action.resumeRetryCount="-1" action.resumeInterval="1" action.resumeIntervalMax="30"
    queue.type="Disk" queue.filename="elasticsearch" queue.size="${QUEUE_LINES}" queue.maxDiskSpace="${QUEUE_SIZE}" queue.maxFileSize="16m"
    queue.checkpointInterval="1" queue.dequeueBatchSize="500" queue.timeoutEnqueue="0" queue.timeoutShutdown="15000")
}`;
}
