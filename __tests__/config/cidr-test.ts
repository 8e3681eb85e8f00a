import { addressNumber, blockAround, contains, overlap, parseCidr, rangeOf } from "../../config/cidr";

test.each([
  ["0.0.0.0", 0],
  ["10.0.0.1", 167_772_161],
  ["255.255.255.255", 4_294_967_295],
  ["10.0.0", undefined],
  ["10.0.0.0.0", undefined],
  ["10.0.0.256", undefined],
  ["10.0.0.01", undefined],
  ["10.0.0.-1", undefined],
  ["10.0.0.", undefined],
  ["::1", undefined],
  ["", undefined],
])("the number of address %p is %p", (address, number) => {
  expect(addressNumber(address)).toBe(number);
});

test.each([
  ["0.0.0.0/0", { first: 0, last: 4_294_967_295 }],
  ["10.0.0.0/8", { first: 167_772_160, last: 184_549_375 }],
  ["10.0.0.16/28", { first: 167_772_176, last: 167_772_191 }],
  ["255.255.255.255/32", { first: 4_294_967_295, last: 4_294_967_295 }],
])("range %s is read", (cidr, range) => {
  expect(parseCidr(cidr)).toEqual(range);
});

test.each(["10.0.0.0", "10.0.0.0/33", "10.0.0.0/08", "10.0.0.0/-1", "10.0.0.0/8/8", "10.0.0/8", "shop/8", "/", ""])(
  "%p is no range",
  (cidr) => {
    expect(parseCidr(cidr)).toBe(`"${cidr}" is not an IPv4 range: write it as 10.0.0.0/16`);
  },
);

test.each([
  ["10.0.0.1/24", "10.0.0.0"],
  ["10.1.0.0/14", "10.0.0.0"],
  ["10.0.0.17/28", "10.0.0.16"],
  ["192.168.1.1/0", "0.0.0.0"],
])("%s has host bits, its range starts at %s", (cidr, start) => {
  const reason = `"${cidr}" has host bits set: the range of this size that holds it starts at ${start}`;
  expect(parseCidr(cidr)).toBe(reason);
});

test.each([
  ["10.0.0.0/16", "10.0.0.0/16", true],
  ["10.0.0.0/16", "10.0.255.0/24", true],
  ["10.0.255.0/24", "10.0.0.0/16", true],
  ["10.0.0.0/16", "10.1.0.0/16", false],
  ["10.0.0.0/32", "10.0.0.1/32", false],
])("%s and %s overlap: %p", (a, b, expected) => {
  expect(overlap(rangeOf(a), rangeOf(b))).toBe(expected);
});

test.each([
  ["10.0.0.0/16", "10.0.255.0/24", true],
  ["10.0.255.0/24", "10.0.0.0/16", false],
  ["10.0.0.0/16", "10.0.0.0/16", true],
  ["10.0.0.0/16", "10.1.0.0/16", false],
])("%s contains %s: %p", (outer, inner, expected) => {
  expect(contains(rangeOf(outer), rangeOf(inner))).toBe(expected);
});

test.each([
  ["10.2.65.0/24", 14, "10.0.0.0/14"],
  ["10.7.255.255/32", 14, "10.4.0.0/14"],
  ["10.4.0.0/14", 14, "10.4.0.0/14"],
])("%s lies in the /%p block %s", (range, bits, block) => {
  expect(blockAround(rangeOf(range), bits)).toEqual(rangeOf(block));
});

test("a range that is expected to be one and is none is an error", () => {
  expect(() => rangeOf("10.0.0.0/33")).toThrow('"10.0.0.0/33" is not an IPv4 range');
});
