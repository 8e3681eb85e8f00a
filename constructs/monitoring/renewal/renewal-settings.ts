/** What a site needs to renew the certificates of all countries' edges. */
export interface RenewalSettings {
  readonly site: string;
  readonly project: string;
  /** Names that the certificate is made out to; the first one is asked for. */
  readonly hosts: readonly string[];
  /** ACME directory of the CA. */
  readonly directory: string;
  /** Mail address of the CA's account. */
  readonly contact: string;
  /** Zone for the answers to the CA's challenges. */
  readonly zone: string;
  readonly edges: readonly RenewedEdge[];
  /** Hour of the day (UTC) at which the site looks: each has another one, so that no two order at once. */
  readonly hour: number;
  /** Images with their tags: an ACME client, and curl; each with a shell. */
  readonly legoImage: string;
  readonly curlImage: string;
}

export interface RenewedEdge {
  readonly country: string;
  readonly host: string;
  /** Id of the secret with its certificate. */
  readonly secret: string;
}
