// What people wrote, or a file is called: in any direction, and with signs in it that would turn the words around it.
const signs = /[\u0000-\u0008\u000B-\u001F\u007F-\u009F\u202A-\u202E\u2066-\u2069]/g;
const runsLeft = /[\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}\p{Script=Adlam}\p{Script=Hanifi_Rohingya}\u061C\u200E\u200F]/u;

const isolate = "\u2068"; // first strong isolate and its end (UAX #9)
const end = "\u2069";

// To be shown: that there was such a sign is seen. Isolates that end within the text turn nothing outside it.
export function calm(text: string): string {
  let depth = 0;
  const shown = text.replace(signs, (sign) => {
    if (sign === isolate) return ++depth, sign;
    if (sign === end && depth > 0) return --depth, sign;
    return "\uFFFD";
  });
  return shown + end.repeat(depth);
}
// To be sent: nobody sees these where they type or paste, and the node takes none of them (core/biographic.cc); what joins
// letters or keeps them apart (U+200C, U+200D) belongs to some scripts and stays.
const unseen = /[\u00AD\u061C\u180E\u200B\u200E\u200F\u2028\u2029\u2060-\u206F\uFEFF\uFFF0-\uFFFB\u{E0000}-\u{E0FFF}]/gu;
export const withoutSigns = (text: string) => text.replace(signs, "").replace(unseen, "");
// As a part of a sentence.
export const isolated = (text: string) => (runsLeft.test(text) ? isolate + calm(text) + end : calm(text));

export const bytesOf = (text: string) => new TextEncoder().encode(text).length;
