import { planAddresses } from "../../../config/address-plan";
import { disksWithoutSnapshot, plansWithoutBackup } from "../../../constructs/monitoring/render-backup-queries";
import { nightlyBackups } from "../../../settings/backup-watch";
import { resources, synthesize } from "../../support/synth";
import { threeCountries } from "../../support/topologies";
import { promtool } from "./promtool";

const watched = Object.values(nightlyBackups(threeCountries, planAddresses(threeCountries)));

test("every backup plan and every disk with a policy of snapshots is watched", () => {
  const everything = Object.values(synthesize(threeCountries).stacks).flatMap((stack) => resources(stack));
  const names = (type: string) => everything.filter((each) => each.type === type).map(({ attributes }) => attributes);
  expect(watched.flatMap(({ plans }) => plans).sort()).toEqual(
    names("google_gke_backup_backup_plan")
      .map(({ name }) => name)
      .sort(),
  );
  const disks = names("google_compute_disk").map(({ name }) => name);
  expect(names("google_compute_disk_resource_policy_attachment")).toHaveLength(disks.length);
  expect(watched.flatMap(({ disks }) => disks).sort()).toEqual(disks.sort());
});

/** What is counted at 19:00, hour by hour. Cloud Monitoring has nothing in between. */
const nights = (...made: readonly boolean[]) => made.map((one) => `_x19 ${one ? "1" : "_"} _x4`).join(" ");

/** What a query returns at that hour, by its label, by real promtool: it is PromQL, though Google evaluates it. */
async function missing(query: string, series: Readonly<Record<string, string>>, hour: number): Promise<string[]> {
  const words = await promtool(["test", "rules", "tests.yml"], {
    "tests.yml": {
      tests: [
        {
          interval: "1h",
          input_series: Object.entries(series).map(([name, values]) => ({ series: name, values })),
          // Nothing is expected, so that promtool says what there is.
          promql_expr_test: [{ expr: `${query} or on () vector(7)`, eval_time: `${hour}h`, exp_samples: [] }],
        },
      ],
    },
  });
  const [, answer] = words.split("got:");
  if (answer === undefined) throw new Error(words);
  return [...answer.matchAll(/(?:backup_plan_id|disk)="([^"]+)"/g)].map(([, name = ""]) => name).sort();
}

test("a plan is missed whose last backup is a night old, failed, or never was", async () => {
  const counted = (plan: string, state = "SUCCEEDED") =>
    `gkebackup_googleapis_com:backup_completion_times_count{monitored_resource="gkebackup.googleapis.com/BackupPlan",backup_plan_id="${plan}",state="${state}"}`;
  const query = plansWithoutBackup(["well", "old", "failed", "never"]);
  const series = {
    [counted("well")]: nights(true, true),
    [counted("old")]: nights(true, false),
    [counted("failed")]: nights(true, false),
    [counted("failed", "FAILED")]: nights(false, true),
    [counted("another-estates")]: nights(true, true),
  };
  expect(await missing(query, series, 30)).toEqual(["never"]);
  // In the hour in which the next one is made.
  expect(await missing(query, series, 43)).toEqual(["never"]);
  expect(await missing(query, series, 46)).toEqual(["failed", "never", "old"]);
});

test("a disk is missed whose last snapshot is a night old", async () => {
  const counted = (disk: string) =>
    `logging_googleapis_com:user_nightly_snapshots{monitored_resource="gce_disk",disk="${disk}"}`;
  const series = { [counted("well")]: nights(true, true), [counted("old")]: nights(true, false) };
  expect(await missing(disksWithoutSnapshot(["well", "old"]), series, 43)).toEqual([]);
  expect(await missing(disksWithoutSnapshot(["well", "old"]), series, 46)).toEqual(["old"]);
});
