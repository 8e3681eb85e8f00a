/** Where one kind of a country's machines sends its logs. */
export interface MachineLogsSettings {
  readonly country: string;
  readonly kind: "edge" | "database" | "vpn";
  /** Host name of the site's Elasticsearch, as in its certificate. */
  readonly elasticsearchHost: string;
  readonly project: string;
  /** Id of the secret with the agents' user of Elasticsearch. */
  readonly agentSecret: string;
  /** Bucket of the country's raw logs. */
  readonly archiveBucket: string;
}
