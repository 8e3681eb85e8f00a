import { TerraformStack } from "cdktf";
import { Construct } from "constructs";
import { entry } from "../config/entry";
import type { Topology } from "../config/topology";
import { Archive } from "../constructs/archive/archive";
import { StackOutputs } from "../constructs/stack-outputs";
import { setUpStack } from "../constructs/stack-setup";
import type { CountryNetworkOutputs } from "./network-stack";
import type { RegionOutputs } from "./region-stack";

export interface MonitoringStackProps {
  readonly topology: Topology;
  /** By country. */
  readonly networks: Readonly<Record<string, CountryNetworkOutputs>>;
  /** By country. */
  readonly regions: Readonly<Record<string, RegionOutputs>>;
}

/** What watches the countries from outside their app clusters, and what it leaves behind. */
export class MonitoringStack extends TerraformStack {
  constructor(scope: Construct, id: string, { topology, networks, regions }: MonitoringStackProps) {
    super(scope, id);
    setUpStack(this, topology);
    const countries = new Construct(this, "countries");
    for (const [country, { region, archive }] of Object.entries(topology.countries)) {
      const network = entry(networks, country).readFrom(this);
      const scope = new Construct(countries, country);
      const { logs, metrics } = new Archive(scope, "archive", {
        ...archive,
        project: topology.project.id,
        country,
        region,
        key: network.archivesKey,
        logWriter: entry(regions, country).readFrom(this).agentMember,
      });
      new StackOutputs(scope, "outputs", {
        prefix: country,
        values: {
          logsBucket: { value: logs, description: "Bucket of the raw log archive" },
          metricsBucket: { value: metrics, description: "Bucket of the metric archive" },
        },
      });
    }
  }
}
