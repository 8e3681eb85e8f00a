import { nodeFate } from "./database-node";
import { orderChanges } from "./failover-order";
import { each, type PlacedChange, type Rule, subject } from "./finding";
import { isDestroyed, loweredProtection } from "./protection";

/** What a reviewer should know before agreeing. */
export const WARNINGS: readonly Rule[] = [
  {
    name: "database-restart",
    says: "A Galera node is away for a while; the app is led to the next one, and two are left to vote.",
    proceed: "Be sure that the other nodes answer 200 before, and this one after.",
    finds: each((change) => nodeFate(change)?.fate),
  },
  {
    name: "pool-replaced",
    says: "All machines of a pool go at once; its pods or its traffic have no place until the new ones are there.",
    proceed: "Add a pool of another name beside it, drain the old one, then remove it.",
    finds: each((change) => (POOLS.has(change.type) ? destroyed(change) : undefined)),
  },
  {
    name: "edge-interrupted",
    says: "This is not rolling: the country's edge takes no connections until it is done. DNS leaves it out after a minute and a half.",
    proceed: "Choose a quiet hour, and be sure that the other countries carry the load.",
    finds: each((change) => (change.layer === "edge" && ENTRANCES.has(change.type) ? destroyed(change) : undefined)),
  },
  {
    name: "failover-order",
    says: "Users or the app are served by other countries when one is down.",
    proceed: "Check that the countries tried first have the capacity, and that the data may go there.",
    finds: each((change) => {
      const orders = orderChanges(change).map(
        ({ backend, before, after }) => `${backend}: ${after.join(" > ") || "nobody"} instead of ${before.join(" > ")}`,
      );
      return orders.length === 0 ? undefined : orders.join("; ");
    }),
  },
  {
    name: "protection-lowered",
    says: "A later run can destroy it without a further step.",
    proceed: "Agree only when the destroy that follows is planned.",
    finds: each((change) => {
      const attribute = loweredProtection(change);
      return attribute === undefined ? undefined : `${attribute} is lowered`;
    }),
  },
  {
    name: "forgotten",
    says: "It goes on existing and costing, and nobody's plan shows it any more.",
    proceed: "Say in the pull request who owns it from now on.",
    finds: each(({ kind }) => (kind === "forget" ? "leaves Terraform's care" : undefined)),
  },
  {
    name: "check-failed",
    says: "A check of the configuration itself does not hold.",
    proceed: "Read its message in the plan.",
    finds: ({ failedChecks }) =>
      failedChecks.map((check) => ({ subjects: [subject(check)], detail: `${check.stack}: a check fails` })),
  },
];

const POOLS: ReadonlySet<string> = new Set([
  "google_container_node_pool",
  "google_compute_region_instance_group_manager",
]);

/** What stands between users and the edge's machines. */
const ENTRANCES: ReadonlySet<string> = new Set([
  "google_compute_forwarding_rule",
  "google_compute_region_backend_service",
]);

function destroyed(change: PlacedChange): string | undefined {
  if (!isDestroyed(change) || change.isLeftover) return undefined;
  const name = change.before.name ?? change.name;
  return `${name} is ${change.kind === "replace" ? `replaced (${change.changed.join(", ")})` : "destroyed"}`;
}
