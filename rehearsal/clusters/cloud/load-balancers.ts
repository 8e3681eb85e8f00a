import type { KubernetesClient } from "../kubernetes-client";

/** Gives each Service that wants a load balancer the address that it names. @throws Error when two name the same */
export async function giveAddresses(client: KubernetesClient): Promise<void> {
  const services = (await client.list("/api/v1/services")).filter(({ spec }) => spec.type === "LoadBalancer");
  const owners = new Map<string, string>();
  for (const { metadata, spec, status } of services) {
    const path = `/api/v1/namespaces/${metadata.namespace}/services/${metadata.name}`;
    const ip = spec.loadBalancerIP ?? "203.0.113.1";
    const owner = owners.get(ip);
    if (owner) throw new Error(`${path} and ${owner} both want ${ip}`);
    owners.set(ip, path);
    if (status?.loadBalancer?.ingress) continue;
    await client.patch(`${path}/status`, { status: { loadBalancer: { ingress: [{ ip, ipMode: "VIP" }] } } }, "merge");
  }
}
