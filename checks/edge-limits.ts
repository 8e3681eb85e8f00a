import type { ComputeForwardingRule } from "@cdktf/provider-google/lib/compute-forwarding-rule";
import type { ComputeRegionBackendService } from "@cdktf/provider-google/lib/compute-region-backend-service";
import type { ComputeRegionInstanceGroupManager } from "@cdktf/provider-google/lib/compute-region-instance-group-manager";
import type { ComputeRegionInstanceTemplate } from "@cdktf/provider-google/lib/compute-region-instance-template";
import type { Check } from "./check";
import { literalList, literalValue } from "./literals";

export const edgeLimits: Readonly<Record<string, Check>> = {
  google_compute_instance: (resource) => metadataProblems(resource as unknown as ComputeRegionInstanceTemplate),
  google_compute_instance_template: (resource) =>
    metadataProblems(resource as unknown as ComputeRegionInstanceTemplate),
  google_compute_region_instance_template: (resource) => metadataProblems(resource as ComputeRegionInstanceTemplate),
  google_compute_region_instance_group_manager: (resource) =>
    rolloutProblems(resource as ComputeRegionInstanceGroupManager),
  google_compute_region_backend_service: (resource) => backendProblems(resource as ComputeRegionBackendService),
  google_compute_forwarding_rule: (resource) => forwardingProblems(resource as ComputeForwardingRule),
};

// https://cloud.google.com/compute/docs/metadata/setting-custom-metadata#limitations
const METADATA_VALUE_BYTES = 262_144;
const METADATA_KEY_BYTES = 128;
const METADATA_TOTAL_BYTES = 524_288;

function metadataProblems({ metadataInput = {}, metadataStartupScriptInput }: ComputeRegionInstanceTemplate): string[] {
  const entries = Object.entries(metadataInput);
  const sizes = entries.map(([key, value]) => ({ key, bytes: Buffer.byteLength(value) }));
  const total = sizes.reduce((sum, { key, bytes }) => sum + Buffer.byteLength(key) + bytes, 0);
  return [
    ...sizes
      .filter(({ bytes }) => bytes > METADATA_VALUE_BYTES)
      .map(
        ({ key, bytes }) =>
          `metadata "${key}" has ${bytes} bytes, a value may have ${METADATA_VALUE_BYTES}: put it into a bucket`,
      ),
    ...sizes
      .filter(({ key }) => Buffer.byteLength(key) > METADATA_KEY_BYTES)
      .map(({ key }) => `metadata key "${key}" is longer than ${METADATA_KEY_BYTES} bytes: shorten it`),
    ...(total > METADATA_TOTAL_BYTES
      ? [`metadata has ${total} bytes in all, ${METADATA_TOTAL_BYTES} are allowed: put some into a bucket`]
      : []),
    ...(metadataStartupScriptInput && "startup-script" in metadataInput
      ? ['the startup script is given twice: keep metadata["startup-script"], which does not replace the machine']
      : []),
  ];
}

function rolloutProblems({
  updatePolicyInput: policy,
  distributionPolicyZonesInput,
}: ComputeRegionInstanceGroupManager): string[] {
  if (!policy) return [];
  const zones = distributionPolicyZonesInput?.length ?? 3;
  const { maxSurgeFixed: surge, maxUnavailableFixed: unavailable, replacementMethod } = policy;
  const breaksZones = (count: number | undefined): count is number => count !== undefined && count > 0 && count < zones;
  return [
    ...(breaksZones(surge)
      ? [`max_surge_fixed ${surge} is refused: use 0 or at least the number of zones (${zones})`]
      : []),
    ...(breaksZones(unavailable)
      ? [`max_unavailable_fixed ${unavailable} is refused: use 0 or at least the number of zones (${zones})`]
      : []),
    ...(surge === 0 && unavailable === 0
      ? ["no surge and no unavailable machine leaves no way to update: raise max_surge_fixed"]
      : []),
    ...(replacementMethod === "RECREATE" && (surge ?? policy.maxSurgePercent ?? 1) > 0
      ? [
          `a surge of ${surge ?? policy.maxSurgePercent ?? "(default)"} is refused with RECREATE: set it to 0, or use SUBSTITUTE`,
        ]
      : []),
  ];
}

function backendProblems({ loadBalancingSchemeInput, backendInput }: ComputeRegionBackendService): string[] {
  if (loadBalancingSchemeInput !== "EXTERNAL" && loadBalancingSchemeInput !== "INTERNAL") return [];
  return literalList(backendInput)
    .filter(({ balancingMode }) => balancingMode === undefined || literalValue(balancingMode) !== undefined)
    .filter(({ balancingMode }) => balancingMode !== "CONNECTION")
    .map(
      ({ balancingMode = "UTILIZATION (the default)" }) =>
        `balancing mode ${balancingMode} is refused on an ${loadBalancingSchemeInput} backend: use CONNECTION`,
    );
}

function forwardingProblems({
  portsInput = [],
  allPortsInput,
  targetInput,
  backendServiceInput,
}: ComputeForwardingRule): string[] {
  return [
    ...(portsInput.length > 0 && allPortsInput === true ? ["ports and all_ports are refused together: keep one"] : []),
    ...(targetInput && backendServiceInput ? ["target and backend_service are refused together: keep one"] : []),
  ];
}
