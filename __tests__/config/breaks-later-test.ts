import { validateTopology } from "../../config/validate-topology";
import { changed } from "../support/topologies";

const EXAMPLE = "use a machine type such as e2-standard-4";

/** What types and limits let through, and the cloud or the first full disk would not. */
test.each<[string, Record<string, unknown>, ...string[]]>([
  [
    "a cache of write sets larger than the disk",
    { "countries.india.database.outageMinutes": 1440, "countries.india.database.writeMbPerMinute": 1000 },
    "countries.india.database.diskGb: 200 is refused: outageMinutes (1440) at writeMbPerMinute (1000) mean 1758 GB of write sets, and half of the disk is for data: use 3516 GB or more, or fewer minutes",
  ],
  ["an Arm edge", { "countries.india.edge.machineType": "t2a-standard-2" }, arm("edge", "t2a-standard-2")],
  ["an Arm VPN host", { "countries.india.vpn.machineType": "c4a-standard-1" }, arm("vpn", "c4a-standard-1")],
  ["an Arm database", { "countries.india.database.machineType": "n4a-standard-4" }, arm("database", "n4a-standard-4")],
  ...["n4-standard-4", "c4-standard-4", "c4d-highmem-8", "n4d-standard-4"].map(
    (type): [string, Record<string, unknown>, string] => [
      `a database on ${type}, which takes Hyperdisk alone`,
      { "countries.india.database.machineType": type },
      `countries.india.database.machineType: "${type}" is refused: ${type.split("-")[0]} takes no pd-balanced or pd-ssd, which all disks here are: ${EXAMPLE}`,
    ],
  ),
  [
    "a machine with a GPU as a node",
    { "countries.india.cluster.pools.app.machineType": "a3-highgpu-8g" },
    'countries.india.cluster.pools.app.machineType: "a3-highgpu-8g" is refused: use one of the series e2, n2, n2d, t2d, c2, c2d, c3, c3d, or add it to config/machine-types.ts',
  ],
  [
    "a size that a series does not have",
    { "countries.india.edge.machineType": "e2-standard-3" },
    `countries.india.edge.machineType: "e2-standard-3" is refused: e2-standard has 2, 4, 8, 16, 32 vCPUs: ${EXAMPLE}`,
  ],
  [
    "a kind that a series does not have",
    { "countries.india.edge.machineType": "t2d-highmem-4" },
    'countries.india.edge.machineType: "t2d-highmem-4" is refused: use t2d-standard',
  ],
  [
    "a database with a GB a vCPU",
    { "countries.india.database.machineType": "n2-highcpu-8" },
    'countries.india.database.machineType: "n2-highcpu-8" is refused: MariaDB needs vCPUs of its own and 4 GB of memory for each: use a standard or highmem type such as n2-standard-4',
  ],
  ...["google-shop", "shop-ssl-1", "goog-shop"].map((id): [string, Record<string, unknown>, string] => [
    `the project id ${id}`,
    { "project.id": id },
    `project.id: "${id}" is refused: use an id without google and ssl, which Google reserves`,
  ]),
])("%s is refused", (_, values, ...problems) => {
  expect(validateTopology(changed(values))).toEqual(problems);
});

function arm(thing: string, type: string): string {
  const [series] = type.split("-");
  return `countries.india.${thing}.machineType: "${type}" is refused: ${series} is Arm, and images and packages are for x86: ${EXAMPLE}`;
}
