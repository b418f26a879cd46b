/** Version of this package; a test holds it equal to package.json. */
export const TOOL_VERSION = '1.0.0';
