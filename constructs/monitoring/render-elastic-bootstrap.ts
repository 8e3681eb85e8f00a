import { SITE_PORTS } from "../../config/ports";
import { ELASTICSEARCH } from "./values/elastic";

/** Days for which logs can be searched. Older ones are in snapshots, and raw in the archive for years. */
const SEARCHABLE_DAYS = 14;

/** Days to keep a snapshot. */
const SNAPSHOT_DAYS = 90;

const REPOSITORY = "archive";
const SNAPSHOT_POLICY = "nightly";
const LIFECYCLE = "shop-logs";

/** Hours after which the last snapshot is too old: one is taken every night. */
const SNAPSHOT_HOURS = 26;

/** Folders of the scripts: the cluster's CA, and the superuser's password. */
export const BOOTSTRAP_FOLDERS = { ca: "/ca", password: "/password" } as const;

/** `es METHOD PATH [CURL OPTION...]`. The password goes through standard input, because others can read arguments. */
const REQUEST = `es() {
  method=$1 path=$2
  shift 2
  printf 'user = "${ELASTICSEARCH.superuser.name}:%s"\\n' "$(cat ${BOOTSTRAP_FOLDERS.password}/${ELASTICSEARCH.superuser.name})" |
    curl --config - --silent --show-error --fail-with-body --max-time 60 --cacert ${BOOTSTRAP_FOLDERS.ca}/${ELASTICSEARCH.ca.key} \\
      --header 'Content-Type: application/json' --request "$method" "$@" "https://${ELASTICSEARCH.host}:${SITE_PORTS.elasticsearch}/$path"
}
`;

/** Requests to Elasticsearch, in order; all can be repeated. */
function requests(snapshotBucket: string): [path: string, body: object][] {
  return [
    [`_snapshot/${REPOSITORY}`, { type: "gcs", settings: { bucket: snapshotBucket, base_path: "elasticsearch" } }],
    [
      `_slm/policy/${SNAPSHOT_POLICY}`,
      {
        schedule: "0 30 18 * * ?", // UTC: half past one in Jakarta, midnight in Mumbai
        name: "<nightly-{now/d}>",
        repository: REPOSITORY,
        config: { indices: ["*"], include_global_state: true },
        retention: { expire_after: `${SNAPSHOT_DAYS}d`, min_count: 7 },
      },
    ],
    [
      `_ilm/policy/${LIFECYCLE}`,
      {
        policy: {
          phases: {
            hot: { actions: { rollover: { max_age: "1d", max_primary_shard_size: "30gb" } } },
            delete: {
              min_age: `${SEARCHABLE_DAYS}d`,
              actions: { wait_for_snapshot: { policy: SNAPSHOT_POLICY }, delete: {} },
            },
          },
        },
      },
    ],
    ["_index_template/shop-logs", template()],
  ];
}

/** Overrides the built-in template of `logs-*-*`, whose priority is 100. */
function template(): object {
  return {
    index_patterns: ["logs-*-*"],
    priority: 200,
    data_stream: {},
    template: {
      settings: {
        "index.lifecycle.name": LIFECYCLE,
        "index.number_of_replicas": 1,
        "index.mapping.ignore_malformed": true,
        // A line with more fields is kept in full; excess fields are not searchable.
        "index.mapping.total_fields.ignore_dynamic_beyond_limit": true,
      },
      mappings: {
        properties: {
          "@timestamp": { type: "date" },
          message: { type: "text" },
          // What apps log and how pods are labelled has no common type: each becomes one field.
          fields: { type: "flattened", ignore_above: 1024 },
          kubernetes: { properties: { pod_labels: { type: "flattened" }, pod_annotations: { type: "flattened" } } },
        },
        dynamic_templates: [
          { words: { match_mapping_type: "string", mapping: { type: "keyword", ignore_above: 1024 } } },
        ],
      },
    },
  };
}

/** Shell script that configures Elasticsearch; idempotent. */
export function renderElasticBootstrap(snapshotBucket: string): string {
  const puts = requests(snapshotBucket).map(
    ([path, body]) => `es PUT ${path} --data-binary '${JSON.stringify(body, undefined, 2)}'\n`,
  );
  return [REQUEST, ...puts].join("\n");
}

/** Shell script that succeeds while the last snapshot is recent. */
export function renderSnapshotCheck(): string {
  return [
    REQUEST,
    `answer=$(es GET '_slm/policy/${SNAPSHOT_POLICY}?filter_path=*.last_success.time')`,
    'milliseconds=$(printf %s "$answer" | sed -n \'s/.*"time":\\([0-9]*\\).*/\\1/p\')',
    '[ -n "$milliseconds" ] || { echo "there is no snapshot yet" >&2; exit 1; }',
    "hours=$((($(date +%s) - milliseconds / 1000) / 3600))",
    'echo "the last snapshot is $hours hours old"',
    `[ "$hours" -lt ${SNAPSHOT_HOURS} ]`,
    "",
  ].join("\n");
}
