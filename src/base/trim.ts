/** Trimming by one character, in linear time: a pattern like ` +$` looks at every run of blanks from each of its places. */

export function trimCharacter(text: string, character: string): string {
  let start = 0;
  while (start < text.length && text[start] === character) start++;
  return trimEndCharacter(start === 0 ? text : text.slice(start), character);
}

export function trimEndCharacter(text: string, character: string): string {
  let end = text.length;
  while (end > 0 && text[end - 1] === character) end--;
  return end === text.length ? text : text.slice(0, end);
}
