import { parseArgs } from "node:util";
import { TERRAFORM_CLOUD_HOST } from "../config/delivery";
import { deploymentOrder } from "../config/deployment-order";
import { environmentNamed, environments } from "../config/environments";
import { DEPLOYERS, names } from "../config/names";
import type { Topology } from "../config/topology";

const HELP = `Prints what a workflow must know of an environment, as NAME=VALUE lines: who it logs in as, and where and in
which order it deploys. All of it follows from the topology, so nothing of it is kept at GitHub.

  npm run delivery -- --environment NAME

  --environment NAME  ${Object.keys(environments).join(" or ")}
  --help              this text

Exit code: 0 printed, 1 there is no such environment.`;

/** By the names that the workflows use. */
export function deliverySettings(topology: Topology): Record<string, string> {
  const { project, domain, delivery } = topology;
  return {
    // State in a file of the runner's would be gone with it.
    deployable: String(delivery.terraformCloud !== undefined),
    domain,
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

function main(): number {
  try {
    const { values } = parseArgs({ options: { environment: { type: "string" }, help: { type: "boolean" } } });
    if (values.help) {
      console.log(HELP);
      return 0;
    }
    if (values.environment === undefined) throw new Error(`name an environment\n\n${HELP}`);
    const settings = deliverySettings(environmentNamed(values.environment));
    for (const [name, value] of Object.entries(settings)) console.log(`${name}=${value}`);
    return 0;
  } catch (error) {
    console.error((error as Error).message);
    return 1;
  }
}

if (require.main === module) process.exitCode = main();
