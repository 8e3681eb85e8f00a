import type { Server } from "node:http";
import type { AddressInfo } from "node:net";

/** Starts a server on a free port. @returns the port */
export function listen(server: Server, address = "127.0.0.1"): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, address, () => resolve((server.address() as AddressInfo).port));
  });
}

/** Closes a server together with its connections. */
export function close(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(() => resolve()));
}
