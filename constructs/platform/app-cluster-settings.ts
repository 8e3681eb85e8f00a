import type { App, IngressController } from "../../config/topology";

/** What one country's app cluster needs to know; the rest is the same in every country. */
export interface AppClusterSettings {
  readonly project: string;
  readonly country: string;
  readonly region: string;
  readonly cluster: string;
  /** /28 of the control plane. */
  readonly controlPlane: string;
  /** Nodes that the cluster can have at once: all pools at their greatest, and one more of each while it is upgraded. */
  readonly maxNodes: number;
  readonly ingress: {
    readonly controller: IngressController;
    /** Reserved internal address that edges lead to. */
    readonly address: string;
    /** Subnets of the edges that lead here (CIDR). */
    readonly edgeRanges: readonly string[];
    /** Host names of the shop. */
    readonly hosts: readonly string[];
  };
  readonly app: App;
  /** The countries' ways to the database, in the order in which the app tries them. */
  readonly databases: readonly { readonly host: string; readonly address: string }[];
  /** Where the broker's console and metrics are reached, and from where (CIDR): the VPN and the monitoring site. */
  readonly broker: { readonly address: string; readonly operatorRanges: readonly string[] };
  readonly site: {
    /** Addresses of its Prometheus, each of which is pushed to. */
    readonly receivers: readonly string[];
    readonly elasticsearch: { readonly host: string; readonly address: string };
    /** Id of the secret with the user that agents write as. */
    readonly agentSecret: string;
  };
  readonly logsBucket: string;
}
