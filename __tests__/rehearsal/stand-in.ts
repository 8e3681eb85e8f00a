import { Cloud, type Json } from "../../rehearsal/stand-in/cloud";
import { type Api, loadApis } from "../../rehearsal/stand-in/descriptions";
import { type FaultOptions, Faults } from "../../rehearsal/stand-in/faults";
import { StandIn } from "../../rehearsal/stand-in/server";
import { googleApisFolder } from "../../tools/engines/google-apis";

let apis: ReadonlyMap<string, Api> | undefined;

export const PROJECT = "jamtangan-test";
const NUMBER = "123456789012";
export const AGENT = (name: string) => `serviceAccount:service-${NUMBER}@${name}.iam.gserviceaccount.com`;

/** A stand-in without its servers: calls go straight to it. */
export class Calls {
  readonly cloud: Cloud;
  readonly standIn: StandIn;

  constructor(faults: FaultOptions = {}, strict = false, tls = { key: "", cert: "" }) {
    apis ??= loadApis(googleApisFolder(process.env));
    this.cloud = new Cloud({ id: PROJECT, number: NUMBER }, new Faults(faults));
    this.standIn = new StandIn({ apis, cloud: this.cloud, tls, strict });
  }

  /** Answer, or `STATUS: message` of a refusal. */
  call(api: string, http: string, path: string, body?: Json): Json {
    const text = body === undefined ? "" : JSON.stringify(body);
    const outcome = this.standIn.call(apis?.get(api) as Api, http, path, text);
    return outcome.status === 200 ? outcome.body : `${outcome.status}: ${outcome.body.error.message}`;
  }

  compute(http: string, path: string, body?: Json): Json {
    return this.call("compute", http, `/compute/v1/projects/${PROJECT}/${path}`, body);
  }

  network(): void {
    this.compute("POST", "global/networks", { name: "shop", autoCreateSubnetworks: false });
  }

  subnet(name: string, ipCidrRange: string, more: Json = {}): Json {
    const network = `projects/${PROJECT}/global/networks/shop`;
    return this.compute("POST", "regions/asia-south1/subnetworks", { name, network, ipCidrRange, ...more });
  }

  /** A key in a region, granted to an agent of Google's. */
  key(location: string, agent?: string): string {
    const ring = `projects/${PROJECT}/locations/${location}/keyRings/ring`;
    this.call("cloudkms", "POST", `/v1/projects/${PROJECT}/locations/${location}/keyRings?keyRingId=ring`, {});
    this.call("cloudkms", "POST", `/v1/${ring}/cryptoKeys?cryptoKeyId=key`, { purpose: "ENCRYPT_DECRYPT" });
    const key = `${ring}/cryptoKeys/key`;
    if (agent) this.grant("cloudkms", key, "roles/cloudkms.cryptoKeyEncrypterDecrypter", AGENT(agent));
    return key;
  }

  grant(api: string, resource: string, role: string, member: string): Json {
    return this.call(api, "POST", `/v1/${resource}:setIamPolicy`, {
      policy: { bindings: [{ role, members: [member] }] },
    });
  }

  disk(key: string, zone = "asia-south1-a"): Json {
    return this.compute("POST", `zones/${zone}/disks`, { name: "data", diskEncryptionKey: { kmsKeyName: key } });
  }

  bucket(name: string, more: Json = {}): Json {
    return this.call("storage", "POST", `/storage/v1/b?project=${PROJECT}`, { name, location: "ASIA-SOUTH1", ...more });
  }

  cluster(more: Json = {}): Json {
    const cluster = {
      name: "shop",
      network: `projects/${PROJECT}/global/networks/shop`,
      subnetwork: `projects/${PROJECT}/regions/asia-south1/subnetworks/nodes`,
      ipAllocationPolicy: { clusterSecondaryRangeName: "pods", servicesSecondaryRangeName: "services" },
      initialNodeCount: 1,
      locations: ["asia-south1-a"],
      ...more,
    };
    return this.call("container", "POST", `/v1/projects/${PROJECT}/locations/asia-south1/clusters`, { cluster });
  }

  nodesSubnet(): void {
    this.network();
    this.subnet("nodes", "10.0.0.0/20", {
      secondaryIpRanges: [
        { rangeName: "pods", ipCidrRange: "10.1.0.0/16" },
        { rangeName: "services", ipCidrRange: "10.2.0.0/20" },
      ],
    });
  }

  getCluster(): Json {
    return this.call("container", "GET", `/v1/projects/${PROJECT}/locations/asia-south1/clusters/shop`);
  }
}
