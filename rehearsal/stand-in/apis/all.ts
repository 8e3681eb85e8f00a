import type { SpecialCases } from "../special-case";
import { compute } from "./compute/compute";
import { container } from "./container/container";
import { credentials } from "./credentials";
import { dns } from "./dns";
import { gkeBackup } from "./gke-backup";
import { iam } from "./iam";
import { kms } from "./kms";
import { monitoring } from "./monitoring";
import { resourceManager } from "./resource-manager";
import { secretManager } from "./secret-manager";
import { serviceUsage } from "./service-usage";
import { storage } from "./storage";

/** By the API's name in its discovery document. */
const SPECIAL_CASES: Readonly<Record<string, SpecialCases>> = {
  cloudkms: kms,
  cloudresourcemanager: resourceManager,
  compute,
  container,
  dns,
  gkebackup: gkeBackup,
  iam,
  iamcredentials: credentials,
  monitoring,
  secretmanager: secretManager,
  serviceusage: serviceUsage,
  storage,
};

export function specialCasesOf(api: string): SpecialCases {
  return SPECIAL_CASES[api] ?? {};
}
