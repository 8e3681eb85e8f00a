import { command, EXIT, start } from "../cli";
import { makeRoot, runInside } from "./engines";
import { getGoogleApis } from "./google-apis";

const engines = command({
  name: "engines",
  summary:
    "Makes the Debian root whose programs tests and drills run, unless it is there, and says where it lies; fetches the descriptions of Google's APIs that rehearsals work by. With a command, runs that in it: npm run engines -- haproxy -vv",
  operands: { usage: "COMMAND...", least: 0, isCommandLine: true, says: "runs in the root" },
  options: {},
  details: [
    "It lies below ENGINES_CACHE, or below matchwatch/engines in the user's cache folder, and may be deleted at any time. DEBIAN_MIRRORS names the mirrors where this machine's apt knows none of Debian.",
  ],
  exits: { fine: "the root is there; of a command, its own" },
  run: async (_options, line) => {
    if (line.length > 0) return runInside(process.env, line);
    getGoogleApis(process.env);
    console.log(makeRoot(process.env));
    return EXIT.fine;
  },
});

void start(engines);
