import type { MachineKind } from "../../config/names";

/** Where one kind of a country's machines sends its logs. */
export interface MachineLogsSettings {
  readonly country: string;
  readonly kind: MachineKind;
  /** Host name of the site's Elasticsearch, as in its certificate. */
  readonly elasticsearchHost: string;
  readonly project: string;
  /** Id of the secret with its user of Elasticsearch. */
  readonly userSecret: string;
  /** Bucket of the country's raw logs. */
  readonly archiveBucket: string;
}
