import { ConsumerStatus } from "rabbitmq-client";
import { RABBITMQ } from "../../config/app-cluster-names";
import { sleepMs } from "../time";
import type { Broker } from "./broker";
import { connect } from "./connect";

/** Drains a queue, as the admin, who may read both. @returns how often each id was there */
export async function drain(
  broker: Broker,
  queue: string,
  expected: number,
  quietMs: number,
): Promise<Map<string, number>> {
  const connection = connect(broker, "admin");
  const found = new Map<string, number>();
  let lastMs = performance.now();
  const consumer = connection.createConsumer(
    { queue, queueOptions: { passive: true }, qos: { prefetchCount: 500 } },
    async ({ messageId = "" }) => {
      found.set(messageId, (found.get(messageId) ?? 0) + 1);
      lastMs = performance.now();
    },
  );
  // Once everything expected has arrived, a short wait reveals duplicates.
  while (performance.now() - lastMs < (found.size >= expected ? 2_000 : quietMs)) await sleepMs(100);
  await consumer.close();
  await connection.close();
  return found;
}

/** Takes a few messages at a time, as the app, and returns each at once. */
export async function returnMessages(broker: Broker, forMs: number): Promise<void> {
  const connection = connect(broker);
  const consumer = connection.createConsumer(
    { queue: RABBITMQ.queue, queueOptions: { passive: true }, qos: { prefetchCount: 5 } },
    async () => ConsumerStatus.REQUEUE,
  );
  consumer.on("error", () => undefined);
  await sleepMs(forMs);
  await consumer.close();
  await connection.close();
}
