import { planAddresses } from "../../config/address-plan";
import { hosts } from "../../config/names";
import { monitoringSite, servingOrder, type Topology } from "../../config/topology";
import { left, renderTable, right } from "../table";
import { describeClusters } from "./describe-clusters";

/** The estate as text, derived from the topology without synthesizing anything. */
export function describeTopology(topology: Topology): string {
  const plan = planAddresses(topology);
  const countries = Object.entries(topology.countries);
  return [
    `${topology.environment}: ${topology.domain} in project ${topology.project.id}`,
    "",
    renderTable(
      [...left("country", "region", "zones"), ...right("slot"), ...left("edge", "database", "monitoring")],
      countries.map(([name, { region, zones, slot, edge, database }]) => [
        name,
        region,
        zones.map((zone) => zone.slice(region.length + 1)).join(" "),
        slot,
        `${edge.instances} x ${edge.machineType}`,
        `${database.nodes} node${database.nodes === 1 ? "" : "s"}`,
        monitoringSite(topology, name) === name ? "own site" : `from ${monitoringSite(topology, name)}`,
      ]),
    ),
    "",
    renderTable(
      left("users of", "arrive at", "served by, in order"),
      countries.map(([name]) => [name, hosts.edge(topology.domain, name), servingOrder(topology, name).join(" > ")]),
    ),
    "",
    renderTable(left("range", ...countries.map(([name]) => name)), rangeRows(Object.values(plan))),
    "",
    renderTable(
      left("fixed address", "subnet", "name"),
      Object.entries(plan).flatMap(([name, { fixed }]) =>
        Object.entries(fixed).map(([label, { address, subnet }]) => [
          address,
          subnet,
          hosts.internal(topology.domain, name, label),
        ]),
      ),
    ),
    "",
    describeClusters(topology, plan),
  ].join("\n");
}

function rangeRows(plans: readonly ReturnType<typeof planAddresses>[string][]): string[][] {
  return [
    ["block", ...plans.map(({ block }) => block)],
    ["pods", ...plans.map(({ pods }) => pods)],
    ["services", ...plans.map(({ services }) => services)],
    ["nodes", ...plans.map(({ subnets }) => subnets.nodes)],
    ["control plane", ...plans.map(({ controlPlane }) => controlPlane)],
    ["edge", ...plans.map(({ subnets }) => subnets.edge)],
    ["data", ...plans.map(({ subnets }) => subnets.data)],
    ["vpn", ...plans.map(({ subnets }) => subnets.vpn)],
    ["monitoring pods", ...plans.map(({ monitoringPods }) => monitoringPods)],
    ["monitoring services", ...plans.map(({ monitoringServices }) => monitoringServices)],
    ["monitoring nodes", ...plans.map(({ subnets }) => subnets.monitoring)],
    ["monitoring control plane", ...plans.map(({ monitoringControlPlane }) => monitoringControlPlane)],
  ];
}
