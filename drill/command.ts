import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import type { Topology } from "../config/topology";
import { CannotTell, type Command, command, EXIT } from "../tools/cli";
import { topologyNamed } from "../tools/environment";
import type { Breach } from "./breach";
import { enclosingCommand } from "./isolation";
import { checkDrillOptions, type DrillKind, type DrillOptions, drillOptions } from "./options";
import { findProgram } from "./programs";
import { Progress } from "./progress";
import { runAgain, supervised } from "./session";
import type { Supervisor } from "./supervisor";

/** The machine that a drill is called on. */
export interface DrillHost {
  readonly searchPath: string;
  /** Runs this program again inside the engine root; undefined if it already is. Returns the exit code. */
  readonly enterEngines: (() => Promise<number>) | undefined;
}

/** What every drill runs with. */
export interface DrillContext extends Preparation {
  readonly supervisor: Supervisor;
  readonly progress: Progress;
}

interface Preparation {
  readonly options: DrillOptions;
  readonly topology: Topology;
  readonly searchPath: string;
  /** Path of a program. */
  readonly find: (name: string) => string | undefined;
  /** Path of a program. @throws CannotTell when it is not installed */
  readonly program: (name: string) => string;
  /** @throws CannotTell that names every missing program */
  readonly requirePrograms: (names: readonly string[]) => void;
}

/** One drill: its options, how it runs, and how it reports. */
export interface DrillProps<Drill extends { readonly breaches: readonly Breach[] }> extends DrillKind {
  readonly summary: string;
  readonly details: readonly string[];
  /** @throws CannotTell when the synthesized JSON cannot be drilled */
  readonly checkInput: (props: Pick<DrillContext, "options" | "topology">) => void;
  /**
   * The command that restarts the drill in its own namespaces; undefined if it can only run here.
   * @throws CannotTell when this machine lacks something
   */
  readonly isolation: (props: Preparation) => readonly string[] | undefined;
  readonly play: (context: DrillContext) => Promise<Drill>;
  readonly renderReport: (drill: Drill, countries: readonly string[], date: Date) => string;
  readonly renderSummary: (drill: Drill) => string;
  readonly toJson: (drill: Drill) => string;
}

/**
 * The command that starts a drill again in network, mount and process namespaces of its own.
 *
 * @throws CannotTell when programs are missing, or this user or machine may not
 */
export function enclosedAsRoot(
  { find, requirePrograms, searchPath }: Preparation,
  programs: readonly string[],
): readonly string[] {
  requirePrograms(programs);
  if (process.getuid?.() !== 0) {
    throw new CannotTell("the servers run as different users on networks of their own: run this drill as root");
  }
  const command = enclosingCommand(find("unshare"), `${searchPath}:/usr/sbin:/sbin`);
  if (command) return command;
  throw new CannotTell(
    "this machine allows no network and process namespaces: run the drill where root may create them",
  );
}

/** `npm run drill -- NAME`: checks everything before it starts anything, and moves to where it may break things. */
export function drillCommand<Drill extends { readonly breaches: readonly Breach[] }>(
  props: DrillProps<Drill>,
  { searchPath, enterEngines }: DrillHost,
): Command {
  return command({
    name: `drill -- ${props.name}`,
    summary: props.summary,
    options: drillOptions(props),
    details: [`Faults: ${props.faults.join(", ")}`, ...props.details],
    exits: { fine: "every promise kept", refused: "one broken" },
    run: async (values) => {
      const options = checkDrillOptions(values, props);
      const topology = topologyNamed(options.environment);
      props.checkInput({ options, topology });
      if (enterEngines) return enterEngines();
      const preparation = { options, topology, ...programsOf(searchPath) };
      const isolation = props.isolation(preparation);
      return isolation && !options.isolated ? runAgain(isolation) : playHere(props, preparation);
    },
  });
}

function programsOf(searchPath: string): Omit<Preparation, "options" | "topology"> {
  const find = (name: string) => findProgram(name, searchPath);
  const requirePrograms = (names: readonly string[]) => {
    const missing = names.filter((name) => !find(name));
    if (missing.length > 0) throw new CannotTell(`not installed: ${missing.join(", ")}; run npm run engines`);
  };
  const program = (name: string) => {
    requirePrograms([name]);
    return String(find(name));
  };
  return { searchPath, find, program, requirePrograms };
}

async function playHere<Drill extends { readonly breaches: readonly Breach[] }>(
  { name, play, renderReport, renderSummary, toJson }: DrillProps<Drill>,
  preparation: Preparation,
): Promise<number> {
  const { options, topology } = preparation;
  return supervised(name, async (supervisor) => {
    const progress = new Progress(options.json ? process.stderr : process.stdout);
    const drill = await play({ ...preparation, supervisor, progress });
    mkdirSync(dirname(options.report), { recursive: true });
    writeFileSync(options.report, renderReport(drill, Object.keys(topology.countries), new Date()));
    console.log(options.json ? toJson(drill) : `\n${renderSummary(drill)}\nTimelines: ${options.report}`);
    return drill.breaches.length === 0 ? EXIT.fine : EXIT.refused;
  });
}
