import { planAddresses } from "../../../config/address-plan";
import { SITE_NAMESPACES } from "../../../constructs/monitoring/site-names";
import { siteNamespaceRows } from "../../../constructs/monitoring/site-namespace-rows";
import { siteNetworkPolicyRows } from "../../../constructs/monitoring/site-network-policy-rows";
import { monitoringSiteSettings } from "../../../settings/monitoring-site";
import { changed, threeCountries } from "../../support/topologies";
import { writtenFlow, writtenFlows } from "../platform/written-flows";

const settingsOf = (topology = threeCountries) => monitoringSiteSettings(topology, planAddresses(topology), "india");
const rows = siteNetworkPolicyRows(settingsOf());

test("the table of India's site", () => {
  expect(writtenFlows(rows)).toMatchInlineSnapshot(`
    [
      "external-secrets/operator <- observability :8080",
      "external-secrets/operator -> 10.10.67.16/28 :443",
      "external-secrets/operator -> 0.0.0.0/0 but 10.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.168.0.0/16 :443",
      "elastic-operator/operator <- observability :8080",
      "elastic-operator/operator <- 10.10.67.16/28 kube-system/konnectivity-agent :9443",
      "elastic-operator/operator -> 10.10.67.16/28 :443",
      "elastic-operator/operator -> elastic/elasticsearch :9200",
      "observability/site <- observability :any",
      "observability/site -> observability :any",
      "observability/site -> 10.10.67.16/28 :443",
      "observability/prometheus <- 10.10.32.0/20 10.8.0.0/16 10.2.48.0/22 10.1.0.0/17 10.6.48.0/22 10.5.0.0/17 10.10.48.0/22 10.9.0.0/17 :9090",
      "observability/prometheus -> anybody :10250,9100",
      "observability/prometheus -> external-secrets :8080",
      "observability/prometheus -> elastic-operator :8080",
      "observability/prometheus -> 10.10.64.0/24 :8405,9100",
      "observability/prometheus -> 10.2.65.10/32 10.6.65.10/32 10.10.65.10/32 :9104,9100",
      "observability/prometheus -> 10.10.66.10/32 :9100",
      "observability/prometheus -> 10.2.51.14/32 10.2.51.15/32 10.6.51.14/32 10.6.51.15/32 10.10.51.14/32 10.10.51.15/32 :9090",
      "observability/prometheus -> 169.254.169.254/32 :80",
      "observability/prometheus -> 169.254.169.252/32 :987,988",
      "observability/prometheus -> 0.0.0.0/0 but 10.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.168.0.0/16 :443",
      "observability/thanos <- 10.2.48.0/22 10.1.0.0/17 10.6.48.0/22 10.5.0.0/17 10.10.48.0/22 10.9.0.0/17 10.2.66.0/24 10.6.66.0/24 10.10.66.0/24 :9090",
      "observability/thanos -> 169.254.169.254/32 :80",
      "observability/thanos -> 169.254.169.252/32 :987,988",
      "observability/thanos -> 0.0.0.0/0 but 10.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.168.0.0/16 :443",
      "observability/grafana <- 10.2.66.0/24 10.6.66.0/24 10.10.66.0/24 :3000",
      "observability/grafana -> 10.2.48.0/22 10.1.0.0/17 10.6.48.0/22 10.5.0.0/17 10.10.48.0/22 10.9.0.0/17 :9090,9200",
      "observability/grafana -> elastic/elasticsearch :9200",
      "observability/alertmanager -> 0.0.0.0/0 but 10.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.168.0.0/16 :443",
      "elastic/elastic <- elastic :any",
      "elastic/elastic -> elastic :any",
      "elastic/elasticsearch <- 10.10.32.0/20 10.8.0.0/16 10.10.64.0/24 10.10.65.0/24 10.10.66.0/24 10.2.48.0/22 10.1.0.0/17 10.6.48.0/22 10.5.0.0/17 10.10.48.0/22 10.9.0.0/17 elastic-operator observability/grafana :9200",
      "elastic/elasticsearch -> 169.254.169.254/32 :80",
      "elastic/elasticsearch -> 169.254.169.252/32 :987,988",
      "elastic/elasticsearch -> 0.0.0.0/0 but 10.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.168.0.0/16 :443",
      "elastic/kibana <- 10.2.66.0/24 10.6.66.0/24 10.10.66.0/24 :5601",
      "certificates/renewal -> 169.254.169.254/32 :80",
      "certificates/renewal -> 169.254.169.252/32 :987,988",
      "certificates/renewal -> 0.0.0.0/0 but 10.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.168.0.0/16 :443",
    ]
  `);
});

test("every namespace has a quota, and denies what no row allows", () => {
  const namespaces = Object.values(SITE_NAMESPACES).sort();
  expect(
    siteNamespaceRows(settingsOf())
      .map(({ name }) => name)
      .sort(),
  ).toEqual(namespaces);
  const denying = rows.filter(({ name, pods }) => name === "default-deny" && !pods);
  expect(denying.map(({ namespace }) => namespace).sort()).toEqual(namespaces);
});

test("alerts leave by the receivers' ports alone, and without receivers not at all", () => {
  const hook = { kind: "webhook", secret: "hook" };
  const email = { kind: "email", secret: "mail", to: "a@b.c", from: "a@b.c", server: "mail.b.c:587", username: "a" };
  const leaving = (alerts: unknown) =>
    siteNetworkPolicyRows(settingsOf(changed({ alerts })))
      .filter(({ name }) => name === "alertmanager")
      .flatMap(({ to = [] }) => to.map(writtenFlow));
  const outside = "0.0.0.0/0 but 10.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.168.0.0/16";
  // The dead man's switch is a webhook.
  expect(leaving({ critical: email, warning: email, outside: "a@b.c" })).toEqual([`${outside} :587,443`]);
  expect(leaving({ critical: hook, warning: hook, outside: "a@b.c" })).toEqual([`${outside} :443`]);
  expect(leaving(undefined)).toEqual([]);
});
