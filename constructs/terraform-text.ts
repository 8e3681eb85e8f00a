/**
 * Text that Terraform must not read as a template: `${` and `%{` are doubled, as HAProxy's log formats and shell
 * scripts need. cdktf escapes neither. Use it on literals, before any token goes in.
 */
export function literal(text: string): string {
  return text.replace(/([$%])\{/g, "$1$1{");
}
