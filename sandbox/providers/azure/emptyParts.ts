/**
 * Parts of outputs that Azure leaves empty where nobody asks for them, by type: what the SDK promises of a nested value is
 * there, and nothing else of it is made up.
 */
export const emptyParts: Readonly<Record<string, readonly string[]>> = {};
