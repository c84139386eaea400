/** What a token looks like inside a string, as the source of a regular expression. It holds no space, colon or slash. */
export const TOKEN_MARKER = '\\$\\{Token\\[[^\\]]+\\]\\}';
