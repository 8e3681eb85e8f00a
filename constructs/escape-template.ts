/**
 * Text that Terraform must not read as a template: `${` and `%{` are doubled, as HAProxy's log formats and shell
 * scripts need. cdktf escapes neither. Use it on literals, before any token goes in.
 */
export function escapeTemplate(text: string): string {
  return text.replace(/([$%])\{/g, "$1$1{");
}

/**
 * A template without anything to fill in, as Terraform hands it on: the inverse of {@link escapeTemplate}.
 *
 * @throws Error when only Terraform could fill it in
 */
export function unescapeTemplate(template: string): string {
  const open = /(?<!\$)\$\{[^}]*\}?|(?<!%)%\{[^}]*\}?/.exec(template);
  if (open) throw new Error(`only Terraform can fill in ${open[0]}: the configuration must be literal text`);
  return template.replace(/([$%])\1\{/g, "$1{");
}
