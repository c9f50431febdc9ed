// What arrives over the wire before anybody has looked at it.

/** A JSON object whose fields nobody has checked yet. */
export type JsonObject = { [field: string]: unknown };

/** Whether `value` is an object: not an array, not null. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** `value` if it is a string, else ''. */
export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** The objects of a list; nothing where `value` is no list. */
export function objectsOf(value: unknown): JsonObject[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}

/** The value that JSON `text` holds, or undefined where it is no JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Calls `visit` with every object inside `value`, itself included, and the JSON pointer to it. */
export function eachObject(value: unknown, visit: (object: JsonObject, pointer: string) => void, pointer = ''): void {
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) eachObject(item, visit, `${pointer}/${index}`);
  } else if (isObject(value)) {
    visit(value, pointer);
    for (const [name, field] of Object.entries(value)) eachObject(field, visit, `${pointer}/${name}`);
  }
}
