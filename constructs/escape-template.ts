/**
 * Text that Terraform must not interpret as a template: doubles the `$` and `%` of `${` and `%{`, which HAProxy's log
 * formats and shell scripts use. cdktf escapes neither. Apply it to literals, before any token goes in.
 */
export function escapeTemplate(text: string): string {
  return text.replace(/([$%])\{/g, "$1$1{");
}

/**
 * The text of a template without interpolations, as Terraform passes it on: the inverse of {@link escapeTemplate}.
 * @throws Error when only Terraform could fill it in
 */
export function unescapeTemplate(template: string): string {
  const open = /(?<!\$)\$\{[^}]*\}?|(?<!%)%\{[^}]*\}?/.exec(template);
  if (open) throw new Error(`only Terraform can fill in ${open[0]}: the configuration must be literal text`);
  return template.replace(/([$%])\1\{/g, "$1{");
}
