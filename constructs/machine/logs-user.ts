import { SecretManagerSecretIamMember } from "@cdktf/provider-google/lib/secret-manager-secret-iam-member";
import type { Construct } from "constructs";
import type { MachineLogsSettings } from "./machine-logs-settings";

/** Lets a machine's identity read its user of Elasticsearch, which appends log lines of such machines and reads none. */
export function grantLogsUser(scope: Construct, { userSecret }: MachineLogsSettings, member: string): void {
  new SecretManagerSecretIamMember(scope, "logs-user-reader", {
    secretId: userSecret,
    role: "roles/secretmanager.secretAccessor",
    member,
  });
}
