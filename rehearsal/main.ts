import { resolve } from "node:path";
import { command, EXIT, start, UsageError } from "../tools/cli";
import { ENVIRONMENT, topologyNamed } from "../tools/environment";
import { type FoundPrograms, findPrograms } from "./clusters/programs";
import { ACTS, play } from "./play";

export const rehearse = command({
  name: "rehearse",
  summary:
    "Applies the whole estate with real Terraform and the real provider to a stand-in for Google Cloud on this machine: first deploy, day 2, one more country, destruction, and all of it again with faults. Every second plan must be empty.",
  options: {
    ...ENVIRONMENT,
    synth: {
      type: "string",
      value: "DIR",
      says: "rehearses what is synthesized there: first deploy and destruction alone",
    },
    until: { type: "string", value: "ACT", default: "again", says: `the last act: ${Object.keys(ACTS).join(", ")}` },
    clusters: {
      type: "boolean",
      says: "applies what is in the clusters too, to real control planes; needs root, --charts, etcd and Kubernetes' binaries",
    },
    kubernetes: {
      type: "string",
      value: "DIR",
      says: "kube-apiserver, kube-controller-manager, kube-scheduler and etcd (default: the PATH)",
    },
    charts: { type: "string", value: "DIR", says: "unpacked charts by name, for --clusters" },
    operators: {
      type: "string",
      value: "DIR",
      says: "operators that run as their pods would, for --clusters: docs/rehearsal.md names them (default: none runs)",
    },
    keep: { type: "boolean", says: "leaves everything standing at the end, until Ctrl-C" },
    report: {
      type: "string",
      value: "FILE",
      default: "rehearsal-report/index.html",
      says: "where the report is written",
    },
  },
  details: [
    "Terraform and its provider come from wherever your Terraform is configured to find them. Google's API descriptions come once by pip. Nothing leaves this machine: every call goes to the stand-in or nowhere.",
    "Without --clusters, what Helm and Kubernetes install is left out. With it and without what it needs too: the rest is rehearsed, and a rehearsal that goes well ends with 2. docs/rehearsal.md says what a rehearsal can not prove.",
  ],
  exits: { fine: "everything went as expected", refused: "something did not, and is named" },
  run: async ({ environment, until, clusters, kubernetes, charts, operators, ...options }) => {
    const topology = topologyNamed(environment);
    if (!Object.hasOwn(ACTS, until)) {
      throw new UsageError(`--until ${until} is unknown, use ${Object.keys(ACTS).join(", ")}`);
    }
    if (clusters && charts === undefined) {
      throw new UsageError("--clusters needs the charts: name their folder with --charts");
    }
    const searchPath = process.env.PATH ?? "";
    const { programs, missing }: FoundPrograms = clusters ? findPrograms(kubernetes, searchPath) : {};
    const sources =
      programs && charts ? { programs, charts, operators: operators && resolve(operators), searchPath } : undefined;
    if (missing) console.error(`${missing}\nwhat is in the clusters is left out; at best this ends with 2`);
    const props = { topology, until, ...options, clusters: sources, own: process.env, stream: process.stdout };
    const code = await play(props);
    return missing && code === EXIT.fine ? EXIT.cannotTell : code;
  },
});

if (require.main === module) void start(rehearse).then(() => process.exit());
