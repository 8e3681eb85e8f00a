import { Calls, PROJECT } from "./stand-in";

const PLACE = `projects/${PROJECT}/regions/asia-south1`;

test("fields that hold their default are not answered, but for those that may be unset; Compute Engine answers them", () => {
  const calls = new Calls();
  calls.nodesSubnet();
  calls.cluster({ binaryAuthorization: { enabled: false }, legacyAbac: { enabled: false } });
  const cluster = calls.getCluster();
  expect(cluster).toMatchObject({ binaryAuthorization: {}, legacyAbac: {} });
  expect(cluster.binaryAuthorization).toEqual({});
  expect(cluster.controlPlaneEndpointsConfig.dnsEndpointConfig.allowExternalTraffic).toBe(false);
  expect(calls.compute("GET", "global/networks/shop").autoCreateSubnetworks).toBe(false);
  expect(calls.compute("GET", "global/firewalls")).toEqual({ kind: "compute#firewallList" });
});

test("a cluster that was told nothing is answered with what GKE decides", () => {
  const calls = new Calls();
  calls.nodesSubnet();
  calls.cluster();
  expect(calls.getCluster()).toMatchObject({
    anonymousAuthenticationConfig: { mode: "LIMITED" },
    databaseEncryption: { state: "DECRYPTED" },
    loggingConfig: { componentConfig: { enableComponents: ["SYSTEM_COMPONENTS", "WORKLOADS"] } },
    releaseChannel: { channel: "REGULAR" },
    nodePoolDefaults: { nodeConfigDefaults: { nodeKubeletConfig: { insecureKubeletReadonlyPortEnabled: false } } },
    nodePools: [{ config: { machineType: "e2-medium", kubeletConfig: { maxParallelImagePulls: 2 } } }],
    currentNodeCount: 1,
  });
});

test("what a cluster was given without its switch is off", () => {
  const calls = new Calls();
  calls.nodesSubnet();
  calls.cluster({ monitoringConfig: { managedPrometheusConfig: {} } });
  expect(calls.getCluster().monitoringConfig).toMatchObject({
    managedPrometheusConfig: {},
    componentConfig: { enableComponents: expect.arrayContaining(["SYSTEM_COMPONENTS", "CADVISOR"]) },
  });
  expect(calls.getCluster().monitoringConfig.managedPrometheusConfig).toEqual({});
});

describe("a change of a cluster", () => {
  const change = (calls: Calls, update: object) =>
    calls.call("container", "PUT", `/v1/projects/${PROJECT}/locations/asia-south1/clusters/shop`, { update });

  test("writes what it asks for, of the cluster and of its network, and its pools go on changing", () => {
    const calls = new Calls();
    calls.nodesSubnet();
    calls.cluster();
    expect(change(calls, { desiredDnsConfig: { clusterDns: "CLOUD_DNS" } })).toMatchObject({ status: "DONE" });
    expect(change(calls, { desiredCostManagementConfig: { enabled: true } })).toMatchObject({ status: "DONE" });
    const pools = `/v1/projects/${PROJECT}/locations/asia-south1/clusters/shop/nodePools`;
    calls.call("container", "DELETE", `${pools}/default-pool`);
    calls.call("container", "POST", pools, { nodePool: { name: "app", initialNodeCount: 2 } });
    change(calls, { desiredNodePoolId: "app", desiredNodePoolAutoscaling: { enabled: true, totalMaxNodeCount: 9 } });
    expect(calls.getCluster()).toMatchObject({
      costManagementConfig: { enabled: true },
      networkConfig: { dnsConfig: { clusterDns: "CLOUD_DNS" } },
      nodePools: [{ name: "app", autoscaling: { enabled: true, totalMaxNodeCount: 9 } }],
    });
  });

  test("that closes the public endpoint takes its address away", () => {
    const calls = new Calls();
    calls.nodesSubnet();
    calls.cluster();
    expect(calls.getCluster().controlPlaneEndpointsConfig.ipEndpointsConfig.publicEndpoint).toBeDefined();
    change(calls, { desiredControlPlaneEndpointsConfig: { ipEndpointsConfig: { enablePublicEndpoint: false } } });
    const { controlPlaneEndpointsConfig, endpoint, privateClusterConfig } = calls.getCluster();
    expect(controlPlaneEndpointsConfig.ipEndpointsConfig.publicEndpoint).toBeUndefined();
    expect([endpoint, privateClusterConfig.enablePrivateEndpoint]).toEqual(["10.0.0.2", true]);
  });

  test("that the stand-in was never taught is refused and leaves everything as it was", () => {
    const calls = new Calls();
    calls.nodesSubnet();
    calls.cluster();
    const before = calls.getCluster();
    const wish = { desiredCostManagementConfig: { enabled: true }, desiredNodeVersion: "1.34" };
    expect(change(calls, wish)).toMatch(/^501: The stand-in does not know what desiredNodeVersion changes/);
    expect(calls.getCluster()).toEqual(before);
  });
});

test("what an empty request changes is not guessed", () => {
  const calls = new Calls();
  const secrets = `/v1/projects/${PROJECT}/secrets`;
  calls.call("secretmanager", "POST", `${secrets}?secretId=password`, { replication: { automatic: {} } });
  expect(calls.call("secretmanager", "POST", `${secrets}/password:addVersion`, {})).toMatch(/^501: .*addVersion/);
});

describe("Compute Engine", () => {
  const forwardingRule = (calls: Calls, more: object) => {
    calls.nodesSubnet();
    calls.compute("POST", "regions/asia-south1/backendServices", { name: "edge" });
    const backendService = `${PLACE}/backendServices/edge`;
    return calls.compute("POST", "regions/asia-south1/forwardingRules", { name: "edge", backendService, ...more });
  };
  const getRule = (calls: Calls) => calls.compute("GET", "regions/asia-south1/forwardingRules/edge");

  test("ignores labels of a new forwarding rule, and takes them by setLabels", () => {
    const calls = new Calls();
    forwardingRule(calls, { labels: { country: "india" } });
    const { labels, labelFingerprint } = getRule(calls);
    expect(labels).toBeUndefined();
    const wish = { labels: { country: "india" }, labelFingerprint };
    calls.compute("POST", "regions/asia-south1/forwardingRules/edge/setLabels", wish);
    expect(getRule(calls).labels).toEqual({ country: "india" });
  });

  test("writes one port as a range, takes an empty text for none, and lets the access be changed", () => {
    const calls = new Calls();
    expect(forwardingRule(calls, { portRange: "90", loadBalancingScheme: "" })).toMatchObject({ status: "DONE" });
    const patch = { allowGlobalAccess: true };
    calls.compute("PATCH", "regions/asia-south1/forwardingRules/edge", patch);
    expect(
      calls.compute("PATCH", "regions/asia-south1/forwardingRules/edge", { allowGlobalAccess: false }),
    ).toMatchObject({
      status: "DONE",
    });
    expect(getRule(calls)).toMatchObject({ portRange: "90-90", IPProtocol: "TCP", allowGlobalAccess: false });
  });

  test("never answers the secret of a backend service", () => {
    const calls = new Calls();
    const iap = { enabled: false, oauth2ClientId: "", oauth2ClientSecret: "" };
    calls.compute("POST", "regions/asia-south1/backendServices", { name: "edge", iap });
    const answer = calls.compute("GET", "regions/asia-south1/backendServices/edge");
    expect(Object.keys(answer.iap)).toEqual(["oauth2ClientSecretSha256", "enabled", "oauth2ClientId"]);
  });

  test("finds a free address in the subnet, and lets the origin of a copy go", () => {
    const calls = new Calls();
    calls.nodesSubnet();
    const subnetwork = `${PLACE}/subnetworks/nodes`;
    for (const name of ["a", "b"]) {
      calls.compute("POST", "regions/asia-south1/addresses", { name, addressType: "INTERNAL", subnetwork });
    }
    const address = (name: string) => calls.compute("GET", `regions/asia-south1/addresses/${name}`).address;
    expect([address("a"), address("b")]).toEqual(["10.0.0.2", "10.0.0.3"]);
    const zone = `zones/asia-south1-a`;
    calls.compute("POST", `${zone}/disks`, { name: "old" });
    calls.compute("POST", `${zone}/disks`, { name: "new", sourceDisk: `${zone}/disks/old` });
    expect(calls.compute("DELETE", `${zone}/disks/old`)).toMatchObject({ status: "DONE" });
  });

  test("over IPv6, gives subnets and load balancers ranges of their own, and takes a reservation by its name alone", () => {
    const calls = new Calls();
    calls.network();
    calls.subnet("nodes", "10.0.0.0/20");
    const reserve = (name: string, subnet: string) =>
      calls.compute("POST", "regions/asia-south1/addresses", {
        name,
        ipVersion: "IPV6",
        ipv6EndpointType: "NETLB",
        subnetwork: `${PLACE}/subnetworks/${subnet}`,
      });
    expect(reserve("none", "nodes")).toMatch(/^400: Subnetwork 'nodes' has no external IPv6 range/);
    calls.subnet("edge", "10.0.64.0/24", { stackType: "IPV4_IPV6", ipv6AccessType: "EXTERNAL" });
    for (const name of ["a", "b"]) expect(reserve(name, "edge")).toMatchObject({ status: "DONE" });
    const { externalIpv6Prefix } = calls.compute("GET", "regions/asia-south1/subnetworks/edge");
    const address = (name: string) => calls.compute("GET", `regions/asia-south1/addresses/${name}`);
    expect(externalIpv6Prefix).toMatch(/:0:0:0:0\/64$/);
    expect(address("a").address).not.toBe(address("b").address);
    expect(forwardingRule(calls, { IPAddress: address("a").address })).toMatch(/^400: .* \/96 range/);
    expect(forwardingRule(calls, { IPAddress: `${PLACE}/addresses/a` })).toMatchObject({ status: "DONE" });
    expect(getRule(calls)).toMatchObject({ IPAddress: `${address("a").address}/96`, ipVersion: "IPV6" });
    expect(address("a").status).toBe("IN_USE");
    calls.compute("DELETE", "regions/asia-south1/forwardingRules/edge");
    expect(address("a").status).toBe("RESERVED");
  });

  test("fills in a NAT, and refuses a subnet without a range", () => {
    const calls = new Calls();
    calls.network();
    calls.compute("POST", "regions/asia-south1/routers", { name: "nat", nats: [{ name: "nat" }] });
    expect(calls.compute("GET", "regions/asia-south1/routers/nat").nats).toEqual([
      { name: "nat", type: "PUBLIC", endpointTypes: ["ENDPOINT_TYPE_VM"], autoNetworkTier: "PREMIUM" },
    ]);
    const network = `projects/${PROJECT}/global/networks/shop`;
    expect(calls.compute("POST", "regions/asia-south1/subnetworks", { name: "nodes", network })).toMatch(
      /^400: Invalid IPCidrRange/,
    );
  });
});

test("a bucket that was told nothing is answered with what Cloud Storage decides", () => {
  const calls = new Calls();
  calls.bucket("told-nothing", { location: "asia", lifecycle: { rule: [] } });
  const bucket = calls.call("storage", "GET", "/storage/v1/b/told-nothing");
  expect(bucket).toMatchObject({
    locationType: "multi-region",
    rpo: "DEFAULT",
    softDeletePolicy: { retentionDurationSeconds: "604800" },
    iamConfiguration: { publicAccessPrevention: "inherited", uniformBucketLevelAccess: { enabled: false } },
  });
  expect(bucket.lifecycle).toBeUndefined();
});

test("a version of a key says when it was made and when it goes, and a change of records can be asked for again", () => {
  const calls = new Calls();
  const key = calls.key("asia-south1");
  calls.call("cloudkms", "POST", `/v1/${key}/cryptoKeyVersions/1:destroy`, {});
  const { cryptoKeyVersions, totalSize } = calls.call("cloudkms", "GET", `/v1/${key}/cryptoKeyVersions`);
  expect(totalSize).toBe(1);
  expect(cryptoKeyVersions[0]).toMatchObject({ state: "DESTROY_SCHEDULED", generateTime: expect.any(String) });
  const zones = `/dns/v1/projects/${PROJECT}/managedZones`;
  calls.call("dns", "POST", zones, { name: "shop", dnsName: "example.org.", description: "" });
  const additions = [{ name: "db.example.org.", type: "A", ttl: 30, rrdatas: ["10.0.0.1"] }];
  const { id } = calls.call("dns", "POST", `${zones}/shop/changes`, { additions });
  expect(calls.call("dns", "GET", `${zones}/shop/changes/${id}`)).toMatchObject({ status: "done", additions });
});
