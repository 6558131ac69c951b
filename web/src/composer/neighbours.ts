import type { Warning } from "../api/types";
import { COMPOSER } from "../strings/composer";
import { PLATFORMS } from "../strings/platforms";
import type { ComposerProblem } from "./problems";

/** Return the warnings about other posts on the same accounts, at the fields of this page that they concern. */
export function neighbourCautions(warnings: readonly Warning[]): ComposerProblem[] {
  const found = warnings.flatMap(({ code, platform }): ComposerProblem[] => {
    if (!platform) return [];
    const { name } = PLATFORMS[platform];
    if (code === "same_content")
      return [{ section: "text", control: 0, platform, message: COMPOSER.sameContent(name) }];
    if (code === "close_to_another")
      return [{ section: "when", control: "time", platform, message: COMPOSER.closeToAnother(name) }];
    return [];
  });
  // There is a warning for each account of a platform.
  return found.filter((each, index) => found.findIndex(({ message }) => message === each.message) === index);
}
