import { nodeFate } from "./database-node";
import { orderChanges } from "./failover-order";
import { each, type PlacedChange, placeName, type Rule, subject } from "./finding";
import { changedScripts, configsOfMachines } from "./machine-config";
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
    name: "taken-over",
    says: "From now on Terraform changes and destroys it like what it made itself.",
    proceed: "Compare what is imported with what the configuration says, attribute by attribute.",
    finds: each(({ isImported, type }) => (isImported ? `${type} is taken over as it exists` : undefined)),
  },
  {
    name: "machine-config",
    says: "Machines take a new configuration: an edge within minutes, the others when they start next; if it is wrong, they do not come back, or serve nobody.",
    proceed:
      "Read the differences below. Database and VPN machines of several countries: restart one by hand first (docs/runbooks/database.md, access.md).",
    finds: configsOfMachines,
  },
  {
    name: "script-changed",
    says: "Machines run it as root when they start next, and nothing checks it before.",
    proceed: "Read the differences below. One machine of one country first.",
    finds: each((change) => {
      const scripts = changedScripts(change);
      return scripts.length === 0
        ? undefined
        : `${change.after.name ?? change.name} gets another ${scripts.join(", ")}`;
    }),
  },
  {
    name: "stands-unprotected",
    says: "An earlier run lowered its protection, so the next destroy is the second step already.",
    proceed: "Raise it again, or destroy it as planned.",
    finds: ({ unprotected }) =>
      unprotected.map((change) => ({
        subjects: [subject(change)],
        detail: `${placeName(change)}: ${change.type} ${change.after.name ?? change.name}`,
      })),
  },
  {
    name: "made-from-nothing",
    says: "Nothing of this stack is in its state. A first deploy is like that, and so is a state that was lost or moved: then everything is made a second time, or fails because it exists.",
    proceed: "Be sure that this is the stack's first deploy; if not, find its state (docs/runbooks/delivery.md).",
    finds: ({ newStacks }) => newStacks.map((stack) => ({ subjects: [], detail: `${stack}: all of it is created` })),
  },
  {
    name: "lost-outside",
    says: "Somebody destroyed it outside Terraform. What is made in its place is empty, and may have lost its neighbours.",
    proceed: "Find out who did it, and what went with it; restore data before anything is made anew.",
    finds: ({ lostOutside }) =>
      lostOutside.map((change) => ({
        subjects: [subject(change)],
        detail: `${placeName(change)}: ${change.type} ${change.before.name ?? change.name} is gone`,
      })),
  },
  {
    name: "output-changed",
    says: "Other stacks read it, and take the new value with their next plan.",
    proceed: "Know who reads it (stacks/*-outputs.ts), and review their plans before this is applied.",
    finds: ({ changedOutputs }) =>
      changedOutputs.map((each) => ({
        subjects: [subject(each)],
        detail: `${each.stack}: an output ${each.actions === "delete" ? "ends" : "changes"}`,
      })),
  },
  {
    name: "strange-provider",
    says: "A program that this project has not chosen made the plan, and would apply it with every right there is.",
    proceed: "Find out who wrote it into the state or the configuration, before anybody runs it again.",
    finds: ({ strangeProviders }) =>
      strangeProviders.map((each) => ({ subjects: [subject(each)], detail: `${each.stack}: another provider` })),
  },
  {
    name: "program-runs",
    says: "A resource runs a program where it is applied, with every right that the apply has; no change shows which.",
    proceed: "Read its `provisioner` in the configuration. The estate only waits (`sleep`).",
    finds: ({ programs }) =>
      programs.map((each) => ({ subjects: [subject(each)], detail: `${each.stack}: a program runs` })),
  },
  {
    name: "action-invoked",
    says: "The apply runs an action of a provider, which no plan shows the outcome of.",
    proceed: "Read in the provider's documentation what it does, and whether it can be run twice.",
    finds: ({ invoked }) =>
      invoked.map((each) => ({ subjects: [subject(each)], detail: `${each.stack}: an action runs` })),
  },
  {
    name: "check-failed",
    says: "A check of the configuration itself does not hold.",
    proceed: "Read its message in the plan.",
    finds: ({ failedChecks }) =>
      failedChecks.map((check) => ({ subjects: [subject(check)], detail: `${check.stack}: a check fails` })),
  },
];

/** What no other rule has said anything about. A review that says nothing has found every change harmless. */
export const NOT_KNOWN_HARMLESS: Rule = {
  name: "not-known-harmless",
  says: "The review does not know these changes to be harmless.",
  proceed:
    "Read each of them. If one is harmless whatever its values, add it to tools/plan-review/harmless.ts in a pull request of its own.",
  finds: each((change, { harms }) => {
    const harm = harms.get(change);
    return harm && `${change.type} ${change.before.name ?? change.after.name ?? change.name} ${harm.says}`;
  }),
};

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
