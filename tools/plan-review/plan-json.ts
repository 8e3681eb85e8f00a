/**
 * What is read of `terraform show -json`; everything else in it is ignored.
 * The format: https://developer.hashicorp.com/terraform/internals/json-format
 */
export interface PlanJson {
  readonly format_version: string;
  readonly terraform_version?: string;
  readonly resource_changes?: readonly ResourceChangeJson[];
  /** What was changed outside Terraform, as the refresh found it. */
  readonly resource_drift?: readonly ResourceChangeJson[];
  readonly output_changes?: Readonly<Record<string, ChangeJson>>;
  readonly checks?: readonly CheckJson[];
  /** Actions of providers that the apply runs beside its changes, since Terraform 1.14. */
  readonly action_invocations?: readonly ActionInvocationJson[];
  /** What was planned, read as far as it has the documented shape. */
  readonly configuration?: unknown;
  readonly errored?: boolean;
  /** Another apply is needed after this one, as with `-target`. */
  readonly complete?: boolean;
}

export interface ResourceChangeJson {
  readonly address: string;
  /** Where it stood before a `moved` block. */
  readonly previous_address?: string;
  readonly mode: "managed" | "data";
  readonly type: string;
  readonly name: string;
  /** Address of the provider, in its registry. */
  readonly provider_name?: string;
  /** Key of an object that an earlier, broken replacement left behind. */
  readonly deposed?: string;
  readonly change: ChangeJson;
}

export interface ChangeJson {
  readonly actions: readonly string[];
  readonly before?: unknown;
  readonly after?: unknown;
  /** Like `after`, with true where a value is known after apply only. */
  readonly after_unknown?: unknown;
  readonly before_sensitive?: unknown;
  readonly after_sensitive?: unknown;
  /** Paths of the attributes that force a replacement. */
  readonly replace_paths?: readonly (readonly (string | number)[])[];
  readonly importing?: unknown;
}

export interface CheckJson {
  readonly address: { readonly to_display: string };
  readonly status: string;
}

export interface ActionInvocationJson {
  readonly address: string;
}

/** What a plan does with a resource. */
export type Kind = "none" | "create" | "update" | "replace" | "destroy" | "forget";

/** Every combination of actions that Terraform writes for a managed resource. */
export const KINDS: Readonly<Record<string, Kind>> = {
  "no-op": "none",
  read: "none",
  create: "create",
  update: "update",
  "delete,create": "replace",
  "create,delete": "replace",
  "create,forget": "replace",
  delete: "destroy",
  forget: "forget",
};
