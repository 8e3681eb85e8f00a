import type { Archive, Cluster, Country, Edge, OwnSite, Topology } from "./topology";

const edge: Edge = { machineType: "e2-small", instances: 3, requestsPer10Seconds: 600 };

const cluster: Cluster = {
  ingress: "ingress-nginx",
  pools: {
    app: { machineType: "e2-standard-2", minNodes: 3, maxNodes: 6, diskGb: 50 },
    // As large as production's: the broker, the ingress and the operators are the same.
    system: { machineType: "e2-standard-4", minNodes: 3, maxNodes: 5, diskGb: 50 },
  },
};

const archive: Archive = { nearlineAfterDays: 7, archiveAfterDays: 14, logRetentionDays: 30 };

/** The only site, in Singapore, watches all countries. */
const monitoring: OwnSite = {
  cluster: { pools: { site: { machineType: "e2-standard-4", minNodes: 3, maxNodes: 4, diskGb: 50 } } },
  prometheus: { diskGb: 50, memoryGib: 2 },
  elasticsearch: { diskGb: 50, memoryGib: 2 },
};

/** Shared by all countries of staging: production's shape on smaller machines, watched from one site. */
const small: Omit<Country, "region" | "zones" | "slot" | "failover"> = {
  objectives: { errorsPerMillion: 10_000, firstByteMs: 1000 },
  edge,
  cluster,
  app: {
    image: "docker.io/sekolahlinux/golang-http:1.0.0",
    minReplicas: 3,
    maxReplicas: 12,
    messagesPerReplica: 50,
  },
  database: {
    nodes: 1,
    machineType: "e2-standard-2",
    diskGb: 50,
    outageMinutes: 60,
    writeMbPerMinute: 5,
    backupRetentionDays: 7,
  },
  vpn: { machineType: "e2-micro", diskGb: 10, backupRetentionDays: 7 },
  monitoring: { site: "singapore" },
  archive,
};

/** Also three countries, because neither failover nor the database's quorum could be rehearsed with fewer. */
export const staging: Topology = {
  environment: "staging",
  project: { id: "jamtangan-staging", number: 771940265183 },
  delivery: { repository: 918273645 },
  domain: "staging.jamtangan.com",
  firstDatabase: "indonesia",
  dns: {
    probeRegions: ["asia-southeast2", "asia-southeast1", "asia-south1"],
    certificateAuthorities: ["letsencrypt.org", "pki.goog"],
    acmeContact: "oncall@jamtangan.com",
  },
  countries: {
    indonesia: {
      ...small,
      region: "asia-southeast2",
      zones: ["asia-southeast2-a", "asia-southeast2-b", "asia-southeast2-c"],
      slot: 0,
      failover: ["india", "singapore"],
    },
    singapore: {
      ...small,
      monitoring,
      region: "asia-southeast1",
      zones: ["asia-southeast1-a", "asia-southeast1-b", "asia-southeast1-c"],
      slot: 1,
      failover: ["india", "indonesia"],
    },
    india: {
      ...small,
      region: "asia-south1",
      zones: ["asia-south1-a", "asia-south1-b", "asia-south1-c"],
      slot: 2,
      failover: ["indonesia", "singapore"],
    },
  },
};
