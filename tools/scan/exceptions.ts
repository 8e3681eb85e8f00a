/** A failure of the scanner that is right to stay. */
export interface ScanException {
  readonly check: string;
  /** Stack and id of the resource, as the scanner names them: `network/firewall_edge-…`. */
  readonly resource: RegExp;
  readonly reason: string;
}

/** Every failure that is left as it is. One that matches nothing any more is refused, so the list stays true. */
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
      "People reach clusters by IAM alone; a group named here must exist in Workspace, or GKE refuses the cluster",
  },
  {
    check: "CKV_GCP_62",
    resource: /^(monitoring\/.+_archive|network\/database)_access-logs_/,
    reason: "It is the bucket that the others log to: its own log would grow by itself",
  },
  {
    check: "CKV_GCP_78",
    resource: /^monitoring\/.+_archive_logs_/,
    reason: "A retention policy forbids to overwrite or delete raw logs, so there are no old versions to keep",
  },
  {
    check: "CKV_K8S_43",
    resource: /^region-[^/]+\/platform_app_deployment_/,
    reason: "The shop's team names its image by a version; a digest in the topology ends this exception",
  },
  {
    check: "CKV_K8S_15",
    resource: /^region-[^/]+\/platform_app_deployment_/,
    reason: "A pod must start while the registry is away: the node's copy of a version is enough",
  },
];
