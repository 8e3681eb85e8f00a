import type { StandIn } from "./server";

/** The google provider's variables for each API, and what it expects of an address behind the host. */
const ENDPOINTS: Readonly<Record<string, { readonly api: string; readonly path: string }>> = {
  ARTIFACT_REGISTRY: { api: "artifactregistry", path: "/v1/" },
  COMPUTE: { api: "compute", path: "/compute/v1/" },
  STORAGE: { api: "storage", path: "/storage/v1/" },
  DNS: { api: "dns", path: "/dns/v1/" },
  CONTAINER: { api: "container", path: "/v1/" },
  SECRET_MANAGER: { api: "secretmanager", path: "/v1/" },
  IAM: { api: "iam", path: "/v1/" },
  IAM_BETA: { api: "iam", path: "/v1/" },
  IAM_CREDENTIALS: { api: "iamcredentials", path: "/v1/" },
  KMS: { api: "cloudkms", path: "/v1/" },
  GKE_BACKUP: { api: "gkebackup", path: "/v1/" },
  LOGGING: { api: "logging", path: "/v2/" },
  MONITORING: { api: "monitoring", path: "/" },
  RESOURCE_MANAGER: { api: "cloudresourcemanager", path: "/v1/" },
  CLOUD_RESOURCE_MANAGER: { api: "cloudresourcemanager", path: "/v1/" },
  SERVICE_USAGE: { api: "serviceusage", path: "/v1/" },
};

/** What would let a rehearsal meet the real Google, or a real cluster: a login, or another place to send a call to. */
const REAL = /^(GOOGLE|GCLOUD|CLOUDSDK|GCE|KUBE|HELM|TF_VAR|TF_CLI_ARGS)/;

/**
 * The environment that makes Terraform and the provider take the stand-in for Google: an invented login, an address per
 * API, and for every other host a proxy that nobody serves.
 *
 * @param certificate file of the certificate that the stand-in shows
 */
export function standInEnvironment(
  own: Readonly<Record<string, string | undefined>>,
  standIn: StandIn,
  certificate: string,
): Record<string, string | undefined> {
  const kept = Object.entries(own).filter(([name]) => !REAL.test(name) && !/^(https?|no|all)_proxy$/i.test(name));
  const endpoints = Object.entries(ENDPOINTS).map(([name, { api, path }]) => [
    `GOOGLE_${name}_CUSTOM_ENDPOINT`,
    standIn.address(api) + path,
  ]);
  return {
    ...Object.fromEntries([...kept, ...endpoints]),
    SSL_CERT_FILE: certificate,
    GOOGLE_OAUTH_ACCESS_TOKEN: "rehearsal",
    HTTPS_PROXY: NOBODY,
    HTTP_PROXY: NOBODY,
    CHECKPOINT_DISABLE: "1",
    TF_IN_AUTOMATION: "1",
  };
}

/** The port of the discard protocol: Go leaves loopback alone and sends everything else here. */
const NOBODY = "http://127.0.0.1:9";
