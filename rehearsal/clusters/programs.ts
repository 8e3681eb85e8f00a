import { findProgram } from "../../drill/programs";
import { CannotTell } from "../../tools/cli";

/** Programs of a control plane, by their paths. */
export type Programs = Readonly<Record<(typeof PROGRAMS)[number], string>>;
export const PROGRAMS = ["etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler"] as const;

/** Where the programs of a control plane lie: in a folder that is named, or on the PATH. @throws CannotTell that names those that are missing */
export function findPrograms(folder: string | undefined, searchPath: string): Programs {
  const found = PROGRAMS.map(
    (name) => [name, findProgram(name, folder ? `${folder}:${searchPath}` : searchPath)] as const,
  );
  const missing = found.flatMap(([name, path]) => (path ? [] : [name]));
  if (missing.length > 0) {
    throw new CannotTell(
      `${missing.join(", ")} not found: give their folder with --kubernetes; docs/rehearsal.md says where they come from`,
    );
  }
  return Object.fromEntries(found) as Programs;
}
