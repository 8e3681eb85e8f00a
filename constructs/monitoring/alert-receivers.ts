import type { AlertReceiver } from "../../config/topology";
import type { AlertReceiverName, AlertSettings } from "./site-settings";

const NAMES: readonly AlertReceiverName[] = ["critical", "warning", "dead-mans-switch"];

/** Each way to notify somebody, with its name. */
export function receiverEntries(alerts: AlertSettings): (readonly [AlertReceiverName, AlertReceiver])[] {
  return NAMES.flatMap((name) => {
    const receiver = alerts[name];
    return receiver ? [[name, receiver] as const] : [];
  });
}
