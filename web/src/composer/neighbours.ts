import type { Platform, Warning } from "../api/types";
import { COMPOSER } from "../strings/composer";
import { PLATFORMS } from "../strings/platforms";
import type { ComposerProblem } from "./problems";

/**
 * Return the warnings about other posts on the same accounts, at the fields of this page that they concern. Each kind of
 * warning is one sentence with all its platforms: the API warns about each account.
 */
export function neighbourCautions(warnings: readonly Warning[]): ComposerProblem[] {
  const platformsOf = (code: string) => [
    ...new Set(warnings.flatMap((each) => (each.code === code && each.platform ? [each.platform] : []))),
  ];
  return [
    ...caution({ section: "text", control: 0 }, platformsOf("same_content"), COMPOSER.sameContent),
    ...caution({ section: "when", control: "time" }, platformsOf("close_to_another"), COMPOSER.closeToAnother),
  ];
}

function caution(
  place: Pick<ComposerProblem, "section" | "control">,
  platforms: readonly Platform[],
  sentence: (names: readonly string[]) => string,
): ComposerProblem[] {
  const [first, ...others] = platforms;
  if (!first) return [];
  const message = sentence(platforms.map((platform) => PLATFORMS[platform].name));
  return [{ ...place, message, ...(others.length === 0 && { platform: first }) }];
}
