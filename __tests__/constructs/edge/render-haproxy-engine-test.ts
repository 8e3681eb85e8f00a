import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { staging } from "../../../config/staging";
import { MAX_CONNECTIONS } from "../../../constructs/database/render-mariadb";
import { renderHaproxyConfig } from "../../../constructs/edge/render-haproxy";
import { edgeMetadata, synthesize } from "../../support/synth";
import { changed, fourCountries, threeCountries } from "../../support/topologies";

const estates = { threeCountries, staging, fourCountries };

describe("the synthesized config", () => {
  const folder = mkdtempSync(join(tmpdir(), "matchwatch-haproxy-"));
  beforeAll(() => {
    execFileSync(
      "openssl",
      [
        "req",
        "-x509",
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:P-256",
        "-nodes",
        "-days",
        "1",
        "-subj",
        "/CN=test",
        "-keyout",
        join(folder, "site.pem"),
        "-out",
        join(folder, "site.pem.crt"),
      ],
      { stdio: "pipe" },
    );
    execFileSync("sh", ["-c", "cat site.pem.crt >> site.pem"], { cwd: folder });
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const cases = Object.entries(estates).flatMap(([estate, topology]) => {
    const synthesized = synthesize(topology);
    return Object.keys(topology.countries).map(
      (country) => [estate, country, edgeMetadata(synthesized, country, "haproxy-cfg")] as const,
    );
  });

  test.each(cases)("of %s/%s is one that HAProxy takes without a warning", (_estate, country, config) => {
    expect(config).toContain(`set-header X-Edge-Country ${country}`);
    const file = join(folder, "haproxy.cfg");
    writeFileSync(file, config);
    const environment = {
      PATH: `${process.env.PATH}:/usr/sbin`,
      EDGE_ADDRESS: "127.0.0.1",
      RUNTIME_DIRECTORY: folder,
    };
    // -dW turns warnings into errors.
    const output = execFileSync("haproxy", ["-c", "-V", "-dW", "-f", file], {
      env: environment,
      encoding: "utf8",
      stdio: "pipe",
    });
    expect(output).toContain("Configuration file is valid");
  });

  test.each([
    ["reads", ""],
    ["writes", ""],
    ["database", "-database-1"],
  ])("tries the countries in the seed's order: %s", (backend, ending) => {
    const synthesized = synthesize(threeCountries);
    const orders = Object.keys(threeCountries.countries).map((country) => {
      const [, section = ""] = edgeMetadata(synthesized, country, "haproxy-cfg").split(`\nbackend ${backend}\n`);
      const [lines = ""] = section.split("\n\n");
      return [...lines.matchAll(/^ +server (\S+) /gm)].map(([, server]) => server);
    });
    const seed = [
      ["indonesia", "india", "singapore"],
      ["singapore", "india", "indonesia"],
      ["india", "indonesia", "singapore"],
    ];
    expect(orders).toEqual(seed.map((order) => order.map((country) => country + ending)));
  });

  test("leads a country without a database node to the nodes of its failover order, and to no other", () => {
    const nodes = {
      "countries.india.database.nodes": 0,
      "countries.japan.database.nodes": 1,
    };
    const topology = changed({ ...nodes, "countries.india.failover": ["japan", "singapore"] }, fourCountries);
    const config = edgeMetadata(synthesize(topology), "india", "haproxy-cfg");
    expect(config.match(/server \S+database-\d/g)).toEqual(["server japan-database-1", "server singapore-database-1"]);
  });

  test("all machines of a country together open fewer connections to a node than it takes", () => {
    const many = changed({ "countries.india.edge.instances": 30 });
    const config = edgeMetadata(synthesize(many), "india", "haproxy-cfg");
    const [, perMachine] = /rise 3 maxconn (\d+)/.exec(config) ?? [];
    expect(30 * Number(perMachine)).toBeGreaterThan(400);
    expect(30 * Number(perMachine)).toBeLessThan(MAX_CONNECTIONS);
  });
});

test("renders one country's text", () => {
  const config = renderHaproxyConfig({
    country: "india",
    hosts: ["jamtangan.com", "www.jamtangan.com"],
    ingresses: [
      { country: "india", address: "10.10.47.10" },
      { country: "indonesia", address: "10.2.47.10" },
      { country: "singapore", address: "10.6.47.10" },
    ],
    requestsPer10Seconds: 600,
    databases: [
      { name: "india-database-1", address: "10.10.65.10" },
      { name: "indonesia-database-1", address: "10.2.65.10" },
      { name: "singapore-database-1", address: "10.6.65.10" },
    ],
    connectionsPerDatabase: 160,
  });
  expect(config).toMatchInlineSnapshot(`
    "# india: india > indonesia > singapore

    global
        log stdout format raw local0
        default-path config
        stats socket "\${RUNTIME_DIRECTORY}/admin.sock" mode 600 level admin expose-fd listeners
        maxconn 20000
        hard-stop-after 60s
        spread-checks 5
        ssl-default-bind-options ssl-min-ver TLSv1.2 no-tls-tickets
        ssl-default-bind-ciphers ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384:ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305
        tune.ssl.default-dh-param 2048

    defaults
        mode http
        log global
        option dontlognull
        option idle-close-on-response
        option http-restrict-req-hdr-names delete
        option redispatch 1
        retries 6
        timeout http-request 5s
        timeout http-keep-alive 15s
        timeout client 30s
        timeout client-hs 5s
        timeout client-fin 5s
        timeout connect 700ms
        timeout check 500ms
        timeout queue 3s
        timeout server 30s
        timeout tunnel 1h
        http-error status 502 content-type "text/html; charset=utf-8" string "<!doctype html><html lang=en><meta charset=utf-8><meta name=viewport content=width=device-width><title>Back in a moment</title><style>body{font:18px/1.5 sans-serif;max-width:32em;margin:20vh auto;padding:0 1em}</style><h1>We will be back in a moment</h1><p>The shop cannot be reached just now. Please try again shortly.</p><p lang=id>Toko sedang tidak dapat diakses. Silakan coba lagi sebentar lagi.</p>" hdr Retry-After 15 hdr Cache-Control no-store
        http-error status 503 content-type "text/html; charset=utf-8" string "<!doctype html><html lang=en><meta charset=utf-8><meta name=viewport content=width=device-width><title>Back in a moment</title><style>body{font:18px/1.5 sans-serif;max-width:32em;margin:20vh auto;padding:0 1em}</style><h1>We will be back in a moment</h1><p>The shop cannot be reached just now. Please try again shortly.</p><p lang=id>Toko sedang tidak dapat diakses. Silakan coba lagi sebentar lagi.</p>" hdr Retry-After 15 hdr Cache-Control no-store
        http-error status 504 content-type "text/html; charset=utf-8" string "<!doctype html><html lang=en><meta charset=utf-8><meta name=viewport content=width=device-width><title>Back in a moment</title><style>body{font:18px/1.5 sans-serif;max-width:32em;margin:20vh auto;padding:0 1em}</style><h1>We will be back in a moment</h1><p>The shop cannot be reached just now. Please try again shortly.</p><p lang=id>Toko sedang tidak dapat diakses. Silakan coba lagi sebentar lagi.</p>" hdr Retry-After 15 hdr Cache-Control no-store

    frontend plain
        bind :80
        acl known_host req.hdr(host),host_only -i jamtangan.com www.jamtangan.com
        http-request deny deny_status 421 unless known_host
        http-request redirect scheme https code 308

    frontend shop
        bind :443 ssl crt site.pem alpn h2,http/1.1
        monitor-uri /healthz/edge
        monitor fail if { nbsrv(reads) eq 0 }
        monitor fail if { ssl_f_s_dn(CN) -m str "edge stand-in" }
        log-format "country=india client=%ci:%cp host=%[var(txn.host)] request=%{+Q}r status=%ST bytes=%B served_by=%[var(txn.served_by)] retries=%rc queue_ms=%Tw connect_ms=%Tc response_ms=%Tr total_ms=%Ta end=%ts id=%ID"
        unique-id-format %[uuid()]
        unique-id-header X-Request-Id
        acl known_host req.hdr(host),host_only -i jamtangan.com www.jamtangan.com
        stick-table type ipv6 size 200k expire 60s store http_req_rate(10s)
        http-request set-var(txn.host) req.hdr(host),host_only
        http-request track-sc0 src
        http-request deny deny_status 429 hdr Retry-After 10 if { sc_http_req_rate(0) gt 600 }
        http-request deny deny_status 421 unless known_host
        http-request del-header Forwarded
        http-request del-header X-Real-IP
        http-request set-header X-Forwarded-For %[src]
        http-request set-header X-Forwarded-Proto https
        http-request set-header X-Forwarded-Host %[req.hdr(host)]
        http-request set-header X-Edge-Country india
        http-after-response set-header Strict-Transport-Security "max-age=31536000; includeSubDomains"
        http-after-response set-header X-Content-Type-Options nosniff
        http-after-response set-header Referrer-Policy strict-origin-when-cross-origin
        http-response set-var(txn.served_by) res.hdr(X-Served-By)
        http-response del-header Server
        use_backend writes-hop unless { method GET HEAD OPTIONS }
        default_backend reads-hop

    frontend health
        bind :8404
        http-request return status 200 content-type text/plain string live if { path /livez }
        http-request return status 503 content-type text/plain string no-country-can-serve if { path /readyz } { nbsrv(reads) eq 0 }
        http-request return status 200 content-type text/plain string ready if { path /readyz }
        http-request return status 503 content-type text/plain string no-database-takes-writes if { path /readyz/database } { nbsrv(database) eq 0 }
        http-request return status 200 content-type text/plain string ready if { path /readyz/database }
        http-request deny deny_status 404

    frontend metrics
        bind "\${EDGE_ADDRESS}:8405"
        http-request use-service prometheus-exporter if { path /metrics }
        stats enable
        stats uri /stats
        stats refresh 5s
        http-request deny deny_status 404 unless { path_beg /stats }

    backend reads-hop
        timeout server 40s
        retries 2
        retry-on conn-failure empty-response 502
        server hop "unix@\${RUNTIME_DIRECTORY}/reads.sock" send-proxy-v2

    frontend reads-landing
        bind "unix@\${RUNTIME_DIRECTORY}/reads.sock" mode 600 accept-proxy
        no log
        timeout client 40s
        default_backend reads

    backend reads
        balance first
        retry-on conn-failure empty-response response-timeout 502 503 504
        http-request set-timeout server 2500ms
        http-response set-header X-Served-By %s
        option httpchk
        http-check send meth GET uri /healthz ver HTTP/1.1 hdr Host jamtangan.com hdr User-Agent edge-check
        http-check expect status 200
        default-server send-proxy-v2 check-send-proxy check inter 400ms fastinter 150ms downinter 1s fall 2 rise 4 observe layer4 error-limit 2 on-error mark-down tcp-ut 1500ms
        server india 10.10.47.10:80
        server indonesia 10.2.47.10:80
        server singapore 10.6.47.10:80

    backend writes-hop
        timeout server 40s
        http-reuse never
        server hop "unix@\${RUNTIME_DIRECTORY}/writes.sock" send-proxy-v2

    frontend writes-landing
        bind "unix@\${RUNTIME_DIRECTORY}/writes.sock" mode 600 accept-proxy
        no log
        timeout client 40s
        option httpclose
        default_backend writes

    backend writes
        balance first
        retry-on conn-failure 503
        http-reuse never
        http-response set-header X-Served-By %s
        option httpchk
        http-check send meth GET uri /healthz ver HTTP/1.1 hdr Host jamtangan.com hdr User-Agent edge-check
        http-check expect status 200
        default-server send-proxy-v2 check-send-proxy check inter 400ms fastinter 150ms downinter 1s fall 2 rise 4 observe layer4 error-limit 2 on-error mark-down tcp-ut 1500ms
        server india 10.10.47.10:80
        server indonesia 10.2.47.10:80
        server singapore 10.6.47.10:80

    defaults database
        mode tcp
        log global
        option dontlognull
        option redispatch 1
        retries 6
        timeout connect 700ms
        timeout queue 3s
        timeout client 9h
        timeout server 9h
        timeout client-fin 5s
        timeout server-fin 5s
        option clitcpka
        clitcpka-idle 30s
        clitcpka-intvl 10s
        option srvtcpka
        srvtcpka-idle 30s
        srvtcpka-intvl 10s

    frontend database
        bind :3306 tcp-ut 60s
        log-format "country=india client=%ci:%cp from=%bi:%bp database=%s retries=%rc queue_ms=%Tw connect_ms=%Tc total_ms=%Tt bytes=%B end=%ts"
        default_backend database

    backend database
        balance first
        timeout check 3s
        option httpchk
        http-check send meth GET uri / ver HTTP/1.1 hdr Host database hdr User-Agent edge-check
        http-check expect status 200
        default-server check inter 2s fastinter 500ms fall 2 rise 3 maxconn 160 observe layer4 error-limit 1 on-error fastinter on-marked-down shutdown-sessions tcp-ut 60s
        server india-database-1 10.10.65.10:3306 port 9105
        server indonesia-database-1 10.2.65.10:3306 port 9105
        server singapore-database-1 10.6.65.10:3306 port 9105
    "
  `);
});
