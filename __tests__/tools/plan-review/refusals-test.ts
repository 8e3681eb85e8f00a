import { reviewed, verdictsOf } from "./plans";

/** Of each refusal plans that trigger it, and plans that come near and do not. All made by real Terraform. */
const CASES: Readonly<Record<string, { refused: readonly string[][]; near: readonly string[][] }>> = {
  "galera-quorum": {
    refused: [
      ["one-node-stops/region-singapore", "two-nodes-stop/region-india"],
      ["node-replaced/region-indonesia", "one-node-stops/region-singapore"],
      ["disk-replaced/region-singapore", "two-nodes-stop/region-india"],
    ],
    near: [
      ["one-node-stops/region-singapore", "one-node-stops/region-india"],
      ["disk-grows/region-singapore", "two-nodes-stop/region-india"],
      ["first-deployment/region-singapore", "two-nodes-stop/region-india"],
    ],
  },
  "stateful-destroyed": {
    refused: [
      ["stateful-destroyed/network"],
      ["stateful-destroyed/monitoring"],
      ["stateful-destroyed/region-india"],
      ["disk-replaced/region-singapore"],
      ["releases/region-india"],
    ],
    near: [
      ["stateful-updated/network"],
      ["stateful-updated/monitoring"],
      ["stateful-updated/region-india"],
      ["disk-grows/region-singapore"],
      ["moved-and-forgotten/region-singapore"],
    ],
  },
  "two-edges": {
    refused: [["two-edges/region-indonesia", "one-edge/region-singapore"]],
    near: [
      ["one-edge/region-indonesia", "one-edge/region-singapore"],
      ["first-deployment/region-singapore", "failover-order/region-india"],
    ],
  },
  "address-changed": { refused: [["address-changed/network"]], near: [["address-labelled/network"]] },
  "firewall-opened": { refused: [["firewall-opened/network"]], near: [["address-labelled/network"]] },
  "several-countries": {
    refused: [["firewall-narrowed/network"]],
    near: [["pool-replaced/region-india", "one-edge/region-singapore"]],
  },
  "unprotected-destroy": {
    refused: [["protection-lowered-and-destroy/region-singapore"]],
    near: [
      ["protection-lowered/region-singapore"],
      ["protection-lowered/region-singapore", "failover-order/region-india"],
    ],
  },
};

describe.each(Object.entries(CASES))("%s", (rule, { refused, near }) => {
  test.each(refused)("is refused: %s", (...plans) => {
    expect(verdictsOf(reviewed(plans)).refused).toContain(rule);
  });

  test.each(near)("is not refused: %s", (...plans) => {
    expect(verdictsOf(reviewed(plans)).refused).toEqual([]);
  });
});

test("every lost thing is refused by its name", () => {
  const { refused } = reviewed(["network", "monitoring", "region-india"].map((stack) => `stateful-destroyed/${stack}`));
  expect(refused.flatMap(({ findings }) => findings.map(({ detail }) => detail))).toMatchInlineSnapshot(`
    [
      "database of all countries: database-initialized is destroyed: a secret and all its versions",
      "database of all countries: jamtangan-production-database-backups is destroyed: a bucket and its objects",
      "dns of all countries: shop is destroyed: a zone, and with it its name servers and keys",
      "archive of india: jamtangan-production-metrics-india is destroyed: a bucket and its objects",
      "cluster of india: india-app is replaced by an empty one: a cluster and all that runs in it",
      "keys of india: disks is replaced by an empty one: a key, and all that it encrypted",
    ]
  `);
});

test("what is opened is told, and what was open before or is public by design is not", () => {
  const { refused } = reviewed(["firewall-opened/network"]);
  const opened = refused.find(({ rule }) => rule.name === "firewall-opened");
  expect(opened?.findings.map(({ detail }) => detail)).toMatchInlineSnapshot(`
    [
      "firewall of all countries: database-from-peers opened to the internet: tcp 4444, tcp 4567, tcp 4568, tcp 9105",
      "firewall of all countries: edge-from-everywhere opened to the internet: tcp 80, tcp 443",
      "firewall of all countries: vpn-from-everywhere opened to the internet: tcp 22",
    ]
  `);
});
