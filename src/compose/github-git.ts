/** Git in a job: which of the runner's variables it sees, and the job's token for GitHub's own repositories. */
type Environment = Readonly<Record<string, string | undefined>>;

/** What git needs of a machine. Nothing else of the job reaches it: no inputs, no secrets, no tokens but the one below. */
const SEEN =
  /^(?:PATH|HOME|USER|LOGNAME|SHELL|TMPDIR|TMP|TEMP|SYSTEMROOT|USERPROFILE|XDG_CONFIG_HOME|SSH_AUTH_SOCK|SSL_CERT_(?:FILE|DIR)|GIT_SSL_(?:CAINFO|CAPATH)|GIT_SSH(?:_COMMAND)?|(?:https?|all|no)_proxy)$/i;

/** The variables of a git process that asks nobody at a terminal; messages in English. */
export function gitVariables(env: Environment): Readonly<Record<string, string>> {
  const seen = Object.entries(env).flatMap(([name, value]) =>
    SEEN.test(name) && value !== undefined ? [[name, value] as const] : [],
  );
  return { ...Object.fromEntries(seen), GIT_TERMINAL_PROMPT: '0', LC_ALL: 'C', LANGUAGE: 'C' };
}

/**
 * The token for addresses below the server's alone, by variables: a command line can be read by everybody on the machine. The empty
 * value clears what actions/checkout left there, since GitHub refuses two such headers.
 * Source: https://git-scm.com/docs/git-config#Documentation/git-config.txt-httpextraHeader
 */
export function gitCredentials(serverUrl: string, token: string): Readonly<Record<string, string>> {
  const key = `http.${serverUrl}/.extraheader`;
  const basic = Buffer.from(`x-access-token:${token}`).toString('base64');
  return {
    GIT_CONFIG_COUNT: '2',
    GIT_CONFIG_KEY_0: key,
    GIT_CONFIG_VALUE_0: '',
    GIT_CONFIG_KEY_1: key,
    GIT_CONFIG_VALUE_1: `AUTHORIZATION: basic ${basic}`,
  };
}
