import type { Json } from "./cloud";
import type { Api } from "./descriptions";

/** APIs that were there before protocol buffers: they answer false, 0 and empty texts. */
const ANSWER_DEFAULTS: ReadonlySet<string> = new Set(["compute", "storage"]);

/** Fields of the others that are `optional`, which no description tells: Google answers them when they are set to false. */
const OPTIONAL: ReadonlySet<string> = new Set([
  "authorizedNetworksConfig.gcpPublicCidrsAccessEnabled",
  "dnsEndpointConfig.allowExternalTraffic",
  "dnsEndpointConfig.enableK8sCertsViaDns",
  "dnsEndpointConfig.enableK8sTokensViaDns",
  "ipEndpointsConfig.enablePublicEndpoint",
  "ipEndpointsConfig.enabled",
  "ipEndpointsConfig.globalAccess",
  "kubeletConfig.insecureKubeletReadonlyPortEnabled",
  "masterAuthorizedNetworksConfig.gcpPublicCidrsAccessEnabled",
  "networkConfig.disableL4LbFirewallReconciliation",
  "networkConfig.enableCiliumClusterwideNetworkPolicy",
  "networkConfig.enablePrivateNodes",
  "nodeKubeletConfig.insecureKubeletReadonlyPortEnabled",
  "swapConfig.enabled",
]);

/** What Google writes of a value into an answer: no nulls, no empty lists, and of most APIs no field that holds its default. */
export function answeredFields(api: Api, value: Json): Json {
  const leavesOutDefaults = !ANSWER_DEFAULTS.has(api.name);
  const isAnswered = (key: string, one: Json): boolean => {
    if (one === null || one === undefined || (Array.isArray(one) && one.length === 0)) return false;
    return !leavesOutDefaults || !(one === false || one === 0 || one === "") || OPTIONAL.has(key);
  };
  const answered = (one: Json, name: string): Json => {
    if (Array.isArray(one)) return one.map((item) => answered(item, name));
    if (typeof one !== "object" || one === null) return one;
    const fields = Object.entries(one).filter(([key, field]) => isAnswered(`${name}.${key}`, field));
    return Object.fromEntries(fields.map(([key, field]) => [key, answered(field, key)]));
  };
  return answered(value, "");
}
