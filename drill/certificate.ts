import { spawnSync } from "node:child_process";

/** A self-signed certificate with its key, as one PEM text. */
export function makeCertificate(openssl: string, directory: string, host: string): string {
  const request = ["req", "-x509", "-nodes", "-days", "2", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"];
  const name = ["-subj", `/CN=${host}`, "-addext", `subjectAltName=DNS:${host}`];
  const files = ["-keyout", "-", "-out", "-"];
  const { status, stdout, stderr } = spawnSync(openssl, [...request, ...name, ...files], {
    cwd: directory,
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(`openssl could not create a certificate: ${stderr}`);
  return stdout;
}
