/** A cdktf token in a string: its `${` is cdktf's own and has to stay. */
const LITERAL_INTERPOLATION = /\$\{(?!TfToken\[)/g;
const LITERAL_DIRECTIVE = /%\{/g;

/**
 * Escapes the beginnings of Terraform's string templates (`${`, `%{`) in a literal text, so that Terraform hands the text
 * to AWS as it was written (`${stageVariables.x}`, `${aws:username}`). Tokens of cdktf are left alone.
 *
 * For plain attributes and `JSON.stringify`; not for `Fn.jsonencode`, which escapes `${` itself.
 *
 * @see https://developer.hashicorp.com/terraform/language/expressions/strings#escape-sequences
 */
export function escapeTerraform(text: string): string {
  return text.replace(LITERAL_INTERPOLATION, '$$${').replace(LITERAL_DIRECTIVE, '%%{');
}
