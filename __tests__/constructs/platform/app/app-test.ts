import { staging } from "../../../../config/staging";
import { resources, stackOf, synthesize } from "../../../support/synth";
import { changed, threeCountries } from "../../../support/topologies";

const estates = {
  production: synthesize(threeCountries),
  staging: synthesize(staging),
};

interface Container {
  readonly image: string;
  readonly env: readonly {
    name: string;
    value?: string;
    value_from?: { secret_key_ref: { name: string; key: string } };
  }[];
  readonly [attribute: string]: unknown;
}

interface Pod {
  readonly container: readonly Container[];
  readonly init_container?: readonly Container[];
  readonly security_context: Record<string, unknown>;
  readonly [attribute: string]: unknown;
}

interface Deployment {
  readonly spec: {
    readonly template: { readonly spec: Pod };
    readonly [attribute: string]: unknown;
  };
}

function only<T = Record<string, unknown>>(type: string, country = "india", estate = estates.production): T {
  const found = resources(stackOf(estate, `region-${country}`), type);
  expect(found).toHaveLength(1);
  return found[0]?.attributes as T;
}

const pod = (country = "india", estate = estates.production) =>
  only<Deployment>("kubernetes_deployment_v1", country, estate).spec.template.spec;
const container = (country = "india", estate = estates.production) => pod(country, estate).container[0] as Container;

describe("the deployment", () => {
  test("replaces pods one by one, none missing, and leaves their number to KEDA", () => {
    expect(only("kubernetes_deployment_v1")).toMatchObject({
      spec: {
        replicas: "3",
        progress_deadline_seconds: 1200,
        strategy: {
          type: "RollingUpdate",
          rolling_update: { max_surge: "1", max_unavailable: "0" },
        },
      },
      wait_for_rollout: true,
      lifecycle: { ignore_changes: ["spec[0].replicas"] },
    });
  });

  test("has the seed's image, probes and resources", () => {
    const probe = {
      http_get: { path: "/healthz", port: "http" },
      period_seconds: 3,
    };
    expect(container()).toMatchObject({
      image: expect.stringMatching(/\/docker-hub\/sekolahlinux\/golang-http:1\.0\.0$/),
      port: [{ name: "http", container_port: 8080 }],
      liveness_probe: { ...probe, initial_delay_seconds: 3 },
      readiness_probe: probe,
      resources: {
        requests: { cpu: "256m", memory: "256Mi" },
        limits: { cpu: "512m", memory: "512Mi" },
      },
    });
  });

  test("spreads each release over the zones", () => {
    expect(pod().topology_spread_constraint).toEqual([
      {
        max_skew: 1,
        topology_key: "topology.kubernetes.io/zone",
        when_unsatisfiable: "DoNotSchedule",
        node_taints_policy: "Honor",
        label_selector: [{ match_labels: { "app.kubernetes.io/name": "shop" } }],
        match_label_keys: ["pod-template-hash"],
      },
    ]);
  });

  test("drains: longer than ingress needs to forget a pod, and then as long as a request may take", () => {
    expect(container().lifecycle).toEqual({
      pre_stop: [{ exec: { command: ["sleep", "15"] } }],
    });
    expect(pod().termination_grace_period_seconds).toBeGreaterThanOrEqual(15 + 30);
  });

  test("goes from country to country: an image of one changes no other", () => {
    const released = synthesize(
      changed({
        "countries.india.app.image": "docker.io/sekolahlinux/golang-http:1.0.1",
      }),
    );
    expect(container("india", released).image).toMatch(/\/docker-hub\/sekolahlinux\/golang-http:1\.0\.1$/);
    expect(released.text["region-singapore"]).toBe(estates.production.text["region-singapore"]);
  });
});

describe("the app's environment", () => {
  test.each([
    ["indonesia", ["indonesia", "india", "singapore"]],
    ["singapore", ["singapore", "india", "indonesia"]],
    ["india", ["india", "indonesia", "singapore"]],
  ])("names the databases of %s in failover order", (country, order) => {
    const value = container(country).env.find(({ name }) => name === "DATABASE_HOSTS")?.value;
    expect(value).toBe(order.map((tried) => `database.${tried}.internal.jamtangan.com`).join(","));
  });

  test("is complete, and secrets are named and not shown", () => {
    const written = container().env.map(({ name, value, value_from: from }) =>
      from ? `${name} <- ${from.secret_key_ref.name}/${from.secret_key_ref.key}` : `${name} = ${value}`,
    );
    expect(written).toMatchInlineSnapshot(`
      [
        "COUNTRY = india",
        "DATABASE_HOSTS = database.india.internal.jamtangan.com,database.indonesia.internal.jamtangan.com,database.singapore.internal.jamtangan.com",
        "DATABASE_PORT = 3306",
        "DATABASE_NAME = shop",
        "DATABASE_USER = shop",
        "DATABASE_PASSWORD <- database/password",
        "DATABASE_CA_FILE = /etc/database/ca.pem",
        "QUEUE_HOST = rabbitmq.shop.svc.cluster.local",
        "QUEUE_PORT = 5672",
        "QUEUE_NAME = jobs",
        "QUEUE_USERNAME <- rabbitmq-users/app-username",
        "QUEUE_PASSWORD <- rabbitmq-users/app-password",
      ]
    `);
    expect(pod().volume).toEqual([
      {
        name: "database",
        secret: {
          secret_name: "database",
          items: [{ key: "ca.pem", path: "ca.pem" }],
          default_mode: "0444",
        },
      },
    ]);
    expect(container().volume_mount).toEqual([{ name: "database", mount_path: "/etc/database", read_only: true }]);
  });
});

test("the Ingress serves the shop's hosts and has nothing of one controller's", () => {
  const { metadata, spec } = only<{
    metadata: unknown;
    spec: { rule: { host: string }[] };
  }>("kubernetes_ingress_v1");
  expect(metadata).toEqual({ name: "shop", namespace: "shop" });
  expect(spec).toMatchObject({ ingress_class_name: "nginx" });
  expect(spec.rule.map(({ host }) => host)).toEqual(["jamtangan.com", "www.jamtangan.com"]);
});

test("the Service finds the pods inside the cluster only, and at most one of them is taken away at a time", () => {
  expect(only("kubernetes_service_v1")).toMatchObject({
    spec: {
      type: "ClusterIP",
      selector: { "app.kubernetes.io/name": "shop" },
      port: [{ port: 80, target_port: "http" }],
    },
  });
  expect(only("kubernetes_pod_disruption_budget_v1")).toMatchObject({
    spec: {
      max_unavailable: "1",
      selector: { match_labels: { "app.kubernetes.io/name": "shop" } },
    },
  });
});

test("every container is bounded, runs as nobody and may write nothing", () => {
  const pods = Object.values(estates).flatMap(({ stacks }) =>
    Object.values(stacks).flatMap((stack) =>
      resources(stack)
        .filter(({ type }) => /^kubernetes_(deployment|daemon_set|stateful_set|job|cron_job)/.test(type))
        .map(({ attributes }) => (attributes as unknown as Deployment).spec.template.spec),
    ),
  );
  expect(pods).toHaveLength(6);
  for (const { container, init_container = [], ...spec } of pods) {
    expect(spec).toMatchObject({
      automount_service_account_token: false,
      security_context: {
        run_as_non_root: true,
        run_as_user: "65532",
        seccomp_profile: { type: "RuntimeDefault" },
      },
    });
    for (const each of [...container, ...init_container]) {
      expect(each).toMatchObject({
        resources: {
          requests: { cpu: expect.any(String), memory: expect.any(String) },
          limits: { memory: expect.any(String) },
        },
        security_context: {
          allow_privilege_escalation: false,
          read_only_root_filesystem: true,
          capabilities: { drop: ["ALL"] },
        },
      });
      expect(each.image).toMatch(/:(?!latest$)[\w.-]+$/);
    }
  }
});
