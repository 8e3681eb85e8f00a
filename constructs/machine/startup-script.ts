import { readFileSync } from "node:fs";
import { join } from "node:path";

/** Ports as shell variables. */
type BootPorts = Readonly<Record<string, number>>;

/** Where a boot script sources the library, including shellcheck's directive. */
const SOURCING = /(?:^# shellcheck source=.+\n)?^\. ".+\/boot-lib\.sh"\n/gm;
/** The library's own file header. */
const HEADER = /^(?:#.*\n)+/;

/**
 * A machine's boot script as one text. Metadata has no second file to source, so the library is inlined, with the
 * packages to install and the ports for units and configs.
 * @param folder folder of the machine's `boot.sh`
 * @throws Error when `boot.sh` does not source the library exactly once
 */
export function startupScript(folder: string, packages: readonly string[], ports: BootPorts): string {
  const file = join(folder, "boot.sh");
  const parts = readFileSync(file, "utf8").split(SOURCING);
  if (parts.length !== 2) {
    throw new Error(`${file} sources boot-lib.sh ${parts.length - 1} times: let exactly one line do so`);
  }
  const library = readFileSync(join(__dirname, "boot-lib.sh"), "utf8").replace(HEADER, "");
  const numbers = Object.entries(ports).map(([name, port]) => `${name}=${port}\n`);
  return parts.join(`${library}\nPACKAGES=(${packages.join(" ")})\n${numbers.join("")}`);
}
