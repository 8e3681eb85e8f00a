import { SecretManagerSecretIamMember } from "@cdktf/provider-google/lib/secret-manager-secret-iam-member";
import type { Construct } from "constructs";
import type { MachineLogsSettings } from "./machine-logs-settings";

/** Lets a machine's identity read the agents' user, which appends log lines and reads none. */
export function grantAgentSecret(scope: Construct, { agentSecret }: MachineLogsSettings, member: string): void {
  new SecretManagerSecretIamMember(scope, "agent-secret-reader", {
    secretId: agentSecret,
    role: "roles/secretmanager.secretAccessor",
    member,
  });
}
