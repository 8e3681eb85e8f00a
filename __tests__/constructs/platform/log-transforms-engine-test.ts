import { BEGINS_MESSAGE, MASK_ADDRESSES, renderParse } from "../../../constructs/platform/render-log-transforms";
import { ACCESS_LOG } from "../../../constructs/platform/values/ingress-controller";
import { type LogEvent, runVrl } from "./run-vrl";

const ID = "1d4f3c2a-7b1e-4c55-9a60-123456789abc";
const parse = renderParse({ country: "india", cluster: "india-app" });

const masked = (text: string) => runVrl(MASK_ADDRESSES, [line(text)])[0]?.message;
const parsed = (message: string, namespace = "shop") => runVrl(parse, [line(message, namespace)])[0] ?? {};

function line(message: string, namespace = "shop"): LogEvent {
  return { message, kubernetes: { container_name: "shop-web", pod_namespace: namespace } };
}

/** A line of the ingress, with these values in place of nginx's variables. */
function accessLog(values: Readonly<Record<string, string>>): string {
  return ACCESS_LOG.replaceAll(/\$(\w+)/g, (_, name: string) => values[name] ?? "-");
}

test.each([
  ["client=203.0.113.77:443 end=--", "client=203.0.113.0:443 end=--"],
  ['"client":"2001:db8:aa:bb::1"', '"client":"2001:db8:aa::"'],
  ["[2001:db8:aa:bb:1:2:3:4]:443 refused", "[2001:db8:aa::]:443 refused"],
  ["client=2001:db8:aa:bb:1:2:3:4:443", "client=2001:db8:aa:::443"],
  ["for ::ffff:203.0.113.77, 198.51.100.9", "for ::, 198.51.100.0"],
])("a client's address is shortened: %s", (before, after) => {
  expect(masked(before)).toBe(after);
});

test.each([
  "upstream 10.2.3.4:8080, probe of 127.0.0.1 and 192.168.1.9, fe80::1%eth0, ::1, fd00::7",
  "at 20:31:55.123 of 2026-11-26T20:31:55Z",
  "std::bad_alloc in feed::face_of(), HAProxy 3.0.11",
  `request ${ID}`,
])("what is no client's address stays: %s", (text) => {
  expect(masked(text)).toBe(text);
});

test.each([
  [
    "Java",
    [0, 1],
    ["refused", "java.lang.IllegalStateException: no", "\tat shop.Cart.add(Cart.java:7)", "Caused by: x"],
  ],
  ["Node", [0], ["TypeError: no", "    at add (/app/cart.js:7:1)", "    at run (/app/main.js:1:1)"]],
  ["Go", [0, 2], ["panic: no", "", "goroutine 1 [running]:", "\t/app/main.go:7"]],
  ["MariaDB", [0, 2], ["2026-11-26 20:00:00 0 [ERROR] no", "  thread 7", "2026-11-26 20:00:01 0 [Note] yes"]],
])("lines that begin a message, of %s", (_, expected, lines) => {
  const begins = runVrl(
    `. = {"begins": ${BEGINS_MESSAGE}}`,
    lines.map((text) => line(text)),
  );
  expect(begins.flatMap(({ begins }, index) => (begins ? [index] : []))).toEqual(expected);
});

test("JSON that is printed over several lines is one message, with its fields", () => {
  const lines = ["{", '  "level": "error"', "}"];
  const begins = runVrl(
    `. = {"begins": ${BEGINS_MESSAGE}}`,
    lines.map((text) => line(text)),
  );
  expect(begins).toEqual([{ begins: true }, { begins: false }, { begins: false }]);
  expect(parsed(lines.join("\n"))).toMatchObject({ level: "error", fields: { level: "error" } });
});

test("an access log of the ingress has numbers, and the edge's request id as a field", () => {
  const values = { status: "502", request_time: "1.250", http_x_request_id: ID, remote_addr: "203.0.113.0" };
  expect(parsed(accessLog(values), "ingress")).toMatchObject({
    country: "india",
    cluster: "india-app",
    data_stream: { type: "logs", dataset: "shop_web", namespace: "ingress" },
    request_id: ID,
    status: 502,
    seconds: 1.25,
    fields: { client: "203.0.113.0", status: "502", request_id: ID },
  });
});

test.each([
  ["the app's JSON", `{"level":"WARN","msg":"no stock","request_id":"${ID}"}`, "warn"],
  ["the app's text", `2026-11-26T20:00:00.123Z [error] no stock, X-Request-Id: ${ID}`, "error"],
  ["key=value", `time=2026-11-26 level=info msg="stored it" request_id=${ID}`, "info"],
])("the request's id is the same field in %s", (_, text, level) => {
  expect(parsed(text)).toMatchObject({ request_id: ID, level });
});

test.each([
  ["nginx", "2026/11/26 20:00:00 [error] 31#31: *55 upstream timed out", "error"],
  ["RabbitMQ", "2026-11-26 20:00:00.123456+00:00 [warning] <0.9.0> memory alarm", "warning"],
  ["MariaDB", "2026-11-26 20:00:00 0 [ERROR] InnoDB: no", "error"],
  ["Kubernetes", "E1126 20:00:00.000000       1 reflector.go:138] failed", "error"],
])("the level of a line of %s", (_, text, level) => {
  const event = parsed(text);
  expect(event).toMatchObject({ level, message: text });
  expect(event).not.toHaveProperty("fields");
});

test.each(["[1,2]", '"text"', "7", "", "a = b", '{"status":', "level 30"])("%j has no fields", (text) => {
  const { fields, level, request_id } = parsed(text, "ingress");
  expect([fields, level, request_id]).toEqual([undefined, undefined, undefined]);
});

test("Helm and Vector take no part of it for something of theirs", () => {
  for (const text of [MASK_ADDRESSES, BEGINS_MESSAGE, parse]) expect(text).not.toMatch(/\{\{|\$|%\{/);
});
