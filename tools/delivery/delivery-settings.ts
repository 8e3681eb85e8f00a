import { TERRAFORM_CLOUD_HOST } from "../../config/delivery";
import { deploymentOrder } from "../../config/deployment-order";
import { DEPLOYERS, names } from "../../config/names";
import type { Topology } from "../../config/topology";

/** What a workflow needs to know about an environment, under the names that workflows use. */
export function deliverySettings(topology: Topology): Record<string, string> {
  const { project, domain, delivery } = topology;
  return {
    // State in a file would be lost with the runner.
    deployable: String(delivery.terraformCloud !== undefined),
    domain,
    page: delivery.page ?? "/",
    countries: deploymentOrder(topology).join(" "),
    project: project.id,
    login: `projects/${project.number}/locations/global/workloadIdentityPools/${names.login("github")}/providers/${names.login("github")}`,
    // The variable that Terraform reads the token from, and the secret that holds it.
    token_variable: `TF_TOKEN_${TERRAFORM_CLOUD_HOST.replaceAll(".", "_")}`,
    ...Object.fromEntries(
      DEPLOYERS.flatMap((deployer) => [
        [`${deployer}_identity`, names.deployerEmail(project.id, deployer)],
        [`${deployer}_token`, `${project.id}/${names.deployerToken(deployer)}`],
      ]),
    ),
  };
}
