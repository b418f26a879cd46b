/** Variables that hold a secret. */
const SECRET = /(^|_)(TOKEN|SECRET|PASSWORD|PASSWD|API_?KEY|ACCESS_?KEY|SECRET_?KEY|CREDENTIALS?)$/i;
/** Names like those that hold none. */
const HARMLESS = /(MAX|NUM|MIN|BATCHED|PAD|EOS|BOS|FILE|PATH|NAME)_?(TOKEN|KEY|SECRET)S?$|_(FILE|PATH|NAME)$/i;

export function isSecretName(name: string): boolean {
  return SECRET.test(name) && !HARMLESS.test(name);
}

/** A value that stands for a secret to be filled in. */
export function isPlaceholder(value: string): boolean {
  return /^(<.*>|\[.*\]|x{3,}|\*{3,}|\.{3,}|your[-_ ].*|my[-_ ].*|.*(change|replace)[-_ ]?(me|this|with).*|todo|dummy|none|null|empty|placeholder|.*_here|hf_x+|hf_\.+)$/i.test(
    value.trim(),
  );
}

/** A value that refers to something else: `${NAME}`, `$(NAME)`, `{{ … }}`. */
export function isReference(value: string): boolean {
  return /\$[\w{(]|\{\{|^file:|^ref\+|^vault:|^op:\/\//.test(value);
}

/** Shapes of tokens, whatever the variable is called. */
export const TOKEN = /\b(hf_[A-Za-z0-9]{20,}|sk-[A-Za-z0-9_-]{20,}|nvapi-[A-Za-z0-9_-]{20,}|gh[pousr]_[A-Za-z0-9]{20,}|AKIA[A-Z0-9]{16})\b/;
