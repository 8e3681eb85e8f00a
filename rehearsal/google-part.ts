/** A stack as Terraform reads it. */
export interface StackJson {
  readonly terraform: { readonly required_providers: Record<string, unknown> };
  readonly provider?: Record<string, readonly Provider[]>;
  readonly resource?: Record<string, Record<string, Resource>>;
  readonly ephemeral?: unknown;
  readonly [section: string]: unknown;
}

interface Provider {
  readonly alias?: string;
  readonly host?: string;
  readonly project?: string;
}

export interface Resource {
  readonly provider?: string;
  readonly depends_on?: readonly string[];
  readonly [attribute: string]: unknown;
}

export interface GooglePart {
  readonly stack: StackJson;
  /** How many resources of clusters were left out. */
  readonly leftOut: number;
}

const IN_CLUSTER = ["helm", "kubernetes"];

/** Whether resources of a type are made in clusters, by Helm or Kubernetes. */
export function isInCluster(type: string): boolean {
  return IN_CLUSTER.some((provider) => type.startsWith(`${provider}_`));
}

/**
 * A stack without what Helm and Kubernetes put into its clusters. What was to come after something in a cluster comes
 * after the cluster.
 *
 * @throws Error when something that stays reads an attribute of what is left out
 */
export function googlePart(stack: StackJson): GooglePart {
  const clusters = clustersOf(stack);
  const gone = new Map<string, string | undefined>();
  const kept: Record<string, Record<string, Resource>> = {};
  for (const [type, resources] of Object.entries(stack.resource ?? {})) {
    if (!isInCluster(type)) kept[type] = resources;
    else {
      for (const [name, { provider }] of Object.entries(resources)) {
        const used = provider ?? type.split("_")[0] ?? "";
        gone.set(`${type}.${name}`, clusters.get(used.replace(/^helm/, "kubernetes")));
      }
    }
  }
  const { ephemeral: _, ...rest } = stack;
  const part: StackJson = {
    ...rest,
    terraform: { ...stack.terraform, required_providers: without(stack.terraform.required_providers) },
    provider: without(stack.provider ?? {}),
    resource: withoutDependenciesOn(gone, kept),
  };
  checkNothingReads(gone, part);
  return { stack: part, leftOut: gone.size };
}

/** Address of the cluster that each Kubernetes provider is led to. */
function clustersOf({ provider }: StackJson): ReadonlyMap<string, string> {
  return new Map(
    (provider?.kubernetes ?? []).flatMap(({ alias, host = "" }) => {
      const [cluster] = /google_container_cluster\.[\w-]+/.exec(host) ?? [];
      return cluster ? [[alias ? `kubernetes.${alias}` : "kubernetes", cluster]] : [];
    }),
  );
}

function without<Value>(providers: Readonly<Record<string, Value>>): Record<string, Value> {
  return Object.fromEntries(Object.entries(providers).filter(([name]) => !IN_CLUSTER.includes(name)));
}

function withoutDependenciesOn(
  gone: ReadonlyMap<string, string | undefined>,
  kept: Readonly<Record<string, Record<string, Resource>>>,
): Record<string, Record<string, Resource>> {
  return mapResources(kept, ({ depends_on, ...resource }) => {
    if (!depends_on) return resource;
    const after = depends_on.flatMap((one) => (gone.has(one) ? (gone.get(one) ?? []) : one));
    return after.length > 0 ? { ...resource, depends_on: [...new Set(after)] } : resource;
  });
}

/** A stack's resources, each changed. */
export function mapResources(
  resources: Readonly<Record<string, Record<string, Resource>>>,
  change: (resource: Resource, type: string, name: string) => Resource,
): Record<string, Record<string, Resource>> {
  return Object.fromEntries(
    Object.entries(resources).map(([type, byName]) => [
      type,
      Object.fromEntries(Object.entries(byName).map(([name, resource]) => [name, change(resource, type, name)])),
    ]),
  );
}

function checkNothingReads(gone: ReadonlyMap<string, unknown>, part: StackJson): void {
  const references = JSON.stringify(part).match(/\$\{[^}]*\}/g) ?? [];
  const read = [...gone.keys()].find((address) => references.some((text) => text.includes(`${address}.`)));
  if (read) throw new Error(`${read} is in a cluster and left out, but a resource of Google's reads it`);
}

/**
 * A stack whose protections are lifted, as the runbook lifts them before something is destroyed.
 *
 * @param addresses whose protection. @default everything's
 */
export function withoutProtection(stack: StackJson, addresses?: ReadonlySet<string>): StackJson {
  const resource = mapResources(stack.resource ?? {}, (one, type, name) => {
    if (addresses && !addresses.has(`${type}.${name}`)) return one;
    const { lifecycle, ...attributes } = one;
    const { prevent_destroy: _, ...kept } = (lifecycle ?? {}) as Record<string, unknown>;
    const lifted = "deletion_protection" in attributes ? { ...attributes, deletion_protection: false } : attributes;
    return Object.keys(kept).length > 0 ? { ...lifted, lifecycle: kept } : lifted;
  });
  return { ...stack, resource };
}

/** Addresses that are protected by an attribute too, so that a plan shows when that is lifted. */
export function protectedIn({ resource = {} }: StackJson): string[] {
  return Object.entries(resource).flatMap(([type, byName]) =>
    Object.entries(byName).flatMap(([name, one]) => (one.deletion_protection === true ? `${type}.${name}` : [])),
  );
}
