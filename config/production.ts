import type { App, Archive, Cluster, Database, Edge, Objectives, OwnSite, Topology, Vpn } from "./topology";

const edge: Edge = { machineType: "e2-standard-2", instances: 3, requestsPer10Seconds: 600 };

const cluster: Cluster = {
  ingress: "ingress-nginx",
  pools: {
    // 3 nodes hold 15 pods of the app, 18 hold all 60 after losing a zone.
    app: { machineType: "e2-standard-2", minNodes: 3, maxNodes: 18, diskGb: 50 },
    // Ingress, KEDA, RabbitMQ and the agents.
    system: { machineType: "e2-standard-4", minNodes: 3, maxNodes: 6, diskGb: 50 },
  },
};

const app: App = {
  image: "docker.io/sekolahlinux/golang-http:1.0.0",
  minReplicas: 3,
  maxReplicas: 60,
  messagesPerReplica: 50,
};

const database: Database = {
  nodes: 1,
  machineType: "n2-standard-4",
  diskGb: 200,
  outageMinutes: 120,
  writeMbPerMinute: 30,
  backupRetentionDays: 30,
};

const vpn: Vpn = { machineType: "e2-small", diskGb: 20, backupRetentionDays: 30 };

/** A country's monitoring, in a cluster of its own. */
const monitoring: OwnSite = {
  // Sized by memory: each zone runs one Elasticsearch node, and two of them a Prometheus beside it.
  cluster: { pools: { site: { machineType: "e2-highmem-4", minNodes: 3, maxNodes: 6, diskGb: 50 } } },
  prometheus: { diskGb: 200, memoryGib: 6 },
  elasticsearch: { diskGb: 200, memoryGib: 4 },
};

/** 99.9 %, which is 43 minutes a month in which nothing is answered well. */
const objectives: Objectives = { errorsPerMillion: 1000, firstByteMs: 500 };

const archive: Archive = { nearlineAfterDays: 30, archiveAfterDays: 180, logRetentionDays: 400 };

/** Shared by all countries; one that differs overrides it in its own entry. */
const everywhere = { objectives, edge, cluster, app, database, vpn, monitoring, archive };

/** The real shop. The failover order is that of the seed's table. */
export const production: Topology = {
  environment: "production",
  project: { id: "jamtangan-production", number: 204617350918 },
  delivery: { repository: 918273645 },
  domain: "jamtangan.com",
  firstDatabase: "indonesia",
  alerts: {
    critical: { kind: "webhook", secret: "alert-critical" },
    warning: { kind: "slack", secret: "alert-warning" },
    outside: "oncall@jamtangan.com",
  },
  dns: {
    probeRegions: ["asia-southeast2", "asia-southeast1", "asia-south1"],
    certificateAuthorities: ["letsencrypt.org", "pki.goog"],
    acmeContact: "oncall@jamtangan.com",
  },
  countries: {
    indonesia: {
      ...everywhere,
      region: "asia-southeast2",
      zones: ["asia-southeast2-a", "asia-southeast2-b", "asia-southeast2-c"],
      slot: 0,
      failover: ["india", "singapore"],
    },
    singapore: {
      ...everywhere,
      region: "asia-southeast1",
      zones: ["asia-southeast1-a", "asia-southeast1-b", "asia-southeast1-c"],
      slot: 1,
      failover: ["india", "indonesia"],
    },
    india: {
      ...everywhere,
      region: "asia-south1",
      zones: ["asia-south1-a", "asia-south1-b", "asia-south1-c"],
      slot: 2,
      failover: ["indonesia", "singapore"],
    },
  },
};
