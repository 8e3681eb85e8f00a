import { makeRoot, runInside } from "./engines/engines";

const HELP = `npm run engines [-- COMMAND...]

Makes the Debian root whose programs tests and drills run, unless it is there, and says where it lies. With a command,
runs that in it: npm run engines -- haproxy -vv

It lies below ENGINES_CACHE, or below matchwatch/engines in the user's cache folder, and may be deleted at any time.
DEBIAN_MIRRORS names the mirrors where this machine's apt knows none of Debian.

Exit status: the command's; 0 when the root is there, 2 when it cannot be made or entered.
`;

async function main(command: readonly string[]): Promise<number> {
  if (command[0] === "--help") {
    process.stdout.write(HELP);
    return 0;
  }
  if (command.length > 0) return runInside(process.env, command);
  process.stdout.write(`${makeRoot(process.env)}\n`);
  return 0;
}

main(process.argv.slice(2)).then(
  (status) => process.exit(status),
  (error: Error) => {
    process.stderr.write(`${error.message}\n`);
    process.exit(2);
  },
);
