import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { CannotTell } from "../../tools/cli";

/**
 * A certificate for 127.0.0.1 that is its own authority, for two days. The provider strips versions from https
 * endpoints alone, so the stand-in needs one.
 *
 * @param folder where the files are put
 * @throws CannotTell without OpenSSL
 */
export function makeCertificate(folder: string): { key: string; cert: string; file: string; keyFile: string } {
  const files = { key: join(folder, "stand-in-key.pem"), cert: join(folder, "stand-in.pem") };
  const { status, stderr, error } = spawnSync(
    "openssl",
    [
      ...["req", "-x509", "-nodes", "-days", "2", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"],
      ...["-subj", "/CN=stand-in", "-addext", "subjectAltName=IP:127.0.0.1"],
      ...["-addext", "basicConstraints=critical,CA:TRUE", "-keyout", files.key, "-out", files.cert],
    ],
    { encoding: "utf8" },
  );
  if (status !== 0) throw new CannotTell(`openssl could not make a certificate: ${error?.message ?? stderr}`);
  return {
    key: readFileSync(files.key, "utf8"),
    cert: readFileSync(files.cert, "utf8"),
    file: files.cert,
    keyFile: files.key,
  };
}
