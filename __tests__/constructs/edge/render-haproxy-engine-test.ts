import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { staging } from "../../../config/staging";
import { APP_CONNECTIONS } from "../../../constructs/database/render-mariadb";
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
      return [...lines.matchAll(/^ +server (\S+) 10\./gm)].map(([, server]) => server);
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

  test("all machines of all countries together open no more connections to a node than it takes of apps", () => {
    const many = changed({ "countries.india.edge.instances": 30 });
    const config = edgeMetadata(synthesize(many), "india", "haproxy-cfg");
    const [, perMachine] = /rise 3 maxconn (\d+)/.exec(config) ?? [];
    expect(30 * 3 * Number(perMachine)).toBeGreaterThan(800);
    expect(30 * 3 * Number(perMachine)).toBeLessThanOrEqual(APP_CONNECTIONS);
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
        localpeer edge
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
        http-error status 429 content-type "text/html; charset=utf-8" string "<!doctype html><html lang=en><meta charset=utf-8><meta name=viewport content=width=device-width><title>Too many requests</title><style>body{font:18px/1.5 sans-serif;max-width:32em;margin:20vh auto;padding:0 1em}</style><h1>Too many requests</h1><p>The shop was asked for too much at once. Please wait ten seconds and try again.</p><p lang=id>Terlalu banyak permintaan sekaligus. Silakan tunggu sepuluh detik lalu coba lagi.</p>" hdr Retry-After 10 hdr Cache-Control no-store
        http-error status 502 content-type "text/html; charset=utf-8" string "<!doctype html><html lang=en><meta charset=utf-8><meta name=viewport content=width=device-width><title>We will be back in a moment</title><style>body{font:18px/1.5 sans-serif;max-width:32em;margin:20vh auto;padding:0 1em}</style><h1>We will be back in a moment</h1><p>The shop cannot be reached just now. Please try again shortly.</p><p lang=id>Toko sedang tidak dapat diakses. Silakan coba lagi sebentar lagi.</p>" hdr Retry-After 15 hdr Cache-Control no-store
        http-error status 503 content-type "text/html; charset=utf-8" string "<!doctype html><html lang=en><meta charset=utf-8><meta name=viewport content=width=device-width><title>We will be back in a moment</title><style>body{font:18px/1.5 sans-serif;max-width:32em;margin:20vh auto;padding:0 1em}</style><h1>We will be back in a moment</h1><p>The shop cannot be reached just now. Please try again shortly.</p><p lang=id>Toko sedang tidak dapat diakses. Silakan coba lagi sebentar lagi.</p>" hdr Retry-After 15 hdr Cache-Control no-store
        http-error status 504 content-type "text/html; charset=utf-8" string "<!doctype html><html lang=en><meta charset=utf-8><meta name=viewport content=width=device-width><title>We will be back in a moment</title><style>body{font:18px/1.5 sans-serif;max-width:32em;margin:20vh auto;padding:0 1em}</style><h1>We will be back in a moment</h1><p>The shop cannot be reached just now. Please try again shortly.</p><p lang=id>Toko sedang tidak dapat diakses. Silakan coba lagi sebentar lagi.</p>" hdr Retry-After 15 hdr Cache-Control no-store

    peers machine
        bind "unix@\${RUNTIME_DIRECTORY}/peers.sock" mode 600
        server edge

    backend addresses
        stick-table type ipv6 size 200k expire 60s store conn_cur,gpc0_rate(10s) peers machine

    backend visitors
        stick-table type binary len 20 size 200k expire 60s store gpc0_rate(10s) peers machine

    frontend plain
        bind :80,[::]:80 v6only
        maxconn 1000
        tcp-request connection track-sc0 src,ipmask(32,64) table addresses
        tcp-request connection reject if { sc_conn_cur(0) gt 300 }
        acl known_host req.fhdr(host) -i jamtangan.com jamtangan.com:80 www.jamtangan.com www.jamtangan.com:80
        http-request deny deny_status 421 unless known_host
        http-request set-header Host %[req.hdr(host),host_only,lower]
        http-request redirect scheme https code 308

    frontend shop
        bind :443,[::]:443 v6only ssl crt site.pem alpn h2,http/1.1
        maxconn 12000
        tcp-request connection track-sc0 src,ipmask(32,64) table addresses
        tcp-request connection reject if { sc_conn_cur(0) gt 300 }
        monitor-uri /healthz/edge
        monitor fail if !{ srv_is_up(reads/india) } !{ srv_is_up(reads/indonesia) } !{ srv_is_up(reads/singapore) }
        monitor fail if { ssl_f_s_dn(CN) -m str "edge stand-in" }
        log-format "country=india client=%ci:%cp host=%{+Q,+E}[var(txn.host)] request=%{+Q}r status=%ST bytes=%B asked=%[var(txn.tell),ltrim(',')] served_by=%[var(txn.served_by)] queue_ms=%Tw connect_ms=%Tc response_ms=%Tr total_ms=%Ta end=%ts request_id=%ID"
        unique-id-format %[uuid()]
        unique-id-header X-Request-Id
        http-request set-var(txn.host) req.fhdr(host)
        acl known_host req.fhdr(host) -i jamtangan.com jamtangan.com:443 www.jamtangan.com www.jamtangan.com:443
        http-request deny deny_status 421 unless known_host
        http-request deny deny_status 429 if { sc_gpc0_rate(0) gt 6000 }
        http-request set-var-fmt(txn.visitor) "%[src,ipmask(32,64)] %[req.fhdr(user-agent)] %[req.fhdr(accept-language)] %[req.fhdr(cookie)]"
        http-request track-sc1 var(txn.visitor),sha1 table visitors
        http-request deny deny_status 429 if { sc_gpc0_rate(1) gt 600 }
        http-request sc-inc-gpc0(0)
        http-request sc-inc-gpc0(1)
        http-request return status 503 if { path /healthz/database } { nbsrv(database) lt 3 }
        http-request return status 200 if { path /healthz/database }
        http-request del-header ^(forwarded|x-forwarded|x-original-|x-rewrite-|x-http-method|x-method-override|x-envoy-|x-real-ip|x-client-ip|client-ip|true-client-ip|cf-connecting-ip|fastly-client-ip|x-cluster-client-ip|x-proxyuser-ip|x-remote-|x-host|x-scheme|x-url-scheme|front-end-https|proxy$|x-request-id|x-served-by|x-edge-) -m reg
        http-request set-var(txn.host) req.hdr(host),host_only,lower
        http-request set-header Host %[var(txn.host)]
        http-request set-header X-Forwarded-For %[src]
        http-request set-header X-Forwarded-Proto https
        http-request set-header X-Forwarded-Host %[var(txn.host)]
        http-request set-header X-Edge-Country india
        http-after-response set-var(txn.tell) res.fhdr(X-Edge-Asked)
        http-after-response set-var(txn.took) date(0,ms),sub(txn.begun) if { var(txn.begun) -m found }
        http-after-response set-var-fmt(txn.tell) "%[var(txn.asked)],%[var(txn.next)]:%[var(txn.took)]" if { var(txn.next) -m found } !{ var(txn.tell) -m found }
        http-after-response set-var(txn.tell) var(txn.asked) if !{ var(txn.tell) -m found }
        http-after-response del-header X-Edge-Asked
        http-after-response set-header Strict-Transport-Security max-age=31536000
        http-after-response set-header X-Content-Type-Options nosniff
        http-after-response set-header Referrer-Policy strict-origin-when-cross-origin
        http-response set-var(txn.served_by) res.hdr(X-Served-By)
        http-response del-header Server
        acl read method GET HEAD OPTIONS
        acl slow req.hdr(accept) -m sub text/event-stream
        http-request set-var-fmt(txn.page) "%[src,ipmask(32,64)] %[method] %[path]"
        http-request set-var(txn.page) var(txn.page),sha1
        http-request set-var(txn.broke_at) var(txn.page),table_gpt(0,broken)
        http-request set-var(txn.since) date(),sub(txn.broke_at)
        acl suspect var(txn.since) -m int 0:10
        http-request deny deny_status 503 if read { var(txn.page),table_gpc0_rate(broken) ge 1 }
        http-request deny deny_status 503 if read { var(txn.page),table_gpc1_rate(broken) ge 2 }
        http-request deny deny_status 503 if !read { var(txn.page),table_gpc0_rate(broken) ge 3 }
        http-request set-var(txn.next) str(india) if !{ var(txn.next) -m found } { srv_is_up(reads/india) } !{ var(txn.asked) -m sub ,india: }
        http-request set-var(txn.next) str(indonesia) if !{ var(txn.next) -m found } { srv_is_up(reads/indonesia) } !{ var(txn.asked) -m sub ,indonesia: }
        http-request set-var(txn.next) str(singapore) if !{ var(txn.next) -m found } { srv_is_up(reads/singapore) } !{ var(txn.asked) -m sub ,singapore: }
        http-request deny deny_status 503 unless { var(txn.next) -m found }
        http-request set-var(txn.begun) date(0,ms)
        http-request track-sc2 int(1) table budget if read
        http-request set-var(txn.allowed) int(1),table_http_req_rate(budget),div(10),add(10)
        acl over_budget int(2),table_gpc0_rate(budget),sub(txn.allowed) gt 0
        acl body req.hdr_val(content-length) gt 0
        acl body req.hdr(transfer-encoding) -m found
        acl alone nbsrv(reads) le 2
        http-request set-header X-Edge-Asked ,%[var(txn.next)] if read !slow !over_budget !body !alone !suspect
        http-request set-header X-Edge-Begun %[var(txn.begun)] if read !slow !over_budget !body !alone !suspect
        use_backend reads if read !slow !over_budget !body !alone !suspect
        default_backend hop

    frontend health
        bind :8404,[::]:8404 v6only
        http-request return status 200 content-type text/plain string live if { path /livez }
        http-request return status 503 content-type text/plain string no-country-can-serve if { path /readyz } !{ srv_is_up(reads/india) } !{ srv_is_up(reads/indonesia) } !{ srv_is_up(reads/singapore) }
        http-request return status 503 content-type text/plain string no-certificate if { path /readyz } { str(stand-in) -m str -f opt@certificate.state }
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

    backend budget
        stick-table type integer size 10 expire 1h store http_req_rate(10s),gpc0_rate(10s),conn_cur

    backend broken
        stick-table type binary len 20 size 50k expire 5m store gpc0_rate(30s),gpc1_rate(5m),gpt(2),conn_cur

    backend reads
        retry-on conn-failure empty-response junk-response response-timeout 502 503 504
        tcp-response inspect-delay 4s
        tcp-response content set-var(txn.broke) bool(true)
        tcp-response content unset-var(txn.broke) if { status 503 }
        http-request set-timeout server 4s
        balance first
        retries 1
        option redispatch 1
        http-response set-timeout server 300s
        http-response set-header X-Served-By %s unless { srv_name _elsewhere }
        http-response del-header X-Edge-Asked unless { srv_name _elsewhere }
        option httpchk
        http-check send meth GET uri /healthz ver HTTP/1.1 hdr Host jamtangan.com hdr User-Agent edge-check
        http-check expect status 200
        use-server india if { var(txn.next) -m str india }
        use-server indonesia if { var(txn.next) -m str indonesia }
        use-server singapore if { var(txn.next) -m str singapore }
        server _elsewhere "unix@\${RUNTIME_DIRECTORY}/hop.sock" send-proxy-v2 set-proxy-v2-tlv-fmt(0xE1) broke=%[var(txn.broke)] id 1
        default-server send-proxy-v2 check-send-proxy check inter 400ms fastinter 150ms downinter 1s fall 2 rise 4 observe layer4 error-limit 2 on-error mark-down tcp-ut 1500ms
        server india 10.10.47.10:80
        server indonesia 10.2.47.10:80
        server singapore 10.6.47.10:80

    backend hop
        timeout server 600s
        http-reuse never
        server hop "unix@\${RUNTIME_DIRECTORY}/hop.sock" send-proxy-v2

    frontend landing
        bind "unix@\${RUNTIME_DIRECTORY}/hop.sock" mode 600 accept-proxy
        maxconn 5000
        no log
        timeout client 600s
        option httpclose
        acl read method GET HEAD OPTIONS
        tcp-request content set-var(txn.first) fc_pp_tlv(0xE1)
        tcp-request content set-var(txn.broke) bool(true) if { var(txn.first) -m str "broke=1" }
        tcp-request inspect-delay 1000ms
        tcp-request content set-var-fmt(txn.page) "%[src,ipmask(32,64)] %[method] %[path]"
        tcp-request content set-var(txn.page) var(txn.page),sha1
        tcp-request content set-var(txn.broke_at) var(txn.page),table_gpt(0,broken)
        tcp-request content set-var(txn.since) date(),sub(txn.broke_at)
        acl suspect var(txn.since) -m int 0:10
        acl others_broke int(3),table_conn_cur(budget) gt 0
        acl proven var(txn.page),table_gpt(1,broken) gt 0
        acl crowded var(txn.page),table_conn_cur(broken) ge 2
        tcp-request content accept unless suspect crowded !proven or { var(txn.broke) -m found } others_broke
        tcp-request content accept if WAIT_END
        acl slow req.hdr(accept) -m sub text/event-stream
        http-request set-var(txn.before) req.hdr(X-Edge-Begun),add(0) if { req.hdr(X-Edge-Asked) -m found }
        http-request set-var(txn.took) date(0,ms),sub(txn.before) if { req.hdr(X-Edge-Asked) -m found }
        http-request set-var-fmt(txn.asked) "%[req.fhdr(X-Edge-Asked)]:%[var(txn.took)]" if { req.hdr(X-Edge-Asked) -m found }
        http-request set-var(txn.elsewhere) bool(true) if { var(txn.asked) -m found }
        http-request set-var(txn.elsewhere) bool(true) if suspect
        acl elsewhere var(txn.elsewhere) -m found
        http-request track-sc0 var(txn.page) table broken
        http-request track-sc2 int(3) table budget if { var(txn.broke) -m found }
        http-request sc-set-gpt(1,0) int(0) if { var(txn.broke) -m found } !suspect
        http-request sc-set-gpt(0,0) date() if { var(txn.broke) -m found }
        http-request deny deny_status 503 if read elsewhere { sc_gpc0_rate(0) ge 1 }
        http-request deny deny_status 503 if !read { sc_gpc0_rate(0) ge 3 }
        http-request deny deny_status 503 if suspect !proven { sc_conn_cur(0) gt 2 }
        http-request deny deny_status 503 if { var(txn.broke) -m found } !proven { sc_conn_cur(0) gt 2 }
        http-after-response sc-set-gpt(1,0) int(1) if elsewhere !{ status 502 503 504 }
        http-after-response sc-inc-gpc0(0) if { status 502 } elsewhere
        http-after-response sc-inc-gpc1(0) if { status 502 } elsewhere
        http-after-response sc-inc-gpc0(0) if { status 502 } !elsewhere !read
        http-after-response sc-set-gpt(1,0) int(0) if { status 502 } !elsewhere
        http-after-response sc-set-gpt(0,0) date() if { status 502 } !elsewhere
        http-request set-var(txn.next) str(indonesia) if !{ var(txn.next) -m found } { srv_is_up(reads/indonesia) } !{ var(txn.asked) -m sub ,indonesia: } suspect
        http-request set-var(txn.next) str(singapore) if !{ var(txn.next) -m found } { srv_is_up(reads/singapore) } !{ var(txn.asked) -m sub ,singapore: } suspect
        http-request set-var(txn.next) str(india) if !{ var(txn.next) -m found } { srv_is_up(reads/india) } !{ var(txn.asked) -m sub ,india: }
        http-request set-var(txn.next) str(indonesia) if !{ var(txn.next) -m found } { srv_is_up(reads/indonesia) } !{ var(txn.asked) -m sub ,indonesia: }
        http-request set-var(txn.next) str(singapore) if !{ var(txn.next) -m found } { srv_is_up(reads/singapore) } !{ var(txn.asked) -m sub ,singapore: }
        http-request set-var(txn.another) bool(1) if { srv_is_up(reads/india) } !{ var(txn.asked) -m sub ,india: } !{ var(txn.next) -m str india }
        http-request set-var(txn.another) bool(1) if { srv_is_up(reads/indonesia) } !{ var(txn.asked) -m sub ,indonesia: } !{ var(txn.next) -m str indonesia }
        http-request set-var(txn.another) bool(1) if { srv_is_up(reads/singapore) } !{ var(txn.asked) -m sub ,singapore: } !{ var(txn.next) -m str singapore }
        http-request track-sc1 int(2) table budget if { var(txn.asked) -m found }
        http-request sc-inc-gpc0(1) if { var(txn.asked) -m found } { var(txn.took) -m int ge 3900 }
        http-after-response sc-inc-gpc0(1) if { status ge 500 }
        http-request set-var(txn.begun) date(0,ms)
        http-request set-header X-Edge-Asked "%[var(txn.asked)],%[var(txn.next)]"
        http-request set-header X-Edge-Begun %[var(txn.begun)]
        http-after-response set-var(txn.tell) res.fhdr(X-Edge-Asked)
        http-after-response set-var(txn.took) date(0,ms),sub(txn.begun) if { var(txn.begun) -m found }
        http-after-response set-var-fmt(txn.tell) "%[var(txn.asked)],%[var(txn.next)]:%[var(txn.took)]" if { var(txn.next) -m found } !{ var(txn.tell) -m found }
        http-after-response set-var(txn.tell) var(txn.asked) if !{ var(txn.tell) -m found }
        http-after-response set-header X-Edge-Asked %[var(txn.tell)] if { var(txn.tell) -m found }
        http-request deny deny_status 503 unless { var(txn.next) -m found }
        default_backend writes

    backend writes
        retry-on conn-failure 503
        http-reuse never
        http-request set-timeout server 30s
        acl slow req.hdr(accept) -m sub text/event-stream
        http-request set-timeout server 300s if slow
        http-request set-var(txn.allowed) int(1),table_http_req_rate(budget),div(10),add(10)
        acl over_budget int(2),table_gpc0_rate(budget),sub(txn.allowed) gt 0
        http-request disable-l7-retry if over_budget
        http-request disable-l7-retry unless { var(txn.another) -m found }
        http-request disable-l7-retry if { var(txn.broke) -m found }
        balance first
        retries 1
        option redispatch 1
        http-response set-timeout server 300s
        http-response set-header X-Served-By %s unless { srv_name _elsewhere }
        http-response del-header X-Edge-Asked unless { srv_name _elsewhere }
        option httpchk
        http-check send meth GET uri /healthz ver HTTP/1.1 hdr Host jamtangan.com hdr User-Agent edge-check
        http-check expect status 200
        use-server india if { var(txn.next) -m str india }
        use-server indonesia if { var(txn.next) -m str indonesia }
        use-server singapore if { var(txn.next) -m str singapore }
        server _elsewhere "unix@\${RUNTIME_DIRECTORY}/hop.sock" send-proxy-v2 set-proxy-v2-tlv-fmt(0xE1) broke=%[var(txn.broke)] id 1
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
        filter bwlim-in unlimited default-limit 1g default-period 1s
        tcp-request content set-bandwidth-limit unlimited
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
