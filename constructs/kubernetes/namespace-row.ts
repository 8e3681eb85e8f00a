/** A namespace: what its pods may be, and how much of the cluster they may ask for. */
export interface NamespaceRow {
  readonly name: string;
  /** Pod security that is enforced. "baseline" warns of what "restricted" would refuse. @default "restricted" */
  readonly podSecurity?: "privileged" | "baseline" | "restricted";
  /** Pods that are there at once; those that are leaving count. */
  readonly pods: number;
  /** What they may request together: vCPU, and memory in GiB. */
  readonly cpu: number;
  readonly memoryGib: number;
}
