import type { ControlPlaneProps } from "./control-plane-flags";
import type { DeclaredCluster } from "./declared-clusters";

/** What a cluster's process and the rehearsal that started it tell each other. */

export interface ClusterProcessProps extends Omit<ControlPlaneProps, "folder"> {
  readonly cluster: DeclaredCluster;
  /** Folder of operators' programs. @default none runs */
  readonly operators?: string | undefined;
}

/** Name of the Unix socket in the folder of a cluster, by which its API server is reached from outside its namespaces. */
export const SOCKET = "api.sock";

/** Name of the file with the {@link ClusterProcessProps}. */
export const PROPS = "cluster.json";

export type ClusterMessage = { readonly ready: true } | { readonly failed: string };
export type ClusterOrder = { readonly lose: readonly string[] };
