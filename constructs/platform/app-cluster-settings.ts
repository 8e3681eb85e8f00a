import type { App, IngressController } from "../../config/topology";

/** What one country's app cluster needs; the rest is the same in every country. */
export interface AppClusterSettings {
  readonly project: string;
  readonly country: string;
  readonly region: string;
  readonly cluster: string;
  /** /28 of the control plane. */
  readonly controlPlane: string;
  /** Maximum nodes of the cluster: all pools at their maximum, plus one each during an upgrade. */
  readonly maxNodes: number;
  readonly ingress: {
    readonly controller: IngressController;
    /** Reserved internal address for the edges. */
    readonly address: string;
    /** Subnets of the edges that send traffic here (CIDR). */
    readonly edgeRanges: readonly string[];
    /** Host names of the shop. */
    readonly hosts: readonly string[];
  };
  /** With its image where nodes pull it from. */
  readonly app: App;
  readonly rabbitmqImage: string;
  /** What stands for docker.io in the images of charts. */
  readonly dockerHub: string;
  /** The countries' database frontends, in the order in which the app tries them. */
  readonly databases: readonly { readonly host: string; readonly address: string }[];
  /** Address of the broker's console and metrics, and who may reach it (CIDR): the VPN and the monitoring site. */
  readonly broker: { readonly address: string; readonly operatorRanges: readonly string[] };
  readonly site: {
    /** Addresses of its Prometheus; the agent pushes to each. */
    readonly receivers: readonly string[];
    readonly elasticsearch: { readonly host: string; readonly address: string };
    /** Id of the secret with the agents' user. */
    readonly agentSecret: string;
  };
  readonly logsBucket: string;
}
