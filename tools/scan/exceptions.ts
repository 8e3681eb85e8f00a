/** A checkov failure that is accepted. */
export interface ScanException {
  readonly check: string;
  /** Stack and id of the resource, as checkov names them: `network/firewall_edge-…`. */
  readonly resource: RegExp;
  readonly reason: string;
}

/** All accepted failures. One that no longer matches anything is refused, so that the list stays current. */
export const EXCEPTIONS: readonly ScanException[] = [
  {
    check: "CKV_GCP_106",
    resource: /^network\/firewall_edge-from-everywhere_/,
    reason: "Port 80 of the edge is open on purpose: it answers with a redirect to HTTPS and nothing else",
  },
  {
    check: "CKV_GCP_65",
    resource: /^(region-[^/]+\/app-cluster|monitoring\/.+_site_cluster)_/,
    reason:
      "People access clusters through IAM only; a group named here must exist in Workspace, or GKE refuses the cluster",
  },
  {
    check: "CKV_GCP_62",
    resource: /^(monitoring\/.+_archive|network\/database)_access-logs_/,
    reason: "The others log to this bucket: logging itself would grow forever",
  },
  {
    check: "CKV_GCP_78",
    resource: /^monitoring\/.+_archive_logs_/,
    reason: "A retention policy forbids overwriting and deleting raw logs, so there are no old versions to keep",
  },
  {
    check: "CKV_K8S_43",
    resource: /^region-[^/]+\/platform_app_deployment_/,
    reason: "The shop's team names its image by a version; a digest in the topology ends this exception",
  },
  {
    check: "CKV_K8S_15",
    resource: /^region-[^/]+\/platform_app_deployment_/,
    reason: "A pod must start while the registry is down: the node's copy of the version is enough",
  },
  {
    check: "CKV_GCP_84",
    resource: /^network\/countries_.+_docker-hub_/,
    reason: "It keeps copies of public images alone, and a key that is away would keep pods from starting",
  },
  {
    check: "CKV_GCP_76",
    resource: /^network\/countries_.+_subnet-edge_/,
    reason: "Edges answer over IPv6 and begin nothing over it: the firewall denies it, and Google is asked over IPv4",
  },
];
