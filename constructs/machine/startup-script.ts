import { readFileSync } from "node:fs";
import { join } from "node:path";

/** Ports as shell variables. */
type BootPorts = Readonly<Record<string, number>>;

/** Where a boot script sources the library, with what shellcheck is told about it. */
const SOURCING = /(?:^# shellcheck source=.+\n)?^\. ".+\/boot-lib\.sh"\n/gm;
/** What the library says about itself as a file. */
const HEADER = /^(?:#.*\n)+/;

/**
 * A machine's boot script as one text: its metadata has no second file to source, so the library stands in it, with
 * the names of the packages that it installs and the ports that it writes into units and configs.
 *
 * @param folder where the machine's `boot.sh` lies
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
