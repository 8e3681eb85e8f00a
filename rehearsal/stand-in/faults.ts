import type { Method } from "./descriptions";
import { Refusal } from "./refusal";

/** What goes wrong, how often, and with which calls. */
export interface Fault {
  /** Which methods, by their ids in Google's descriptions: compute.firewalls.insert */
  readonly method: RegExp;
  /** Which resources. @default all */
  readonly path?: RegExp;
  /** How many calls it hits. */
  readonly times: number;
  readonly kind: Kind;
}

type Kind =
  /** The call itself is refused: 429, 503, 403 for a quota. */
  | { readonly type: "refused"; readonly status: number; readonly message: string; readonly reason: string }
  /** The call is accepted, and its operation ends in an error. */
  | { readonly type: "operation-fails"; readonly message: string }
  /** The operation takes its time, in milliseconds. */
  | { readonly type: "operation-is-slow"; readonly forMs: number };

export interface FaultOptions {
  /** Milliseconds until a grant on a key counts. Google says: as a rule two minutes, at times seven or more. */
  readonly grantDelayMs?: number;
  readonly faults?: readonly Fault[];
}

/** The faults of a run, each used up as it strikes. */
export class Faults {
  grantDelayMs: number;
  private readonly left: { readonly fault: Fault; times: number }[];

  constructor({ grantDelayMs = 0, faults = [] }: FaultOptions = {}) {
    this.grantDelayMs = grantDelayMs;
    this.left = faults.map((fault) => ({ fault, times: fault.times }));
  }

  add(fault: Fault): void {
    this.left.push({ fault, times: fault.times });
  }

  /** @throws Refusal when a fault hits the call */
  refuse(method: Method, path: string): void {
    const kind = this.strike("refused", method, path);
    if (kind?.type === "refused") throw new Refusal(kind.status, kind.message, kind.reason);
  }

  /** Why the call's operation ends in an error; undefined when it does not. */
  operationError(method: Method, path: string): string | undefined {
    const kind = this.strike("operation-fails", method, path);
    return kind?.type === "operation-fails" ? kind.message : undefined;
  }

  /** How long the call's operation runs, in milliseconds. */
  operationMs(method: Method, path: string): number {
    const kind = this.strike("operation-is-slow", method, path);
    return kind?.type === "operation-is-slow" ? kind.forMs : 0;
  }

  /** Faults that hit nothing: a rehearsal that planned them did not rehearse them. */
  get unused(): readonly Fault[] {
    return this.left.filter(({ times }) => times > 0).map(({ fault }) => fault);
  }

  private strike(type: Kind["type"], method: Method, path: string): Kind | undefined {
    const found = this.left.find(
      ({ fault, times }) =>
        times > 0 && fault.kind.type === type && fault.method.test(method.id) && (fault.path?.test(path) ?? true),
    );
    if (!found) return undefined;
    found.times -= 1;
    return found.fault.kind;
  }
}

export const tooManyRequests: Kind = {
  type: "refused",
  status: 429,
  message: "Quota exceeded for quota metric 'Queries' and limit 'Queries per minute'",
  reason: "rateLimitExceeded",
};

export const unavailable: Kind = {
  type: "refused",
  status: 503,
  message: "The service is currently unavailable.",
  reason: "backendError",
};

export function quotaExceeded(metric: string, region: string): Kind {
  return {
    type: "refused",
    status: 403,
    message: `Quota '${metric}' exceeded. Limit: 24.0 in region ${region}.`,
    reason: "quotaExceeded",
  };
}
