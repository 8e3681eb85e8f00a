import type { AlertCase } from "./alert-cases/alert-case";
import { APP_CASES } from "./alert-cases/app";
import { DATABASE_CASES } from "./alert-cases/database";
import { DISKS_CASES } from "./alert-cases/disks";
import { DROPPED_CASES } from "./alert-cases/dropped";
import { EDGE_CASES } from "./alert-cases/edge";
import { MACHINES_CASES } from "./alert-cases/machines";
import { OBJECTIVES_CASES } from "./alert-cases/objectives";
import { SILENCE_CASES } from "./alert-cases/silence";
import { SITE_CASES } from "./alert-cases/site";

/** By the alert's name. The watchdog always fires and has a test of its own. */
export const ALERT_CASES: Readonly<Record<string, AlertCase>> = {
  ...OBJECTIVES_CASES,
  ...EDGE_CASES,
  ...APP_CASES,
  ...DATABASE_CASES,
  ...SILENCE_CASES,
  ...DROPPED_CASES,
  ...DISKS_CASES,
  ...MACHINES_CASES,
  ...SITE_CASES,
};
