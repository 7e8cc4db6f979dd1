/** Whether `value`, joined to a folder, names something inside it on every system. */
export const staysInside = (value: string): boolean => {
  // Controls name nothing; a drive, a scheme or a stream begins with a colon's left side.
  if (/[\u0000-\u001f\u007f:]/.test(value) || /^[/\\~]/.test(value)) return false;
  // Windows drops spaces and dots at the end of a name: ".. " is "..".
  return value.split(/[/\\]/).every((segment) => !/^\s*\.[.\s]+$/.test(segment));
};
