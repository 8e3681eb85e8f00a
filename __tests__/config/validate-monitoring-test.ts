import { validateTopology } from "../../config/validate-topology";
import { changed } from "../support/topologies";

test("all that is wrong with a site and with the receiver is told at once", () => {
  const at = "countries.india.monitoring";
  const broken = changed({
    alerts: {
      kind: "email",
      secret: "the secret",
      to: "people",
      from: "a@b.c",
      server: "mail.b.c",
      username: "",
    },
    [`${at}.cluster.pools.site`]: {
      machineType: "e2-standard-2",
      minNodes: 2,
      maxNodes: 121,
      diskGb: 10,
    },
    [`${at}.prometheus`]: { diskGb: 5, memoryGib: 7 },
    [`${at}.elasticsearch`]: { diskGb: 20, memoryGib: 0.5 },
    "countries.singapore.monitoring": { site: "singapore" },
  });
  expect(validateTopology(broken)).toMatchInlineSnapshot(`
    [
      "countries.india.monitoring.cluster.pools.site.diskGb: 10 is refused: use 20 to 1,000 GB",
      "countries.india.monitoring.prometheus.diskGb: 5 is refused: use 10 to 10,000 GB",
      "countries.india.monitoring.elasticsearch.memoryGib: 0.5 is refused: it is not a whole number: use 1 to 64 GiB",
      "alerts.secret: "the secret" is refused: use the id of a secret, such as alert-channel; put its value into Secret Manager",
      "alerts.to: "people" is refused: use an address such as people@example.com",
      "alerts.server: "mail.b.c" is refused: name the port too: smtp.example.com:587",
      "alerts.username: "" is refused: name the account on the mail server",
      "countries.singapore.monitoring.site: "singapore" is refused: describe the cluster of its own site instead",
      "countries.india.monitoring.cluster.pools: [2] is refused: minNodes must add up to at least 3: Elasticsearch has a node in each zone",
      "countries.india.monitoring.cluster.pools: [121] is refused: maxNodes must add up to at most 120: the pod range holds 128 nodes",
    ]
  `);
});

test.each([
  ["webhook", { kind: "webhook", secret: "hook" }],
  ["nobody", undefined],
])("%s may be told", (_, alerts) => {
  expect(validateTopology(changed({ alerts }))).toEqual([]);
});

test("a receiver of another kind is refused", () => {
  expect(validateTopology(changed({ alerts: { kind: "pager", secret: "x" } }))).toEqual([
    'alerts.kind: "pager" is refused: use webhook, slack or email, or leave alerts out',
  ]);
});
