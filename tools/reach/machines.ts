import { type Attributes, listOf, type SynthesizedEstate } from "../synthesized/estate";
import { type Party, partyOf, type Relation } from "./relations";

/** A machine, or a template for machines. Cluster nodes are GKE's. */
export interface Machine {
  readonly address: string;
  readonly party: Party;
  readonly tags: readonly string[];
  /** The service account of its programs; the project's default one if not set. */
  readonly account: string;
  /** The kinds of public addresses that it has. */
  readonly publicBy: readonly ("IPv4" | "IPv6")[];
  readonly metadata: Readonly<Record<string, string>>;
  readonly shielded: Attributes | undefined;
}

export function machines(estate: SynthesizedEstate): Machine[] {
  const types = [
    "google_compute_instance",
    "google_compute_instance_template",
    "google_compute_region_instance_template",
  ];
  return estate.ofType(...types).map(({ stack, type, id, attributes }) => {
    const name = String(attributes.name ?? String(attributes.name_prefix).replace(/-$/, ""));
    const [account] = listOf(attributes.service_account);
    const found = account?.email === undefined ? "" : estate.follow(String(account.email), stack);
    const interfaces = listOf(attributes.network_interface);
    return {
      address: `${stack}: ${type}.${id}`,
      party: partyOf(name, estate),
      tags: listOf<string>(attributes.tags),
      account: typeof found === "string" ? found : String(found.attributes.account_id),
      publicBy: [
        ...(interfaces.some((each) => "access_config" in each) ? ["IPv4" as const] : []),
        ...(interfaces.some((each) => "ipv6_access_config" in each) ? ["IPv6" as const] : []),
      ],
      metadata: (attributes.metadata ?? {}) as Readonly<Record<string, string>>,
      shielded: listOf(attributes.shielded_instance_config)[0],
    };
  });
}

export function machineRelations(estate: SynthesizedEstate): Relation[] {
  return machines(estate).map(({ party, account, tags, publicBy }) => ({
    from: party,
    to: account ? partyOf(account, estate) : { what: "the project's default account" },
    cells: [tags.join(", ") || "none", publicBy.length > 0 ? `public (${publicBy.join(", ")})` : "private"],
  }));
}
