import { BOOTSTRAP, type Estate, MONITORING, NETWORK, regionsOf, stackOf } from "../estate";
import type { Rehearsal } from "../rehearsal";
import { HASTE } from "../workspace";

export const FIRST_DEPLOY = "first deploy";

/** As late as Google says that grants are as a rule: two minutes. */
const GRANT_DELAY_MS = 120_000 / HASTE;

/**
 * From nothing, in the order of docs/runbooks/delivery.md: bootstrap, network, the countries, monitoring. Grants on keys
 * count late from here on, as they do at Google: what uses a key has to wait for its grant.
 */
export async function firstDeploy(rehearsal: Rehearsal, estate: Estate, firstCountry: string): Promise<void> {
  rehearsal.standIn.faults.grantDelayMs = GRANT_DELAY_MS;
  const stacks = [BOOTSTRAP, NETWORK, ...regionsOf(estate, firstCountry), MONITORING];
  for (const stack of stacks.filter((one) => one in estate)) {
    await rehearsal.change(FIRST_DEPLOY, "everything is created", stack, stackOf(estate, stack), { create: ["*"] });
  }
}
