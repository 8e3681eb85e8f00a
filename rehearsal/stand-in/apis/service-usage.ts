import type { Cloud, Json } from "../cloud";
import type { Api } from "../descriptions";
import type { SpecialCases } from "../special-case";

/** Switched on by hand, before anything can be applied: docs/runbooks/delivery.md. */
export const firstServices: ReadonlySet<string> = new Set(
  ["serviceusage", "cloudresourcemanager", "iam", "compute", "container", "storage"].map(
    (api) => `${api}.googleapis.com`,
  ),
);

/** Every API exists, and is on or off. */
export const serviceUsage: SpecialCases = {
  methods: {
    "serviceusage.services.enable": ({ cloud, path, method }) =>
      enable(cloud, method.api, [path.split("/").pop()?.replace(":enable", "") ?? ""]),
    "serviceusage.services.batchEnable": ({ cloud, body, method }) => enable(cloud, method.api, body.serviceIds),
    "serviceusage.services.list": ({ cloud }) => ({
      services: cloud.children("serviceusage", `projects/${cloud.project.id}/services`).map(({ body }) => body),
    }),
  },
};

function enable(cloud: Cloud, api: Api, services: readonly string[]): Json {
  const { id, number } = cloud.project;
  for (const service of services) {
    cloud.put({
      api,
      schema: "GoogleApiServiceusageV1Service",
      path: `projects/${id}/services/${service}`,
      body: {
        name: `projects/${number}/services/${service}`,
        parent: `projects/${number}`,
        config: { name: service },
        state: "ENABLED",
      },
    });
  }
  return { name: "operations/noop.DONE_OPERATION", done: true, response: {} };
}
