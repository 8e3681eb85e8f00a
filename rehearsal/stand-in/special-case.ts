import type { Cloud, Json, Request, Stored } from "./cloud";
import type { Method } from "./descriptions";

/** Sees a resource that was just made or changed, and writes what the cloud writes; throws Refusal where the cloud does. */
export type Hook = (stored: Stored, request: Request) => void;

/** Answers a method by itself. `reply` wraps a resource in what the method answers: itself, or an operation. */
export type Handler = (request: Request, reply: (stored: Stored) => Json) => Json;

/**
 * What one Google API does that no name or schema of its description tells. Keys are names of schemas (or, under
 * `methods`, ids of methods) of that API's discovery document.
 */
export interface SpecialCases {
  /** What the cloud writes where the caller is silent. */
  readonly defaults?: Readonly<Record<string, Json>>;
  /** Names of new resources that are neither in the body's name nor in the query. */
  readonly ids?: Readonly<Record<string, (body: Json, request: Request) => string>>;
  readonly methods?: Readonly<Record<string, Handler>>;
  readonly created?: Readonly<Record<string, Hook>>;
  readonly changed?: Readonly<Record<string, Hook>>;
  /** Sees what is about to go. */
  readonly deleted?: Readonly<Record<string, Hook>>;
  /** What a creation leaves behind whose operation fails. @default nothing */
  readonly failed?: Readonly<Record<string, Hook>>;
  /** What is answered beside what is stored. */
  readonly views?: Readonly<Record<string, (stored: Stored, cloud: Cloud) => Json>>;
  /** What exists without being made: places, machine types, public images. */
  readonly catalogue?: (cloud: Cloud, method: Method, path: string) => Json | undefined;
}
