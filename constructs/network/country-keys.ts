import { Construct } from "constructs";
import { names } from "../../config/names";
import { EncryptionKeys } from "./encryption-keys";

export interface CountryKeysProps {
  readonly country: string;
  readonly region: string;
  readonly projectNumber: number;
}

/** Who uses the keys that live in the country's region alone. */
const REGIONAL = {
  /** Of machines' boot disks and of what is archived elsewhere: nobody restores them in another country. */
  disks: "compute-system",
  clusters: "container-engine-robot",
  archives: "gs-project-accounts",
  /** Of the backups that are kept here of another country's clusters. */
  backups: "gcp-sa-gkebackup",
} as const;

/** Who uses the key that no region's loss takes away: snapshots and backups of a disk keep its key. */
const GLOBAL = { volumes: "compute-system" } as const;

export type KeyPurpose = keyof typeof REGIONAL | keyof typeof GLOBAL;

/** A country's encryption keys, each with one user. */
export class CountryKeys extends Construct {
  /** Ids of the keys. */
  readonly ids: Readonly<Record<KeyPurpose, string>>;

  constructor(scope: Construct, id: string, { country, region, projectNumber }: CountryKeysProps) {
    super(scope, id);
    const ring = names.keyRing(country);
    const regional = new EncryptionKeys(this, "regional", { ring, location: region, agents: REGIONAL, projectNumber });
    const global = new EncryptionKeys(this, "global", { ring, location: "global", agents: GLOBAL, projectNumber });
    this.ids = {
      disks: regional.id("disks"),
      clusters: regional.id("clusters"),
      archives: regional.id("archives"),
      backups: regional.id("backups"),
      volumes: global.id("volumes"),
    };
  }
}
