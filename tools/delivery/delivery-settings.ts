import { TERRAFORM_CLOUD_HOST } from "../../config/delivery";
import { deploymentOrder } from "../../config/deployment-order";
import { DEPLOYERS, names } from "../../config/names";
import type { Topology } from "../../config/topology";

/** What a workflow must know of an environment, by the names that the workflows use. */
export function deliverySettings(topology: Topology): Record<string, string> {
  const { project, domain, delivery } = topology;
  return {
    // State in a file of the runner's would be gone with it.
    deployable: String(delivery.terraformCloud !== undefined),
    domain,
    page: delivery.page ?? "/",
    countries: deploymentOrder(topology).join(" "),
    project: project.id,
    login: `projects/${project.number}/locations/global/workloadIdentityPools/${names.login("github")}/providers/${names.login("github")}`,
    // What Terraform reads the token from, and where it lies.
    token_variable: `TF_TOKEN_${TERRAFORM_CLOUD_HOST.replaceAll(".", "_")}`,
    ...Object.fromEntries(
      DEPLOYERS.flatMap((deployer) => [
        [`${deployer}_identity`, names.deployerEmail(project.id, deployer)],
        [`${deployer}_token`, `${project.id}/${names.deployerToken(deployer)}`],
      ]),
    ),
  };
}
