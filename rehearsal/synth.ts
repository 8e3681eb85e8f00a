import { environmentNamed } from "../config/environments";
import { RefusedError } from "../config/refused-error";
import type { Topology } from "../config/topology";
import { BootstrapStack } from "../stacks/bootstrap-stack";
import { buildEstate } from "../stacks/estate";
import { synthesize } from "../stacks/synthesize";
import { changed } from "./changes";

/**
 * The child process that writes what a rehearsal applies: synth.ts ENVIRONMENT OUTDIR [CHANGE...]. The estate goes to
 * OUTDIR/stacks as `npm run synth` writes it, of the topology with the changes made to it in their order; the bootstrap
 * goes beside it. Everything else of the rehearsal reaches no cdktf.
 */
function main([environment = "", outdir = "", ...names]: readonly string[]): void {
  const before = environmentNamed(environment);
  // States of a rehearsal stay on this machine.
  const { terraformCloud: _, ...delivery } = before.delivery;
  let topology: Topology = { ...before, delivery };
  for (const name of names) topology = changed(topology, name);
  synthesize(
    (app) => {
      buildEstate(app, topology);
      new BootstrapStack(app, "bootstrap", { topology: before });
    },
    { outdir },
  );
}

try {
  main(process.argv.slice(2));
} catch (error) {
  console.error(error instanceof RefusedError ? error.message : error);
  process.exitCode = 1;
}
