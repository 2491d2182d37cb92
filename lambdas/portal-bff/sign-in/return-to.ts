const LONGEST = 2048;

/** Where nobody is sent back to: these paths act, they show nothing. */
const ACTING = /^\/(auth|bff)(\/|$)/i;

/**
 * A place within the portal to go to after a sign-in. Whatever could lead elsewhere is the beginning of the portal: another host, however it
 * is written (`//host`, `/\host`, control characters that browsers leave out), and the paths of this function.
 */
export function returnPath(wanted: string | undefined, origin: string): string {
  if (wanted === undefined || wanted.length > LONGEST || !/^\/(?!\/)[\x21-\x5b\x5d-\x7e]*$/.test(wanted)) {
    return '/';
  }
  const url = new URL(wanted, origin);
  const path = decodedPath(url.pathname);
  if (url.origin !== origin || path === undefined || /^\/[\\/]/.test(path) || ACTING.test(path)) {
    return '/';
  }
  return `${url.pathname}${url.search}${url.hash}`;
}

function decodedPath(path: string): string | undefined {
  try {
    return decodeURIComponent(path);
  } catch {
    return undefined;
  }
}
