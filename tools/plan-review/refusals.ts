import { accessOpened } from "./access";
import { nodeFate } from "./database-node";
import { COSMETIC, changedEdges } from "./edge-change";
import { each, type Finding, type PlacedChange, placeName, type Rule, type Run, subject } from "./finding";
import { openedToInternet } from "./firewall";
import { keptShorter } from "./kept-data";
import { destroyedBeside, isDestroyed, loss, loweredProtection } from "./protection";
import { severalCountries } from "./several-countries";

/** What no run may do without a reviewed exception. */
export const REFUSALS: readonly Rule[] = [
  {
    name: "galera-quorum",
    says: "Of three Galera nodes two must serve: with two gone at once nobody can write, and one disk holds the only copy. A node that is destroyed does not come back, so the next fault is the second.",
    proceed:
      "One node per run. Apply one country, wait until `curl http://NODE:9105/` answers 200 on every node, then the next one.",
    finds: quorumLost,
  },
  {
    name: "stateful-destroyed",
    says: "What these hold cannot be made again by applying once more.",
    proceed:
      "If it only moved in the code, add a `moved` block. If it must be given up, copy what it holds, let nothing use it for a while, and destroy it in a run of its own with an exception.",
    finds: each(loss),
  },
  {
    name: "kept-data",
    says: "Backups, snapshots and archives are what is left when everything else is lost, and what they let go does not come back.",
    proceed:
      "Raise, do not lower. If it must be kept for a shorter time, say in the exception who agreed, and what the law asks for. An attachment or a schedule is replaced by making the new one first.",
    finds: keptShorter,
  },
  {
    name: "two-edges",
    says: "Countries stand in for each other: a wrong config that reaches two edges at once leaves users nowhere to go.",
    proceed:
      "One country per run, least traffic first. What all edges share, such as the config's renderer, cannot be split: allow it with an exception, because a deploy takes one country at a time and tools/health-gate.sh stands between. Look at `edge_config_refused` and the error rate before the next one.",
    finds: severalEdges,
  },
  {
    name: "several-countries",
    says: "Countries stand in for each other: what ends or changes in two of them in one run, or in what all of them share, leaves users nowhere to go.",
    proceed:
      "One country per run, least traffic first. What all share is made beside the old one and takes over before the old one goes. What cannot be split needs an exception for each resource.",
    finds: severalCountries,
  },
  {
    name: "address-changed",
    says: "Reserved addresses are written into DNS, firewall rules, rendered configs and people's settings.",
    proceed:
      "Give what is new an address of its own beside the old one, move users over, then release the old one with an exception. A changed description replaces an address too: leave it.",
    finds: each(changedAddress),
  },
  {
    name: "firewall-opened",
    says: "Only web ports of the edge and tunnel ports of the VPN are public by design.",
    proceed:
      "Name the ranges that need it in constructs/network/firewall-rows.ts, or lead people through the VPN or IAP. If the design changed, change `PUBLIC` in tools/plan-review/firewall.ts in the same review.",
    finds: each((change) => {
      const opened = openedToInternet(change);
      return opened.length === 0
        ? undefined
        : `${change.after.name ?? change.name} opened to the internet: ${opened.join(", ")}`;
    }),
  },
  {
    name: "access-opened",
    says: "The estate grants single roles to its own identities; everybody, the whole project and a public control plane are never meant.",
    proceed:
      "Grant the role that is needed to the identity that needs it, with an `_iam_member`. People reach clusters through their DNS endpoint and databases through the VPN.",
    finds: accessOpened,
  },
  {
    name: "unprotected-destroy",
    says: "Protection exists so that a destroy takes two decisions; lowered in the same run, it takes one.",
    proceed: "Two runs: lower the protection alone and have it reviewed, then destroy.",
    finds: loweredTogether,
  },
];

function quorumLost({ changes }: Run): Finding[] {
  const fates = changes.flatMap((change) => {
    const found = nodeFate(change);
    return found ? [{ ...found, where: change.country ?? change.stack }] : [];
  });
  const isLost = fates.some(({ change }) => change.type === "google_compute_instance" && change.kind === "destroy");
  if (new Set(fates.map(({ node }) => node)).size < 2 && !isLost) return [];
  return [
    {
      subjects: fates.map(({ change }) => subject(change)),
      detail: fates.map(({ where, fate }) => `${where}: ${fate}`).join("; "),
    },
  ];
}

function severalEdges({ changes, harms }: Run): Finding[] {
  // More or stronger machines and larger disks, with the configuration that they had.
  const onlyGrows = (change: PlacedChange) => !change.changed.includes("metadata") && !harms.has(change);
  const edges = changedEdges(changes.filter((change) => !onlyGrows(change)));
  if (edges.size < 2) return [];
  return [
    {
      subjects: [...edges.values()].map(subject),
      detail: `the edges of ${[...edges.keys()].sort().join(", ")} change in one run`,
    },
  ];
}

function changedAddress(change: PlacedChange): string | undefined {
  const { type, kind, changed, before } = change;
  if (type !== "google_compute_address" && type !== "google_compute_global_address") return undefined;
  const given = before.address ? `${before.address} ` : "";
  if (isDestroyed(change)) {
    return kind === "replace"
      ? `${given}is given back and another reserved (${changed.join(", ")})`
      : `${given}is given back`;
  }
  const telling = changed.filter((attribute) => !COSMETIC.has(attribute));
  return kind === "update" && telling.length > 0 ? `${given}changes (${telling.join(", ")})` : undefined;
}

function loweredTogether({ changes }: Run): Finding[] {
  return changes.flatMap((change) => {
    const attribute = loweredProtection(change);
    const destroyed = attribute === undefined ? [] : destroyedBeside(change, changes);
    if (destroyed.length === 0) return [];
    const others = destroyed.map(({ address }) => address).sort();
    const shown = others.slice(0, 3).join(", ") + (others.length > 3 ? ` and ${others.length - 3} more` : "");
    return [
      {
        subjects: [subject(change)],
        detail: `${placeName(change)}: ${attribute} is lowered while ${shown} is destroyed`,
      },
    ];
  });
}
