import Connection from "rabbitmq-client";
import { RABBITMQ_PORTS } from "../../config/ports";
import type { Broker } from "./broker";
import { PASSWORDS } from "./synthesized-broker";

/** Seconds after which a silent connection is given up. */
const HEARTBEAT_SECONDS = 4;

/** A client's connection to one node, by default the app's. */
export function connect({ address }: Broker, user: keyof typeof PASSWORDS = "app"): Connection {
  const connection = new Connection({
    hostname: address,
    port: RABBITMQ_PORTS.amqp,
    username: user,
    password: PASSWORDS[user],
    heartbeat: HEARTBEAT_SECONDS,
    connectionTimeout: 2_000,
    acquireTimeout: 2_000,
    retryLow: 200,
    retryHigh: 500,
  });
  connection.on("error", () => undefined); // it reconnects on its own
  return connection;
}
