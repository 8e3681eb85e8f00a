import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import type { WriteStream } from "node:tty";
import type { Topology } from "../config/topology";
import { Progress } from "../drill/progress";
import { SIGNALS, type Signal, STATUS_OF } from "../drill/signals";
import { EXIT } from "../tools/cli";
import { again } from "./acts/again";
import { dayTwo } from "./acts/day-two";
import { firstDeploy } from "./acts/first-deploy";
import { oneMoreCountry } from "./acts/one-more-country";
import { tearDown } from "./acts/teardown";
import type { ClusterSources } from "./clusters/clusters";
import { fitsLeastNodes, holdsTogether } from "./clusters/in-the-clusters";
import { losesZone } from "./clusters/lost-zone";
import { operatorsDo } from "./clusters/operated";
import { takesOut } from "./clusters/taken-out";
import { type Estate, readEstate, synthesize } from "./estate";
import { Failed, Rehearsal } from "./rehearsal";
import { type DeployTimeline, timelineOf } from "./report/critical-path";
import { leftOut } from "./report/left-out";
import { renderReport } from "./report/page";
import { caveatsOf, lineOf, renderSummary } from "./report/summary";
import { type Stage, setStage } from "./stage";
import { endTerraform } from "./terraform";
import type { Environment } from "./workspace";

export interface PlayProps {
  readonly topology: Topology;
  /** Last act. */
  readonly until: string;
  /** A folder that was synthesized. @default the project's own, with changes made to it */
  readonly synth: string | undefined;
  /** Applies what is in the clusters too, to real control planes. @default it is left out */
  readonly clusters: ClusterSources | undefined;
  readonly keep: boolean;
  /** Where the report goes. */
  readonly report: string;
  /** This process's environment. */
  readonly own: Environment;
  readonly stream: WriteStream;
}

/** What acts are played with. */
interface Scene {
  readonly rehearsal: Rehearsal;
  readonly estate: Estate;
  /** The country that changes are made to. */
  readonly country: string;
  /** The estate with a change made to its topology; undefined where only the JSON is at hand. */
  readonly change: ((name: string) => Estate) | undefined;
  readonly topology: Topology;
}

const IN_THE_CLUSTERS = "in the clusters";

/** The acts in their order, by the names that `--until` takes. */
export const ACTS: Readonly<Record<string, (scene: Scene) => Promise<void>>> = {
  deploy: async ({ rehearsal, estate, country, topology }) => {
    await firstDeploy(rehearsal, estate, country);
    const { clusters } = rehearsal;
    if (!clusters) return;
    for (const cluster of clusters.standing) {
      await holdsTogether(rehearsal, IN_THE_CLUSTERS, cluster, topology);
      await fitsLeastNodes(rehearsal, IN_THE_CLUSTERS, cluster);
    }
    await operatorsDo(rehearsal, clusters, topology);
    await takesOut(rehearsal, clusters, topology, country);
    await losesZone(rehearsal, clusters, topology, country);
  },
  "day-2": async ({ rehearsal, estate, topology, change }) => {
    if (change) await dayTwo(rehearsal, estate, topology, change);
  },
  country: async ({ rehearsal, estate, change, topology }) => {
    if (change) await oneMoreCountry(rehearsal, topology, estate, change("new-country"));
  },
  destroy: ({ rehearsal, estate }) => tearDown(rehearsal, estate),
  again: async ({ rehearsal, estate, country, change }) => {
    if (change) await again(rehearsal, estate, country);
  },
};

/** Plays a whole rehearsal and tells of it. Resolves to the exit code. */
export async function play(props: PlayProps): Promise<number> {
  const { topology, synth, report, stream } = props;
  const { id, number } = topology.project;
  const stage = await setStage(props.own, { id, number: String(number) }, synth === undefined, props.clusters);
  let leaving: Promise<never> | undefined;
  const breakOff = (signal: Signal) => {
    leaving ??= leave(stage, STATUS_OF[signal]);
  };
  for (const signal of SIGNALS) process.on(signal, breakOff);
  try {
    const startMs = Date.now();
    const estate = synth === undefined ? synthesize(stage.folder, topology.environment) : readEstate(synth);
    const rehearsal = new Rehearsal(stage.workspace, stage.standIn, tellerOn(stream), stage.clusters);
    stream.write(`rehearsing ${topology.environment} on ${stage.folder}\n`);
    const { problems, timeline } = await playActs(props, {
      rehearsal,
      estate,
      country: topology.firstDatabase,
      topology,
      change: synth === undefined ? (name) => synthesize(stage.folder, topology.environment, [name]) : undefined,
    });
    const summary = {
      environment: topology.environment,
      startMs,
      endMs: Date.now(),
      steps: rehearsal.steps,
      calls: stage.standIn.calls,
      deprecated: [...stage.standIn.deprecated].sort(),
      leftOut: leftOut(estate, props.clusters),
      caveats: caveatsOf(props.clusters),
      problems,
    };
    mkdirSync(dirname(report), { recursive: true });
    writeFileSync(report, renderReport(summary, timeline));
    stream.write(`\n${renderSummary(summary)}\n${summary.caveats}\n\nreport: ${report}\n`);
    if (props.keep) {
      process.off("SIGINT", breakOff);
      await standStill(stage, stream);
    }
    return problems.length > 0 ? EXIT.refused : EXIT.fine;
  } finally {
    await stage.strike();
    // What was broken off has no result, and its errors are of what was taken from under it.
    await leaving;
  }
}

async function leave(stage: Stage, status: number): Promise<never> {
  await endTerraform();
  await stage.strike();
  process.exit(status);
}

interface Outcome {
  /** What went wrong: the first step that failed ends the rehearsal. */
  readonly problems: readonly string[];
  /** Of the first deploy, once it is through. */
  readonly timeline: DeployTimeline | undefined;
}

async function playActs({ until }: PlayProps, scene: Scene): Promise<Outcome> {
  const { steps, workspace } = scene.rehearsal;
  let timeline: DeployTimeline | undefined;
  try {
    for (const [name, act] of Object.entries(ACTS)) {
      await act(scene);
      if (name === "deploy") timeline = await timelineOf(steps, workspace);
      if (name === until) break;
    }
    return { problems: [], timeline };
  } catch (error) {
    if (error instanceof Failed) return { problems: error.problems, timeline };
    throw error;
  }
}

function tellerOn(stream: WriteStream) {
  const progress = new Progress(stream);
  let label = "";
  return {
    begun: ({ act, name, stack }: { act: string; name: string; stack?: string }) => {
      label = [act, stack, name].filter(Boolean).join(": ");
      progress.running(label);
    },
    applied: (count: number) => progress.running(`${label}: ${count}`),
    ended: (step: Parameters<typeof lineOf>[0]) =>
      progress.done(step.problems.length > 0 ? "broken" : "kept", lineOf(step)),
  };
}

/** Until somebody presses Ctrl-C. */
async function standStill({ workspace }: Stage, stream: WriteStream): Promise<void> {
  const variables = Object.entries(workspace.environment).filter(([name]) =>
    /^(GOOGLE_|SSL_CERT_FILE|HTTPS?_PROXY)/.test(name),
  );
  const file = `${workspace.folder}/environment.sh`;
  writeFileSync(file, variables.map(([name, value]) => `export ${name}=${value}\n`).join(""));
  stream.write(
    `it stands until Ctrl-C: source ${file}, then terraform -chdir=${workspace.folder}/cdktf.out/stacks/network plan\n`,
  );
  const alive = setInterval(() => {}, 60_000);
  await new Promise<void>((resolve) => process.once("SIGINT", () => resolve()));
  clearInterval(alive);
}
