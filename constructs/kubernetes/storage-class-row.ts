/** One kind of disk. All are encrypted with the country's key, and made where their pod is. */
export interface StorageClassRow {
  readonly name: string;
  readonly why: string;
  readonly parameters: Readonly<Record<string, string>>;
  /** What becomes of a disk whose claim is deleted. */
  readonly reclaimPolicy: "Delete" | "Retain";
}
