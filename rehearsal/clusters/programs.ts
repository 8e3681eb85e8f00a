import { enclosingCommand } from "../../drill/isolation";
import { findProgram } from "../../drill/programs";

/** Programs of a control plane, by their paths. */
export type Programs = Readonly<Record<(typeof PROGRAMS)[number], string>>;
export const PROGRAMS = ["etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler"] as const;

export interface FoundPrograms {
  /** Undefined where something is missing. */
  readonly programs?: Programs;
  /** What is missing to run control planes, with the remedies. */
  readonly missing?: string;
}

/** Looks for the programs of a control plane in a folder that is named, and on the PATH. */
export function findPrograms(folder: string | undefined, searchPath: string): FoundPrograms {
  const found = PROGRAMS.map(
    (name) => [name, findProgram(name, folder ? `${folder}:${searchPath}` : searchPath)] as const,
  );
  const missing = found.flatMap(([name, path]) => (path ? [] : [name]));
  const problems = [
    ...(missing.length > 0
      ? [
          `${missing.join(", ")} not found: give their folder with --kubernetes; docs/rehearsal.md says where they come from`,
        ]
      : []),
    ...(enclosingCommand(findProgram("unshare", searchPath), searchPath)
      ? []
      : ["control planes run in namespaces of their own: run this as root on Linux"]),
  ];
  if (problems.length > 0) return { missing: problems.join("; ") };
  return { programs: Object.fromEntries(found) as Programs };
}
