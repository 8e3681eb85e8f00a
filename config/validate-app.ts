import { machineSize } from "./machine-types";
import { isWhole, type Problem, when } from "./problem";
import { type App, type Cluster, type Country, INGRESS_CONTROLLERS } from "./topology";

/** A pod requests a quarter of a vCPU; the last quarter of each is for what else runs in the cluster. */
const PODS_PER_VCPU = 3;

/** What is wrong with a country's app and with what leads to it. */
export function appProblems(at: string, { cluster, app }: Country): Problem[] {
  return [
    ...when(
      !INGRESS_CONTROLLERS.includes(cluster.ingress),
      `${at}.cluster.ingress`,
      cluster.ingress,
      `use ${INGRESS_CONTROLLERS.join(" or ")}`,
    ),
    ...imageProblems(`${at}.app.image`, app.image),
    ...replicaProblems(`${at}.app`, app, cluster),
    ...when(
      !isWhole(app.messagesPerReplica, 1, 100_000),
      `${at}.app.messagesPerReplica`,
      app.messagesPerReplica,
      "use 1 to 100,000",
    ),
  ];
}

/** A name alone, or `latest`, is another image tomorrow; a name without a registry is whatever the node takes it for. */
function imageProblems(at: string, image: string): Problem[] {
  const [, tag] =
    /^[a-z0-9-]+(?:\.[a-z0-9-]+)+(?::\d+)?(?:\/[a-z0-9._-]+)+(?::(\w[\w.-]{0,127}))?(?:@sha256:[0-9a-f]{64})?$/.exec(
      image,
    ) ?? ["", "latest"];
  return when(
    tag === "latest" || (!tag && !image.includes("@")),
    at,
    image,
    "write registry/name:tag or registry/name@sha256:…, with a tag that is never moved (not latest)",
  );
}

function replicaProblems(at: string, { minReplicas, maxReplicas }: App, { pools }: Cluster): Problem[] {
  // A pool that is missing is refused elsewhere; a machine type of unknown size is taken to hold whatever is asked.
  const cpus = machineSize(pools.app?.machineType ?? "")?.cpus ?? Infinity;
  const held = PODS_PER_VCPU * cpus * (pools.app?.maxNodes ?? Infinity);
  return [
    ...when(
      !isWhole(minReplicas, 3, Number.MAX_SAFE_INTEGER),
      `${at}.minReplicas`,
      minReplicas,
      "use 3 or more, so that each zone has one",
    ),
    ...when(
      !isWhole(maxReplicas, Math.max(3, minReplicas), Number.MAX_SAFE_INTEGER),
      `${at}.maxReplicas`,
      maxReplicas,
      `use a whole number of at least ${Math.max(3, minReplicas)}`,
    ),
    ...when(
      maxReplicas > held,
      `${at}.maxReplicas`,
      maxReplicas,
      `use at most ${held}, ${PODS_PER_VCPU} per vCPU that the pool \`app\` can grow to, or let it grow`,
    ),
  ];
}
