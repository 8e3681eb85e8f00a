import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import type { IncomingMessage } from "node:http";
import { get } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { makeCertificate } from "../../rehearsal/stand-in/certificate";
import { quotaExceeded, tooManyRequests } from "../../rehearsal/stand-in/faults";
import { Calls, PROJECT } from "./stand-in";

describe("by Google's descriptions alone", () => {
  test("refuses unknown paths, fields, types, enum values and deprecated ones, and names them", () => {
    const calls = new Calls();
    calls.nodesSubnet();
    expect(calls.compute("GET", "global/netwroks")).toMatch(/^404: No method of compute takes GET .*netwroks$/);
    const firewall = (body: object) => calls.compute("POST", "global/firewalls", { name: "f", ...body });
    expect(firewall({ sourceRange: [] })).toMatch(/^400: .*Unknown name "sourceRange"/);
    expect(firewall({ priority: "high" })).toMatch(/^400: .*Invalid value at 'priority' \(int32\), "high"/);
    expect(firewall({ direction: "INWARD" })).toMatch(/^400: .*'direction' \(enum\), "INWARD"; one of EGRESS, INGRESS/);
    expect(firewall({ name: "Not_a_name" })).toMatch(/^400: .*'name': 'Not_a_name'. Must be a match of regex/);
    const posture = { mode: "BASIC", vulnerabilityMode: "VULNERABILITY_BASIC" };
    expect(calls.cluster({ securityPostureConfig: posture })).toMatch(/^400: .*"VULNERABILITY_BASIC" is deprecated/);
  });

  test("references must exist, and nothing in use goes", () => {
    const calls = new Calls();
    expect(calls.subnet("nodes", "10.0.0.0/20")).toBe(
      `404: The resource 'projects/${PROJECT}/global/networks/shop' was not found`,
    );
    calls.network();
    calls.subnet("nodes", "10.0.0.0/20");
    expect(calls.compute("DELETE", "global/networks/shop")).toMatch(
      /^400: .*networks\/shop' is already being used by '.*subnetworks\/nodes'/,
    );
    calls.compute("DELETE", "regions/asia-south1/subnetworks/nodes");
    expect(calls.compute("DELETE", "global/networks/shop")).toMatchObject({ status: "DONE" });
  });

  test("the second creation is refused, a stale fingerprint too", () => {
    const calls = new Calls();
    calls.network();
    calls.subnet("nodes", "10.0.0.0/20");
    expect(calls.subnet("nodes", "10.0.0.0/20")).toMatch(/^409: .*already exists/);
    const patch = { fingerprint: "c3RhbGUhIQ==", privateIpGoogleAccess: true };
    expect(calls.compute("PATCH", "regions/asia-south1/subnetworks/nodes", patch)).toMatch(/^412: Invalid fingerprint/);
  });

  test("what is called immutable is", () => {
    const calls = new Calls();
    const secrets = `/v1/projects/${PROJECT}/secrets`;
    calls.call("secretmanager", "POST", `${secrets}?secretId=password`, { replication: { automatic: {} } });
    const patch = { replication: { userManaged: { replicas: [{ location: "asia-south1" }] } } };
    const answer = calls.call("secretmanager", "PATCH", `${secrets}/password?updateMask=replication`, patch);
    expect(answer).toMatch(/^400: .*immutable fields of '.*secrets\/password' cannot change: 'replication'/);
  });

  test("an API that nothing switched on does not answer", () => {
    const calls = new Calls({}, true);
    const zones = `/dns/v1/projects/${PROJECT}/managedZones`;
    expect(calls.call("dns", "GET", zones)).toMatch(/^403: dns.googleapis.com has not been used/);
    calls.call("serviceusage", "POST", `/v1/projects/${PROJECT}/services/dns.googleapis.com:enable`, {});
    expect(calls.call("dns", "GET", zones)).toEqual({ kind: "dns#managedZonesListResponse" });
  });
});

describe("what no description tells", () => {
  test("a signed zone has keys, and a digest of the one that its parent vouches for", () => {
    const calls = new Calls();
    const zones = `/dns/v1/projects/${PROJECT}/managedZones`;
    const spec = (keyType: string) => ({ keyType, algorithm: "ecdsap256sha256", keyLength: 256 });
    const dnssecConfig = { state: "on", defaultKeySpecs: [spec("keySigning"), spec("zoneSigning")] };
    calls.call("dns", "POST", zones, { name: "signed", dnsName: "a.test.", description: "a", dnssecConfig });
    calls.call("dns", "POST", zones, { name: "plain", dnsName: "b.test.", description: "b" });
    const { dnsKeys } = calls.call("dns", "GET", `${zones}/signed/dnsKeys`);
    expect(dnsKeys).toMatchObject([
      { type: "keySigning", digests: [{ type: "sha256", digest: expect.stringMatching(/^[0-9A-F]{64}$/) }] },
      { type: "zoneSigning" },
    ]);
    expect(calls.call("dns", "GET", `${zones}/plain/dnsKeys`).dnsKeys ?? []).toEqual([]);
  });

  test("ranges of a network never overlap, and an address lies in its subnet once", () => {
    const calls = new Calls();
    calls.network();
    calls.subnet("nodes", "10.0.0.0/20");
    expect(calls.subnet("vpn", "10.0.8.0/24")).toMatch(
      /^400: .*10.0.8.0\/24 conflicts with existing subnetwork 'nodes'/,
    );
    const subnetwork = `projects/${PROJECT}/regions/asia-south1/subnetworks/nodes`;
    const reserve = (name: string, address: string) =>
      calls.compute("POST", "regions/asia-south1/addresses", { name, address, addressType: "INTERNAL", subnetwork });
    expect(reserve("a", "10.99.0.1")).toMatch(/^400: .*'10.99.0.1'. IP address is outside/);
    expect(reserve("a", "10.0.0.9")).toMatchObject({ status: "DONE" });
    expect(reserve("b", "10.0.0.9")).toMatch(/^400: .*already being used/);
  });

  test("a key wants its agent's grant, its own region and an enabled version", () => {
    const calls = new Calls();
    const key = calls.key("asia-south1");
    expect(calls.disk(key)).toMatch(/^403: Permission denied on Cloud KMS key .*compute-system/);
    calls.key("asia-south1", "compute-system");
    expect(calls.disk(key, "asia-southeast1-a")).toMatch(/^400: .*not in the location of the resource/);
    expect(calls.disk(key)).toMatchObject({ status: "DONE" });
    calls.call("cloudkms", "POST", `/v1/${key}/cryptoKeyVersions/1:destroy`, {});
    calls.compute("DELETE", "zones/asia-south1-a/disks/data");
    expect(calls.disk(key)).toMatch(/^400: .*no enabled primary version/);
    calls.call("cloudkms", "POST", `/v1/${key}/cryptoKeyVersions`, {});
    calls.call("cloudkms", "POST", `/v1/${key}:updatePrimaryVersion`, { cryptoKeyVersionId: "2" });
    expect(calls.disk(key)).toMatchObject({ status: "DONE" });
  });

  test("a cluster's backups want a key of the region that keeps them, granted to the service that makes them", () => {
    const calls = new Calls();
    calls.nodesSubnet();
    calls.cluster();
    const plan = (gcpKmsEncryptionKey: string) =>
      calls.call(
        "gkebackup",
        "POST",
        `/v1/projects/${PROJECT}/locations/asia-southeast1/backupPlans?backupPlanId=daily`,
        {
          cluster: `projects/${PROJECT}/locations/asia-south1/clusters/shop`,
          backupConfig: { allNamespaces: true, encryptionKey: { gcpKmsEncryptionKey } },
        },
      );
    expect(plan(calls.key("asia-south1", "gcp-sa-gkebackup"))).toMatch(/^400: .*not in the location of the resource/);
    expect(plan(calls.key("asia-southeast1"))).toMatch(/^403: .*gcp-sa-gkebackup/);
    expect(plan(calls.key("asia-southeast1", "gcp-sa-gkebackup"))).toMatchObject({ done: true });
  });

  test("a repository is made once in a region, and says what it stands for", () => {
    const calls = new Calls();
    const repositories = `/v1/projects/${PROJECT}/locations/asia-south1/repositories`;
    const make = (body: object) =>
      calls.call("artifactregistry", "POST", `${repositories}?repository_id=docker-hub`, body);
    const dockerRepository = { publicRepository: "DOCKER_HUB" };
    const hub = { format: "DOCKER", mode: "REMOTE_REPOSITORY", remoteRepositoryConfig: { dockerRepository } };
    expect(make({ ...hub, mode: "MIRROR" })).toMatch(/^400: .*'mode' \(enum\), "MIRROR"/);
    expect(make(hub)).toMatchObject({ done: true, response: { remoteRepositoryConfig: { dockerRepository } } });
    expect(make(hub)).toMatch(/^409: .*already exists/);
    expect(calls.call("artifactregistry", "GET", `${repositories}/docker-hub`)).toMatchObject(hub);
  });

  test("access logs go to a bucket by its bare name", () => {
    const calls = new Calls();
    expect(calls.bucket("logged-bucket", { logging: { logBucket: "access-logs" } })).toMatch(
      /^400: .*'access-logs' for logging does not exist/,
    );
    calls.bucket("access-logs");
    expect(calls.bucket("logged-bucket", { logging: { logBucket: "b/access-logs" } })).toMatch(
      /^400: Invalid bucket name: 'b\/access-logs'/,
    );
    expect(calls.bucket("logged-bucket", { logging: { logBucket: "access-logs" } })).toMatchObject({
      name: "logged-bucket",
    });
  });

  test("a record lies in its zone, and a zone with records stays", () => {
    const calls = new Calls();
    const zones = `/dns/v1/projects/${PROJECT}/managedZones`;
    calls.call("dns", "POST", zones, { name: "shop", dnsName: "example.org.", description: "" });
    const add = (name: string) =>
      calls.call("dns", "POST", `${zones}/shop/changes`, {
        additions: [{ name, type: "A", ttl: 30, rrdatas: ["10.0.0.1"] }],
      });
    expect(add("db.example.com.")).toMatch(/^400: .*'db.example.com.' is invalid/);
    expect(add("db.example.org.")).toMatchObject({ status: "done" });
    expect(add("db.example.org.")).toMatch(/^409: /);
    expect(calls.call("dns", "DELETE", `${zones}/shop`)).toMatch(/^400: .*contains one or more/);
  });

  test("a workload identity waits for the first cluster, an account for its making", () => {
    const calls = new Calls();
    const accounts = `/v1/projects/${PROJECT}/serviceAccounts`;
    calls.call("iam", "POST", accounts, { accountId: "india-app" });
    const account = `projects/${PROJECT}/serviceAccounts/india-app@${PROJECT}.iam.gserviceaccount.com`;
    const role = "roles/iam.workloadIdentityUser";
    const pod = `serviceAccount:${PROJECT}.svc.id.goog[shop/shop]`;
    expect(calls.grant("iam", account, role, pod)).toMatch(/^400: Identity Pool does not exist/);
    calls.nodesSubnet();
    calls.cluster({ workloadIdentityConfig: { workloadPool: `${PROJECT}.svc.id.goog` } });
    expect(calls.grant("iam", account, role, pod)).toMatchObject({ bindings: [{ role }] });
    const nobody = `serviceAccount:nobody@${PROJECT}.iam.gserviceaccount.com`;
    expect(calls.grant("iam", account, role, nobody)).toMatch(/^400: Service account nobody@.* does not exist/);
  });

  test("a cluster's ranges exist and are its own; GKE answers what it was not asked", () => {
    const calls = new Calls();
    calls.nodesSubnet();
    expect(calls.cluster({ ipAllocationPolicy: { clusterSecondaryRangeName: "podz" } })).toMatch(
      /^400: Secondary range "podz" does not exist/,
    );
    expect(calls.cluster({ privateClusterConfig: { masterIpv4CidrBlock: "10.1.0.0/28" } })).toMatch(
      /^400: .*10.1.0.0\/28 overlaps with 10.1.0.0\/16/,
    );
    const key = calls.key("asia-south1", "container-engine-robot");
    calls.cluster({
      databaseEncryption: { state: "ENCRYPTED", keyName: key },
      loggingConfig: { componentConfig: { enableComponents: ["WORKLOADS", "SYSTEM_COMPONENTS"] } },
    });
    expect(calls.getCluster()).toMatchObject({
      databaseEncryption: { state: "ALL_OBJECTS_ENCRYPTION_ENABLED", keyName: key },
      loggingConfig: { componentConfig: { enableComponents: ["SYSTEM_COMPONENTS", "WORKLOADS"] } },
      nodePools: [{ name: "default-pool", status: "RUNNING" }],
    });
  });

  test("a machine type changes only while the machine is stopped", () => {
    const calls = new Calls();
    calls.nodesSubnet();
    const machine = {
      name: "db",
      machineType: "zones/asia-south1-a/machineTypes/e2-small",
      networkInterfaces: [{ subnetwork: "regions/asia-south1/subnetworks/nodes" }],
    };
    calls.compute("POST", "zones/asia-south1-a/instances", machine);
    const type = { machineType: "zones/asia-south1-a/machineTypes/e2-medium" };
    const at = "zones/asia-south1-a/instances/db";
    expect(calls.compute("POST", `${at}/setMachineType`, type)).toMatch(/^400: .*must be stopped/);
    calls.compute("POST", `${at}/stop`);
    expect(calls.compute("POST", `${at}/setMachineType`, type)).toMatchObject({ status: "DONE" });
  });
});

describe("faults", () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  test("a call is refused as often as it should be", () => {
    const calls = new Calls({ faults: [{ method: /^compute\.networks\.insert$/, times: 1, kind: tooManyRequests }] });
    expect(calls.compute("POST", "global/networks", { name: "shop" })).toMatch(/^429: Quota exceeded/);
    expect(calls.compute("POST", "global/networks", { name: "shop" })).toMatchObject({ status: "DONE" });
    calls.cloud.faults.add({ method: /subnetworks/, times: 1, kind: quotaExceeded("SUBNETWORKS", "asia-south1") });
    expect(calls.subnet("nodes", "10.0.0.0/20")).toMatch(/^403: Quota 'SUBNETWORKS' exceeded/);
    expect(calls.cloud.faults.unused).toEqual([]);
  });

  test("an operation that ends in an error leaves nothing, a cluster's leaves a ruin", () => {
    const message = "no capacity";
    const calls = new Calls({
      faults: [{ method: /insert$|create$/, times: 1, kind: { type: "operation-fails", message } }],
    });
    expect(calls.compute("POST", "global/networks", { name: "shop" })).toMatchObject({
      status: "DONE",
      error: { errors: [{ message }] },
    });
    expect(calls.compute("GET", "global/networks/shop")).toMatch(/^404: /);
    calls.nodesSubnet();
    calls.cloud.faults.add({ method: /clusters\.create$/, times: 1, kind: { type: "operation-fails", message } });
    expect(calls.cluster()).toMatchObject({ error: { message }, statusMessage: message });
    expect(calls.getCluster()).toMatchObject({ status: "ERROR" });
  });

  test("a slow operation runs until it is done", () => {
    const slow = { type: "operation-is-slow", forMs: 50 } as const;
    const calls = new Calls({ faults: [{ method: /insert$/, times: 1, kind: slow }] });
    const { name, status } = calls.compute("POST", "global/networks", { name: "shop" });
    expect(status).toBe("RUNNING");
    jest.advanceTimersByTime(60);
    expect(calls.compute("GET", `global/operations/${name}`)).toMatchObject({ status: "DONE" });
  });

  test("a grant on a key counts only after its time", () => {
    const calls = new Calls({ grantDelayMs: 50 });
    const key = calls.key("asia-south1", "compute-system");
    expect(calls.disk(key)).toMatch(/^403: .*granted only \d+ ms ago/);
    jest.advanceTimersByTime(60);
    expect(calls.disk(key)).toMatchObject({ status: "DONE" });
  });
});

test("a connection is kept for as long as Terraform keeps it", async () => {
  const folder = mkdtempSync(join(tmpdir(), "stand-in-"));
  const tls = makeCertificate(folder);
  const { standIn } = new Calls({}, false, tls);
  await standIn.start();
  try {
    const url = `${standIn.address("compute")}/compute/v1/projects/${PROJECT}/global/networks`;
    const [{ headers }] = (await once(get(url, { ca: tls.cert }), "response")) as [IncomingMessage];
    expect(headers).toMatchObject({ connection: "keep-alive" });
    expect(headers).not.toHaveProperty("keep-alive"); // which says after how many idle seconds it ends
  } finally {
    await standIn.stop();
    rmSync(folder, { recursive: true });
  }
});
