import { load } from "js-yaml";
import { type Attributes, listOf, type SynthesizedEstate } from "../synthesized/estate";
import { INTERNET, INTERNET_IPV6, rangesOf, sourceOf } from "./ranges";
import { type Party, partyOf } from "./relations";

/** Something that accepts connections on its own address. */
export interface EntryPoint {
  readonly name: Party;
  /** Who can reach it, as far as it says itself. */
  readonly from: readonly Party[];
  readonly ports: string;
}

/** Google's load balancers, and those that GKE creates for Kubernetes Services, including those of Helm releases. */
export function entryPoints(estate: SynthesizedEstate): EntryPoint[] {
  const google = estate.ofType("google_compute_forwarding_rule", "google_compute_global_forwarding_rule");
  return [
    ...google.map(({ stack, attributes }) => ({
      name: partyOf(String(attributes.name), estate),
      from: [{ what: forwardingSource(attributes, isIpv6(attributes, stack, estate)) }],
      ports: `tcp ${listOf(attributes.ports ?? attributes.port_range).join(",") || "all"}`,
    })),
    ...kubernetesServices(estate).map(({ name, service }) => ({
      name,
      from: serviceSources(service, rangesOf(estate)),
      ports: servicePorts(service),
    })),
  ];
}

/** By what it says itself, or by the address that it takes. */
function isIpv6({ ip_version: version, ip_address: address }: Attributes, stack: string, estate: SynthesizedEstate) {
  const reserved = estate.follow(String(address), stack);
  return (version ?? (typeof reserved === "object" ? reserved.attributes.ip_version : undefined)) === "IPV6";
}

function forwardingSource(
  { load_balancing_scheme: scheme, allow_global_access: global }: Attributes,
  byIpv6: boolean,
): string {
  if (!String(scheme ?? "EXTERNAL").startsWith("INTERNAL")) return byIpv6 ? INTERNET_IPV6 : INTERNET;
  return global ? "the VPC" : "the VPC in its region";
}

/** GKE itself opens the firewall for such a Service, to its source ranges or to everybody. */
function serviceSources(service: Attributes, ranges: ReadonlyMap<string, Party>): Party[] {
  const annotations = (service.annotations ?? {}) as Readonly<Record<string, string>>;
  const isInternal =
    annotations["networking.gke.io/load-balancer-type"] === "Internal" ||
    String(service.loadBalancerClass ?? "").endsWith("-internal");
  if (!isInternal) return [{ what: INTERNET }];
  const sources = listOf<string>(service.loadBalancerSourceRanges).map((range) => sourceOf(range, ranges));
  return sources.length > 0 ? sources : [{ what: "the VPC" }];
}

function servicePorts({ ports }: Service): string {
  const numbers = listOf<unknown>(ports).map((each) => (each as Attributes | null)?.port);
  return Array.isArray(ports) && numbers.every(Boolean) ? `tcp ${numbers.join(",")}` : "its chart's";
}

/** A Kubernetes Service with a load balancer: its spec, with name and annotations if given. */
type Service = Attributes & { readonly name?: unknown; readonly ports?: unknown };

/** A text with a load balancer has the word, if not spelled with escapes: of the others none is parsed, which takes long. */
const MAY_HOLD_ONE = /LoadBalancer|\\[xuU\n]/;

function kubernetesServices(estate: SynthesizedEstate): { name: Party; service: Service }[] {
  const releases = estate.ofType("helm_release").flatMap((resource) =>
    listOf<string>(resource.attributes.values)
      .filter((text) => MAY_HOLD_ONE.test(text))
      .flatMap((text) => loadBalancers(load(text.replace(/([$%])\1\{/g, "$1{"))))
      .map((service) => ({ resource, service, name: service.name ?? resource.attributes.name })),
  );
  const services = estate.ofType("kubernetes_service", "kubernetes_service_v1").flatMap((resource) => {
    const [metadata] = listOf(resource.attributes.metadata);
    return listOf(resource.attributes.spec)
      .map((spec) => ({ ...spec, loadBalancerSourceRanges: spec.load_balancer_source_ranges, ports: spec.port }))
      .flatMap((spec) => loadBalancers({ metadata, spec }))
      .map((service) => ({ resource, service, name: service.name }));
  });
  return [...releases, ...services].map(({ resource, service, name }) => {
    const { what, country: named } = partyOf(String(name), estate);
    const found = named ?? resource.country;
    return { service, name: { what: `Service of ${what}`, ...(found && { country: found }) } };
  });
}

/** Anywhere: in a chart's values, or in an object with metadata and spec. */
function loadBalancers(value: unknown): Service[] {
  if (typeof value !== "object" || value === null) return [];
  const { type, metadata, spec, ...rest } = value as Attributes;
  if (type === "LoadBalancer") return [value as Service];
  const { name, annotations } = (metadata ?? {}) as Attributes;
  const own = loadBalancers(spec).map((service) => ({ name, annotations, ...service }));
  return [...own, ...Object.values(rest).flatMap(loadBalancers)];
}
