import { command, EXIT, start } from "../cli";
import { ENVIRONMENT, topologyNamed } from "../environment";
import { deliverySettings } from "./delivery-settings";

const { default: _required, ...environment } = ENVIRONMENT.environment;

const delivery = command({
  name: "delivery",
  summary:
    "Prints what a workflow must know of an environment, as NAME=VALUE lines: who it logs in as, and where and in which order it deploys. All of it follows from the topology, so nothing of it is kept at GitHub.",
  options: { environment },
  exits: { fine: "printed" },
  run: ({ environment }) => {
    for (const [name, value] of Object.entries(deliverySettings(topologyNamed(environment)))) {
      console.log(`${name}=${value}`);
    }
    return EXIT.fine;
  },
});

void start(delivery);
