import { BOOTSTRAP, type Estate, MONITORING, NETWORK, regionsOf } from "../estate";
import { withoutProtection } from "../google-part";
import type { Rehearsal } from "../rehearsal";

export const TEARDOWN = "destroy";

/**
 * As docs/runbooks/delivery.md says: lift the protections and apply that, then destroy the other way round, what reads
 * first and `network` last. The bootstrap stays.
 */
export async function tearDown(rehearsal: Rehearsal, estate: Estate, act = TEARDOWN): Promise<void> {
  const stacks = [MONITORING, ...regionsOf(estate, ""), NETWORK].filter(
    (stack) => stack in estate && stack !== BOOTSTRAP,
  );
  for (const stack of stacks) {
    rehearsal.workspace.write(stack, withoutProtection(rehearsal.workspace.read(stack)));
    await rehearsal.apply(act, "protections are lifted", stack, liftedIn(stack));
  }
  for (const stack of stacks) await rehearsal.destroy(act, "everything is destroyed", stack);
}

/** `network` is protected in the code alone, which no plan shows. */
function liftedIn(stack: string) {
  if (stack === NETWORK) return {};
  const clusters = ["google_container_cluster.*"];
  return { update: stack === MONITORING ? clusters : [...clusters, "google_compute_instance.*"] };
}
