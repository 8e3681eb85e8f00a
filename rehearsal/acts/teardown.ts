import { BOOTSTRAP, type Estate, MONITORING, NETWORK, regionsOf } from "../estate";
import { protectedIn, withoutProtection } from "../google-part";
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
    const there = rehearsal.workspace.read(stack);
    rehearsal.workspace.write(stack, withoutProtection(there));
    await rehearsal.apply(act, "protections are lifted", stack, { update: protectedIn(there) });
  }
  for (const stack of stacks) await rehearsal.destroy(act, "everything is destroyed", stack);
}
