import { type Cloud, fingerprint, type Json, type Policy, type Request } from "./cloud";
import { Refusal } from "./refusal";

/** Answers getIamPolicy. */
export function getPolicy(request: Request): Policy {
  const target = targetOf(request);
  const found = request.cloud.policies.get(`${request.method.api.name}/${target}`);
  return found ?? { bindings: [], etag: fingerprint(target) };
}

/** Answers setIamPolicy: the whole policy is replaced, unless somebody else changed it meanwhile. */
export function setPolicy(request: Request): Policy {
  const { cloud, method, body } = request;
  const target = targetOf(request);
  const wanted = body.policy ?? body;
  const current = getPolicy(request);
  if (wanted.etag && wanted.etag !== current.etag) {
    throw new Refusal(
      409,
      "There were concurrent policy changes. Please retry the whole read-modify-write with exponential backoff.",
      "aborted",
    );
  }
  const bindings = (wanted.bindings ?? []).filter(({ members = [] }: Json) => members.length > 0);
  for (const { members } of bindings) for (const member of members) checkMember(cloud, member);
  const key = `${method.api.name}/${target}`;
  remember(cloud, key, current, bindings);
  const made = { ...current, ...wanted, bindings, etag: fingerprint([target, bindings, cloud.number()]) };
  cloud.policies.set(key, made);
  return made;
}

/** Since when each grant stands: one that is taken back and given again starts anew. */
function remember(cloud: Cloud, key: string, before: Policy, bindings: Policy["bindings"]): void {
  const grants = (all: Policy["bindings"]) =>
    new Set(all.flatMap(({ role, members }) => members.map((member) => `${key} ${role} ${member}`)));
  const now = grants(bindings);
  for (const grant of grants(before.bindings)) if (!now.has(grant)) cloud.grantedAt.delete(grant);
  for (const grant of now) if (!cloud.grantedAt.has(grant)) cloud.grantedAt.set(grant, Date.now());
}

/** What the policy is of. @throws Refusal when it does not exist */
function targetOf({ cloud, method, path }: Request): string {
  const target = path.replace(/(:getIamPolicy|:setIamPolicy|\/getIamPolicy|\/setIamPolicy|\/iam)$/, "");
  if (method.api.name !== "cloudresourcemanager") return cloud.must(method.api.name, target).path;
  if (target.endsWith(cloud.project.id)) return target;
  throw new Refusal(403, `The caller does not have permission on ${target}`, "forbidden");
}

/** @throws Refusal for a member that does not exist */
function checkMember(cloud: Cloud, member: string): void {
  const pool = /^serviceAccount:([^[]+\.svc\.id\.goog)\[/.exec(member)?.[1];
  if (pool && !cloud.all("Cluster").some(({ body }) => body.workloadIdentityConfig?.workloadPool === pool)) {
    throw new Refusal(
      400,
      `Identity Pool does not exist (${pool}). Please check that you specified a valid resource name as returned in the \`name\` attribute in the configuration API.`,
    );
  }
  const email = /^serviceAccount:(.+)$/.exec(member)?.[1] ?? "";
  if (email.endsWith(`@${cloud.project.id}.iam.gserviceaccount.com`) && !cloud.serviceAccountExists(email)) {
    throw new Refusal(400, `Service account ${email} does not exist.`);
  }
}
