import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import { NAMESPACES } from "../../config/app-cluster-names";
import { getOrThrow } from "../../config/get-or-throw";
import { DATABASE_SECRETS } from "../../config/names";
import { HelmRelease } from "../kubernetes/helm-release";
import { installRows } from "../kubernetes/install";
import { localChart } from "../kubernetes/local-chart";
import { Namespaces } from "../kubernetes/namespaces";
import { StorageClasses } from "../kubernetes/storage-classes";
import { WorkloadIdentity } from "../kubernetes/workload-identity";
import { App } from "./app/app";
import type { AppClusterSettings } from "./app-cluster-settings";
import { namespaceRows } from "./namespace-rows";
import { networkPolicyRows } from "./network-policy-rows";
import { releaseRows } from "./release-rows";
import { storageClassRows } from "./storage-class-rows";

export interface PlatformProps {
  readonly settings: AppClusterSettings;
  /** The cluster's nodes: created before anything runs on them, destroyed after. */
  readonly nodes: readonly ITerraformDependable[];
  /** Id of the key that encrypts disks. */
  readonly diskKey: string;
}

/** Everything deployed into a country's app cluster, in the order of the release table. */
export class Platform extends Construct {
  /** IAM member that archives logs. */
  readonly agentMember: string;

  constructor(scope: Construct, id: string, { settings, nodes, diskKey }: PlatformProps) {
    super(scope, id);
    const disks = new StorageClasses(this, "storage-classes", { rows: storageClassRows, diskKey });
    const namespaces = new Namespaces(this, "namespaces", {
      rows: namespaceRows(settings),
      policies: networkPolicyRows(settings),
      dependsOn: [...nodes, ...disks.all],
    });
    const identities = this.identities(settings, namespaces);
    this.agentMember = identities[NAMESPACES.observability].member;
    const ready = (namespace: string) => [
      ...namespaces.ready(namespace),
      ...(Object.hasOwn(identities, namespace) ? getOrThrow(identities, namespace).ready : []),
    ];
    const chart = localChart(this);
    installRows(releaseRows(settings), ready, (row, dependsOn) =>
      "chart" in row
        ? new HelmRelease(this, row.name, { row, localChart: chart, dependsOn }).release
        : new App(this, row.name, { namespace: row.namespace, settings, dependsOn }).deployment,
    );
  }

  /** Identities that read secrets for the app and for the agent, by namespace. */
  private identities({ project, country, site }: AppClusterSettings, namespaces: Namespaces) {
    const { shop, observability } = NAMESPACES;
    return {
      [shop]: new WorkloadIdentity(this, "app-identity", {
        project,
        country,
        role: "app",
        displayName: `The app's secrets in ${country}`,
        namespace: shop,
        secrets: [DATABASE_SECRETS.appPassword, DATABASE_SECRETS.caCertificate],
        dependsOn: namespaces.ready(shop),
      }),
      [observability]: new WorkloadIdentity(this, "agent-identity", {
        project,
        country,
        role: "agent",
        displayName: `Log agent in ${country}`,
        namespace: observability,
        secrets: [site.agentSecret],
        dependsOn: namespaces.ready(observability),
      }),
    };
  }
}
