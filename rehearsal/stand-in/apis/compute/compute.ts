import type { SpecialCases } from "../../special-case";
import { addresses } from "./addresses";
import { disks } from "./disks";
import { instanceGroups } from "./instance-groups";
import { instances } from "./instances";
import { loadBalancing } from "./load-balancing";
import { networks } from "./networks";
import { projects } from "./projects";
import { routers } from "./routers";

const PARTS: readonly SpecialCases[] = [
  addresses,
  disks,
  instanceGroups,
  instances,
  loadBalancing,
  networks,
  projects,
  routers,
];

export const compute: SpecialCases = {
  defaults: Object.assign({}, ...PARTS.map(({ defaults }) => defaults)),
  methods: Object.assign({}, ...PARTS.map(({ methods }) => methods)),
  created: Object.assign({}, ...PARTS.map(({ created }) => created)),
  changed: Object.assign({}, ...PARTS.map(({ changed }) => changed)),
  deleted: Object.assign({}, ...PARTS.map(({ deleted }) => deleted)),
  ...(projects.catalogue && { catalogue: projects.catalogue }),
};
