import { join } from "node:path";
import { machinePackages } from "../../../config/packages";
import { bootPorts } from "../../../config/ports";
import { unescapeTemplate } from "../../../constructs/escape-template";
import { startupScript } from "../../../constructs/machine/startup-script";
import { resources, stackOf, synthesize } from "../../support/synth";
import { threeCountries } from "../../support/topologies";

const estate = synthesize(threeCountries);
const country = stackOf(estate, "region-indonesia");
const [host] = resources(country, "google_compute_instance").filter(({ address }) => address.includes("vpn"));
const attributes = host?.attributes as Record<string, unknown>;

test("stands at its reserved addresses and routes for nobody but itself", () => {
  expect(attributes).toMatchObject({
    tags: ["vpn"],
    can_ip_forward: false,
    network_interface: [
      {
        network_ip: "10.2.66.10",
        access_config: [{ nat_ip: "${data.terraform_remote_state.network-state.outputs.indonesia_vpn_address}" }],
      },
    ],
  });
});

test("lets people in by their identity alone, on a shielded machine", () => {
  expect(attributes).toMatchObject({
    metadata: { "enable-oslogin": "TRUE", "block-project-ssh-keys": "TRUE", "serial-port-enable": "FALSE" },
    shielded_instance_config: { enable_secure_boot: true, enable_vtpm: true, enable_integrity_monitoring: true },
    deletion_protection: true,
  });
});

test("boots by the script that stands beside the construct, with the library in it", () => {
  const { "startup-script": script = "" } = attributes.metadata as Record<string, string>;
  expect(unescapeTemplate(script)).toBe(
    startupScript(join(__dirname, "../../../constructs/vpn"), machinePackages.vpn, bootPorts.vpn),
  );
});

test("keeps its data on a disk that a plan cannot destroy, encrypted and snapshot every night", () => {
  const disks = resources(country, "google_compute_disk").filter(({ address }) => address.includes("vpn"));
  expect(disks.map((disk) => disk.attributes)).toMatchObject([
    {
      name: "indonesia-vpn-data",
      lifecycle: { prevent_destroy: true },
      disk_encryption_key: { kms_key_self_link: expect.stringContaining("indonesia_volumes_key") },
    },
  ]);
  const attached = resources(country, "google_compute_disk_resource_policy_attachment").map((each) => each.attributes);
  expect(attached).toContainEqual(
    expect.objectContaining({
      disk: expect.stringMatching(/google_compute_disk\.vpn_data/),
      name: expect.stringMatching(/google_compute_resource_policy\.vpn_snapshots/),
    }),
  );
});

test("its identity writes logs and metrics, and reads the user that appends logs alone", () => {
  const grants = Object.values(estate.stacks).flatMap((stack) =>
    resources(stack).filter(
      ({ type, attributes: { member } }) => type.includes("_iam_member") && String(member).includes("vpn_identity"),
    ),
  );
  expect([...new Set(grants.map(({ attributes: { role, secret_id } }) => secret_id ?? role))].sort()).toEqual([
    ...["india", "indonesia"].map((country) => `${country}-elasticsearch-vpn`),
    "roles/logging.logWriter",
    "roles/monitoring.metricWriter",
    "singapore-elasticsearch-vpn",
  ]);
});
