import { BOOTSTRAP, type Estate, MONITORING, NETWORK, regionsOf, stackOf } from "../estate";
import type { Rehearsal } from "../rehearsal";

export const FIRST_DEPLOY = "first deploy";

/** From nothing, in the order of docs/runbooks/delivery.md: bootstrap, network, the countries, monitoring. */
export async function firstDeploy(rehearsal: Rehearsal, estate: Estate, firstCountry: string): Promise<void> {
  const stacks = [BOOTSTRAP, NETWORK, ...regionsOf(estate, firstCountry), MONITORING];
  for (const stack of stacks.filter((one) => one in estate)) {
    await rehearsal.change(FIRST_DEPLOY, "everything is created", stack, stackOf(estate, stack), { create: ["*"] });
  }
}
