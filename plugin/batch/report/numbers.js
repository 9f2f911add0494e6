// SPDX-License-Identifier: GPL-2.0-or-later
// Numbers, moments and spans as people read them. Moments come as ISO 8601 in UTC.

const grouped = (number) => new Intl.NumberFormat("en").format(number);
const percent = (part, all) => {
  const share = (100 * part) / all;
  return share > 0 && share < 1 ? "< 1 %" : `${Math.round(share)} %`;
};

/** "2026-11-30 15:20:01 UTC" */
const instant = (iso) => `${iso.slice(0, 10)} ${iso.slice(11, 19)} UTC`;

/** "2026-11-30, 15:20:01 to 15:24:10 UTC", as short as two moments can be told. */
function between(first, last) {
  if (first.slice(0, 19) === last.slice(0, 19)) return instant(first);
  if (first.slice(0, 10) === last.slice(0, 10))
    return `${first.slice(0, 10)}${w.comma}${first.slice(11, 19)} – ${last.slice(11, 19)} UTC`;
  return `${first.slice(0, 10)} – ${last.slice(0, 10)}`;
}

const UNITS = [["d", 86400000], ["h", 3600000], ["min", 60000], ["s", 1000], ["ms", 1]];

/** A span of milliseconds in its largest unit: "40 ms", "1.5 h". */
function span(ms) {
  const [unit, size] = UNITS.find(([, length]) => ms >= length) ?? UNITS[4];
  const value = ms / size;
  return `${value >= 10 || Number.isInteger(value) ? Math.round(value) : value.toFixed(1)} ${w.spans[unit]}`;
}

/** "second", "10 minutes": a step of the time axis. */
function eachStep(ms) {
  const [unit, size] = UNITS.find(([, length]) => ms >= length && ms % length === 0) ?? UNITS[4];
  const count = ms / size;
  if (lang === "zh") return `${count} ${w.each[unit]}`;
  return count === 1 ? w.each[unit] : `${count} ${w.each[unit]}s`;
}

/** "within 40 ms"; less than a millisecond is "at once". */
function within(ms) {
  if (lang === "zh") return ms < 1 ? "同时" : `在 ${span(ms)} 内`;
  return ms < 1 ? "at once" : `within ${span(ms)}`;
}
