/** Debian release of the edge and database machines, and of the programs that tests and drills run. */
const debian = { number: 13, name: "trixie" } as const;
const debianImage = `projects/debian-cloud/global/images/family/debian-${debian.number}` as const;

/** Versions chosen by us, in one place. npm packages are in package.json. */
export const versions = {
  debian: debian.name,
  /** Minimum Terraform: write-only arguments and ephemeral resources came with 1.11. */
  terraform: ">= 1.11",
  /** With HAProxy 3.0: 2.6 never got the fix that tells HTTP/2 clients about a response cut off midway. */
  edgeImage: debianImage,
  /** With MariaDB 11.8 and Galera 4: in 10.11 a transaction may overwrite changes that it has not seen. */
  databaseImage: debianImage,
  /** Pritunl has packages for Ubuntu but not for Debian. */
  vpnImage: "projects/ubuntu-os-cloud/global/images/family/ubuntu-2404-lts-amd64",
  /** Set here because the RabbitMQ operator's webhook, which would set a default, is off. */
  rabbitmqImage: "docker.io/library/rabbitmq:4.3.5-management",
  /** The local chart's, as in its Chart.yaml. */
  customResourcesChart: "1.0.0",
  /** Google's API descriptions, as the Python package google-api-python-client ships them (10 November 2026). */
  googleApis: { version: "2.202.0", sha256: "aaa90064c9bb642ff1d065b22ca8958a2cb6e345909cefe70d0e5452fc50e08b" },
  /** Vector's language (VRL 0.35) with CPython's stable ABI: the Python package vector-vrl, for amd64 and arm64. */
  vectorVrl: {
    version: "1.0.7",
    sha256: [
      "64a0bb497d79ecf4e9834c71295dec79904812f5153b27b7fe6567fd7a7fe739",
      "128bfd330a2c942a6824817e866262e6c6fa93ce51051708641e878acd0e0421",
    ],
  },
  /** curl and a shell, for configuring Elasticsearch and storing certificates. */
  curlImage: "docker.io/curlimages/curl:8.21.0",
  /** ACME client that orders the edges' certificates. Tests build the same version. */
  legoImage: "docker.io/goacme/lego:v5.5.2",
  /** ACME server of tests: Let's Encrypt's own, as a Go module. */
  pebble: "v2.10.3",
} as const;

/** Where a Helm chart comes from. Its images have the tags that the chart was published with. */
export interface Chart {
  /** URL of a repository, or of an OCI registry that holds the chart under its name. */
  readonly repository: string;
  readonly version: string;
}

/** Helm charts by name. `npm run charts` renders and checks each with the clusters' values. */
export const charts = {
  "prometheus-operator-crds": {
    repository: "https://prometheus-community.github.io/helm-charts",
    version: "31.0.1",
  },
  "external-secrets": { repository: "https://charts.external-secrets.io", version: "2.9.0" },
  keda: { repository: "https://kedacore.github.io/charts", version: "2.20.2" },
  "rabbitmq-cluster-operator": { repository: "oci://ghcr.io/cloudpirates-io/helm-charts", version: "0.6.5" },
  /** The final version: upstream ended in March 2026. */
  "ingress-nginx": { repository: "https://kubernetes.github.io/ingress-nginx", version: "4.15.1" },
  "nginx-ingress": { repository: "oci://ghcr.io/nginx/charts", version: "2.6.4" },
  "kube-prometheus-stack": {
    repository: "https://prometheus-community.github.io/helm-charts",
    version: "88.5.3",
  },
  thanos: { repository: "https://thanos-community.github.io/helm-charts", version: "0.38.0" },
  "eck-operator": { repository: "https://helm.elastic.co", version: "3.5.0" },
  "eck-stack": { repository: "https://helm.elastic.co", version: "0.20.0" },
  vector: { repository: "https://helm.vector.dev", version: "0.56.0" },
} as const satisfies Record<string, Chart>;
