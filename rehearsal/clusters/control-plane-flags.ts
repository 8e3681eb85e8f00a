import { join } from "node:path";
import type { Programs } from "./programs";

export interface ControlPlaneProps {
  /** For logs, tokens and etcd's data. */
  readonly folder: string;
  readonly programs: Programs;
  /** Files of a certificate for 127.0.0.1 that is its own authority. */
  readonly tls: { readonly certificate: string; readonly key: string };
  /** Tokens by the user that shows them. */
  readonly tokens: Readonly<Record<"terraform" | "cloud" | "controllers" | "scheduler", string>>;
}

/** Where the API server answers in its own network namespace, whose addresses are those of all pods: a port that none has. */
export const API_PORT = 16443;

/** Not loopback, which an API server refuses to be known by. */
export const OWN_ADDRESS = "10.255.255.1";

const ETCD = "http://127.0.0.1:2379";

export function etcdFlags(folder: string): string[] {
  return [
    `--data-dir=${join(folder, "etcd")}`,
    `--listen-client-urls=${ETCD}`,
    `--advertise-client-urls=${ETCD}`,
    "--listen-peer-urls=http://127.0.0.1:2380",
    "--unsafe-no-fsync", // nothing here has to outlive a power cut
  ];
}

/** Files of the certificate serve as authority for everybody, and sign tokens. */
export function serverFlags({ folder, tls }: ControlPlaneProps): string[] {
  return [
    `--etcd-servers=${ETCD}`,
    `--secure-port=${API_PORT}`,
    `--advertise-address=${OWN_ADDRESS}`,
    "--service-cluster-ip-range=10.96.0.0/16",
    `--token-auth-file=${join(folder, "tokens.csv")}`,
    "--authorization-mode=Node,RBAC",
    `--tls-cert-file=${tls.certificate}`,
    `--tls-private-key-file=${tls.key}`,
    `--cert-dir=${folder}`,
    "--allow-privileged=true",
    "--service-account-issuer=https://kubernetes.default.svc",
    `--service-account-key-file=${tls.certificate}`,
    `--service-account-signing-key-file=${tls.key}`,
    `--requestheader-client-ca-file=${tls.certificate}`,
    "--requestheader-username-headers=X-Remote-User",
    "--requestheader-group-headers=X-Remote-Group",
    "--requestheader-extra-headers-prefix=X-Remote-Extra-",
    `--proxy-client-cert-file=${tls.certificate}`,
    `--proxy-client-key-file=${tls.key}`,
    // As GKE does. Names are asked for at a port that is another each time, and an operator whose error changes tries at once.
    "--kubelet-preferred-address-types=InternalIP",
    "--enable-aggregator-routing=true", // there is no kube-proxy: webhooks are asked at their pods
    "--feature-gates=SizeBasedListCostEstimate=false", // wants a newer etcd than Debian's
  ];
}
