import { environments } from "../../config/environments";
import { BACKUP_LOCATION } from "../../config/regions";
import { listOf, SynthesizedEstate, type SynthesizedResource } from "../../tools/synthesized/estate";
import { synthesize } from "../support/synth";
import { fourCountries } from "../support/topologies";

// A backup in another country is none when its key was lost with the region: what claims to be restorable elsewhere is
// followed to the location of its key.

describe.each(Object.entries({ ...environments, "of four countries": fourCountries }))("%s", (_, topology) => {
  const estate = new SynthesizedEstate(synthesize(topology).stacks);
  const ofType = (type: string) => estate.ofType(`google_${type}`);

  /** Where the key lives that an expression leads to. */
  function locationOfKey(expression: unknown, { stack }: SynthesizedResource): unknown {
    const key = estate.follow(String(expression), stack);
    if (typeof key === "string") throw new Error(`${expression} leads to no key`);
    const ring = estate.follow(String(key.attributes.key_ring), key.stack);
    return typeof ring === "string" ? ring : ring.attributes.location;
  }

  test("every cluster is backed up to another country's region, with a key that lives there", () => {
    const plans = ofType("gke_backup_backup_plan");
    expect(plans.length).toBe(ofType("container_cluster").length);
    for (const plan of plans) {
      const [config] = listOf(plan.attributes.backup_config);
      const [key] = listOf(config?.encryption_key);
      expect(plan.attributes.location).not.toBe(topology.countries[plan.country ?? ""]?.region);
      expect(locationOfKey(key?.gcp_kms_encryption_key, plan)).toBe(plan.attributes.location);
    }
  });

  test("every volume that such a backup holds, and every disk with snapshots, has a key that no region takes away", () => {
    const backedUp = ofType("gke_backup_backup_plan").filter(
      ({ attributes }) => listOf(attributes.backup_config)[0]?.include_volume_data,
    );
    const volumes = estate
      .ofType("kubernetes_storage_class_v1")
      .filter(({ stack }) => backedUp.some((plan) => plan.stack === stack))
      .map((resource) => ({ resource, key: listOf(resource.attributes.parameters)[0]?.["disk-encryption-kms-key"] }));
    const snapshot = ofType("compute_disk_resource_policy_attachment").flatMap(({ attributes, stack }) => {
      const disk = estate.follow(String(attributes.disk), stack);
      return typeof disk === "string"
        ? []
        : [{ resource: disk, key: listOf(disk.attributes.disk_encryption_key)[0]?.kms_key_self_link }];
    });
    expect(volumes.length).toBeGreaterThan(0);
    expect(snapshot.length).toBe(ofType("compute_disk").length);
    for (const { resource, key } of [...volumes, ...snapshot]) expect(locationOfKey(key, resource)).toBe("global");
  });

  test("the database's backups, their key and snapshots lie in more than one region", () => {
    const backups = ofType("storage_bucket").filter(({ id }) => id.startsWith("database_"));
    expect(backups.length).toBe(2);
    for (const bucket of backups) {
      expect(bucket.attributes.location).toBe(BACKUP_LOCATION.toUpperCase());
      const [key] = listOf(bucket.attributes.encryption);
      expect(locationOfKey(key?.default_kms_key_name, bucket)).toBe(BACKUP_LOCATION);
    }
    for (const { attributes } of ofType("compute_resource_policy")) {
      const [policy] = listOf(attributes.snapshot_schedule_policy);
      expect(listOf(policy?.snapshot_properties)[0]?.storage_locations).toEqual([BACKUP_LOCATION]);
    }
  });

  test("there is no night in which GKE may upgrade the apps of all countries, and each has its 48 hours in 32 days", () => {
    const nights = ofType("container_cluster").map(({ country, attributes }) => {
      const [window] = listOf(listOf(attributes.maintenance_policy)[0]?.recurring_window);
      const days = String(window?.recurrence).replace("FREQ=WEEKLY;BYDAY=", "").split(",");
      const start = new Date(String(window?.start_time));
      const hours = (Date.parse(String(window?.end_time)) - start.getTime()) / 3_600_000;
      // A rule whose first day is none of its days has a window that it did not mean.
      expect(days[0]).toBe(["SU", "MO", "TU", "WE", "TH", "FR", "SA"][start.getUTCDay()]);
      expect(days.length * hours * 4).toBeGreaterThanOrEqual(48);
      return { country, days };
    });
    for (const day of new Set(nights.flatMap(({ days }) => days))) {
      const upgraded = new Set(nights.filter(({ days }) => days.includes(day)).map(({ country }) => country));
      expect(upgraded.size).toBeLessThan(Object.keys(topology.countries).length);
    }
  });
});
