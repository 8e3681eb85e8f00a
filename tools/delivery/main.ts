import { command, EXIT, start } from "../cli";
import { ENVIRONMENT, topologyNamed } from "../environment";
import { deliverySettings } from "./delivery-settings";

const { default: _required, ...environment } = ENVIRONMENT.environment;

export const delivery = command({
  name: "delivery",
  summary:
    "Prints what a workflow needs to know about an environment, as NAME=VALUE lines: which identities to use, and where and in which order to deploy. All of it follows from the topology, so none of it is stored at GitHub.",
  options: { environment },
  exits: { fine: "printed" },
  run: ({ environment }) => {
    for (const [name, value] of Object.entries(deliverySettings(topologyNamed(environment)))) {
      console.log(`${name}=${value}`);
    }
    return EXIT.fine;
  },
});

if (require.main === module) void start(delivery);
