/** What `edge-sync` needs to know beside the HAProxy config. */
export interface EdgeSettings {
  /** Resource name of the secret whose latest version holds chain and key in PEM: `projects/…/secrets/…`. */
  readonly certificateSecret: string;
  /** Host names that the self-signed stand-in is made out to; a certificate that lacks the first one is refused. */
  readonly hosts: readonly string[];
  /** The country's zones in the order in which a changed config reaches them. */
  readonly zones: readonly string[];
}

/** Common name of the self-signed stand-in, by which HAProxy tells that it has no certificate yet. */
export const STAND_IN_NAME = "edge stand-in";

/** The text of `/etc/default/edge`, which systemd reads as environment of `edge-sync`. */
export function renderEdgeEnvironment({ certificateSecret, hosts, zones }: EdgeSettings): string {
  return [
    `EDGE_CERTIFICATE_SECRET="${certificateSecret}"`,
    `EDGE_HOSTS="${hosts.join(" ")}"`,
    `EDGE_STAND_IN="${STAND_IN_NAME}"`,
    `EDGE_ZONES="${zones.join(" ")}"`,
    "",
  ].join("\n");
}
