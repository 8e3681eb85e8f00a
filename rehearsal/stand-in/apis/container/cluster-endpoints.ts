import type { Cloud, Json } from "../../cloud";

const PRIVATE_ENDPOINT = "10.0.0.2";
const PUBLIC_ENDPOINT = "34.1.1.1";

/** A control plane answers where it is told to, or nowhere. GKE tells it three times: in its newest form and in two older. */
export function writeEndpoints(cloud: Cloud, body: Json): void {
  const { dnsEndpointConfig, ipEndpointsConfig = {} } = body.controlPlaneEndpointsConfig ?? {};
  const isPublic = ipEndpointsConfig.enablePublicEndpoint ?? !body.privateClusterConfig?.enablePrivateEndpoint;
  const hasAddress = ipEndpointsConfig.enabled ?? true;
  const addresses = { privateEndpoint: PRIVATE_ENDPOINT, publicEndpoint: isPublic ? PUBLIC_ENDPOINT : undefined };
  const endpoint = cloud.controlPlanes[body.name] ?? nowhere(cloud, body);
  const given = ipEndpointsConfig.authorizedNetworksConfig ?? body.masterAuthorizedNetworksConfig;
  const authorizedNetworksConfig = { gcpPublicCidrsAccessEnabled: isPublic, ...given };
  body.controlPlaneEndpointsConfig = {
    dnsEndpointConfig: {
      allowExternalTraffic: false,
      enableK8sCertsViaDns: false,
      enableK8sTokensViaDns: false,
      ...dnsEndpointConfig,
      endpoint,
    },
    ipEndpointsConfig: hasAddress
      ? { enabled: true, enablePublicEndpoint: isPublic, ...ipEndpointsConfig, ...addresses, authorizedNetworksConfig }
      : { enabled: false },
  };
  body.masterAuthorizedNetworksConfig = hasAddress ? authorizedNetworksConfig : {};
  body.privateClusterConfig = {
    ...body.privateClusterConfig,
    // The older form goes on telling the public one when it is closed.
    ...(hasAddress && { privateEndpoint: PRIVATE_ENDPOINT, publicEndpoint: PUBLIC_ENDPOINT }),
    enablePrivateEndpoint: !isPublic,
    enablePrivateNodes: body.networkConfig.defaultEnablePrivateNodes,
  };
  body.endpoint = hasAddress ? (addresses.publicEndpoint ?? addresses.privateEndpoint) : endpoint;
}

function nowhere({ project }: Cloud, { id, location }: Json): string {
  return `gke-${id}-${project.number}.${location}.gke.goog`;
}
