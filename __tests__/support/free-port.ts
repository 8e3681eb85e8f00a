import { once } from "node:events";
import { createServer } from "node:net";

/** Below the ports that the kernel gives to outgoing connections, one of which could take it in the meantime. */
const RANGE = { first: 20_000, count: 10_000 } as const;

const given = new Set<number>();

/** A port of the loopback that nobody listens on, another one with every call. */
export async function freePort(): Promise<number> {
  const port = RANGE.first + Math.floor(Math.random() * RANGE.count);
  if (given.has(port)) return freePort();
  given.add(port);
  const server = createServer().listen(port, "127.0.0.1");
  const isFree = await Promise.race([
    once(server, "listening").then(() => true),
    once(server, "error").then(() => false),
  ]).catch(() => false);
  await new Promise((resolve) => server.close(resolve));
  return isFree ? port : freePort();
}
