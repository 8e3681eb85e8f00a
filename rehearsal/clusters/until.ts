import { setTimeout as delay } from "node:timers/promises";

/** Asks every second. @returns false where it is not so in that time */
export async function until(patienceMs: number, isSo: () => Promise<boolean>): Promise<boolean> {
  const end = Date.now() + patienceMs;
  while (Date.now() < end) {
    if (await isSo()) return true;
    await delay(1000);
  }
  return false;
}
