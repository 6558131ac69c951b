import { SHELL } from "../strings/shell";
import { ButtonLink } from "../ui/Button";
import { Empty } from "../ui/Card";
import { Top } from "./Top";

/** The page of an address that the planner does not have. */
export function NotFound() {
  return (
    <>
      <Top title={SHELL.notFound} />
      <Empty title={SHELL.notFound}>
        <ButtonLink href="/">{SHELL.openCalendar}</ButtonLink>
      </Empty>
    </>
  );
}
