import { Release } from "@cdktf/provider-helm/lib/release";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import { charts, versions } from "../../config/versions";
import type { ReleaseRow } from "./release-row";
import { renderValues } from "./yaml";

export interface HelmReleaseProps {
  readonly row: ReleaseRow;
  /** Path of the local chart, which has no repository. */
  readonly localChart: string;
  readonly dependsOn: readonly ITerraformDependable[];
}

/** One row of the table as a Helm release. */
export class HelmRelease extends Construct {
  readonly release: Release;

  constructor(scope: Construct, id: string, { row, localChart, dependsOn }: HelmReleaseProps) {
    super(scope, id);
    const { chart, stateless = false, waits = true } = row;
    this.release = new Release(this, "release", {
      name: row.release ?? row.name,
      namespace: row.namespace,
      // The local chart needs a version too: without one the provider asks the cluster during plan.
      ...(chart === "custom-resources"
        ? { chart: localChart, version: versions.customResourcesChart }
        : { chart, ...charts[chart] }),
      // A failed first install is in the cluster but not in the state; the next apply takes it over.
      upgradeInstall: true,
      values: renderValues(row.values),
      skipCrds: row.skipCrds ?? false,
      wait: waits,
      timeout: 900, // seconds; a load balancer's address takes minutes
      // A failed release is rolled back, or uninstalled if it was the first: only where nothing is lost by it.
      atomic: stateless,
      maxHistory: 5,
      dependsOn: [...dependsOn],
    });
  }
}
