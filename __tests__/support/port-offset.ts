import { randomInt } from "node:crypto";

/** Added to the ports of a config on loopback, so that test files that run at once do not meet. Below all ephemeral ports. */
export function portOffset(): number {
  return randomInt(10_000, 22_000);
}
