// A day and its age, in the reader's language.

const DAY = 86_400_000;

/** "13 August 2021"; what is no date stays as it came, and nothing stays nothing. */
export function day(stamp, locale) {
  const date = parsed(stamp);
  return date ? new Intl.DateTimeFormat(locale, { dateStyle: "long", timeZone: "UTC" }).format(date) : stamp || null;
}

/** "3 years ago"; null where there is no date. */
export function age(stamp, locale, now = Date.now()) {
  const date = parsed(stamp);
  if (!date) return null;
  const days = Math.round((date - startOfDay(now)) / DAY);
  const [count, unit] =
    Math.abs(days) < 45 ? [days, "day"] : Math.abs(days) < 365 ? [days / 30.44, "month"] : [days / 365.25, "year"];
  return new Intl.RelativeTimeFormat(locale, { numeric: "auto" }).format(Math.trunc(count) || Math.sign(count), unit);
}

/** Whether a reader should be told before relying on it: a year has passed. */
export function isOld(stamp, now = Date.now()) {
  const date = parsed(stamp);
  return date !== null && now - date > 365 * DAY;
}

function parsed(stamp) {
  const date = new Date(`${String(stamp).slice(0, 10)}T00:00:00Z`);
  return Number.isNaN(date.getTime()) ? null : date;
}

function startOfDay(now) {
  return Math.floor(now / DAY) * DAY;
}
