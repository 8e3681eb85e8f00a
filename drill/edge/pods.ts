/** Pods of one country's app, as its ingress sees them. */
interface Pod {
  /** On the clock of this process; the pod is back from then on. */
  downUntilMs: number;
  /** What ends each request under way when the pod dies. */
  readonly underWay: Set<() => void>;
}

export interface PodRequest {
  readonly isWrite: boolean;
  /** It kills the pod that it reaches. */
  readonly crashes: boolean;
  readonly ms: number;
}

const PODS = 3;
const RESTART_MS = 10_000;
/** A job's time while the pods together do one at a time. */
const OVERLOADED_MS = 50;

/**
 * The pods behind an ingress. When one dies under a read, the ingress takes another, `tries` in all; one that died is left
 * out until it is back.
 */
export class Pods {
  private readonly pods: readonly Pod[] = Array.from({ length: PODS }, () => ({ downUntilMs: 0, underWay: new Set() }));
  private next = 0;
  private queuedUntilMs = 0;

  constructor(private readonly tries: number) {}

  get isAnyUp(): boolean {
    return this.pods.some(isUp);
  }

  /** Calls `done` with the status that the ingress answers with. @returns false when no pod took it */
  serve(request: PodRequest, done: (status: number) => void, tried = 1): boolean {
    const pod = this.choose();
    if (!pod) {
      done(503);
      return false;
    }
    const fail = () => {
      clearTimeout(timer);
      pod.underWay.delete(fail);
      if (request.isWrite || tried >= this.tries) done(502);
      else this.serve(request, done, tried + 1);
    };
    const timer = setTimeout(() => {
      pod.underWay.delete(fail);
      done(200);
    }, request.ms);
    pod.underWay.add(fail);
    if (request.crashes) kill(pod);
    return true;
  }

  /** How long a job takes that has to wait for all those before it. */
  overloadedMs(): number {
    const now = performance.now();
    this.queuedUntilMs = Math.max(now, this.queuedUntilMs) + OVERLOADED_MS;
    return this.queuedUntilMs - now;
  }

  private choose(): Pod | undefined {
    const up = this.pods.filter(isUp);
    this.next++;
    return up[this.next % up.length];
  }
}

function isUp({ downUntilMs }: Pod): boolean {
  return performance.now() >= downUntilMs;
}

function kill(pod: Pod): void {
  pod.downUntilMs = performance.now() + RESTART_MS;
  for (const fail of [...pod.underWay]) fail();
}
