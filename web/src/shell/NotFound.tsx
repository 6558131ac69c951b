import { SHELL } from "../strings/shell";
import { ButtonLink } from "../ui/Button";
import { Empty } from "../ui/Card";
import { Top } from "./Top";

/** The page for an unknown address. */
export function NotFound() {
  return (
    <>
      <Top title={SHELL.notFound} />
      <Empty title={SHELL.notFoundHere}>
        <ButtonLink href="/">{SHELL.openCalendar}</ButtonLink>
      </Empty>
    </>
  );
}
