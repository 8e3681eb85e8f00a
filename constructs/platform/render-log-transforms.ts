import { NAMESPACES } from "../../config/app-cluster-names";

/** Addresses that are no client's: private, loopback and link-local ones. */
const OWN_RANGES = [
  ...["0.0.0.0/8", "10.0.0.0/8", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.168.0.0/16"],
  ...["::/127", "fc00::/7", "fe80::/10"],
];

/** Whatever looks like an address; what is not one, such as a time of day, stays as it is. */
const ADDRESS = [
  String.raw`(?i)(?:\b[0-9a-f]{1,4}|\B)(?::[0-9a-f]{0,4}){1,6}(?::[0-9a-f]{1,4}\b|::\B)(?:(?:\.\d{1,3}){3}\b)?`,
  String.raw`\b(?:\d{1,3}\.){3}\d{1,3}\b`,
].join("|");

/**
 * VRL that shortens every client's address in a line to its network, /24 or /48, before anything is stored
 * (docs/decisions/0034-logs.md). It works on the text, so that it also finds those in errors and stack traces.
 */
export const MASK_ADDRESSES = `.message = replace_with(string(.message) ?? "", r'${ADDRESS}') -> |found| {
  address = found.string
  if ip_cidr_contains(${JSON.stringify(OWN_RANGES)}, address) ?? true {
    address
  } else if is_ipv4(address) {
    ip_subnet(address, "/24") ?? address
  } else {
    ip_subnet(address, "/48") ?? address
  }
}
`;

/**
 * VRL condition: the line begins a message. Stack traces, and what is printed over several lines, go on with lines that
 * are indented or empty, close a bracket, or name a cause.
 */
export const BEGINS_MESSAGE = String.raw`!match(string(.message) ?? "", r'^(?:\s|\z|[\])}]|Caused by: )')`;

/** 2026-11-26 20:00:00 [error] of nginx, RabbitMQ and MariaDB; E1126 20:00:00 of Kubernetes' own programs. */
const LEVEL = String.raw`^(?:\d{4}[-/]\d\d[-/]\d\d[T ][\d:.,+Z-]+ (?:\d+ )?\[(?P<level>\w+)\]|(?P<letter>[IWEF])\d{4} )`;
const UUID = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}";

/**
 * VRL that makes fields of a line: of JSON, or of `key=value` pairs. `request_id` is the edge's, wherever it was written.
 * Data streams are named after container and namespace; these parts may not contain hyphens.
 */
export function renderParse({ country, cluster }: { readonly country: string; readonly cluster: string }): string {
  return String.raw`.country = "${country}"
.cluster = "${cluster}"
.data_stream.type = "logs"
.data_stream.dataset = replace(string(.kubernetes.container_name) ?? "unknown", "-", "_")
.data_stream.namespace = replace(string(.kubernetes.pod_namespace) ?? "unknown", "-", "_")

text = string(.message) ?? ""
fields = object(parse_json(text) ?? {}) ?? {}
if is_empty(fields) && match(text, r'^(?:\w+=(?:"[^"]*"|\S*) ?){3}') {
  fields = parse_logfmt(text) ?? {}
}
if !is_empty(fields) { .fields = fields }

words = parse_regex(text, r'${LEVEL}') ?? {}
letters = {"I": "info", "W": "warning", "E": "error", "F": "fatal"}
letter = string(get(letters, [words.letter]) ?? null) ?? ""
level = downcase(string(fields.level) ?? string(fields.severity) ?? string(words.level) ?? letter)
if level != "" { .level = level }

found = parse_regex(text, r'(?i)\b(?:x-)?request[_-]?id["=: ]+(?P<id>${UUID})') ?? {}
request_id = string(fields.request_id) ?? string(found.id) ?? ""
if request_id != "" { .request_id = request_id }

# Of an access log, as numbers, so that one can ask for what was slow or failed.
if .kubernetes.pod_namespace == "${NAMESPACES.ingress}" && exists(fields.status) {
  .status = to_int(fields.status) ?? null
  .seconds = to_float(fields.seconds) ?? null
}
`;
}
