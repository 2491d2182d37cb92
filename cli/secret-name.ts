/**
 * Name of a platform's secret, from the whole name or what follows `<prefix>-<environment>`: `pepper`, `crm/token`. What has
 * a slash is one of several of a kind, and follows a slash.
 */
export function secretNameOf(namePrefix: string, text: string): string {
  if (text.startsWith(`${namePrefix}-`) || text.startsWith(`${namePrefix}/`)) return text;
  return text.includes('/') ? `${namePrefix}/${text}` : `${namePrefix}-${text}`;
}
