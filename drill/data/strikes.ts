import { sleepMs, waitUntil } from "../time";
import type { DatabaseMachine } from "./machine";
import { realRoundTrips } from "./round-trips";
import type { Node, Stage } from "./stage";

/** Where something breaks. */
export interface Scene {
  readonly stage: Stage;
  /** The nodes that failed. */
  readonly struck: readonly Node[];
  readonly struckCountries: readonly string[];
}

const REJOIN_LIMIT_MS = 60_000;
/** Logged by a node that can reach the group again but has not finished rejoining. */
const REJOINING = /State transfer required/;
/** Logged by a node that sees all members of its saved view. */
const PROMOTED = /promote to primary component/;
const REFORMING_CUT_MS = 300;
const REFORMING_DELAY = 4;
/** Well below the shortest way between two countries, 7 ms. */
const PROMOTED_POLL_MS = 1;
const STUTTER_MS = 400;

export async function eachOf(nodes: readonly Node[], act: (node: Node) => unknown): Promise<void> {
  await Promise.all(nodes.map(act));
}

export async function cutPower({ stage, struck }: Scene): Promise<void> {
  await eachOf(struck, ({ instance, machine }) => machine.powerOff(() => stage.network.unplug(instance.name)));
}

/**
 * The machines boot, as after an outage. Their units are enabled, so servers start with all machines at the same time and
 * need no boot script, which here runs on one after another.
 */
export async function restorePower({ stage, struck }: Scene): Promise<void> {
  for (const { instance } of struck) stage.network.plugIn(instance.name, [instance.address]);
  for (const { machine } of struck) machine.powerOn();
  for (const { machine } of struck) await machine.boot();
}

export async function killTwice({ struck }: Scene): Promise<void> {
  await eachOf(struck, async ({ instance, machine }) => {
    const before = machine.journal().length;
    machine.signal("SIGKILL");
    await waitUntil(`${instance.name} rejoins`, REJOIN_LIMIT_MS, async () =>
      REJOINING.test(machine.journal().slice(before)),
    );
    machine.signal("SIGKILL");
  });
}

export async function restart({ struck }: Scene): Promise<void> {
  await eachOf(struck, async ({ machine }) => {
    await machine.stopServer();
    machine.startServer();
  });
}

export async function loseDisk(scene: Scene): Promise<void> {
  await cutPower(scene);
  await eachOf(scene.struck, ({ instance, machine }) => {
    scene.stage.network.plugIn(instance.name, [instance.address]);
    return machine.emptyDisk();
  });
}

/** Boots the machines with clocks that can be set. */
export async function lendClocks(scene: Scene): Promise<void> {
  await cutPower(scene);
  for (const { machine } of scene.struck) machine.useOwnClock();
  await restorePower(scene);
}

/** Alternately runs and hangs, each time shorter than it takes to be suspected. */
export async function stutter(machine: DatabaseMachine, milliseconds: number): Promise<void> {
  for (const end = performance.now() + milliseconds; performance.now() < end; ) {
    machine.signal("SIGSTOP");
    await sleepMs(STUTTER_MS);
    machine.signal("SIGCONT");
    await sleepMs(STUTTER_MS);
  }
}

/**
 * Boots all, and kills the first that has promoted the saved view, before the others know its state. The exchange takes a
 * round trip, which is made longer for that moment: at the real distances the kill often comes too late.
 */
export async function killWhileReforming(scene: Scene): Promise<void> {
  const { stage } = scene;
  const before = new Map(scene.struck.map((node) => [node, node.machine.journal().length]));
  stage.wan.setRoundTrips(
    realRoundTrips(stage.countries).map((trip) => ({ ...trip, milliseconds: REFORMING_DELAY * trip.milliseconds })),
  );
  const restored = restorePower(scene);
  const promoted = () => scene.struck.find((node) => PROMOTED.test(node.machine.journal().slice(before.get(node))));
  let first = promoted();
  for (const end = performance.now() + REJOIN_LIMIT_MS; !first && performance.now() < end; first = promoted()) {
    await sleepMs(PROMOTED_POLL_MS);
  }
  if (!first) throw new Error("no node restored the saved view");
  stage.wan.cut([first.instance.country]);
  first.machine.signal("SIGKILL");
  await sleepMs(REFORMING_CUT_MS);
  stage.wan.join([first.instance.country]);
  stage.wan.setRoundTrips(realRoundTrips(stage.countries));
  await restored;
}

export async function killDonor({ stage, struck }: Scene): Promise<void> {
  for (const { machine } of struck) machine.powerOn();
  await waitUntil("a node is the donor", REJOIN_LIMIT_MS, async () => {
    const views = await Promise.all(stage.nodes.map(async (node) => ({ node, view: await node.probe.view() })));
    const donor = views.find(({ view }) => view?.state.startsWith("Donor"));
    donor?.node.machine.signal("SIGKILL");
    return donor !== undefined;
  });
}
