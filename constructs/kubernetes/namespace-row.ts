/** A namespace: its pod security, and its quota. */
export interface NamespaceRow {
  readonly name: string;
  /** Pod security level that is enforced. "baseline" warns of what "restricted" would refuse. @default "restricted" */
  readonly podSecurity?: "privileged" | "baseline" | "restricted";
  /** Maximum pods at once, including terminating ones. */
  readonly pods: number;
  /** What they may request in total: vCPUs, and memory in GiB. */
  readonly cpu: number;
  readonly memoryGib: number;
}
