/** Where a configuration may lie, the first that exists counts. */
export const CONFIG_FILES: readonly string[] = ['.github/sluice.yml', '.github/sluice.yaml'];
