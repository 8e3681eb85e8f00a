import { isInside, runInside } from "../tools/engines/engines";
import { dataCommand } from "./data/command";
import { edgeCommand } from "./edge/command";

const HELP = `npm run drill -- NAME [options]

  edge   the loss of countries, under load, with the real HAProxy
  data   the loss of database nodes, under writes, with the real MariaDB and Galera

npm run drill -- NAME --help tells more.
`;

/** Every drill by name: takes its arguments and the search path for programs, resolves to the exit status. */
const DRILLS: Readonly<Record<string, (args: readonly string[], searchPath: string) => Promise<number>>> = {
  edge: edgeCommand,
  data: dataCommand,
};

async function main([name = "--help", ...args]: readonly string[]): Promise<number> {
  if (name === "--help") {
    process.stdout.write(HELP);
    return 0;
  }
  const drill = Object.hasOwn(DRILLS, name) ? DRILLS[name] : undefined;
  if (drill && (args.includes("--help") || isInside(process.env))) return drill(args, process.env.PATH ?? "");
  if (drill) return runInside(process.env, [process.execPath, ...process.execArgv, ...process.argv.slice(1)]);
  process.stderr.write(`drill "${name}" does not exist: use ${Object.keys(DRILLS).join(" or ")}\n`);
  return 2;
}

main(process.argv.slice(2)).then(
  (status) => process.exit(status),
  (error: Error) => {
    process.stderr.write(`${error.stack ?? error.message}\n`);
    process.exit(2);
  },
);
