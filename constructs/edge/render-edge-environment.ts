import { EDGE_PORTS } from "../../config/ports";
import type { EdgeEnvironment } from "./edge-settings";

/** Common name of the self-signed stand-in, by which HAProxy recognizes that it has no certificate yet. */
export const STAND_IN_NAME = "edge stand-in";

/** The text of `/etc/default/edge`, the systemd environment of `edge-sync`. */
export function renderEdgeEnvironment({ certificateSecret, hosts, zones }: EdgeEnvironment): string {
  return [
    `EDGE_CERTIFICATE_SECRET="${certificateSecret}"`,
    `EDGE_HOSTS="${hosts.join(" ")}"`,
    `EDGE_STAND_IN="${STAND_IN_NAME}"`,
    `EDGE_ZONES="${zones.join(" ")}"`,
    `EDGE_HEALTH_PORT="${EDGE_PORTS.health}"`,
    `EDGE_HTTPS_PORT="${EDGE_PORTS.https}"`,
    "",
  ].join("\n");
}
