/** One kind of disk. All are encrypted with the country's key, and created in their pod's zone. */
export interface StorageClassRow {
  readonly name: string;
  readonly why: string;
  readonly parameters: Readonly<Record<string, string>>;
  /** What happens to a disk when its claim is deleted. */
  readonly reclaimPolicy: "Delete" | "Retain";
}
