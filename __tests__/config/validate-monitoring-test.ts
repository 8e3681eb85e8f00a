import { validateTopology } from "../../config/validate-topology";
import { changed } from "../support/topologies";

test("all that is wrong with a site and with the receiver is told at once", () => {
  const at = "countries.india.monitoring";
  const broken = changed({
    alerts: {
      critical: { kind: "email", secret: "the secret", to: "people", from: "a@b.c", server: "mail.b.c", username: "" },
      warning: { kind: "slack", secret: "hook" },
      outside: "people",
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
      "alerts.critical.secret: "the secret" is refused: use the id of a secret, such as alert-critical; put its value into Secret Manager",
      "alerts.critical.to: "people" is refused: use an address such as people@example.com",
      "alerts.critical.server: "mail.b.c" is refused: name the port too: smtp.example.com:587",
      "alerts.critical.username: "" is refused: name the account on the mail server",
      "alerts.outside: "people" is refused: use an address such as people@example.com",
      "countries.singapore.monitoring.site: "singapore" is refused: describe the cluster of its own site instead",
      "countries.india.monitoring.cluster.pools: [2] is refused: minNodes must add up to at least 3: Elasticsearch has a node in each zone",
      "countries.india.monitoring.cluster.pools: [121] is refused: maxNodes must add up to at most 120: the pod range holds 128 nodes",
    ]
  `);
});

test.each([
  [
    "webhook and channel",
    { critical: { kind: "webhook", secret: "a" }, warning: { kind: "slack", secret: "b" }, outside: "a@b.c" },
  ],
  ["nobody", undefined],
])("%s may be told", (_, alerts) => {
  expect(validateTopology(changed({ alerts }))).toEqual([]);
});

test("a receiver of another kind is refused, and so is a secret that would silence both ways", () => {
  const alerts = {
    critical: { kind: "pager", secret: "x" },
    warning: { kind: "slack", secret: "y" },
    outside: "a@b.c",
  };
  expect(validateTopology(changed({ alerts }))).toEqual([
    'alerts.critical.kind: "pager" is refused: use webhook, slack or email, or leave alerts out',
  ]);
  const shared = { kind: "slack", secret: "one" };
  expect(validateTopology(changed({ alerts: { ...alerts, critical: shared, warning: shared } }))).toEqual([
    'alerts.warning.secret: "one" is refused: name another secret than that of alerts.critical: a wrong value would silence both',
  ]);
});
