import { serverOrders } from "../server-orders";
import type { Attributes, Change } from "./change";
import { isRecord } from "./plan-file";

/** An order of servers that a change rewrites. */
export interface OrderChange {
  readonly backend: string;
  readonly before: readonly string[];
  readonly after: readonly string[];
}

/** Backends of the edge's HAProxy whose first server that is up takes everything. */
const ORDERED = ["reads", "writes", "database"];

/** Every backend that asks its servers in another order after the change. */
export function orderChanges({ kind, before, after }: Change): OrderChange[] {
  if (kind !== "update" && kind !== "replace") return [];
  const [config, nextConfig] = [haproxyConfig(before), haproxyConfig(after)];
  if (config === nextConfig) return [];
  const [old, next] = [serverOrders(config), serverOrders(nextConfig)];
  return ORDERED.flatMap((backend) => {
    const [from = [], to = []] = [old.get(backend), next.get(backend)];
    // Without an order before there was no such backend yet.
    return from.length === 0 || from.join() === to.join() ? [] : [{ backend, before: from, after: to }];
  });
}

function haproxyConfig({ metadata }: Attributes): string {
  const text = isRecord(metadata) ? metadata["haproxy-cfg"] : "";
  return typeof text === "string" ? text : "";
}
