/** One address that Cloud Monitoring reads from several places of the world. */
export interface OutsideCheck {
  readonly host: string;
  readonly path: string;
  /** Whether the certificate must be valid for the host. An edge's own name is not in it. */
  readonly validatesCertificate: boolean;
  /** First words of the mail: what is wrong, and the runbook. */
  readonly says: string;
}
