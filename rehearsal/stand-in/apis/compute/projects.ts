import { type Cloud, fingerprint, type Json } from "../../cloud";
import { COMPUTE } from "../../references";
import type { SpecialCases } from "../../special-case";

/** What exists without being made: the project, places, machine types, public images. */
export const projects: SpecialCases = {
  methods: {
    "compute.projects.get": ({ cloud }) => projectOf(cloud),
    "compute.projects.setCommonInstanceMetadata": ({ cloud, body, method }, reply) => {
      const commonInstanceMetadata = { ...body, kind: "compute#metadata", fingerprint: fingerprint(body.items) };
      const path = `projects/${cloud.project.id}`;
      const next = { ...projectOf(cloud), commonInstanceMetadata };
      return reply(cloud.put({ api: method.api, schema: "Project", path, body: next }));
    },
    "compute.images.getFromFamily": ({ path }) => {
      const [, project, , , , family] = path.split("/");
      const name = `${family}-v20261101`;
      const selfLink = `${COMPUTE}projects/${project}/global/images/${name}`;
      return { kind: "compute#image", id: "1", name, family, status: "READY", selfLink, diskSizeGb: "10" };
    },
  },
  catalogue: (_, __, path) => {
    const [collection = "", name] = path.split("/").slice(-2);
    const status = { zones: "UP", regions: "UP", machineTypes: "UP", diskTypes: "UP", images: "READY" }[collection];
    return status && { name, selfLink: COMPUTE + path, id: "1", status };
  },
};

function projectOf(cloud: Cloud): Json {
  const { id, number } = cloud.project;
  const path = `projects/${id}`;
  const commonInstanceMetadata = { kind: "compute#metadata", fingerprint: fingerprint([]) };
  const untouched = { kind: "compute#project", name: id, id: number, selfLink: COMPUTE + path, commonInstanceMetadata };
  return cloud.get("compute", path)?.body ?? untouched;
}
