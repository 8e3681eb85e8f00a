import { renderReview } from "../../../tools/plan-review/report";
import { reviewed } from "./plans";

test("a review reads as this", () => {
  expect(
    renderReview(reviewed(["two-edges/region-indonesia", "one-edge/region-singapore", "one-node-stops/region-india"])),
  ).toMatchInlineSnapshot(`
    "# Plan review: REFUSED

    1 refused, 1 warned of. 3 stacks of production: 3 changed, 1 replaced.

    ## Refused

    ### \`two-edges\`

    Countries stand in for each other: a wrong config that reaches two edges at once leaves users nowhere to go.

    - **the edges of indonesia, singapore change in one run**
      - region-indonesia \`google_compute_region_health_check.edge_ready_60367D97\`
      - region-singapore \`google_compute_region_instance_template.edge_template_7F188517\`

    How to proceed: One country per run, least traffic first. What all edges share, such as the config's renderer, cannot be split: allow it with an exception, because a deploy takes one country at a time and tools/health-gate.sh stands between. Look at \`edge_config_refused\` and the error rate before the next one.

    Deliberate? Put the entries below into the exceptions file, each with its \`reason\` and the last day on which it holds, and have them reviewed: docs/decisions/0012-plan-review.md.

    ## Warned

    ### \`machine-config\`

    Machines take a new configuration: an edge within minutes, the others when they start next; if it is wrong, they do not come back, or serve nobody.

    - **database of india**
      - region-india \`google_compute_instance.database_database-1_machine_2F1B174A\`

    How to proceed: Read the differences below. Database and VPN machines of several countries: restart one by hand first (docs/runbooks/database.md, access.md).

    ## What changes

    - database of india: database-1: config changes, taken with the startup script's next run, no restart (1 changed)
    - edge of indonesia: health check changes (1 changed)
    - edge of singapore: config changes, rolling, no downtime (1 changed, 1 replaced)

    <details><summary>Entries for the exceptions file</summary>

    \`\`\`yaml
    - rule: two-edges
      stack: region-indonesia
      address: "google_compute_region_health_check.edge_ready_60367D97"
      reason: ""
      expires: ""
    - rule: two-edges
      stack: region-singapore
      address: "google_compute_region_instance_template.edge_template_7F188517"
      reason: ""
      expires: ""
    \`\`\`
    </details>

    <details><summary>mariadb-cnf: database of india</summary>

    \`\`\`diff
    @@ line 12 -> 12 @@
     character_set_server = utf8mb4
     collation_server = utf8mb4_unicode_ci
    -max_connections = 500
    +max_connections = 800
     max_allowed_packet = 64M
     slow_query_log = ON
    \`\`\`
    </details>

    <details><summary>haproxy-cfg: edge of singapore</summary>

    \`\`\`diff
    @@ line 5 -> 5 @@
         default-path config
         stats socket "\${RUNTIME_DIRECTORY}/admin.sock" mode 600 level admin expose-fd listeners
    -    maxconn 20000
    +    maxconn 30000
         hard-stop-after 60s
         spread-checks 5
    \`\`\`
    </details>

    <details><summary>Every change: database of india</summary>

    \`\`\`text
    region-india google_compute_instance.database_database-1_machine_2F1B174A: update, metadata
    \`\`\`
    </details>

    <details><summary>Every change: edge of indonesia</summary>

    \`\`\`text
    region-indonesia google_compute_region_health_check.edge_ready_60367D97: update, check_interval_sec 5 -> 10
    \`\`\`
    </details>

    <details><summary>Every change: edge of singapore</summary>

    \`\`\`text
    region-singapore google_compute_region_instance_group_manager.edge_group_A04F4193: update, version
    region-singapore google_compute_region_instance_template.edge_template_7F188517: replace, metadata
    \`\`\`
    </details>

    ---
    Stacks: region-india, region-indonesia, region-singapore. Written by \`npm run plan-review\`.
    "
  `);
});

/** Lines that tell what changes, of real plans. */
const told = (...plans: string[]) => renderReview(reviewed(plans)).match(/^- .*\(.*\)$/gm);

test("changes are told in the words of this system", () => {
  expect(
    [
      ["one-edge/region-singapore"],
      ["one-edge/region-indonesia"],
      ["edge-machines/region-india"],
      ["one-node-stops/region-india"],
      ["node-replaced/region-indonesia"],
      ["disk-grows/region-singapore"],
      ["protection-lowered/region-singapore"],
      ["address-labelled/network"],
      ["firewall-narrowed/network"],
      ["moved-and-forgotten/region-singapore"],
      ["first-deployment/region-singapore"],
      ["stateful-updated/network", "stateful-updated/monitoring"],
    ].flatMap((plans) => told(...plans)),
  ).toMatchInlineSnapshot(`
    [
      "- edge of singapore: config changes, rolling, no downtime (1 changed, 1 replaced)",
      "- edge of indonesia: forwarding rule: labels or description only; health check: labels or description only (2 changed)",
      "- edge of india: machines are replaced, new before old (1 changed, 1 replaced)",
      "- database of india: database-1: config changes, taken with the startup script's next run, no restart (1 changed)",
      "- database of indonesia: database-1 is replaced (boot_disk) (1 replaced)",
      "- database of singapore: database-1: disk grows from 200 to 400 GB while it is used (1 changed)",
      "- cluster of singapore: cluster changes; pool system: other limits, nodes stay (2 changed)",
      "- addresses of singapore: address: labels or description only (1 changed)",
      "- firewall of all countries: firewall changes (3 times) (3 changed)",
      "- database of singapore: disk leaves Terraform's care; disk resource policy attachment leaves Terraform's care; resource policy has a new address in the state, nothing is touched (2 forgotten, 1 untouched)",
      "- cluster of singapore: cluster is created; node pool is created (2 times) (3 created)",
      "- database of singapore: disk is created; disk resource policy attachment is created; instance is created (3 created)",
      "- edge of singapore: forwarding rule is created (2 times); health check is created (3 times); backend service is created (2 times); instance group manager is created; instance template is created (9 created)",
      "- dns of all countries: managed zone: labels or description only (1 changed)",
      "- archive of india: bucket changes (1 changed)",
      "- keys of india: crypto key changes (1 changed)",
    ]
  `);
});
