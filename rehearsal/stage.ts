import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { getGoogleApis } from "../tools/engines/google-apis";
import { clusterPart } from "./clusters/cluster-part";
import { type ClusterSources, Clusters } from "./clusters/clusters";
import { copyChartsOffline } from "./clusters/offline-charts";
import { makeCertificate } from "./stand-in/certificate";
import { Cloud, type Project } from "./stand-in/cloud";
import { loadApis } from "./stand-in/descriptions";
import { standInEnvironment } from "./stand-in/endpoints";
import { Faults } from "./stand-in/faults";
import { StandIn } from "./stand-in/server";
import { type Environment, Workspace } from "./workspace";

/** Where a rehearsal takes place: a stand-in Google that is empty, and a folder for stacks and their states. */
export interface Stage {
  readonly folder: string;
  readonly cloud: Cloud;
  readonly standIn: StandIn;
  readonly workspace: Workspace;
  readonly clusters: Clusters | undefined;
  /** Ends the stand-in and the control planes, and takes the folder away: once, however often it is asked to. */
  readonly strike: () => Promise<void>;
}

/**
 * @param strict whether APIs must be switched on before they answer: the bootstrap does that
 * @param clustersWith what control planes and what is in them are made of; without it, that is left out
 * @throws CannotTell when Google's descriptions or a certificate could not be obtained
 */
export async function setStage(
  environment: Environment,
  project: Project,
  strict: boolean,
  clustersWith?: ClusterSources,
): Promise<Stage> {
  const folder = mkdtempSync(join(tmpdir(), "matchwatch-rehearsal-"));
  try {
    const apis = loadApis(getGoogleApis(environment));
    const tls = makeCertificate(folder);
    const sources = clustersWith && {
      ...clustersWith,
      charts: copyChartsOffline(clustersWith.charts, join(folder, "charts")),
    };
    const clusters = sources && new Clusters({ folder, project: project.id, tls, sources });
    const cloud = new Cloud(project, new Faults(), clusters?.addresses);
    const standIn = new StandIn({ apis, cloud, tls, strict });
    await standIn.start();
    const workspace = new Workspace(
      folder,
      environment,
      standInEnvironment(environment, standIn, tls.file),
      sources && ((json) => clusterPart(json, sources.charts).stack),
    );
    const end = async (): Promise<void> => {
      await clusters?.strike();
      await standIn.stop();
      rmSync(folder, { recursive: true, force: true });
    };
    let ended: Promise<void> | undefined;
    const strike = () => {
      ended ??= end();
      return ended;
    };
    return { folder, cloud, standIn, workspace, clusters, strike };
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    throw error;
  }
}
