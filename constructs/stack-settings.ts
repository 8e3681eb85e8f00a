import type { TerraformCloud } from "../config/delivery";

/** What every stack has. */
export interface StackSettings {
  /** Id of the environment's project. */
  readonly project: string;
  readonly environment: string;
  /** Where the state is kept. @default files below `state/` */
  readonly terraformCloud?: TerraformCloud;
}
