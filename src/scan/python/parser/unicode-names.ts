export const codePointNamed = (_name: string): number | null => null;
