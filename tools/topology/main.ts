import { validateTopology } from "../../config/validate-topology";
import { command, EXIT, start } from "../cli";
import { ENVIRONMENT, topologyNamed } from "../environment";
import { describeTopology } from "./describe-topology";

export const topology = command({
  name: "topology",
  summary:
    "Prints an environment's estate as tables: countries, failover order, address plan, how full its clusters are.",
  options: ENVIRONMENT,
  exits: { fine: "printed", refused: "the topology is refused" },
  run: ({ environment }) => {
    const topology = topologyNamed(environment);
    const problems = validateTopology(topology);
    if (problems.length > 0) {
      console.error(problems.join("\n"));
      return EXIT.refused;
    }
    console.log(describeTopology(topology));
    return EXIT.fine;
  },
});

if (require.main === module) void start(topology);
