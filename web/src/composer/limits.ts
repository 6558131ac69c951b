import type { PlatformRules } from "../api/platforms";
import type { Validation } from "../api/saving";
import type { Platform } from "../api/types";

/**
 * Return the rules of the platforms with the limits of this post. An option can change a limit: X allows longer texts to
 * accounts with a paid plan. Only the server knows these limits.
 */
export function limitsOf(
  platforms: Record<Platform, PlatformRules>,
  validation: Validation | undefined,
): Record<Platform, PlatformRules> {
  const changed = Object.entries(validation?.platforms ?? {}).flatMap(([platform, { parts }]) => {
    const rules = platforms[platform as Platform];
    const [rule, ...others] = rules.text;
    const [part] = parts;
    if (!rule || !part?.limit || part.limit === rule.limit || part.unit !== rule.unit) return [];
    return [[platform, { ...rules, text: [{ ...rule, limit: part.limit }, ...others] }] as const];
  });
  return changed.length === 0 ? platforms : { ...platforms, ...Object.fromEntries(changed) };
}
