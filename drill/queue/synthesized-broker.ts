import { load } from "js-yaml";
import { RABBITMQ } from "../../config/app-cluster-names";
import { unescapeTemplate } from "../../constructs/escape-template";
import { CannotTell } from "../../tools/cli";
import { readStack } from "../../tools/synthesized/stacks";

/** A country's broker as deployed to the cluster. */
export interface SynthesizedBroker {
  readonly nodes: number;
  /** Our own lines of `rabbitmq.conf`. */
  readonly config: string;
  readonly plugins: readonly string[];
  /** Definitions by the file they are mounted as. */
  readonly definitions: Readonly<Record<string, string>>;
  readonly queue: string;
  /** Where messages go that workers returned too often. */
  readonly returnedQueue: string;
  /** How long KEDA's readings may fail in a row before it falls back, in seconds. */
  readonly fallbackSeconds: number;
}

/** Passwords of the drill, by user. In a cluster they are generated. */
export const PASSWORDS = { app: "app-password", scaler: "scaler-password", admin: "admin-password" } as const;

interface Values {
  readonly objects: Readonly<Record<string, Fields>>;
}

// biome-ignore lint/suspicious/noExplicitAny: objects of Kubernetes, of which a few fields are read
type Fields = Record<string, any>;

/** @throws CannotTell when the stack has no broker, or one that this drill cannot run */
export function readBroker(synth: string, country: string): SynthesizedBroker {
  const resources = releaseObjects(synth, country, "shop-resources");
  const { replicas, rabbitmq, override } = resources.rabbitmq?.spec ?? {};
  const users = resources["rabbitmq-users"]?.spec.target.template.data["users.json"];
  const shop: Record<string, string> = resources["rabbitmq-definitions"]?.data ?? {};
  const scaling = releaseObjects(synth, country, "shop-scaling").shop?.spec;
  const mounts: Fields[] = override?.statefulSet.spec.template.spec.containers[0].volumeMounts ?? [];
  if (!users || !scaling || mounts.length !== 2 || Object.keys(shop).length !== 1) {
    throw new CannotTell(
      `region-${country} in ${synth} has no broker with two files of definitions: run npm run synth again`,
    );
  }
  const [usersFile, shopFile] = mounts.map(({ mountPath }) => String(mountPath).replace(/^.*\//, ""));
  return {
    nodes: Number(replicas),
    config: rabbitmq.additionalConfig,
    plugins: rabbitmq.additionalPlugins,
    definitions: {
      [String(usersFile)]: withPasswords(users),
      [String(shopFile)]: Object.values(shop)[0] ?? "",
    },
    queue: RABBITMQ.queue,
    returnedQueue: RABBITMQ.returnedQueue,
    fallbackSeconds: scaling.fallback.failureThreshold * scaling.pollingInterval,
  };
}

/** As the External Secrets Operator fills in its template. */
function withPasswords(template: string): string {
  return template.replace(/\{\{ \.(\w+) \}\}/g, (_text, user: keyof typeof PASSWORDS) => PASSWORDS[user]);
}

function releaseObjects(synth: string, country: string, name: string): Values["objects"] {
  const releases = Object.values(readStack(synth, `region-${country}`).resource?.helm_release ?? {});
  const release = releases.find((each) => each.name === name);
  if (!release) throw new CannotTell(`region-${country} in ${synth} has no release ${name}: run npm run synth again`);
  const [text = ""] = release.values as readonly string[];
  return (load(unescapeTemplate(text)) as Values).objects;
}
