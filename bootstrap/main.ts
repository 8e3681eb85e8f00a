import { parseArgs } from "node:util";
import { App } from "cdktf";
import { environmentNamed } from "../config/environments";
import { RefusedError } from "../config/refused-error";
import { validateTopology } from "../config/validate-topology";
import { BootstrapStack } from "../stacks/bootstrap-stack";

const HELP = `Writes the Terraform JSON of what must exist before the first deploy to bootstrap.out/stacks/bootstrap.

  npm run bootstrap -- [--environment NAME]

  --environment NAME  production or staging (default: production)
  --help              this text

How to apply it, once or again: docs/runbooks/delivery.md. Exit code: 0 written, 1 refused.`;

/** Beside `cdktf.out`, which belongs to the estate, and as deep: states are found by the same path. */
const OUTDIR = "bootstrap.out";

try {
  const { values } = parseArgs({
    options: { environment: { type: "string", default: "production" }, help: { type: "boolean" } },
  });
  if (values.help) {
    console.log(HELP);
  } else {
    const topology = environmentNamed(values.environment);
    const problems = validateTopology(topology);
    if (problems.length > 0) throw new RefusedError(`topology "${topology.environment}"`, problems);
    const app = new App({ outdir: OUTDIR });
    new BootstrapStack(app, "bootstrap", { topology });
    app.synth();
    console.log(`${OUTDIR}/stacks/bootstrap: bootstrap of ${topology.environment}`);
  }
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
