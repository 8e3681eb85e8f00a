import { RefusedError } from "../config/refused-error";
import { validateTopology } from "../config/validate-topology";
import { BootstrapStack } from "../stacks/bootstrap-stack";
import { synthesize } from "../stacks/synthesize";
import { command, EXIT, start } from "../tools/cli";
import { ENVIRONMENT, topologyNamed } from "../tools/environment";

/** Beside `cdktf.out`, which belongs to the estate, and equally deep, so that relative state paths still resolve. */
const OUTDIR = "bootstrap.out";

export const bootstrap = command({
  name: "bootstrap",
  summary: `Writes the Terraform JSON of the first deploy's prerequisites to ${OUTDIR}/stacks/bootstrap.`,
  options: ENVIRONMENT,
  details: ["To apply it, first or again: docs/runbooks/delivery.md."],
  exits: { fine: "written", refused: "the topology is refused" },
  run: ({ environment }) => {
    const topology = topologyNamed(environment);
    const problems = validateTopology(topology);
    if (problems.length > 0) throw new RefusedError(`topology "${topology.environment}"`, problems);
    synthesize((app) => new BootstrapStack(app, "bootstrap", { topology }), { outdir: OUTDIR });
    console.log(`${OUTDIR}/stacks/bootstrap: bootstrap of ${topology.environment}`);
    return EXIT.fine;
  },
});

if (require.main === module) void start(bootstrap);
