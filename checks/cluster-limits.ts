import type { ContainerCluster } from "@cdktf/provider-google/lib/container-cluster";
import type { ContainerNodePool } from "@cdktf/provider-google/lib/container-node-pool";
import type { GkeBackupBackupPlan } from "@cdktf/provider-google/lib/gke-backup-backup-plan";
import type { Release } from "@cdktf/provider-helm/lib/release";
import { loadAll, YAMLException } from "js-yaml";
import { isRendered } from "../constructs/kubernetes/yaml";
import type { Check } from "./check";
import { isAbove, literalValue } from "./literals";

export const clusterLimits: Readonly<Record<string, Check>> = {
  google_container_cluster: (resource) => clusterProblems(resource as ContainerCluster),
  google_container_node_pool: (resource) => poolProblems(resource as ContainerNodePool),
  google_gke_backup_backup_plan: (resource) => backupProblems(resource as GkeBackupBackupPlan),
  helm_release: (resource) => valuesProblems(resource as Release),
};

function clusterProblems(cluster: ContainerCluster): string[] {
  const isPrivate = literalValue(cluster.privateClusterConfigInput?.enablePrivateEndpoint) === true;
  const hasPolicyAddOn = literalValue(cluster.networkPolicyInput?.enabled) === true;
  return [
    ...(isPrivate && !cluster.masterAuthorizedNetworksConfigInput
      ? ["a private endpoint without master_authorized_networks_config is refused: add the block, empty if none"]
      : []),
    ...(hasPolicyAddOn && cluster.datapathProviderInput === "ADVANCED_DATAPATH"
      ? ["network_policy is refused with ADVANCED_DATAPATH, which enforces policies itself: disable it"]
      : []),
    ...(cluster.initialNodeCountInput === undefined && !cluster.nodePoolInput && cluster.enableAutopilotInput !== true
      ? ["a cluster without initial_node_count is refused: set 1 with remove_default_node_pool"]
      : []),
  ];
}

function poolProblems({
  autoscalingInput: scaling,
  nodeCountInput,
  upgradeSettingsInput: upgrade,
}: ContainerNodePool): string[] {
  const total = [scaling?.totalMinNodeCount, scaling?.totalMaxNodeCount];
  const perZone = [scaling?.minNodeCount, scaling?.maxNodeCount];
  const given = (counts: (number | undefined)[]) => counts.some((count) => count !== undefined);
  return [
    ...(given(total) && given(perZone) ? ["total and per-zone limits are refused together: keep the total ones"] : []),
    ...[total, perZone]
      .filter(([minimum = 0, maximum = Infinity]) => isAbove(minimum, maximum))
      .map(([minimum, maximum]) => `minimum ${minimum} is above maximum ${maximum}: swap or change them`),
    ...(scaling && nodeCountInput !== undefined
      ? [`node_count ${nodeCountInput} fights the autoscaler: leave it out`]
      : []),
    ...(upgrade?.maxSurge === 0 && (upgrade.maxUnavailable ?? 0) === 0
      ? ["no surge and no unavailable node leaves no way to upgrade: raise max_surge"]
      : []),
  ];
}

function backupProblems({ retentionPolicyInput }: GkeBackupBackupPlan): string[] {
  const { backupDeleteLockDays: lock = 0, backupRetainDays: keep = 0 } = retentionPolicyInput ?? {};
  return isAbove(lock, keep)
    ? [`backups are locked for ${lock} days but kept for ${keep}: keep them at least as long`]
    : [];
}

function valuesProblems({ valuesInput = [] }: Release): string[] {
  // Parsing takes longer than rendering did.
  if (isRendered(valuesInput)) return [];
  return valuesInput.flatMap((text, index) => {
    const fault = yamlFault(withoutTokens(text));
    return fault === undefined ? [] : [`values[${index}] is not YAML, ${fault}: render it with a YAML library`];
  });
}

function yamlFault(text: string): string | undefined {
  try {
    loadAll(text);
    return undefined;
  } catch (error) {
    if (error instanceof YAMLException) return error.toString(true).replace(/^YAMLException: /, "");
    throw error;
  }
}

/** Text with a placeholder for every token: what Terraform fills in is unknown, the rest is not. */
function withoutTokens(text: string): string {
  return text.replace(/[$#]\{TfToken\[[^\]]*\]\}/g, "token");
}
