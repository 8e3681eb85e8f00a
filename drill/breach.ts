/** A promise that was not kept. */
export interface Breach {
  readonly promise: string;
  /** Where and by how much. */
  readonly detail: string;
}
