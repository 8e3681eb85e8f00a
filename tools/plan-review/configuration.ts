import type { Run, Subject } from "./finding";
import { isRecord, type StackPlan } from "./plan-file";

/** What the estate is made with, from whichever registry. */
const PROVIDERS =
  /^(registry\.(terraform\.io|opentofu\.org)\/hashicorp\/(google|helm|kubernetes)|terraform\.io\/builtin\/terraform)$/;

/** All that resources of the estate run where Terraform does: they wait. */
const WAITS = /^sleep \d+$/;

/** Providers that nobody here has chosen: of resources, and of data sources, which are read while it is planned. */
export function strangeProviders({ stack, plan }: StackPlan): Run["strangeProviders"] {
  const configured = isRecord(plan.configuration) ? plan.configuration.provider_config : undefined;
  const names = [
    ...(plan.resource_changes ?? []).map(({ provider_name: name }) => name),
    ...(isRecord(configured) ? Object.values(configured) : []).map((each) =>
      isRecord(each) ? each.full_name : undefined,
    ),
  ];
  return [...new Set(names)].flatMap((name) =>
    typeof name === "string" && !PROVIDERS.test(name) ? [{ stack, address: name }] : [],
  );
}

/** Resources that run a program when they are made or destroyed, which no change shows. */
export function programs({ stack, plan }: StackPlan): Subject[] {
  const root = isRecord(plan.configuration) ? plan.configuration.root_module : undefined;
  return resourcesOf(root).flatMap(({ address, provisioners }) =>
    [provisioners].flat().filter(isRecord).every(isWait) ? [] : [{ stack, address: String(address) }],
  );
}

function isWait({ type, expressions }: Record<string, unknown>): boolean {
  const command = isRecord(expressions) ? expressions.command : undefined;
  const isKnown = isRecord(expressions) && Object.keys(expressions).join() === "command" && isRecord(command);
  return type === "local-exec" && isKnown && WAITS.test(String(command.constant_value));
}

function resourcesOf(module: unknown): Record<string, unknown>[] {
  if (!isRecord(module)) return [];
  const calls = isRecord(module.module_calls) ? Object.values(module.module_calls) : [];
  const below = calls.flatMap((call) => (isRecord(call) ? resourcesOf(call.module) : []));
  return [...[module.resources].flat().filter(isRecord), ...below];
}
