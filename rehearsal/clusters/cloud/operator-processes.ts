import { type ChildProcess, spawn } from "node:child_process";
import { createWriteStream, existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { API_PORT } from "../control-plane-flags";
import type { KubernetesClient, KubernetesObject } from "../kubernetes-client";
import { OPERATORS, type OperatorRow } from "./operator-table";

export interface OperatorProcessesProps {
  readonly client: KubernetesClient;
  /** PEM text of the certificate that the API server shows. */
  readonly ca: string;
  /** Where logs and the processes' root folders are put. */
  readonly folder: string;
  /** Folder of the operators' programs. */
  readonly programs: string;
}

/** Folder of the token that a pod's processes show. */
const ACCOUNT = "/var/run/secrets/kubernetes.io/serviceaccount";

const SEARCH_PATH = "/usr/sbin:/usr/bin:/sbin:/bin";

/** Gives a root folder the machine's programs and devices, and changes to it. */
const IN_ROOT =
  'for d in usr lib lib64 dev; do mkdir -p "$0/$d"; mount --rbind /$d "$0/$d"; done; exec chroot "$0" "$@"';

/**
 * Runs operators as processes, as their pods would: the container's arguments, environment and Secrets, and the rights
 * of its service account. They start once a pod of theirs runs, start again when they end, and end with their Deployment.
 */
export class OperatorProcesses {
  private readonly running = new Map<string, ChildProcess>();

  constructor(private readonly props: OperatorProcessesProps) {}

  async look(): Promise<void> {
    for (const row of OPERATORS.filter(({ program }) => existsSync(join(this.props.programs, program)))) {
      const running = this.running.get(row.deployment);
      const pod = await this.podOf(row);
      if (pod && !running) this.running.set(row.deployment, await this.start(row, pod));
      if (!pod) running?.kill("SIGTERM");
    }
  }

  private async podOf({ namespace, deployment }: OperatorRow): Promise<KubernetesObject | undefined> {
    const { client } = this.props;
    const found = await client.find(`/apis/apps/v1/namespaces/${namespace}/deployments/${deployment}`);
    if (!found) return undefined;
    const labels: Record<string, string> = found.spec.selector.matchLabels;
    const pods = await client.list(`/api/v1/namespaces/${namespace}/pods`);
    return pods.find(
      ({ metadata, status }) =>
        status.phase === "Running" && Object.entries(labels).every(([key, value]) => metadata.labels[key] === value),
    );
  }

  private async start({ program, deployment, flags }: OperatorRow, pod: KubernetesObject): Promise<ChildProcess> {
    const root = join(this.props.folder, "operators", deployment);
    await this.fill(root, pod);
    const [container] = pod.spec.containers;
    const env = environmentOf(container, pod);
    const args: string[] = (container.args ?? []).map((text: string) =>
      text.replace(/\$\((\w+)\)/g, (whole, name: string) => env[name] ?? whole),
    );
    const path = join(this.props.programs, program);
    mkdirSync(join(root, "tmp"), { recursive: true });
    writeFileSync(join(root, program), "");
    const command = [`mount --bind ${path} ${join(root, program)}; ${IN_ROOT}`, root, `/${program}`, ...args, ...flags];
    const child = spawn("unshare", ["--mount", "sh", "-ec", ...command], { env, stdio: ["ignore", "pipe", "pipe"] });
    const log = createWriteStream(join(this.props.folder, `${deployment}.log`), { flags: "a" });
    child.stdout.pipe(log);
    child.stderr.pipe(log);
    child.on("exit", () => this.running.delete(deployment));
    return child;
  }

  /** Writes what a kubelet would mount. */
  private async fill(root: string, { metadata, spec }: KubernetesObject): Promise<void> {
    const { client, ca } = this.props;
    const path = `/api/v1/namespaces/${metadata.namespace}`;
    const account = spec.serviceAccountName ?? "default";
    const { status } = await client.post(`${path}/serviceaccounts/${account}/token`, {
      spec: { expirationSeconds: 86_400 },
    });
    rmSync(root, { recursive: true, force: true });
    write(join(root, ACCOUNT), { token: status.token, "ca.crt": ca, namespace: metadata.namespace });
    for (const { name, mountPath } of spec.containers[0].volumeMounts ?? []) {
      const { secret } = spec.volumes.find((each: KubernetesObject) => each.name === name) ?? {};
      const found = secret && (await client.find(`${path}/secrets/${secret.secretName}`));
      if (found) write(join(root, mountPath), decoded(found.data));
    }
  }
}

function decoded(data: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(data).map(([key, text]) => [key, Buffer.from(text, "base64").toString()]));
}

function write(folder: string, files: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
}

function environmentOf({ env = [] }: KubernetesObject, pod: KubernetesObject): Record<string, string> {
  const own = env.map(({ name, value = "", valueFrom }: KubernetesObject) => [
    name,
    valueFrom ? field(valueFrom, pod) : value,
  ]);
  return {
    PATH: SEARCH_PATH,
    KUBERNETES_SERVICE_HOST: "127.0.0.1",
    KUBERNETES_SERVICE_PORT: String(API_PORT),
    ...Object.fromEntries(own),
  };
}

function field({ fieldRef }: KubernetesObject, pod: KubernetesObject): string {
  const path: string = fieldRef?.fieldPath ?? "";
  return String(path.split(".").reduce((value, key) => value?.[key], pod) ?? "");
}
